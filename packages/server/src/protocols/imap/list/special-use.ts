import type { MailboxRole } from '../../../mailbox/types.ts';

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
export function attributeOfRole(role: MailboxRole | null): string | null {
  return attributes.find(([each]) => each === role)?.[1] ?? null;
}

/** Role of an attribute in any case, null for one we do not know. */
export function roleOfAttribute(attribute: string): MailboxRole | null {
  const wanted = attribute.toUpperCase();
  return attributes.find(([, name]) => name.toUpperCase() === wanted)?.[0] ?? null;
}
