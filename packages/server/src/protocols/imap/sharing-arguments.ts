import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { anyone, type RightsChange } from '../../mailbox/sharing/acl.ts';
import { type FolderRight, isFolderRight } from '../../mailbox/sharing/rights.ts';
import { MailError } from '../../platform/errors.ts';
import type { ParseContext } from './command.ts';
import { type MailboxName, parseMailboxName } from './mailbox-path.ts';

/** What the obsolete rights stand for here (RFC 4314 §2.1.1). */
const obsolete: Readonly<Record<string, readonly FolderRight[]>> = { c: ['k', 'x'], d: ['t', 'e'] };

const maxIdentifierLength = 320;

/** Letters of RFC 4314 §2.1. */
function rightsOf(text: string, scanner: Scanner): Set<FolderRight> {
  const rights = new Set<FolderRight>();
  for (const letter of text) {
    const known = obsolete[letter] ?? (isFolderRight(letter) ? [letter] : null);
    if (known === null) scanner.fail('Unknown right');
    for (const right of known) rights.add(right);
  }
  return rights;
}

/** `[+-]rights` (RFC 4314 §3.1). */
export function parseRightsChange(scanner: Scanner): RightsChange {
  const text = scanner.astring().toString('latin1');
  const mode = text.startsWith('+') ? 'add' : text.startsWith('-') ? 'remove' : 'set';
  return { mode, rights: rightsOf(mode === 'set' ? text : text.slice(1), scanner) };
}

export interface NamedIdentifier {
  readonly name: MailboxName;
  readonly identifier: string;
}

/** `SP mailbox SP identifier`. */
export function parseIdentifier(scanner: Scanner, context: ParseContext): NamedIdentifier {
  scanner.space();
  const name = parseMailboxName(scanner, context);
  scanner.space();
  return { name, identifier: scanner.astring().toString('utf8') };
}

/**
 * An identifier as the domain knows it: `anyone` in any case, or an address. Throws `account.not_found` for what can be
 * neither, and so for negative rights, which are not offered (RFC 4314 §3).
 */
export function identifierOf(text: string): string {
  if (text.toLowerCase() === anyone) return anyone;
  if (text.length > maxIdentifierLength || !text.includes('@') || text.startsWith('-')) {
    throw new MailError('account.not_found', { identifier: text.slice(0, maxIdentifierLength) });
  }
  return text.toLowerCase();
}
