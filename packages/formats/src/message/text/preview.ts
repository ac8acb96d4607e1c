import { decodeCharset } from '../../charset/decode.ts';
import { decodePartBody, findBodyParts } from '../content.ts';
import type { MessagePart } from '../part.ts';
import { unflow } from './flowed.ts';
import { htmlToText } from './html-text.ts';

/** Characters of a preview, RFC 8621 §4.1.4. */
export const MAX_PREVIEW = 256;

/** Encoded octets looked at first. */
const FIRST_LOOK = 1_536;

/** Characters of own words after which no further line is looked at. */
const ENOUGH = 600;

function readableText(part: MessagePart, prefix: Uint8Array): string {
  const { text } = decodeCharset(part.charset, decodePartBody(part, prefix));
  // The prefix may end inside a character.
  const whole = text.endsWith('\ufffd') ? text.slice(0, -1) : text;
  if (part.subtype === 'html') return htmlToText(whole, 4 * ENOUGH);
  return part.flowed ? unflow(whole, part.delSp) : whole;
}

/** Own words of a part; most parts show enough of them at their start. */
function partPreview(part: MessagePart): string {
  const { prefix } = part;
  if (prefix === null) return '';
  const start = ownWords(readableText(part, prefix.subarray(0, FIRST_LOOK)));
  if (start.length >= MAX_PREVIEW || prefix.length <= FIRST_LOOK) return start;
  return ownWords(readableText(part, prefix));
}

/** Drops quoted lines and the signature, as long as something else is left. */
function ownWords(text: string): string {
  let own = '';
  let at = 0;
  while (at < text.length && own.length < ENOUGH) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const line = text.slice(at, Math.min(end, at + ENOUGH));
    if (line === '-- ' || line === '-- \r') break;
    if (!line.startsWith('>')) own += `${line.trim()}\n`;
    at = end + 1;
  }
  return collapse(own) || collapse(text.slice(0, ENOUGH));
}

/** White space, control and invisible characters become single spaces. */
function collapse(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/(?:[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|\u034f)+/g, '')
    .replaceAll(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim();
}

/** One line of at most 256 characters from the parts shown as text, else from the HTML ones. */
export function makePreview(root: MessagePart): string {
  const { textBody, htmlBody } = findBodyParts(root);
  for (const part of [...textBody, ...htmlBody]) {
    if (part.type !== 'text') continue;
    const text = partPreview(part);
    if (text === '') continue;
    const cut = text.slice(0, MAX_PREVIEW);
    return cut.replace(/[\ud800-\udbff]$/, '').trimEnd();
  }
  return '';
}
