import { randomInt } from 'node:crypto';
import { type Scope, tenantScope } from '../access/scope.ts';
import { localKeyOf } from '../directory/address.ts';
import { change, requireDomain } from '../directory/context.ts';
import { requireDomains } from '../directory/domain-state/access.ts';
import { addDomain, type Domain } from '../directory/domains.ts';
import { recordOperation } from '../directory/operations.ts';
import { MailError } from '../platform/errors.ts';
import type { TenantId } from '../platform/ids.ts';
import type { SqlTransaction } from '../store/sql/port.ts';
import { type AddressRow, addressByKey } from '../store/system/addresses.ts';
import { deleteDkimKeys } from '../store/system/dkim-keys.ts';
import {
  addressesInDomain,
  deleteAddressesInDomain,
  domainNameOf,
  moveAddress,
} from '../store/system/domains/moves.ts';
import {
  deleteDomainStatus,
  domainStatusRows,
  type NamedStatusRow,
  putDomainStatus,
} from '../store/system/domains/status-rows.ts';
import {
  type DomainRow,
  deleteDomain,
  domainByName,
  listDomainRows,
  makePrimary,
} from '../store/system/tenants.ts';
import type { DomainNotice, DomainsContext } from './context.ts';
import { firstStatus } from './watch/first-status.ts';

/** Letters and digits that nobody takes for others. */
const labelAlphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const labelLength = 8;

function newLabel(): string {
  // A letter first: a label of digits alone is no name people trust.
  const first = labelAlphabet.charAt(randomInt(23));
  const rest = Array.from({ length: labelLength - 1 }, () =>
    labelAlphabet.charAt(randomInt(labelAlphabet.length)),
  );
  return first + rest.join('');
}

/**
 * Gives a company a domain to begin with, which works at once (DOM-01). Throws `conflict.state` where the installation has
 * no trial domains, and when the company has any domain already.
 */
export async function addTrialDomain(ctx: DomainsContext, scope: Scope): Promise<Domain> {
  requireDomains(scope, 'manage');
  const { trialSuffix } = ctx;
  if (trialSuffix === null) throw new MailError('conflict.state', { reason: 'no trial domains here' });
  if ((await listDomainRows(ctx.directory.database.of(scope.tenantId), scope.tenantId)).length > 0) {
    throw new MailError('conflict.state', { reason: 'the company has a domain' });
  }
  const added = await addDomain(ctx.directory, scope, `${newLabel()}.${trialSuffix}`);
  await change(ctx.directory, scope.tenantId, async tx => {
    const row = await requireDomain(tx, scope.tenantId, added.name);
    const now = ctx.clock.now();
    await putDomainStatus(tx, {
      ...firstStatus(row, 0),
      state: 'active',
      activated_at: now,
      trial: 1,
      // The zone above is the provider's own: nobody has to look at it.
      next_look_at: Number.MAX_SAFE_INTEGER,
    });
  });
  return added;
}

/**
 * Withdraws the tenant's trial domains once an own domain works (DOM-02): addresses move, the own domain becomes the
 * primary one, and mail to the old addresses follows them for `trialAliasMs`. Returns what to tell.
 */
export async function retireTrialDomains(
  ctx: DomainsContext,
  tx: SqlTransaction,
  own: DomainRow,
): Promise<DomainNotice[]> {
  const rows = await domainStatusRows(tx, own.tenant_id);
  if (rows.some(row => row.domain_id === own.id && row.trial === 1)) return [];
  const notices: DomainNotice[] = [];
  for (const row of rows) {
    if (row.trial !== 1 || row.successor_id !== null) continue;
    const count = await moveFree(tx, own.tenant_id, row.domain_id, own);
    await makePrimary(tx, own.tenant_id, own.id);
    await putDomainStatus(tx, {
      ...row,
      successor_id: own.id,
      successor_until: ctx.clock.now() + ctx.policy.trialAliasMs,
      next_look_at: ctx.clock.now() + ctx.policy.trialAliasMs,
    });
    await recordOperation(tx, ctx.clock, tenantScope(own.tenant_id, 'domain watch'), {
      action: 'domain.trial_retired',
      targetKind: 'domain',
      target: row.name,
      details: { movedTo: own.name, addresses: count },
    });
    notices.push({ kind: 'trial_retired', domain: own.name, trial: row.name, count });
  }
  return notices;
}

/**
 * Moves the addresses whose names nobody has in the new domain; the others stay: mail to them must not reach somebody
 * else. Returns how many moved.
 */
async function moveFree(
  tx: SqlTransaction,
  tenantId: TenantId,
  trialId: number,
  own: DomainRow,
): Promise<number> {
  let moved = 0;
  for (const address of await addressesInDomain(tx, tenantId, trialId)) {
    if (await addressByKey(tx, tenantId, own.id, address.local_key)) continue;
    await moveAddress(tx, address, own.id, address.local_key, address.local_part);
    moved += 1;
  }
  return moved;
}

/** Moves an address that had to stay until now: it gets a number. */
async function moveNumbered(tx: SqlTransaction, address: AddressRow, ownId: number): Promise<void> {
  for (let number = 2; ; number += 1) {
    const part = `${address.local_part}.${number}`;
    const key = localKeyOf(part);
    if (await addressByKey(tx, address.tenant_id, ownId, key)) continue;
    await moveAddress(tx, address, ownId, key, part);
    return;
  }
}

/** Ends a trial domain whose time has passed. */
export async function endTrialDomain(
  ctx: DomainsContext,
  tx: SqlTransaction,
  row: NamedStatusRow,
): Promise<void> {
  const domain = await domainByName(tx, row.name);
  if (domain?.tenant_id !== row.tenant_id || domain.id !== row.domain_id) return;
  const successor = await domainNameOf(tx, row.tenant_id, row.successor_id ?? 0);
  for (const address of await addressesInDomain(tx, row.tenant_id, row.domain_id)) {
    // Who has kept no other address keeps this name; aliases end.
    if (address.kind !== 'alias' && successor !== null)
      await moveNumbered(tx, address, row.successor_id ?? 0);
  }
  await deleteAddressesInDomain(tx, row.tenant_id, row.domain_id);
  await deleteDkimKeys(tx, row.tenant_id, row.domain_id);
  await deleteDomainStatus(tx, row.tenant_id, row.domain_id);
  await deleteDomain(tx, row.tenant_id, row.domain_id);
  await recordOperation(tx, ctx.clock, tenantScope(row.tenant_id, 'domain watch'), {
    action: 'domain.removed',
    targetKind: 'domain',
    target: row.name,
    details: { before: { trial: true, movedTo: successor ?? '' } },
  });
}
