/**
 * The unique-id of a message (RFC 1939 §7): UIDVALIDITY and UID, which no other message of the mailbox ever has. Digits and
 * a hyphen, 21 characters at most; the RFC allows 70 of 0x21 to 0x7E.
 */
export function formatUniqueId(uidValidity: number, uid: number): string {
  return `${uidValidity}-${uid}`;
}
