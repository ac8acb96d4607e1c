import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultConfig } from '../../src/app/config/load.ts';
import { certificateNames } from '../../src/app/domains.ts';
import { addAlias } from '../../src/directory/aliases.ts';
import { setDomainGate } from '../../src/directory/domain-state/gate.ts';
import { createGroup } from '../../src/directory/groups/groups.ts';
import { renameMembers } from '../../src/directory/members/rename.ts';
import { orderPlan } from '../../src/directory/plans/tenant-plan.ts';
import { createPublicMailbox } from '../../src/directory/public-mailboxes/public-mailboxes.ts';
import { listRecycled } from '../../src/directory/recycle-bin/recycled.ts';
import { restoreAccount } from '../../src/directory/recycle-bin/restore.ts';
import { setAutomatic } from '../../src/domains/certificates/chosen.ts';
import { checkClaim, claimDomain, listClaims } from '../../src/domains/claims/claims.ts';
import { workClaims } from '../../src/domains/claims/take-over.ts';
import { changeDomainGate } from '../../src/domains/options.ts';
import { checkNow, decideDomain, getDomainStatus, listDomainStatuses } from '../../src/domains/status.ts';
import { addTrialDomain } from '../../src/domains/trial.ts';
import { startDomainWatcher } from '../../src/domains/watch/watcher.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { everyDomainStatus } from '../../src/store/system/domains/status-rows.ts';
import { type DomainsHouse, openDomainsHouse } from '../domains-fixture/house.ts';
import { listOperations } from '../domains-fixture/operations.ts';

const day = 86_400_000;
const right = { mx: [[5, 'mx.hongyan.test']] } as const;

/** Everything that a look needs is there: the fake clock stands still meanwhile. */
async function states(house: DomainsHouse): Promise<Record<string, string>> {
  const rows = await everyDomainStatus(house.database.look('provider'));
  return Object.fromEntries(rows.map(row => [row.name, row.state]));
}

test('DOM-06: a domain turns active when it is checked after its MX is set, and an operation says so', async () => {
  await using house = await openDomainsHouse();
  const scope = await house.tenant('青禾');
  await house.directory.addDomain(scope, 'qinghe.test');
  assert.equal((await checkNow(house.domains, scope, 'qinghe.test')).state, 'pending');
  house.zone['qinghe.test'] = right;
  // Within two seconds the same answer stands.
  assert.equal((await checkNow(house.domains, scope, 'qinghe.test')).state, 'pending');
  house.clock.advance(3_000);
  const status = await checkNow(house.domains, scope, 'qinghe.test');
  assert.equal(status.state, 'active');
  assert.equal(status.summary?.receiving, 'ok');
  assert.deepEqual(
    house.notices.map(({ kind }) => kind),
    ['domain_active'],
  );
  assert.deepEqual(await listOperations(house.database.look('provider'), scope.tenantId), [
    'domain.added',
    'domain.activated',
  ]);
});

test('DOM-06: the watcher looks after 5, 15 and 30 s, then each minute; one process has the work', async () => {
  await using house = await openDomainsHouse();
  const scope = await house.tenant('青禾');
  await house.directory.addDomain(scope, 'qinghe.test');
  await using watcher = startDomainWatcher({ ...house.domains, clock: house.clock });
  await using other = startDomainWatcher({ ...house.domains, clock: house.clock });
  const looked: number[] = [];
  for (let second = 0; second <= 180; second += 5) {
    // The timers of the watchers would do the same; rounds by hand make the test wait for them.
    if ((await watcher.round()) === 1) looked.push(second);
    assert.equal(await other.round(), null);
    house.clock.jump(house.clock.now() + 5_000);
  }
  assert.deepEqual(looked, [0, 5, 15, 30, 90, 150]);
});

