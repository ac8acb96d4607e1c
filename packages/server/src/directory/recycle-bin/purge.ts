import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import { addressesOfAccount, deleteAddressesOfAccount } from '../../store/system/addresses.ts';
import { deleteCredentials } from '../../store/system/credentials.ts';
import { deleteGroupMembersOf } from '../../store/system/people/forget.ts';
import { deleteMember } from '../../store/system/people/members.ts';
import { expiredRecycled, isPurged, markPurged } from '../../store/system/people/recycled.ts';
import { deleteTagEntriesOf } from '../../store/system/people/tags.ts';
import { deleteActivationLink } from '../../store/system/sign-in/activation-links.ts';
import { change, type DirectoryContext } from '../context.ts';
import { recordOperation } from '../operations.ts';
import { requireRecycled } from './recycled.ts';

/**
 * Deletes for good what lies in the bin (RCY-05): addresses become free, secrets, profile, places in groups, departments and
 * tags are gone, the number is never given out again. `then` runs in the same transaction: it files the job that frees the
 * mail. Needs `recycleBin:manage` and reach. Throws `account.not_found`.
 */
export async function purgeAccount(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
  then: (tx: SqlTransaction) => Promise<void>,
): Promise<void> {
  const administration = requireAdministration(scope, 'recycleBin', 'manage');
  await change(ctx, scope.tenantId, async tx => {
    const row = await requireRecycled(tx, administration, scope, accountId, ctx.clock.now());
    await forget(ctx, tx, scope.tenantId, accountId);
    await recordOperation(tx, ctx.clock, scope, {
      action: row.kind === 'public' ? 'publicMailbox.purged' : 'member.purged',
      targetKind: row.kind === 'public' ? 'publicMailbox' : 'member',
      target: row.address,
      details: { accountId },
    });
    await then(tx);
  });
}

async function forget(
  ctx: DirectoryContext,
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<boolean> {
  if (!(await markPurged(tx, tenantId, accountId, ctx.clock.now()))) return false;
  for (const address of await addressesOfAccount(tx, tenantId, accountId)) {
    await deleteGroupMembersOf(tx, tenantId, `${address.local_key}@${address.domain_name}`);
  }
  await deleteAddressesOfAccount(tx, tenantId, accountId);
  await deleteCredentials(tx, tenantId, accountId);
  await deleteActivationLink(tx, tenantId, accountId);
  await deleteTagEntriesOf(tx, tenantId, { kind: 'member', target_id: accountId });
  await deleteMember(tx, tenantId, accountId);
  return true;
}

/**
 * Deletes for good whatever has been in the bin for its time, of all tenants (RCY-02): the server's own work, at most `limit`
 * at a time. `then` as in `purgeAccount`. Returns how many there were.
 */
export async function purgeExpired(
  ctx: DirectoryContext,
  limit: number,
  then: (tx: SqlTransaction, tenantId: TenantId, accountId: AccountId) => Promise<void>,
): Promise<number> {
  const expired = await expiredRecycled(ctx.database.look('due'), ctx.clock.now(), limit);
  for (const { tenant_id, account_id } of expired) {
    await change(ctx, tenant_id, async tx => {
      if (await forget(ctx, tx, tenant_id, account_id)) await then(tx, tenant_id, account_id);
    });
  }
  return expired.length;
}

/** Whether the account is gone for good: nobody misses its mail. */
export async function accountIsPurged(
  ctx: DirectoryContext,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<boolean> {
  return isPurged(ctx.database.of(tenantId), tenantId, accountId);
}
