import { printId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import type { Scope } from '../../access/scope.ts';
import type { Folder } from '../../mailbox/emails/folders.ts';

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

/** The Mailbox object of a folder. */
export function mailboxObject(scope: Scope, folder: Folder): JsonObject {
  const { read, write } = scope.rights;
  const isInbox = folder.role === 'inbox';
  return {
    id: printId('m', folder.id),
    name: isInbox ? 'Inbox' : (folder.path.at(-1) ?? ''),
    parentId: folder.parentId === null ? null : printId('m', folder.parentId),
    role: folder.role,
    sortOrder: folder.sortOrder,
    totalEmails: folder.totalEmails,
    unreadEmails: folder.unreadEmails,
    totalThreads: folder.totalThreads,
    unreadThreads: folder.unreadThreads,
    myRights: {
      mayReadItems: read,
      mayAddItems: write,
      mayRemoveItems: write,
      maySetSeen: write,
      maySetKeywords: write,
      mayCreateChild: write,
      mayRename: write && !isInbox,
      mayDelete: write && !isInbox,
      maySubmit: write,
    },
    isSubscribed: folder.subscribed,
  };
}
