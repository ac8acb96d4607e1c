import type { MailPhrases } from '@hongyan/phrases/mail/zh.ts';
import type { Mailbox } from '../../jmap/types.ts';

/** The lists everybody has, as they stand on the left. */
export const standardLists = [
  'inbox',
  'starred',
  'todo',
  'done',
  'snoozed',
  'drafts',
  'sent',
  'archive',
  'trash',
  'junk',
] as const;

/** The name shown for a mailbox: ours for those with a role, else its own. */
export function mailboxName(mailbox: Mailbox, texts: MailPhrases): string {
  if (mailbox.role === 'scheduled') return texts.compose.scheduledPage.title;
  const role = mailbox.role as keyof MailPhrases['folder'] | null;
  const name =
    role && standardLists.includes(role as (typeof standardLists)[number]) ? texts.folder[role] : null;
  return typeof name === 'string' ? name : mailbox.name;
}

/** The person's own folders, parents before children, with their depth. */
export function ownFolders(mailboxes: ReadonlyMap<string, Mailbox>): { mailbox: Mailbox; depth: number }[] {
  // What waits to be sent has a page of its own.
  const hasPlace = (mailbox: Mailbox): boolean =>
    mailbox.role === 'scheduled' ||
    (mailbox.role !== null && standardLists.includes(mailbox.role as (typeof standardLists)[number]));
  const children = (parentId: string | null): Mailbox[] =>
    [...mailboxes.values()]
      .filter(mailbox => mailbox.parentId === parentId)
      .sort((a, b) => a.sortOrder - b.sortOrder || a.name.localeCompare(b.name));
  const walk = (parentId: string | null, depth: number): { mailbox: Mailbox; depth: number }[] =>
    children(parentId).flatMap(mailbox =>
      hasPlace(mailbox) ? walk(mailbox.id, depth) : [{ mailbox, depth }, ...walk(mailbox.id, depth + 1)],
    );
  return walk(null, 0);
}
