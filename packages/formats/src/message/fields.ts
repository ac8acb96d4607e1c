import { formatAddrSpec } from './address.ts';
import { percentEncode } from './body-structure.ts';
import { formatDate } from './date.ts';
import { encodeWords, needsWords } from './encoded-word.ts';

/** A mailbox to write into a header. */
export interface MailboxInput {
  readonly name?: string;
  readonly local: string;
  readonly domain: string;
}

/** Line length aimed at, RFC 5322 §2.1.1. */
const FOLD_AT = 78;
const MAX_TOKEN = 900;
/** Longest piece of an RFC 2231 value, before its name. */
const MAX_PIECE = 48;

/** Line breaks and other controls must not get into a field, whatever the caller passes. */
function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim();
}

/** `Name: body` folded at blanks so that lines stay within 78 characters where that is possible (RFC 5322 §2.2.3). */
export function foldField(name: string, body: string): string {
  let out = `${name}:`;
  let column = out.length;
  let blanks = '';
  for (const word of body.split(' ')) {
    if (word === '') {
      blanks += ' ';
      continue;
    }
    const token = blanks + word;
    blanks = '';
    if (column + 1 + token.length > FOLD_AT && column > name.length + 1) {
      out += '\r\n';
      column = 0;
    }
    out += ` ${token}`;
    column += 1 + token.length;
  }
  return `${out}\r\n`;
}

/** An unstructured field such as Subject; what is not plain ASCII becomes encoded-words (RFC 2047 §5). */
export function textField(name: string, text: string): string {
  const line = oneLine(text);
  const long = line.split(' ').some(token => token.length > MAX_TOKEN);
  return foldField(name, needsWords(line) || long ? encodeWords(line, name.length + 2) : line);
}

/** A phrase: atoms as they are, other ASCII quoted, the rest as encoded-words. */
export function encodePhrase(text: string): string {
  const line = oneLine(text);
  if (needsWords(line) || line.length > MAX_TOKEN) return encodeWords(line);
  if (/^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]*$/.test(line)) return line;
  return `"${line.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** One mailbox as `Name <local@domain>` (RFC 5322 §3.4). */
export function formatMailbox(mailbox: MailboxInput): string {
  const address = formatAddrSpec(oneLine(mailbox.local), oneLine(mailbox.domain).replaceAll(/[\s<>]/g, ''));
  const phrase = mailbox.name === undefined ? '' : encodePhrase(mailbox.name);
  return phrase === '' ? address : `${phrase} <${address}>`;
}

/** An address list field such as From, To or Cc. An empty list gives an empty group, as a To field must not be empty. */
export function addressField(name: string, mailboxes: readonly MailboxInput[]): string {
  if (mailboxes.length === 0) return `${name}: undisclosed-recipients:;\r\n`;
  return foldField(name, mailboxes.map(formatMailbox).join(', '));
}

/** A Date field (RFC 5322 §3.6.1). */
export function dateField(name: string, ms: number, offset: number): string {
  return `${name}: ${formatDate(ms, offset)}\r\n`;
}

/** Message-ID, In-Reply-To or References from identifiers without angle brackets. */
export function idField(name: string, ids: readonly string[]): string {
  return foldField(name, ids.map(id => `<${id.replaceAll(/[\s<>]/g, '')}>`).join(' '));
}

/** A field whose body is ASCII already, e.g. `Auto-Submitted: auto-replied`. */
export function plainField(name: string, body: string): string {
  return foldField(name, oneLine(body));
}

function quotedValue(value: string): string {
  if (/^[A-Za-z0-9!#$&+\-.^_`{|}~]+$/.test(value)) return value;
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** RFC 2231 §3 and §4: percent-encoded UTF-8 in pieces; no character is split. */
function extendedPieces(name: string, value: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of value) {
    const encoded = percentEncode(character);
    if (piece.length + encoded.length > MAX_PIECE) {
      pieces.push(piece);
      piece = '';
    }
    piece += encoded;
  }
  pieces.push(piece);
  if (pieces.length === 1) return [`${name}*=utf-8''${pieces[0] ?? ''}`];
  return pieces.map((text, index) => `${name}*${index}*=${index === 0 ? "utf-8''" : ''}${text}`);
}

/**
 * A MIME field with parameters. Values that are not ASCII go out by RFC 2231; for `name` the encoded-word form that
 * old programs expect stands there instead, as `filename` carries the standard form.
 */
export function contentField(
  name: string,
  value: string,
  parameters: readonly (readonly [string, string])[],
): string {
  if (parameters.length === 0) return textField(name, value);
  const pieces = parameters.flatMap(([key, raw]) => {
    const text = oneLine(raw);
    if (!needsWords(text) && text.length <= MAX_PIECE) return [`${key}=${quotedValue(text)}`];
    if (key === 'name') return [`name="${encodeWords(text)}"`];
    return extendedPieces(key, text);
  });
  return foldField(name, [value, ...pieces].join('; '));
}
