import type { MailboxRole } from '../../../mailbox/types.ts';
import { isOwn, type SessionMailbox } from '../realms/realm.ts';

/** Special-use attributes (RFC 6154 §2, RFC 8457 §3) and the roles they stand for. */
const attributes: readonly (readonly [MailboxRole, string])[] = [
  ['all', '\\All'],
  ['archive', '\\Archive'],
  ['drafts', '\\Drafts'],
  ['flagged', '\\Flagged'],
  ['important', '\\Important'],
  ['junk', '\\Junk'],
  ['sent', '\\Sent'],
  ['trash', '\\Trash'],
];

/** Attribute of a role, null for none and for INBOX. */
function attributeOfRole(role: MailboxRole | null): string | null {
  return attributes.find(([each]) => each === role)?.[1] ?? null;
}

/**
 * Special use of a mailbox for the person who is signed in: only their own have one. A client that keeps the last \Trash it
 * is told of would else put this person's deleted mail into a mailbox of others.
 */
export function specialUseOf({ role, realm }: Pick<SessionMailbox, 'role' | 'realm'>): string | null {
  return isOwn(realm) ? attributeOfRole(role) : null;
}

/** Role of an attribute in any case, null for one we do not know. */
export function roleOfAttribute(attribute: string): MailboxRole | null {
  const wanted = attribute.toUpperCase();
  return attributes.find(([, name]) => name.toUpperCase() === wanted)?.[0] ?? null;
}

/** The annotation that stands for the special use of a mailbox (RFC 6154 §4). */
export const specialUseEntry = { space: 'private', path: '/specialuse' } as const;

/** Whether an annotation is that one. */
export function isSpecialUse({ space, path }: { readonly space: string; readonly path: string }): boolean {
  return space === specialUseEntry.space && path === specialUseEntry.path;
}
