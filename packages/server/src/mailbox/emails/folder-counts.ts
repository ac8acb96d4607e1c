import { Flag, type MailboxId } from '../types.ts';
import type { Email, EmailIndex } from './email-index.ts';

/** Counts of a mailbox (RFC 8621 §2). Messages with \Deleted do not count. */
export interface FolderCounts {
  totalEmails: number;
  unreadEmails: number;
  totalThreads: number;
  unreadThreads: number;
}

const key = 'folder-counts';

/** Neither read nor a draft. */
export function isUnread(email: Email): boolean {
  return (email.bits & (Flag.Seen | Flag.Draft)) === 0;
}

/**
 * Counts of every mailbox that has emails. A thread is unread in a mailbox when any of its emails is, but the trash is a
 * world of its own: emails only in the trash do not make a thread unread elsewhere, nor the other way round (RFC 8621 §2).
 */
export function folderCounts(
  index: EmailIndex,
  trash: MailboxId | null,
): ReadonlyMap<MailboxId, FolderCounts> {
  const name = `${key} ${trash}`;
  const known = index.derived.get(name);
  if (known) return known as ReadonlyMap<MailboxId, FolderCounts>;
  const counts = new Map<MailboxId, FolderCounts>();
  const of = (id: MailboxId): FolderCounts => {
    let entry = counts.get(id);
    if (!entry) {
      entry = { totalEmails: 0, unreadEmails: 0, totalThreads: 0, unreadThreads: 0 };
      counts.set(id, entry);
    }
    return entry;
  };
  for (const thread of index.threads()) countThread(thread, trash, of);
  index.derived.set(name, counts);
  return counts;
}

function countThread(
  thread: readonly Email[],
  trash: MailboxId | null,
  of: (id: MailboxId) => FolderCounts,
): void {
  let unreadOutside = false;
  let unreadInTrash = false;
  const mailboxes = new Set<MailboxId>();
  for (const email of thread) {
    const unread = isUnread(email);
    for (const id of email.mailboxes) {
      const entry = of(id);
      entry.totalEmails += 1;
      if (unread) entry.unreadEmails += 1;
      mailboxes.add(id);
      if (unread && id === trash) unreadInTrash = true;
      if (unread && id !== trash) unreadOutside = true;
    }
  }
  for (const id of mailboxes) {
    const entry = of(id);
    entry.totalThreads += 1;
    if (id === trash ? unreadInTrash : unreadOutside) entry.unreadThreads += 1;
  }
}
