import { Buffer } from 'node:buffer';
import { asBuffer, type HeaderBlock, type HeaderField } from '../../message/headers.ts';
import type { Canonicalization } from './canonical-body.ts';

const CR = 0x0d;
const LF = 0x0a;
const SP = 0x20;
const HTAB = 0x09;
const COLON = 0x3a;

/** One field in canonical form, with its line end (RFC 6376 §3.4.1, §3.4.2). The octets of the value are never decoded. */
export function canonicalField(block: HeaderBlock, field: HeaderField, form: Canonicalization): Buffer {
  const bytes = asBuffer(block.bytes);
  if (form === 'simple') return bytes.subarray(field.start, field.end);
  return relaxedField(field.key, bytes.subarray(field.valueStart, field.end));
}

/** The relaxed form of a field: name in lower case, unfolded, runs of white space as one space, none at the ends. */
export function relaxedField(key: string, value: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(key.length + value.length + 3);
  let length = out.write(key, 'latin1');
  out[length++] = COLON;
  const start = length;
  let space = false;
  for (let at = 0; at < value.length; at += 1) {
    const byte = value[at] ?? 0;
    const next = value[at + 1];
    const ends = byte === LF || (byte === CR && (next === LF || next === undefined));
    if (ends) continue;
    if (byte === SP || byte === HTAB) {
      space = true;
      continue;
    }
    if (space && length > start) out[length++] = SP;
    space = false;
    out[length++] = byte;
  }
  out[length++] = CR;
  out[length++] = LF;
  return out.subarray(0, length);
}
