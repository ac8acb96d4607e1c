import { Buffer } from 'node:buffer';
import { HeaderBlock, type HeaderField } from '../../message/headers.ts';
import type { Canonicalization } from './canonical-body.ts';
import { canonicalField } from './canonical-header.ts';
import type { SigningAlgorithm } from './key-record.ts';
import { parseTagList, withoutSpace } from './tag-list.ts';

/** What a signature says beside its value (RFC 6376 §3.5). */
export interface SignatureTags {
  readonly algorithm: SigningAlgorithm;
  /** A-labels. */
  readonly domain: string;
  readonly selector: string;
  /** Names of the signed fields, in the order in which they are hashed. */
  readonly fields: readonly string[];
  /** Hash of the canonical body, base64. */
  readonly bodyHash: string;
  readonly header: Canonicalization;
  readonly body: Canonicalization;
  /** When it was made, s since the epoch; null when it does not say. */
  readonly signedAt: number | null;
}

/** Octets of a line that folding aims at (RFC 5322 §2.1.1). */
const lineOctets = 76;

/** The DKIM-Signature field with an empty `b=` and without a line end: the last thing that is hashed (§3.7). */
export function unsignedField(tags: SignatureTags): string {
  const { algorithm, header, body, domain, selector, signedAt, fields, bodyHash } = tags;
  const time = signedAt === null ? '' : ` t=${signedAt};`;
  const lines = [
    `DKIM-Signature: v=1; a=${algorithm}; c=${header}/${body};`,
    `d=${domain}; s=${selector};${time}`,
    ...foldNames(fields),
    `bh=${bodyHash};`,
    'b=',
  ];
  return lines.join('\r\n\t');
}

/** The complete field with its line end. `signature` is base64. */
export function signedField(unsigned: string, signature: string): string {
  const lines: string[] = [];
  for (let at = 0; at < signature.length; at += lineOctets - 4)
    lines.push(signature.slice(at, at + lineOctets - 4));
  return `${unsigned}${lines.join('\r\n\t ')}\r\n`;
}

/** `h=` in lines that break after a colon, where white space may stand. */
function foldNames(names: readonly string[]): string[] {
  const lines: string[] = [];
  let line = 'h=';
  for (const [index, name] of names.entries()) {
    const item = index === names.length - 1 ? `${name};` : `${name}:`;
    if (line.length + item.length > lineOctets) {
      lines.push(line);
      line = ' ';
    }
    line += item;
  }
  return [...lines, line];
}

/**
 * What the signature is made over (RFC 6376 §3.7 step 2, §5.4.2): the named fields, of several the last one first, those
 * that are not there as nothing; then the DKIM-Signature field without the value of `b=` and without its line end.
 */
export function signingInput(
  block: HeaderBlock,
  names: readonly string[],
  unsigned: string,
  form: Canonicalization,
): Buffer {
  const left = new Map<string, HeaderField[]>();
  for (const name of names) left.set(name.toLowerCase(), []);
  for (const field of block.fields) left.get(field.key)?.push(field);
  const pieces: Uint8Array[] = [];
  for (const name of names) {
    const field = left.get(name.toLowerCase())?.pop();
    if (!field) continue;
    const piece = canonicalField(block, field, form);
    pieces.push(piece);
    if (piece.at(-1) !== 0x0a) pieces.push(Buffer.from('\r\n'));
  }
  const own = new HeaderBlock(Buffer.from(`${unsigned}\r\n`));
  for (const field of own.fields) pieces.push(canonicalField(own, field, form).subarray(0, -2));
  return Buffer.concat(pieces);
}

/** A DKIM-Signature field as read. */
export interface ParsedSignature extends SignatureTags {
  /** Value of `b=`, base64 without white space. */
  readonly signature: string;
}

/**
 * Reads the value of a DKIM-Signature field (RFC 6376 §3.5, §6.1.1). Null for another version or algorithm, for a
 * missing tag, and for one that does not sign From.
 */
export function parseSignature(value: string): ParsedSignature | null {
  const tags = parseTagList(value);
  if (tags === null || tags.get('v') !== '1') return null;
  const get = (name: string): string => withoutSpace(tags.get(name) ?? '');
  const algorithm = get('a');
  if (algorithm !== 'rsa-sha256' && algorithm !== 'ed25519-sha256') return null;
  const [header = '', body = 'simple', ...more] = (get('c') || 'simple').split('/');
  if (!isForm(header) || !isForm(body) || more.length > 0) return null;
  const fields = get('h').split(':');
  const domain = get('d').toLowerCase();
  const [selector, bodyHash, signature, time] = [get('s'), get('bh'), get('b'), get('t')];
  if (![domain, selector, bodyHash, signature].every(Boolean)) return null;
  if (!fields.some(name => name.toLowerCase() === 'from')) return null;
  if (!/^\d{0,12}$/.test(time)) return null;
  const signedAt = time === '' ? null : Number(time);
  return { algorithm, domain, selector, fields, bodyHash, header, body, signedAt, signature };
}

function isForm(text: string): text is Canonicalization {
  return text === 'simple' || text === 'relaxed';
}
