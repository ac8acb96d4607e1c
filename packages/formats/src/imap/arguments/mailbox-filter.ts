import type { Scanner } from '../scanner.ts';

/** Which mailboxes are meant: `filter-mailboxes` of RFC 5465 §8, with `subtree-one` of RFC 7377 §4. Names are octets. */
export type MailboxFilter =
  | { readonly of: 'selected' | 'selected-delayed' | 'inboxes' | 'personal' | 'subscribed' }
  | { readonly of: 'subtree' | 'subtree-one' | 'mailboxes'; readonly names: readonly Buffer[] };

/** Reads one filter. Throws `ImapSyntaxError`. */
export function parseMailboxFilter(scanner: Scanner): MailboxFilter {
  const word = scanner.keyword();
  switch (word) {
    case 'SELECTED':
      return { of: 'selected' };
    case 'SELECTED-DELAYED':
      return { of: 'selected-delayed' };
    case 'INBOXES':
      return { of: 'inboxes' };
    case 'PERSONAL':
      return { of: 'personal' };
    case 'SUBSCRIBED':
      return { of: 'subscribed' };
    case 'SUBTREE':
    case 'SUBTREE-ONE':
    case 'MAILBOXES': {
      scanner.space();
      const names = scanner.peek() === 0x28 ? scanner.list(() => scanner.astring()) : [scanner.astring()];
      const of = word === 'SUBTREE' ? 'subtree' : word === 'MAILBOXES' ? 'mailboxes' : 'subtree-one';
      return { of, names };
    }
    default:
      return scanner.fail('Unknown mailbox filter');
  }
}
