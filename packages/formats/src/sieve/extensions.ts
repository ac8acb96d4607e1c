/** Every extension that scripts may require, as ManageSieve announces them (RFC 5804 §1.7). */
export const sieveExtensions: readonly string[] = [
  'fileinto',
  'reject',
  'ereject',
  'envelope',
  'encoded-character',
  'copy',
  'body',
  'variables',
  'vacation',
  'vacation-seconds',
  'regex',
  'relational',
  'subaddress',
  'imap4flags',
  'date',
  'index',
  'editheader',
  'include',
  'mailbox',
  'mboxmetadata',
  'servermetadata',
  'extlists',
  'spamtest',
  'spamtestplus',
  'virustest',
  'special-use',
  'duplicate',
  'enotify',
  'environment',
  'ihave',
  'foreverypart',
  'mime',
  'extracttext',
  'replace',
  'enclose',
  'comparator-i;ascii-numeric',
  'comparator-i;unicode-casemap',
];

/** Ways to notify (RFC 5435, RFC 5804 §1.7). */
export const notifyMethods: readonly string[] = ['mailto'];

/** Required by name although they need not be (RFC 5228 §2.7.3). */
const always: readonly string[] = ['comparator-i;octet', 'comparator-i;ascii-casemap'];

export function isExtension(name: string): boolean {
  return sieveExtensions.includes(name) || always.includes(name);
}