test('DOM-06: drift is told after three looks in a row, once; recovery, too; no answer is no drift', async () => {
  await using house = await openDomainsHouse();
  const scope = await house.tenant('青禾');
  await house.directory.addDomain(scope, 'qinghe.test');
  house.zone['qinghe.test'] = right;
  const check = async (): Promise<string> => {
    house.clock.advance(60_000);
    return (await checkNow(house.domains, scope, 'qinghe.test')).state;
  };
  assert.equal(await check(), 'active');
  house.zone['qinghe.test'] = { fails: 'servfail' };
  for (let look = 0; look < 5; look += 1) assert.equal(await check(), 'active');
  house.zone['qinghe.test'] = { mx: [[10, 'mx.elsewhere.test']] };
  assert.equal(await check(), 'active');
  assert.equal(await check(), 'active');
  assert.equal(await check(), 'drifted');
  assert.equal(await check(), 'drifted');
  // DOM-18: the name itself vanishes.
  delete house.zone['qinghe.test'];
  assert.equal(await check(), 'gone');
  house.zone['qinghe.test'] = right;
  assert.equal(await check(), 'active');
  assert.deepEqual(
    house.notices.map(({ kind }) => kind),
    ['domain_active', 'domain_drifted', 'domain_gone', 'domain_recovered'],
  );
});

test('TEN-22: thirty days of wrong MX end a tenant to which the rule applies, after warnings, and no other', async () => {
  for (const applies of [true, false]) {
    await using house = await openDomainsHouse({ endsWithDeadMx: async () => applies });
    const scope = await house.tenant('青禾');
    await house.directory.addDomain(scope, 'qinghe.test');
    house.zone['qinghe.test'] = { mx: [[10, 'mx.elsewhere.test']] };
    for (let hour = 0; hour <= 30 * 24; hour += 12) {
      await checkNow(house.domains, scope, 'qinghe.test');
      house.clock.advance(12 * 3_600_000);
    }
    assert.equal(
      (await getDomainStatus(house.domains, scope, 'qinghe.test')).state,
      applies ? 'ended' : 'pending',
    );
    const told = house.notices.map(notice => ('days' in notice ? notice.days : notice.kind));
    assert.deepEqual(told, applies ? [7, 3, 1, 'domain_ended'] : []);
  }
});

test('DOM-07: with the gate on members are made only in a domain that has come into effect', async () => {
  await using house = await openDomainsHouse();
  const scope = await house.tenant('青禾');
  await house.directory.addDomain(scope, 'qinghe.test');
  await house.directory.createUser(scope, { address: 'a@qinghe.test' });
  await house.database.act('upkeep').transact(tx => setDomainGate(tx, scope.tenantId, true));
  await assert.rejects(house.directory.createUser(scope, { address: 'b@qinghe.test' }), error =>
    isMailError(error, 'domain.pending'),
  );
  house.zone['qinghe.test'] = right;
  await checkNow(house.domains, scope, 'qinghe.test');
  await house.directory.createUser(scope, { address: 'b@qinghe.test' });
});

test('DOM-15, DOM-16: a domain whose real name is under review stays closed; a tenant cannot approve itself', async () => {
  await using house = await openDomainsHouse();
  const scope = await house.tenant('青禾');
  await house.directory.addDomain(scope, 'qinghe.test');
  const li = await house.directory.createUser(scope, { address: 'li@qinghe.test' });
  assert.equal((await house.directory.resolve('li@qinghe.test')).kind, 'account');
  await decideDomain(house.domains, scope, 'qinghe.test', { realName: 'pending' });
  assert.equal((await house.directory.resolve('li@qinghe.test')).kind, 'unknown', 'mail stays closed');
  house.zone['qinghe.test'] = right;
  house.clock.advance(5_000);
  assert.equal((await checkNow(house.domains, scope, 'qinghe.test')).state, 'pending');
  await assert.rejects(house.directory.createUser(scope, { address: 'a@qinghe.test' }), error =>
    isMailError(error, 'domain.pending'),
  );
  const member = {
    ...scope,
    principal: { kind: 'account', tenantId: scope.tenantId, accountId: 1, login: 'a@qinghe.test' },
  } as const;
  await assert.rejects(decideDomain(house.domains, member, 'qinghe.test', { realName: 'approved' }), error =>
    isMailError(error, 'access.denied'),
  );
  const decided = await decideDomain(house.domains, scope, 'qinghe.test', {
    realName: 'approved',
    icpFiled: true,
  });
  assert.equal(decided.icpFiled, true);
  const open = await house.directory.resolve('li@qinghe.test');
  assert.equal(open.kind === 'account' && open.accountId, li.accountId);
  house.clock.advance(5_000);
  assert.equal((await checkNow(house.domains, scope, 'qinghe.test')).state, 'active');
});

