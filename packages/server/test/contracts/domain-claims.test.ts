import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scope } from '../../src/access/scope.ts';
import { checkClaim, claimDomain, dropClaim, listClaims } from '../../src/domains/claims/claims.ts';
import { workClaims } from '../../src/domains/claims/take-over.ts';
import type { DomainsContext } from '../../src/domains/context.ts';
import { addTrialDomain } from '../../src/domains/trial.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { type DomainsHouse, openDomainsHouse } from '../domains-fixture/house.ts';

const day = 86_400_000;
const proofName = '_hongyan-challenge.qinghe.test';

/** A claim on qinghe.test that is proven, its protection over. */
async function proven(house: DomainsHouse): Promise<{ old: Scope; claimant: Scope; proof: string }> {
  const old = await house.tenant('旧公司');
  const claimant = await house.tenant('新公司');
  await house.directory.addDomain(old, 'qinghe.test');
  const proof = (await claimDomain(house.domains, claimant, 'qinghe.test')).proof[1]?.value ?? '';
  house.zone[proofName] = { txt: [proof] };
  assert.equal((await checkClaim(house.domains, claimant, 'qinghe.test')).state, 'protected');
  house.clock.advance(8 * day);
  return { old, claimant, proof };
}

async function holds(house: DomainsHouse, scope: Scope): Promise<boolean> {
  return (await house.directory.listDomains(scope)).some(({ name }) => name === 'qinghe.test');
}

test('DOM-10: nobody claims a domain of their own', async () => {
  await using house = await openDomainsHouse();
  const scope = await house.tenant('青禾');
  await house.directory.addDomain(scope, 'qinghe.test');
  await assert.rejects(claimDomain(house.domains, scope, 'qinghe.test'), error =>
    isMailError(error, 'conflict.exists'),
  );
  assert.deepEqual(await listClaims(house.domains, scope), []);
});

test('DOM-11: at the end of the protection no answer of the DNS is no proof and no refutation: the claim waits', async () => {
  await using house = await openDomainsHouse();
  const { old, claimant } = await proven(house);
  const silent: DomainsContext = {
    ...house.domains,
    resolver: {
      ...house.domains.resolver,
      txt: async () => ({ kind: 'temporary', reason: 'timeout' }),
      cname: async () => ({ kind: 'temporary', reason: 'timeout' }),
    },
  };
  await workClaims(silent);
  assert.deepEqual([await holds(house, old), await holds(house, claimant)], [true, false]);
  assert.equal((await listClaims(house.domains, claimant)).length, 1);
  await workClaims(house.domains);
  assert.deepEqual([await holds(house, old), await holds(house, claimant)], [false, true]);
});

test('DOM-11: a claim that is given up while its proof is looked for takes nothing, and nobody is told that it did', async () => {
  await using house = await openDomainsHouse();
  const { old, claimant, proof } = await proven(house);
  const late: DomainsContext = {
    ...house.domains,
    resolver: {
      ...house.domains.resolver,
      async txt() {
        await dropClaim(house.domains, claimant, 'qinghe.test');
        return { kind: 'records', records: [proof] };
      },
    },
  };
  await workClaims(late);
  assert.equal(await holds(house, old), true);
  const told = house.notices.map(({ kind }) => kind);
  assert.ok(!told.includes('domain_won') && !told.includes('domain_lost'), told.join());
});

test('DOM-01: a trial domain is for a company that has none', async () => {
  await using house = await openDomainsHouse();
  const scope = await house.tenant('青禾');
  await house.directory.addDomain(scope, 'qinghe.test');
  await assert.rejects(addTrialDomain(house.domains, scope), error => isMailError(error, 'conflict.state'));
});
