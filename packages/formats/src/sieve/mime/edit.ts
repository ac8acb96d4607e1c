import { Buffer } from 'node:buffer';
import { buildMessage } from '../../message/build.ts';
import { addressField, dateField, foldField, type MailboxInput, textField } from '../../message/fields.ts';
import { HeaderBlock } from '../../message/headers.ts';

const mimeVersion = 'MIME-Version: 1.0\r\n';

/** Header and body of an entity, without the blank line between them. */
export interface Entity {
  readonly header: string;
  readonly body: Uint8Array;
}

/** A text/plain entity in UTF-8; a line that could be taken for a boundary is encoded. */
export function textEntity(text: string): Entity {
  const hidden = /^--/m.test(text);
  const content = Buffer.from(text.toWellFormed().replaceAll(/\r\n|\r|\n/g, '\r\n'), 'utf8');
  const parameters = [['charset', 'utf-8']] as const;
  const rendered = buildMessage(
    [],
    hidden ? { kind: 'data', mediaType: 'text/plain', content, parameters } : { kind: 'text', text },
  );
  const entity = splitEntity(Buffer.from(rendered));
  return { header: entity.header.replace(mimeVersion, ''), body: entity.body };
}

/** An entity as a script wrote it (RFC 2045 §2.4); without header fields all of it is body. */
export function writtenEntity(text: string): Entity {
  const bytes = Buffer.from(text.toWellFormed().replaceAll(/\r\n|\r|\n/g, '\r\n'), 'utf8');
  return splitEntity(bytes);
}

function splitEntity(bytes: Buffer): Entity {
  if (bytes.subarray(0, 2).equals(Buffer.from('\r\n'))) return { header: '', body: bytes.subarray(2) };
  const block = new HeaderBlock(bytes);
  const end = block.fields.at(-1)?.end ?? 0;
  if (end === 0 || block.fields[0]?.start !== 0) return { header: '', body: bytes };
  const blank = bytes.subarray(end, end + 2).equals(Buffer.from('\r\n')) ? 2 : 0;
  return { header: withLineEnd(bytes.toString('utf8', 0, end)), body: bytes.subarray(end + blank) };
}

function withLineEnd(header: string): string {
  return header.endsWith('\n') ? header : `${header}\r\n`;
}

/** The entity as it stands in a message. A header of its own keeps the body from being taken for one. */
export function entityBytes({ header, body }: Entity): Buffer {
  return Buffer.concat([Buffer.from(`${header}\r\n`), body]);
}

function isMimeField(key: string): boolean {
  return key === 'mime-version' || key.startsWith('content-');
}

/** What `replace` says about the header of a whole message. */
export interface NewHeader {
  readonly subject: string | null;
  /** An address list as written. */
  readonly from: string | null;
}

/**
 * The header of a message all of whose content is replaced (RFC 5703 §5): fields that are not about MIME stay, subject and
 * sender are kept as Original-Subject and Original-From where they change.
 */
export function headerOfReplaced(header: HeaderBlock, entity: Entity, { subject, from }: NewHeader): Buffer {
  const pieces: Uint8Array[] = [];
  const data = Buffer.from(header.bytes);
  for (const field of header.fields) {
    if (isMimeField(field.key)) continue;
    const changes = (field.key === 'subject' && subject !== null) || (field.key === 'from' && from !== null);
    const bytes = data.subarray(field.start, field.end);
    pieces.push(...(changes ? [Buffer.from('Original-')] : []), bytes);
    if (bytes.at(-1) !== 0x0a) pieces.push(Buffer.from('\r\n'));
  }
  if (from !== null) pieces.push(Buffer.from(foldField('From', from)));
  if (subject !== null) pieces.push(Buffer.from(textField('Subject', subject)));
  const written = new HeaderBlock(Buffer.from(entity.header));
  const content = written.fields
    .filter(field => field.key.startsWith('content-'))
    .map(field => Buffer.from(written.bytes.subarray(field.start, field.end)));
  return Buffer.concat([...pieces, Buffer.from(mimeVersion), ...content]);
}

/** What `enclose` puts around a message. */
export interface Enclosure {
  readonly subject: string | null;
  /** Names of fields that are taken over, lower case. */
  readonly headers: readonly string[];
  readonly text: string;
  readonly owner: MailboxInput;
  readonly now: number;
  readonly zone: number;
  /** A boundary that does not occur in the message. */
  readonly boundary: string;
}

/** Header of the new message, and what stands before and behind the enclosed one (RFC 5703 §6). */
export function enclosing(
  header: HeaderBlock,
  enclosure: Enclosure,
): { readonly header: Buffer; readonly before: Buffer; readonly after: Buffer } {
  const { subject, headers, text, owner, now, zone, boundary } = enclosure;
  const data = Buffer.from(header.bytes);
  const isCopied = (key: string): boolean =>
    key === 'subject' ? subject === null : headers.includes(key) && !isMimeField(key);
  const copied = header.fields
    .filter(({ key }) => isCopied(key))
    .flatMap(field => {
      const bytes = data.subarray(field.start, field.end);
      return bytes.at(-1) === 0x0a ? [bytes] : [bytes, Buffer.from('\r\n')];
    });
  const taken = (key: string): boolean => isCopied(key) && header.first(key) !== null;
  const fields = [
    ...(taken('date') ? [] : [dateField('Date', now, zone)]),
    ...(taken('from') ? [] : [addressField('From', [owner])]),
    ...(subject === null ? [] : [textField('Subject', subject)]),
    mimeVersion,
    `Content-Type: multipart/mixed; boundary="${boundary}"\r\nContent-Transfer-Encoding: 8bit\r\n`,
  ];
  const part = entityBytes(textEntity(text));
  const rfc822 =
    'Content-Type: message/rfc822\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: 8bit\r\n';
  return {
    header: Buffer.concat([...copied, Buffer.from(fields.join(''))]),
    before: Buffer.concat([
      Buffer.from(`--${boundary}\r\n`),
      part,
      Buffer.from(`\r\n--${boundary}\r\n${rfc822}\r\n`),
    ]),
    after: Buffer.from(`\r\n--${boundary}--\r\n`),
  };
}