test('DOM-10, DOM-11, RCY-02: a claim needs its record, then seven days with warnings, then the domain changes hands', async () => {
  await using house = await openDomainsHouse();
  const old = await house.tenant('旧公司');
  const claimant = await house.tenant('新公司');
  const third = await house.tenant('第三家');
  await house.directory.addDomain(old, 'qinghe.test');
  await house.directory.addDomain(old, 'other.test');
  const kept = await house.directory.createUser(old, { address: 'li@qinghe.test' });
  await house.directory.addAlias(old, kept.accountId, 'li@other.test');
  const lost = await house.directory.createUser(old, { address: 'wang@qinghe.test' });

  await assert.rejects(house.directory.addDomain(claimant, 'qinghe.test'), error =>
    isMailError(error, 'conflict.exists'),
  );
  await assert.rejects(claimDomain(house.domains, claimant, 'nobody.test'), error =>
    isMailError(error, 'domain.not_found'),
  );
  const claim = await claimDomain(house.domains, claimant, 'Qinghe.test');
  const rival = await claimDomain(house.domains, third, 'qinghe.test');
  const [cname] = claim.proof;
  assert.notEqual(cname?.name, rival.proof[0]?.name);
  assert.equal((await checkClaim(house.domains, claimant, 'qinghe.test')).state, 'unverified');
  house.zone[cname?.name ?? ''] = { cname: 'web.hongyan.test' };
  assert.equal((await checkClaim(house.domains, claimant, 'qinghe.test')).state, 'protected');
  // The first proof counts; another claimant's comes too late.
  house.zone['_hongyan-challenge.qinghe.test'] = { txt: [rival.proof[1]?.value ?? ''] };
  assert.equal((await checkClaim(house.domains, third, 'qinghe.test')).state, 'unverified');

  for (let elapsed = 0; elapsed < 7 * 24; elapsed += 12) {
    assert.equal((await house.directory.resolve('li@qinghe.test')).kind, 'account');
    await workClaims(house.domains);
    house.clock.advance(day / 2);
  }
  await workClaims(house.domains);
  const warned = house.notices.filter(notice => notice.tenantId === old.tenantId);
  assert.deepEqual(
    warned.map(notice => ('days' in notice ? notice.days : notice.kind)),
    [7, 3, 1, 'domain_lost'],
  );
  assert.deepEqual(
    (await house.directory.listDomains(claimant)).map(({ name, primary }) => [name, primary]),
    [['qinghe.test', true]],
  );
  assert.equal((await house.directory.resolve('li@qinghe.test')).kind, 'unknown');
  assert.equal((await house.directory.getUser(old, kept.accountId)).address, 'li@other.test');
  // Who has no address left can be copied out of the bin for its time, and is erased then (RCY-02).
  const bin = async () => (await listRecycled(house.domains.directory, old)).items;
  const [binned] = await bin();
  assert.deepEqual([binned?.accountId, binned?.address], [lost.accountId, 'wang@qinghe.test']);
  await assert.rejects(restoreAccount(house.domains.directory, old, lost.accountId), error =>
    isMailError(error, 'conflict.state'),
  );
  assert.deepEqual(await listClaims(house.domains, third), []);
  house.clock.advance(30 * day - 1);
  assert.equal((await bin()).length, 1);
  house.clock.advance(1);
  assert.deepEqual(await bin(), [], 'day 31');
  assert.ok((await listOperations(house.database.look('provider'), old.tenantId)).includes('domain.lost'));
  assert.ok(
    (await listOperations(house.database.look('provider'), claimant.tenantId)).includes('domain.taken_over'),
  );
});

