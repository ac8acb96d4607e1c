import { Buffer } from 'node:buffer';
import { HeaderBlock, type HeaderField } from '../../../message/headers.ts';
import type { Canonicalization } from '../canonical-body.ts';
import { canonicalField } from '../canonical-header.ts';
import { withoutSignature } from './signature-field.ts';

const lineEnd = Buffer.from('\r\n');

/** The fields of a header by name, as signatures ask for them. Made once for all signatures of a message. */
export class FieldIndex {
  readonly block: HeaderBlock;
  readonly #byName = new Map<string, HeaderField[]>();

  constructor(block: HeaderBlock) {
    this.block = block;
    for (const field of block.fields) {
      const list = this.#byName.get(field.key);
      if (list) list.push(field);
      else this.#byName.set(field.key, [field]);
    }
  }

  all(name: string): readonly HeaderField[] {
    return this.#byName.get(name) ?? [];
  }
}

/**
 * What a signature was made over (RFC 6376 §3.7 step 2, §5.4.2): the named fields, of several the last one first, those
 * that are not there as nothing; then the signature field itself without the value of `b=` and without its line end.
 */
export function signedInput(
  index: FieldIndex,
  names: readonly string[],
  own: HeaderField,
  form: Canonicalization,
): Buffer {
  const used = new Map<string, number>();
  const pieces: Uint8Array[] = [];
  for (const name of names) {
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    const field = index.all(name).at(-count);
    if (field === undefined) continue;
    const piece = canonicalField(index.block, field, form);
    pieces.push(piece);
    if (piece.at(-1) !== 0x0a) pieces.push(lineEnd);
  }
  pieces.push(canonicalOwn(index.block, own, form));
  return Buffer.concat(pieces);
}

/** A signature field in canonical form without the value of `b=` and without its line end. */
export function canonicalOwn(block: HeaderBlock, own: HeaderField, form: Canonicalization): Buffer {
  const bare = new HeaderBlock(withoutSignature(block.bytes, own));
  const [field] = bare.fields;
  if (field === undefined) return Buffer.alloc(0);
  const piece = canonicalField(bare, field, form);
  const end = piece.at(-1) === 0x0a ? (piece.at(-2) === 0x0d ? 2 : 1) : 0;
  return piece.subarray(0, piece.length - end);
}
