import type { ImapWriter } from '@hongyan/formats/imap/output/writer.ts';
import { delimiter, writeMailboxName } from '../mailbox-path.ts';
import type { FoundName } from './names.ts';
import { specialUseOf } from './special-use.ts';

export interface ListWriteOptions {
  readonly utf8: boolean;
  /** \Subscribed was asked for. */
  readonly subscribed: boolean;
  /** Name before it was renamed: OLDNAME (RFC 5465 §5.4). */
  readonly oldName?: string | null;
}

/** `LIST "" ""`: the delimiter and the root (RFC 9051 §6.3.9). */
export function writeRoot(writer: ImapWriter, response: 'LIST' | 'LSUB'): void {
  writer.ascii(`* ${response} (\\Noselect) "${delimiter}" ""\r\n`);
}

/** Writes `* LIST (attributes) "/" name` (RFC 9051 §7.3.1). Special uses of own mailboxes and children are always told (RFC 6154 §2). */
export function writeListName(writer: ImapWriter, found: FoundName, options: ListWriteOptions): void {
  const attributes: string[] = [];
  if (found.mailbox === null) attributes.push(found.level === true ? '\\Noselect' : '\\NonExistent');
  attributes.push(found.hasChildren ? '\\HasChildren' : '\\HasNoChildren');
  const use = found.mailbox === null ? null : specialUseOf(found.mailbox);
  if (use !== null) attributes.push(use);
  if (options.subscribed && found.subscribed) attributes.push('\\Subscribed');
  writer.ascii(`* LIST (${attributes.join(' ')}) "${delimiter}" `);
  writeMailboxName(writer, found.name, options.utf8);
  if (found.childInfo.length > 0) {
    writer.ascii(` ("CHILDINFO" (${found.childInfo.map(reason => `"${reason}"`).join(' ')}))`);
  }
  if (options.oldName != null) {
    writer.ascii(' ("OLDNAME" (');
    writeMailboxName(writer, options.oldName, options.utf8);
    writer.ascii('))');
  }
  writer.crlf();
}

/** Writes `* LSUB (attributes) "/" name` (RFC 3501 §7.2.3). */
export function writeLsubName(
  writer: ImapWriter,
  found: { readonly name: string; readonly subscribed: boolean },
  utf8: boolean,
): void {
  writer.ascii(`* LSUB (${found.subscribed ? '' : '\\Noselect'}) "${delimiter}" `);
  writeMailboxName(writer, found.name, utf8);
  writer.crlf();
}
