import type { Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountReader } from '../store/accounts/account-transaction.ts';
import { changedRows, vanishedUids } from '../store/accounts/filed-rows.ts';
import { type MailboxRow, mailboxRow } from '../store/accounts/mailbox-rows.ts';
import { type MailboxContext } from './context.ts';
import { entryOf, keywordNames } from './keywords.ts';
import { mailboxRowAt } from './list.ts';
import { demand, type FolderRights, requireFolder, requireReach, rightsIn } from './sharing/rights.ts';
import { withSubscriptions } from './sharing/subscriptions.ts';
import { mailboxOf, normalPath } from './tree.ts';
import type { Mailbox, MailboxChanges, MailboxId, MailboxView } from './types.ts';
import { currentUids } from './views/uid-vector.ts';

/** A mailbox with its path: only its parents are read, not the whole tree. */
async function withPath(
  reader: AccountReader,
  scope: Scope,
  row: MailboxRow,
  maxDepth: number,
): Promise<{ mailbox: Mailbox; row: MailboxRow }> {
  const path = [row.name];
  let parent = row.parentId;
  while (parent !== 0 && path.length < maxDepth) {
    const above = await mailboxRow(reader, parent);
    if (!above) break;
    path.unshift(above.name);
    parent = above.parentId;
  }
  const mailbox = mailboxOf(row, path, (await reader.state()).base);
  return { mailbox: (await withSubscriptions(reader, scope, [mailbox]))[0] ?? mailbox, row };
}

/** What a session that opens a mailbox asks for, in one snapshot. */
export interface OpenedMailbox extends MailboxView {
  /** Keywords in use in the account, for FLAGS and PERMANENTFLAGS (RFC 9051 §7.3.5): those without a bit of their own. */
  readonly keywords: readonly string[];
  /** What the scope may do in it (RFC 4314 §3.5). */
  readonly rights: FolderRights;
}

async function viewOf(
  reader: AccountReader,
  mailbox: Mailbox,
  row: MailboxRow,
  rights: FolderRights,
): Promise<OpenedMailbox> {
  const keywords = [...(await keywordNames(reader)).values()];
  const { modseq } = await reader.state();
  return { mailbox, modseq, uids: await currentUids(reader, row), keywords, rights };
}

/** A consistent picture of a mailbox for a session. Throws `mailbox.not_found`. */
export async function openView(ctx: MailboxContext, scope: Scope, id: MailboxId): Promise<OpenedMailbox> {
  requireReach(scope, 'read');
  return ctx.accounts.read(scope, async reader => {
    const found = await requireFolder(reader, scope, id, 'r');
    const { mailbox, row } = await withPath(reader, scope, found, ctx.limits.maxDepth);
    const rights = await rightsIn(reader, scope, row);
    if (rights.size === 0) throw new MailError('mailbox.not_found', { mailbox: id });
    return viewOf(reader, mailbox, row, rights);
  });
}

/**
 * As `openView`, of the mailbox at a path (`getMailbox`), found and read in the same snapshot: null where there is none or
 * the scope has no right in it. Throws `mailbox.not_found` and `access.denied` where it may not be read (RFC 4314 §6).
 */
export async function openViewAt(
  ctx: MailboxContext,
  scope: Scope,
  path: readonly string[],
): Promise<OpenedMailbox | null> {
  requireReach(scope, 'read');
  const normal = normalPath(path, ctx.limits);
  if (normal === null) return null;
  return ctx.accounts.read(scope, async reader => {
    const row = await mailboxRowAt(reader, normal);
    if (row === null) return null;
    const rights = await rightsIn(reader, scope, row);
    if (rights.size === 0) return null;
    demand(rights, row.id, ['r']);
    const found = mailboxOf(row, normal, (await reader.state()).base);
    const [mailbox = found] = await withSubscriptions(reader, scope, [found]);
    return viewOf(reader, mailbox, row, rights);
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
    const found = await requireFolder(reader, scope, id, 'r');
    const { mailbox } = await withPath(reader, scope, found, ctx.limits.maxDepth);
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
