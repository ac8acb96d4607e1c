import { decodeMailboxName, encodeMailboxName } from '@hongyan/formats/imap/names/mailbox-name.ts';
import type { ImapWriter } from '@hongyan/formats/imap/output/writer.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { MailError } from '../../platform/errors.ts';
import type { ParseContext } from './command.ts';

/** Hierarchy delimiter of all namespaces. */
export const delimiter = '/';

const maxNameUnits = 2_000;

/** A name that came in no encoding we know, or with empty levels: it names nothing and cannot be made (RFC 9051 §5.1). */
function invalid(): never {
  throw new MailError('mailbox.name_invalid');
}

/** Path of a mailbox name. INBOX in any case is `INBOX`; the rest is NFC. Throws `mailbox.name_invalid`. */
export function pathOfName(name: string): string[] {
  if (name.length > maxNameUnits) invalid();
  const path = name.normalize('NFC').split(delimiter);
  if (path.some(level => level === '')) invalid();
  if ((path[0] as string).toUpperCase() === 'INBOX') path[0] = 'INBOX';
  return path;
}

export function nameOfPath(path: readonly string[]): string {
  return path.join(delimiter);
}

/** A mailbox argument as it came; turned into a path only when the command runs, so that a bad name is NO, not BAD. */
export interface MailboxName {
  readonly octets: Buffer;
  readonly utf8: boolean;
}

export function parseMailboxName(scanner: Scanner, context: ParseContext): MailboxName {
  return { octets: scanner.astring(), utf8: context.utf8 };
}

/** Unicode text of the name. Throws `mailbox.name_invalid` if it is in no encoding we know. */
export function textOfName(name: MailboxName): string {
  return decodeMailboxName(name.octets, name.utf8) ?? invalid();
}

/** Path of a mailbox argument. Throws `mailbox.name_invalid`. */
export function pathOf(name: MailboxName): string[] {
  return pathOfName(textOfName(name));
}

/** Writes a mailbox name in the encoding the session wants. */
export function writeMailboxName(writer: ImapWriter, name: string, utf8: boolean): void {
  writer.string(encodeMailboxName(name, utf8));
}
