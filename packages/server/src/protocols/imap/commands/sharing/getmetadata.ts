import {
  type EntryName,
  entryText,
  type MetadataQuestion,
  parseMetadataQuestion,
} from '@hongyan/formats/imap/arguments/metadata.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { type Annotation, listAnnotations } from '../../../../mailbox/sharing/annotations.ts';
import { type Command, defineCommand, ok, type ParseContext, signedIn } from '../../command.ts';
import { findMailbox } from '../../find-mailbox.ts';
import { isSpecialUse, specialUseEntry, specialUseOf } from '../../list/special-use.ts';
import { nameOfPath, writeMailboxName } from '../../mailbox-path.ts';

interface GetMetadataArguments extends MetadataQuestion {
  readonly utf8: boolean;
}

function parse(scanner: Scanner, { utf8 }: ParseContext): GetMetadataArguments {
  scanner.space();
  return { ...parseMetadataQuestion(scanner), utf8 };
}

function levels(path: string): number {
  return path.split('/').length;
}

function asks(entry: EntryName, depth: MetadataQuestion['depth'], { space, path }: Annotation): boolean {
  if (space !== entry.space) return false;
  if (path === entry.path) return true;
  if (depth === 0 || !path.startsWith(`${entry.path}/`)) return false;
  return depth === 'infinity' || levels(path) === levels(entry.path) + 1;
}

/** GETMETADATA (RFC 5464 §4.2). The special use of a mailbox is an entry of it (RFC 6154 §4). */
export const getmetadata: Command = defineCommand({
  name: 'GETMETADATA',
  states: signedIn,
  capability: ['METADATA'],
  rfc: ['5464 §4.2', '6154 §4'],
  parse,
  run: async (session, { mailbox: octets, utf8, entries, maxSize, depth }) => {
    const mailbox = octets.length === 0 ? null : await findMailbox(session, { octets, utf8 });
    const { scope } = mailbox?.realm ?? session.realm;
    const stored = await listAnnotations(session.mail, scope, mailbox?.id ?? null);
    const use = mailbox && specialUseOf(mailbox);
    const all: Annotation[] = stored.filter(each => !isSpecialUse(each));
    if (use !== null) all.push({ ...specialUseEntry, value: Buffer.from(use) });
    const wanted = all.filter(each => entries.some(entry => asks(entry, depth, each)));
    const told = wanted.filter(({ value }) => maxSize === null || value.length <= maxSize);
    const missing = entries.filter(entry => depth === 0 && !wanted.some(each => asks(entry, 0, each)));
    const { out } = session;
    if (told.length > 0 || missing.length > 0) {
      out.ascii('* METADATA ');
      writeMailboxName(out, mailbox === null ? '' : nameOfPath(mailbox.path), session.utf8);
      let separator = ' (';
      for (const each of told) {
        out.ascii(separator).ascii(entryText(each)).ascii(' ');
        // A zero octet can only stand in a literal8 (RFC 5464 §5).
        if (each.value.includes(0)) out.ascii('~').literal(each.value);
        else out.string(each.value);
        separator = ' ';
      }
      for (const entry of missing) {
        out.ascii(separator).ascii(entryText(entry)).ascii(' NIL');
        separator = ' ';
      }
      out.ascii(')\r\n');
    }
    const longest = Math.max(...wanted.map(({ value }) => value.length), 0);
    const long = maxSize !== null && longest > maxSize;
    return long
      ? ok('GETMETADATA completed', `METADATA LONGENTRIES ${longest}`)
      : ok('GETMETADATA completed');
  },
});
