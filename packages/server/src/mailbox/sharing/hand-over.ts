import { type Scope, systemScope } from '../../access/scope.ts';
import type { AccountId } from '../../platform/ids.ts';
import { mailboxRow, touchMailboxProperties } from '../../store/accounts/mailbox-rows.ts';
import { folderRightRows, putFolderRight, rightRowsOf } from '../../store/accounts/shares/right-rows.ts';
import { announce, type MailboxContext } from '../context.ts';
import type { MailboxId } from '../types.ts';
import { everybody } from './acl.ts';
import { forgetUnlessShared } from './hints.ts';
import { noNeighbours } from './neighbours.ts';
import { demand, rightsIn } from './rights.ts';

/** A folder of an account. */
export interface FolderOf {
  readonly accountId: AccountId;
  readonly id: MailboxId;
}

/**
 * Gives everybody who may do something in a folder the same rights in the folder that takes its place in another account of
 * the company (MBX-11). Left out are the new owner, who may do everything, and who has left the company. Whoever has rights
 * there keeps them. `scope`: of the system, for the new owner's account; needs `a` in both. Throws `mailbox.not_found`.
 */
export async function handOverRights(
  ctx: MailboxContext,
  scope: Scope,
  from: FolderOf,
  to: MailboxId,
): Promise<void> {
  const { neighbours = noNeighbours } = ctx;
  const { tenantId, accountId } = scope;
  const source = systemScope(tenantId, from.accountId, 'folders handed over');
  const rows = await ctx.accounts.read(source, reader => folderRightRows(reader, from.id));
  const ids = rows.map(({ granteeId }) => granteeId).filter(id => id !== everybody && id !== accountId);
  const here = await neighbours.addresses(tenantId, ids);
  const given = rows.filter(({ granteeId }) => granteeId === everybody || here.has(granteeId));
  if (given.length === 0) return;
  // Before the rights, so that a crash leaves a hint too many and never one too few.
  for (const { granteeId } of given) await neighbours.note(tenantId, accountId, granteeId, true);
  await ctx.accounts.transact(scope, async tx => {
    const folder = await mailboxRow(tx, to);
    demand(folder ? await rightsIn(tx, scope, folder) : new Set(), to, ['a']);
    const has = new Set((await folderRightRows(tx, to)).map(({ granteeId }) => granteeId));
    const fresh = given.filter(({ granteeId }) => !has.has(granteeId));
    for (const { granteeId, rights } of fresh) await putFolderRight(tx, { mailboxId: to, granteeId, rights });
    if (fresh.length === 0) return;
    await touchMailboxProperties(tx, to);
    announce(ctx, tx);
  });
  for (const { granteeId } of given) await forgetUnlessShared(ctx, scope, granteeId);
}

/**
 * Takes every right in the folders of an account from somebody who is gone for good (RCY-05), so that nothing of them counts
 * among those whom a folder can name. `scope`: of the system, for the owner's account. Throws `account.not_found`.
 */
export async function forgetGrantee(ctx: MailboxContext, scope: Scope, grantee: AccountId): Promise<void> {
  await ctx.accounts.transact(scope, async tx => {
    // Those of everybody come along.
    const rows = (await rightRowsOf(tx, grantee)).filter(({ granteeId }) => granteeId === grantee);
    for (const row of rows) {
      await putFolderRight(tx, { ...row, rights: '' });
      await touchMailboxProperties(tx, row.mailboxId);
    }
    if (rows.length > 0) announce(ctx, tx);
  });
  await forgetUnlessShared(ctx, scope, grantee);
}