test('DOM-11: who lies in the bin when a domain goes comes back with the addresses that are left', async () => {
  await using house = await openDomainsHouse();
  const old = await house.tenant('旧公司');
  const claimant = await house.tenant('新公司');
  await house.directory.addDomain(old, 'qinghe.test');
  await house.directory.addDomain(old, 'other.test');
  const li = await house.directory.createUser(old, { address: 'li@qinghe.test' });
  await house.directory.addAlias(old, li.accountId, 'li@other.test');
  const { proof } = await claimDomain(house.domains, claimant, 'qinghe.test');
  house.zone['_hongyan-challenge.qinghe.test'] = { txt: [proof[1]?.value ?? ''] };
  await checkClaim(house.domains, claimant, 'qinghe.test');
  house.clock.advance(6 * day);
  await house.directory.removeUser(old, li.accountId);
  house.clock.advance(2 * day);
  await workClaims(house.domains);
  assert.deepEqual(
    (await house.directory.listDomains(claimant)).map(({ name }) => name),
    ['qinghe.test'],
  );
  await restoreAccount(house.domains.directory, old, li.accountId);
  const back = await house.directory.getUser(old, li.accountId);
  assert.deepEqual([back.address, back.aliases], ['li@other.test', []]);
  assert.equal((await house.directory.resolve('li@qinghe.test')).kind, 'unknown');
});

test('SEC-11, DOM-17: certificates are wanted for our own names and for those of domains that lead here', async () => {
  await using house = await openDomainsHouse();
  const scope = await house.tenant('青禾');
  await house.directory.addDomain(scope, 'qinghe.test');
  house.zone['mail.qinghe.test'] = { cname: 'web.hongyan.test' };
  house.zone['webmail.qinghe.test'] = { cname: 'elsewhere.test' };
  await checkNow(house.domains, scope, 'qinghe.test');
  const names = await certificateNames(defaultConfig(), house.database, 'mx.hongyan.test');
  assert.deepEqual(names, ['mx.hongyan.test', 'mail.qinghe.test']);
  const { database, clock, log } = { ...house.domains, database: house.database };
  const certificates = { database, clock, log, wrapping: Buffer.alloc(32, 9) };
  await setAutomatic(certificates, scope, 'mail.qinghe.test', false);
  assert.deepEqual(await certificateNames(defaultConfig(), house.database, 'mx.hongyan.test'), [
    'mx.hongyan.test',
  ]);
});

test('DOM-11: a proof that is gone at the end of the protection ends the claim', async () => {
  await using house = await openDomainsHouse();
  const old = await house.tenant('旧公司');
  const claimant = await house.tenant('新公司');
  await house.directory.addDomain(old, 'qinghe.test');
  const { proof } = await claimDomain(house.domains, claimant, 'qinghe.test');
  house.zone['_hongyan-challenge.qinghe.test'] = { txt: [proof[1]?.value ?? ''] };
  await checkClaim(house.domains, claimant, 'qinghe.test');
  delete house.zone['_hongyan-challenge.qinghe.test'];
  house.clock.advance(8 * day);
  await workClaims(house.domains);
  assert.deepEqual(await listClaims(house.domains, claimant), []);
  assert.equal((await house.directory.listDomains(old)).length, 1);
});

