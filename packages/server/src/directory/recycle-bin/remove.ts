import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import { type AccountRow, accountById, removeAccount } from '../../store/system/accounts.ts';
import { addressesOfAccount } from '../../store/system/addresses.ts';
import { deleteAdministrator } from '../../store/system/administration/administrator-rows.ts';
import { releaseMobile } from '../../store/system/people/members.ts';
import { putRecycled } from '../../store/system/people/recycled.ts';
import { change, type DirectoryContext } from '../context.ts';
import { requireManaged } from '../members/manage.ts';
import { recordOperation } from '../operations.ts';
import { planIn } from '../plans/tenant-plan.ts';
import { keepAnAdministrator } from '../user-changes.ts';
import { displayAddress } from '../users.ts';
import type { KeptAddress } from './recycled.ts';

const day = 24 * 60 * 60 * 1_000;

/**
 * Deletes a member or public mailbox: it goes to the recycle bin for the plan's days (RCY-01, RCY-02; 30 and 60), its
 * addresses stay reserved, nobody signs in and mail to it is refused. Password, mail, groups and tags stay for a restore.
 * Needs `members:manage` or `publicMailboxes:manage`, and reach. Throws `account.not_found`, `conflict.state` for the last
 * administrator.
 */
export async function removeUser(ctx: DirectoryContext, scope: Scope, accountId: AccountId): Promise<void> {
  // The kind decides which right is needed: ask for it before anything is told.
  const found = await accountById(ctx.database.of(scope.tenantId), scope.tenantId, accountId);
  const administration = requireAdministration(
    scope,
    found?.kind === 'public' ? 'publicMailboxes' : 'members',
    'manage',
  );
  await change(ctx, scope.tenantId, async tx => {
    const row =
      found?.kind === 'public'
        ? await requirePublic(tx, scope, accountId)
        : await requireManaged(tx, administration, scope, accountId);
    await recycle(ctx, tx, scope, row);
  });
}

async function requirePublic(tx: SqlTransaction, scope: Scope, accountId: AccountId): Promise<AccountRow> {
  const row = await accountById(tx, scope.tenantId, accountId);
  if (!row || row.removed_at !== null) throw new MailError('account.not_found', { accountId });
  return row;
}

/**
 * Puts an account into the bin in the caller's transaction (`change`); who may is the caller's question. `shownAs`: the
 * address of one that has lost all of its own.
 */
export async function recycle(
  ctx: DirectoryContext,
  tx: SqlTransaction,
  scope: Scope,
  row: AccountRow,
  shownAs: string = '',
): Promise<void> {
  await keepAnAdministrator(tx, row);
  const { tenantId, principal } = scope;
  // Who comes back from the bin comes back as a member.
  if (row.role === 'administrator') await deleteAdministrator(tx, tenantId, row.id);
  const now = ctx.clock.now();
  const { limits } = await planIn(tx, tenantId);
  const days = row.kind === 'public' ? limits.recyclePublicDays : limits.recycleMemberDays;
  const addresses = await addressesOfAccount(tx, tenantId, row.id);
  const primary = addresses[0] ? displayAddress(addresses[0]) : shownAs;
  const kept: KeptAddress[] = addresses.map(address => ({
    domainId: address.domain_id,
    localKey: address.local_key,
    localPart: address.local_part,
    kind: address.kind === 'primary' ? 'primary' : 'alias',
  }));
  await putRecycled(tx, {
    tenant_id: tenantId,
    account_id: row.id,
    kind: row.kind,
    name: row.display_name,
    address: primary,
    addresses: JSON.stringify(kept),
    deleted_at: now,
    deleted_by: principal.kind === 'account' ? principal.login : principal.reason,
    expires_at: now + days * day,
  });
  await releaseMobile(tx, tenantId, row.id);
  await removeAccount(tx, tenantId, row.id, now);
  const kind = row.kind === 'public' ? 'publicMailbox' : 'member';
  await recordOperation(tx, ctx.clock, scope, {
    action: `${kind}.deleted`,
    targetKind: kind,
    target: primary,
    details: { accountId: row.id, name: row.display_name, expiresAt: now + days * day },
  });
}
