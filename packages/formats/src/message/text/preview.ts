import { decodeCharset } from '../../charset/decode.ts';
import { decodePartBody, findBodyParts } from '../content.ts';
import type { MessagePart } from '../part.ts';
import { unflow } from './flowed.ts';
import { htmlToText } from './html-text.ts';

/** Characters of a preview, RFC 8621 §4.1.4. */
export const MAX_PREVIEW = 256;

/** Decoded text looked at; the rest of a prefix is more than a preview can need. */
const MAX_SOURCE = 32_768;

function prefixText(part: MessagePart): string {
  if (part.prefix === null) return '';
  const { text } = decodeCharset(part.charset, decodePartBody(part, part.prefix));
  // The prefix may end inside a character.
  const whole = text.replace(/\ufffd$/, '').slice(0, MAX_SOURCE);
  if (part.subtype === 'html') return htmlToText(whole);
  return part.flowed ? unflow(whole, part.delSp) : whole;
}

/** Drops quoted lines and the signature, as long as something else is left. */
function ownWords(text: string): string {
  const kept: string[] = [];
  for (const line of text.split('\n')) {
    if (line === '-- ' || line === '-- \r') break;
    if (!line.startsWith('>')) kept.push(line);
  }
  const own = collapse(kept.join('\n'));
  return own === '' ? collapse(text) : own;
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