test('DOM-01, DOM-02: a trial domain works at once, retires when an own domain does, and old addresses last 30 days', async () => {
  await using house = await openDomainsHouse();
  const scope = await house.tenant('青禾');
  const trial = await addTrialDomain(house.domains, scope);
  assert.match(trial.name, /^[a-z][a-z0-9]{7}\.try\.hongyan\.test$/);
  const user = await house.directory.createUser(scope, { address: `li@${trial.name}` });
  const clash = await house.directory.createUser(scope, { address: `wang@${trial.name}` });
  await house.directory.createGroup(scope, { address: `all@${trial.name}` });
  await house.directory.addDomain(scope, 'qinghe.test');
  const other = await house.directory.createUser(scope, { address: 'wang@qinghe.test' });
  house.zone['qinghe.test'] = right;
  house.clock.advance(5_000);
  await checkNow(house.domains, scope, 'qinghe.test');

  assert.equal((await house.directory.getUser(scope, user.accountId)).address, 'li@qinghe.test');
  const reached = async (address: string): Promise<number | string> => {
    const found = await house.directory.resolve(address);
    return found.kind === 'account' ? found.accountId : found.kind;
  };
  assert.equal(await reached(`li+x@${trial.name}`), user.accountId);
  assert.equal(await reached(`all@${trial.name}`), 'group');
  // The name was taken in the new domain: mail to the old address must not reach somebody else.
  assert.equal(await reached(`wang@${trial.name}`), clash.accountId);
  assert.equal(await reached('wang@qinghe.test'), other.accountId);
  const listed = await listDomainStatuses(house.domains, scope);
  assert.deepEqual(
    listed.map(({ name, primary }) => [name, primary]),
    [
      [trial.name, false],
      ['qinghe.test', true],
    ],
  );
  assert.ok(house.notices.some(({ kind }) => kind === 'trial_retired'));

  await using watcher = startDomainWatcher(house.domains);
  house.clock.jump(house.clock.now() + 29 * day);
  await watcher.round();
  assert.equal(await reached(`li@${trial.name}`), user.accountId);
  house.clock.jump(house.clock.now() + 2 * day);
  await watcher.round();
  assert.equal(await reached(`li@${trial.name}`), 'outside');
  assert.equal((await house.directory.getUser(scope, clash.accountId)).address, 'wang.2@qinghe.test');
  assert.deepEqual(await states(house), { 'qinghe.test': 'active' });
});

test('DOM-03: Basic has one domain, Pro twenty', async () => {
  await using house = await openDomainsHouse();
  for (const [template, most] of [
    ['basic', 1],
    ['pro', 20],
  ] as const) {
    const scope = await house.tenant(template);
    await orderPlan(house.domains.directory, scope, {
      plan: template,
      ...(template === 'pro' && { memberSeats: 5 }),
    });
    for (let number = 1; number <= most; number += 1) {
      await house.directory.addDomain(scope, `${template}${number}.test`);
    }
    await assert.rejects(house.directory.addDomain(scope, `${template}-more.test`), error =>
      isMailError(error, 'limit.exceeded'),
    );
  }
});

test('DOM-07: in a domain that is not live nothing gets an address: no alias, group, public mailbox, new name', async () => {
  await using house = await openDomainsHouse();
  const scope = await house.tenant('青禾');
  await house.directory.addDomain(scope, 'qinghe.test');
  const { accountId } = await house.directory.createUser(scope, { address: 'li@qinghe.test' });
  await changeDomainGate(house.domains, scope, true);
  const { directory } = house.domains;
  const pending = (error: unknown): boolean => isMailError(error, 'domain.pending');
  const address = 'new@qinghe.test';
  await assert.rejects(addAlias(directory, scope, accountId, address), pending);
  await assert.rejects(renameMembers(directory, scope, [{ accountId, address, keepOld: false }]), pending);
  await assert.rejects(createGroup(directory, scope, { address }), pending);
  await assert.rejects(createPublicMailbox(directory, scope, { address, users: [] }), pending);
});
