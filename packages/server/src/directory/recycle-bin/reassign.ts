import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import { addressByKey, addressesOfAccount } from '../../store/system/addresses.ts';
import { moveAddress, writeSuccessor } from '../../store/system/people/recycled.ts';
import { requireAddress } from '../address.ts';
import { change, type DirectoryContext, requireDomain } from '../context.ts';
import { requireManaged } from '../members/manage.ts';
import { recordOperation } from '../operations.ts';
import { displayAddress } from '../users.ts';
import { requireRecycled } from './recycled.ts';

/**
 * Gives all addresses of an account in the bin to a member or public mailbox, as aliases, whatever the plan's number of
 * aliases says: mail to them arrives there from now on (MBX-08, RCY-03). A restore brings them back. Needs
 * `recycleBin:manage` and reach of both. Throws `account.not_found`.
 */
export async function reassignAddresses(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
  toAccountId: AccountId,
): Promise<string[]> {
  const administration = requireAdministration(scope, 'recycleBin', 'manage');
  return change(ctx, scope.tenantId, async tx => {
    const row = await requireRecycled(tx, administration, scope, accountId, ctx.clock.now());
    await requireManaged(tx, administration, scope, toAccountId);
    const moved = await giveAddresses(tx, scope, accountId, toAccountId);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'mailbox.reassigned',
      targetKind: row.kind === 'public' ? 'publicMailbox' : 'member',
      target: row.address,
      details: { accountId, toAccountId, addresses: moved },
    });
    return moved;
  });
}

/** Moves the addresses in the caller's transaction and notes the successor. */
export async function giveAddresses(
  tx: SqlTransaction,
  scope: Scope,
  accountId: AccountId,
  toAccountId: AccountId,
): Promise<string[]> {
  const addresses = await addressesOfAccount(tx, scope.tenantId, accountId);
  for (const address of addresses) await moveAddress(tx, address, toAccountId, 'alias');
  await writeSuccessor(tx, scope.tenantId, accountId, toAccountId);
  return addresses.map(displayAddress);
}

/**
 * Gives one alias of a member or public mailbox to another (MBX-08). A primary address goes along with its account: put
 * that into the bin first. Needs `aliases:manage` and reach of both. Throws `account.not_found`, `conflict.state` for a
 * primary address.
 */
export async function moveAlias(
  ctx: DirectoryContext,
  scope: Scope,
  text: string,
  toAccountId: AccountId,
): Promise<void> {
  const administration = requireAdministration(scope, 'aliases', 'manage');
  const address = requireAddress(text);
  await change(ctx, scope.tenantId, async tx => {
    const domain = await requireDomain(tx, scope.tenantId, address.domain);
    const row = await addressByKey(tx, scope.tenantId, domain.id, address.localKey);
    if (!row || row.account_id === null) throw new MailError('account.not_found', { address: text });
    if (row.kind !== 'alias') throw new MailError('conflict.state', { reason: 'primary address' });
    await requireManaged(tx, administration, scope, row.account_id);
    await requireManaged(tx, administration, scope, toAccountId);
    await moveAddress(tx, row, toAccountId, 'alias');
    await recordOperation(tx, ctx.clock, scope, {
      action: 'alias.moved',
      targetKind: 'alias',
      target: displayAddress(row),
      details: { from: row.account_id, to: toAccountId },
    });
  });
}
