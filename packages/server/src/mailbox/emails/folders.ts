import type { Scope } from '../../access/scope.ts';
import { touchedMessages } from '../../store/accounts/emails/filing-rows.ts';
import { sortOrders, vanishedMailboxes } from '../../store/accounts/emails/folder-rows.ts';
import type { MailboxContext } from '../context.ts';
import { type FolderRights, rightsInAll } from '../sharing/rights.ts';
import { ownSubscriptions, withSubscriptions } from '../sharing/subscriptions.ts';
import { readTree } from '../tree.ts';
import type { Mailbox, MailboxId } from '../types.ts';
import type { EmailIndexes } from './email-indexes.ts';
import { type FolderCounts, folderCounts } from './folder-counts.ts';
import {
  type ChangePoint,
  endOf,
  nextPage,
  type ObjectChanges,
  readStates,
  requireTellable,
} from './states.ts';

/** A mailbox as JMAP shows it. */
export interface Folder extends Mailbox, Readonly<FolderCounts> {
  /** What the scope may do in it (RFC 4314). */
  readonly rights: FolderRights;
  readonly sortOrder: number;
}

export interface Folders {
  /** Parents before children, INBOX first. */
  readonly list: readonly Folder[];
  readonly state: ChangePoint;
}

/** Place of the mailboxes with a role while nobody has put them elsewhere. */
const roleOrder: Readonly<Record<string, number>> = {
  inbox: 10,
  flagged: 15,
  drafts: 20,
  sent: 30,
  archive: 40,
  junk: 50,
  trash: 60,
};
const otherOrder = 100;

const noRights: FolderRights = new Set();
const noCounts: FolderCounts = { totalEmails: 0, unreadEmails: 0, totalThreads: 0, unreadThreads: 0 };

/** The mailboxes of the account that the scope may see, with JMAP's counts, from one snapshot. One in a hidden place is at the top. */
export async function listFolders(
  ctx: MailboxContext,
  indexes: EmailIndexes,
  scope: Scope,
): Promise<Folders> {
  return indexes.read(ctx, scope, async (index, reader) => {
    const tree = await readTree(reader);
    const orders = await sortOrders(reader);
    const { mailbox: state } = await readStates(reader, scope);
    const rights = await rightsInAll(reader, scope, tree.rows.values());
    const seen = (id: MailboxId): boolean => rights.get(id)?.has('l') === true;
    const all = (await withSubscriptions(reader, scope, tree.all()))
      .filter(item => seen(item.id))
      .map(item => ({
        ...item,
        parentId: item.parentId !== null && seen(item.parentId) ? item.parentId : null,
      }));
    const counts = folderCounts(index, all.find(item => item.role === 'trash')?.id ?? null);
    const list = all.map(item => ({
      ...item,
      ...(counts.get(item.id) ?? noCounts),
      rights: rights.get(item.id) ?? noRights,
      sortOrder: orders.get(item.id) ?? roleOrder[item.role ?? ''] ?? otherOrder,
    }));
    return { list, state };
  });
}

export interface FolderChanges extends ObjectChanges {
  /** Only counts changed in the mailboxes that were updated (RFC 8621 §2.2). */
  readonly onlyCounts: boolean;
}

/** Past so many changed messages every mailbox is taken to have other counts. */
const maxTouched = 2_000;

/**
 * Mailboxes that were made, changed or removed since a point. A change of an email may change the unread threads of every
 * mailbox that has a part of its thread. Throws `conflict.state`.
 */
export async function folderChanges(
  ctx: MailboxContext,
  indexes: EmailIndexes,
  scope: Scope,
  since: ChangePoint,
  max: number,
): Promise<FolderChanges> {
  return indexes.read(ctx, scope, async (index, reader) => {
    const states = await readStates(reader, scope);
    requireTellable(since, states);
    const tree = await readTree(reader);
    const rights = await rightsInAll(reader, scope, tree.rows.values());
    const rows = [...tree.rows.values()].filter(row => rights.get(row.id)?.has('l'));
    const until = endOf(since, states.mailbox, states.modseq);
    const within = (modseq: number): boolean => modseq > since.modseq && modseq <= until.modseq;
    const counted = new Set<MailboxId>();
    const touched = await touchedMessages(reader, since.modseq, maxTouched);
    for (const { messageId, modseq } of touched) {
      const email = within(modseq) ? index.email(messageId) : undefined;
      for (const other of email ? index.thread(email.threadId) : []) {
        for (const id of other.mailboxes) counted.add(id);
      }
    }
    const gone = await vanishedMailboxes(reader, since.modseq, until.modseq);
    const subscriptions = await ownSubscriptions(reader, scope);
    const ofOwn = (id: MailboxId): number => subscriptions.get(id)?.modseq ?? 0;
    const changed = rows.filter(
      row =>
        within(row.propsModseq) ||
        within(ofOwn(row.id)) ||
        within(row.countsModseq) ||
        counted.has(row.id) ||
        touched.length === maxTouched,
    );
    const known = gone.filter(id => id < since.next);
    const ids = [...changed.map(row => row.id), ...known];
    const { told, to, more } = nextPage(since, states.mailbox, states.modseq, ids, max);
    const updated = changed.filter(row => told.has(row.id) && row.id < since.next);
    return {
      created: changed.filter(row => told.has(row.id) && row.id >= since.next).map(row => row.id),
      updated: updated.map(row => row.id),
      destroyed: known.filter(id => told.has(id)),
      to,
      more,
      onlyCounts:
        updated.length > 0 && updated.every(row => Math.max(row.propsModseq, ofOwn(row.id)) <= since.modseq),
    };
  });
}
