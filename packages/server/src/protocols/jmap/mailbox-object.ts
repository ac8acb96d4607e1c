import { printId } from '@hongyan/formats/jmap/id.ts';
import { isObject, type Json, type JsonObject, objectOf } from '@hongyan/formats/jmap/json.ts';
import type { Folder } from '../../mailbox/emails/folders.ts';
import type { AclEntry } from '../../mailbox/sharing/acl.ts';
import type { FolderRight, FolderRights } from '../../mailbox/sharing/rights.ts';

/** Properties of a Mailbox (RFC 8621 §2). */
export const mailboxProperties: ReadonlySet<string> = new Set([
  'id',
  'name',
  'parentId',
  'role',
  'sortOrder',
  'totalEmails',
  'unreadEmails',
  'totalThreads',
  'unreadThreads',
  'myRights',
  'isSubscribed',
]);

/** Who else has rights in a mailbox; for requests that use the sharing capability. */
export const shareProperty = 'shareWith';

/** Those that only the server sets. */
export const mailboxServerSet: ReadonlySet<string> = new Set([
  'id',
  'totalEmails',
  'unreadEmails',
  'totalThreads',
  'unreadThreads',
  'myRights',
]);

/** The counts, which change often (RFC 8621 §2.2). */
export const mailboxCounts: readonly string[] = [
  'totalEmails',
  'unreadEmails',
  'totalThreads',
  'unreadThreads',
];

/** Rights of RFC 8621 §2 in the letters of RFC 4314; what is shared with others has `mayShare` beside them (RFC 9670 §1.5.2). */
const rightLetters: readonly (readonly [name: string, letters: readonly FolderRight[]])[] = [
  ['mayReadItems', ['l', 'r']],
  ['mayAddItems', ['i']],
  ['mayRemoveItems', ['t', 'e']],
  ['maySetSeen', ['s']],
  ['maySetKeywords', ['w']],
  ['mayCreateChild', ['k']],
  ['mayRename', ['x']],
  ['mayDelete', ['x']],
  ['maySubmit', ['p']],
];
const shareLetters: readonly (readonly [name: string, letters: readonly FolderRight[]])[] = [
  ...rightLetters,
  ['mayShare', ['a']],
];

/** `MailboxRights` of somebody in a folder; with `sharing` whether they may share it, too. */
export function printRights(rights: FolderRights, sharing: boolean): JsonObject {
  const names = sharing ? shareLetters : rightLetters;
  return objectOf(
    names.map(([name, letters]) => [name, letters.every(letter => rights.has(letter))] as const),
  );
}

/** Reads `MailboxRights` that somebody is given; what is missing is false. Null for anything else. */
export function readRights(value: Json): Set<FolderRight> | null {
  if (!isObject(value)) return null;
  const rights = new Set<FolderRight>();
  for (const [name, on] of Object.entries(value)) {
    const letters = shareLetters.find(([each]) => each === name)?.[1];
    if (!letters || typeof on !== 'boolean') return null;
    if (on) for (const letter of letters) rights.add(letter);
  }
  return rights;
}

/** What Mailbox has beyond RFC 8621 for those who use sharing. */
export interface MailboxSharing {
  readonly sharedWith: ReadonlyMap<number, readonly AclEntry[]>;
}

/** The Mailbox object of a folder. */
export function mailboxObject(folder: Folder, sharing: MailboxSharing | null = null): JsonObject {
  const object = {
    id: printId('m', folder.id),
    name: folder.role === 'inbox' ? 'Inbox' : (folder.path.at(-1) ?? ''),
    parentId: folder.parentId === null ? null : printId('m', folder.parentId),
    role: folder.role,
    sortOrder: folder.sortOrder,
    totalEmails: folder.totalEmails,
    unreadEmails: folder.unreadEmails,
    totalThreads: folder.totalThreads,
    unreadThreads: folder.unreadThreads,
    myRights: printRights(folder.rights, sharing !== null),
    isSubscribed: folder.subscribed,
  };
  if (sharing === null) return object;
  const entries = sharing.sharedWith.get(folder.id) ?? [];
  const people = entries.map(({ identifier, rights }) => [identifier, printRights(rights, true)] as const);
  return { ...object, [shareProperty]: people.length > 0 ? objectOf(people) : null };
}
