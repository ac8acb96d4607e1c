import type { Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountReader } from '../store/accounts/account-transaction.ts';
import { changedRows, vanishedUids } from '../store/accounts/filed-rows.ts';
import { type MailboxRow, mailboxRow } from '../store/accounts/mailbox-rows.ts';
import { type MailboxContext } from './context.ts';
import { entryOf, keywordNames } from './keywords.ts';
import { requireFolder, requireReach } from './sharing/rights.ts';
import { mailboxOf } from './tree.ts';
import type { Mailbox, MailboxChanges, MailboxId, MailboxView } from './types.ts';
import { currentUids } from './views/uid-vector.ts';

/** A mailbox with its path: only its parents are read, not the whole tree. */
async function mailboxIn(
  reader: AccountReader,
  id: MailboxId,
  maxDepth: number,
): Promise<{ mailbox: Mailbox; row: MailboxRow }> {
  const row = await mailboxRow(reader, id);
  if (!row) throw new MailError('mailbox.not_found', { mailbox: id });
  const path = [row.name];
  let parent = row.parentId;
  while (parent !== 0 && path.length < maxDepth) {
    const above = await mailboxRow(reader, parent);
    if (!above) break;
    path.unshift(above.name);
    parent = above.parentId;
  }
  return { mailbox: mailboxOf(row, path, (await reader.state()).base), row };
}

/** A consistent picture of a mailbox for a session. Throws `mailbox.not_found`. */
export async function openView(ctx: MailboxContext, scope: Scope, id: MailboxId): Promise<MailboxView> {
  requireReach(scope, 'read');
  return ctx.accounts.read(scope, async reader => {
    await requireFolder(reader, scope, id, 'r');
    const { mailbox, row } = await mailboxIn(reader, id, ctx.limits.maxDepth);
    return { mailbox, modseq: (await reader.state()).modseq, uids: await currentUids(reader, row) };
  });
}

/**
 * What happened to a mailbox after modseq `since` (RFC 7162 §3.2.10): costs as much as there are changes. Below the floor,
 * and for numbers that were never given out, `complete` is false: `changed` is right, `vanished` may lack UIDs.
 */
export async function changesSince(
  ctx: MailboxContext,
  scope: Scope,
  id: MailboxId,
  since: number,
): Promise<MailboxChanges> {
  requireReach(scope, 'read');
  return ctx.accounts.read(scope, async reader => {
    await requireFolder(reader, scope, id, 'r');
    const { mailbox } = await mailboxIn(reader, id, ctx.limits.maxDepth);
    const { modseq, floor, base } = await reader.state();
    const known = since <= modseq;
    const complete = known && since >= floor;
    if (known && since >= mailbox.highestModseq) {
      return { mailbox, modseq, changed: [], vanished: [], complete };
    }
    // Rows from before an epoch count as changed with it, whatever modseq is written in them.
    const from = known && since >= base ? since : 0;
    const names = await keywordNames(reader);
    const changed = (await changedRows(reader, id, from)).map(row => ({
      ...entryOf(row, names, base),
      created: Math.max(row.createdModseq, complete ? 0 : base) > since,
    }));
    return { mailbox, modseq, changed, vanished: await vanishedUids(reader, id, from), complete };
  });
}
