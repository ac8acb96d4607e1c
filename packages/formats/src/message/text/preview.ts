import { decodeCharset } from '../../charset/decode.ts';
import { decodePartBody, findBodyParts } from '../content.ts';
import type { MessagePart } from '../part.ts';
import { unflow } from './flowed.ts';
import { htmlToText } from './html-text.ts';

/** Characters of a preview, RFC 8621 §4.1.4. */
export const MAX_PREVIEW = 256;

/** Characters of own words after which no further line is looked at. */
const ENOUGH = 1_024;

function prefixText(part: MessagePart): string {
  if (part.prefix === null) return '';
  const { text } = decodeCharset(part.charset, decodePartBody(part, part.prefix));
  // The prefix may end inside a character.
  const whole = text.replace(/\ufffd$/, '');
  if (part.subtype === 'html') return htmlToText(whole);
  return part.flowed ? unflow(whole, part.delSp) : whole;
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
    const text = ownWords(prefixText(part));
    if (text === '') continue;
    const cut = text.slice(0, MAX_PREVIEW);
    return cut.replace(/[\ud800-\udbff]$/, '').trimEnd();
  }
  return '';
}
