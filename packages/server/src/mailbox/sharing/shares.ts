import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { mailboxRow, touchMailboxProperties } from '../../store/accounts/mailbox-rows.ts';
import { folderRightRows, putFolderRight } from '../../store/accounts/shares/right-rows.ts';
import type { MailboxContext } from '../context.ts';
import type { MailboxLimits } from '../limits.ts';
import type { MailboxId } from '../types.ts';
import { granteeOf } from './acl.ts';
import { forgetUnlessShared } from './hints.ts';
import { noNeighbours } from './neighbours.ts';
import {
  accountRights,
  demand,
  type FolderRights,
  parseRights,
  requireReach,
  rightsIn,
  rightsText,
} from './rights.ts';

/** What people are to have in a folder. */
export interface WantedShares {
  /** Whoever is not named loses what they have. */
  readonly whole: boolean;
  /** By address, or `anyone`; no rights: nothing any more. */
  readonly people: ReadonlyMap<string, FolderRights>;
}

/** The same with the people found, for the transaction that changes the folder. */
export interface FolderShares {
  readonly whole: boolean;
  readonly people: ReadonlyMap<AccountId, FolderRights>;
  /** Everybody whose rights the transaction looked at. */
  readonly touched: Set<AccountId>;
}

/** Throws unless the scope may share the folder, or with null what it makes at the top of the account. */
async function requireSharing(ctx: MailboxContext, scope: Scope, where: MailboxId | null): Promise<void> {
  requireReach(scope, 'read');
  const rights = await ctx.accounts.read(scope, async reader => {
    if (where === null) return accountRights(scope, null);
    const row = await mailboxRow(reader, where);
    if (!row) throw new MailError('mailbox.not_found', { mailbox: where });
    return rightsIn(reader, scope, row);
  });
  if (!rights.has('a')) throw new MailError('access.denied', { right: 'a' });
}

async function findPeople(ctx: MailboxContext, scope: Scope, wanted: WantedShares): Promise<FolderShares> {
  const people = new Map<AccountId, FolderRights>();
  for (const [identifier, rights] of wanted.people) {
    const grantee = await granteeOf(ctx, scope, identifier);
    if (grantee === scope.accountId) throw new MailError('mailbox.protected', { identifier });
    people.set(grantee, rights);
  }
  return { whole: wanted.whole, people, touched: new Set(people.keys()) };
}

/**
 * Runs the change of a folder that gives people rights, too, so that both are done or neither: `work` hands the shares to the
 * transaction. `where` is the folder, or the one in which it is made. Throws `mailbox.not_found`, `access.denied` without `a`
 * there, `account.not_found` and `mailbox.protected` with the `identifier` of who cannot be given rights.
 */
export async function withShares<T>(
  ctx: MailboxContext,
  scope: Scope,
  where: MailboxId | null,
  wanted: WantedShares | null,
  work: (shares: FolderShares | undefined) => Promise<T>,
): Promise<T> {
  if (wanted === null) return work(undefined);
  await requireSharing(ctx, scope, where);
  const { neighbours = noNeighbours } = ctx;
  const { tenantId, accountId } = scope;
  const shares = await findPeople(ctx, scope, wanted);
  // Before the rights, so that a crash leaves a hint too many and never one too few.
  for (const [grantee, rights] of shares.people) {
    if (rights.size > 0) await neighbours.note(tenantId, accountId, grantee, true);
  }
  try {
    return await work(shares);
  } finally {
    for (const grantee of shares.touched) await forgetUnlessShared(ctx, scope, grantee);
  }
}

/** Gives and takes the rights inside a transaction. Needs `a`. Throws `mailbox.not_found`, `access.denied`, `limit.exceeded`. */
export async function shareIn(
  limits: Pick<MailboxLimits, 'maxAclEntries'>,
  tx: AccountTransaction,
  scope: Scope,
  id: MailboxId,
  { whole, people, touched }: FolderShares,
): Promise<void> {
  const row = await mailboxRow(tx, id);
  if (!row) throw new MailError('mailbox.not_found', { mailbox: id });
  demand(await rightsIn(tx, scope, row), id, ['a']);
  const before = new Map((await folderRightRows(tx, id)).map(each => [each.granteeId, each.rights]));
  const after = new Map(whole ? [] : before);
  for (const [granteeId, rights] of people) {
    if (rights.size > 0) after.set(granteeId, rightsText(rights));
    else after.delete(granteeId);
  }
  if (after.size > limits.maxAclEntries && after.size > before.size) {
    throw new MailError('limit.exceeded', { limit: 'acl' });
  }
  let changed = false;
  for (const granteeId of new Set([...before.keys(), ...after.keys()])) {
    const rights = after.get(granteeId) ?? '';
    if (rights === rightsText(parseRights(before.get(granteeId) ?? ''))) continue;
    touched.add(granteeId);
    await putFolderRight(tx, { mailboxId: id, granteeId, rights });
    changed = true;
  }
  if (changed) await touchMailboxProperties(tx, id);
}
