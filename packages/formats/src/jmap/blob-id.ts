import { Buffer } from 'node:buffer';
import { parseId, printId } from './id.ts';

/** Transfer encodings that reading a part undoes; `none` for 7bit, 8bit and binary. */
export type PartEncoding = 'none' | 'base64' | 'quoted-printable';

/** Octets [start, end) of a message, and how they are encoded there. */
export interface PartRange {
  readonly start: number;
  readonly end: number;
  readonly encoding: PartEncoding;
}

/**
 * What a blob id names. `message`: a message of the account, as it is downloaded (server's prefix and body), or a part
 * of it. `upload`: a body that was uploaded to the account, or a part of it. `script`: a filter script of the account, with the
 * SHA-256 of its text. The hash of mail is keyed by tenant: it cannot be
 * guessed and means nothing elsewhere; whoever resolves an id still asks whether the account holds it.
 */
export type BlobName =
  | {
      readonly kind: 'message';
      readonly messageId: number;
      readonly hash: Uint8Array;
      readonly part: PartRange | null;
    }
  | { readonly kind: 'upload'; readonly hash: Uint8Array; readonly part: PartRange | null }
  | { readonly kind: 'script'; readonly scriptId: number; readonly hash: Uint8Array; readonly part: null };

const hashLength = 32;
const hashDigits = 43;
const letters: Readonly<Record<PartEncoding, string>> = { none: 'n', base64: 'b', 'quoted-printable': 'q' };

/**
 * Prints a blob id: `B` and the hash for an upload, `E`, the hash and the message's number for a message; a part adds
 * `-start-end-encoding`. No blob id is longer than 120 characters.
 */
export function printBlobId(name: BlobName): string {
  const hash = Buffer.from(name.hash).toString('base64url');
  const part =
    name.part === null ? '' : `-${name.part.start}-${name.part.end}-${letters[name.part.encoding]}`;
  if (name.kind === 'script') return `S${hash}${printId('r', name.scriptId)}`;
  return name.kind === 'upload' ? `B${hash}${part}` : `E${hash}${printId('e', name.messageId)}${part}`;
}

/** Null for anything that `printBlobId` does not make. */
export function parseBlobId(id: string): BlobName | null {
  if (id.length > 120 || id.length <= hashDigits) return null;
  const digits = id.slice(1, 1 + hashDigits);
  const hash = Buffer.from(digits, 'base64url');
  if (hash.length !== hashLength || hash.toString('base64url') !== digits) return null;
  const rest = id.slice(1 + hashDigits);
  if (id[0] === 'B') {
    const part = rest === '' ? null : parsePart(rest);
    return part === undefined ? null : { kind: 'upload', hash, part };
  }
  if (id[0] === 'S') {
    const scriptId = parseId('r', rest);
    return scriptId === null ? null : { kind: 'script', scriptId, hash, part: null };
  }
  if (id[0] !== 'E') return null;
  const dash = rest.indexOf('-');
  const messageId = parseId('e', dash < 0 ? rest : rest.slice(0, dash));
  const part = dash < 0 ? null : parsePart(rest.slice(dash));
  return messageId === null || part === undefined ? null : { kind: 'message', messageId, hash, part };
}

/** `-start-end-encoding`; undefined if it is anything else. */
function parsePart(text: string): PartRange | undefined {
  const [empty, first, second, letter, ...more] = text.split('-');
  const start = parseNumber(first);
  const end = parseNumber(second);
  const encoding = (Object.keys(letters) as PartEncoding[]).find(key => letters[key] === letter);
  if (empty !== '' || more.length > 0 || start === null || end === null || end < start || !encoding) {
    return undefined;
  }
  return { start, end, encoding };
}

function parseNumber(text: string | undefined): number | null {
  if (text === undefined || !/^(0|[1-9][0-9]{0,14})$/.test(text)) return null;
  return Number(text);
}
