import { Buffer } from 'node:buffer';
import { asBuffer, type HeaderBlock, type HeaderField } from '../../message/headers.ts';
import { canonicalField } from '../dkim/canonical-header.ts';
import { parseTagList, withoutSpace } from '../dkim/tag-list.ts';
import { asciiName, readSignatureField, type SignatureField } from '../dkim/verify/signature-field.ts';
import { canonicalOwn, type FieldIndex } from '../dkim/verify/signed-input.ts';
import type { KeyAnswer } from '../dkim/verify/verdict.ts';
import { isSignature } from '../dkim/verify/verdict.ts';

/** RFC 8617 §4.2.1, and octets of all sets of a message: each seal is hashed with everything before it. */
export const arcLimits: { readonly sets: number; readonly octets: number } = { sets: 50, octets: 256 * 1024 };

/** An ARC-Seal as read (RFC 8617 §4.1.3). */
export interface Seal {
  readonly status: 'none' | 'pass' | 'fail';
  readonly type: 'rsa-sha256' | 'ed25519-sha256';
  readonly domain: string;
  readonly selector: string;
  readonly signature: string;
}

/** What one forwarder added (RFC 8617 §4.2). */
export interface ArcSet {
  readonly results: HeaderField;
  readonly message: HeaderField;
  readonly sealField: HeaderField;
  readonly seal: Seal;
}

/** The sets of a message. `broken`: they do not make a chain; `highest` is the largest instance that was seen. */
export type ArcChain =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'broken';
      readonly reason: string;
      readonly highest: number;
      /** Some seal says so itself: nothing is added any more (RFC 8617 §5.1.2). */
      readonly gaveUp: boolean;
    }
  | {
      readonly kind: 'chain';
      /** From the first one. */
      readonly sets: readonly ArcSet[];
      /** The newest ARC-Message-Signature: the only one that has to hold. */
      readonly newest: SignatureField;
    };

const names = ['arc-authentication-results', 'arc-message-signature', 'arc-seal'] as const;

/** Puts the sets together and checks their structure (RFC 8617 §5.2 steps 1 to 3). */
export function readArcChain(index: FieldIndex): ArcChain {
  const { block } = index;
  const found = names.map(name => index.all(name));
  const count = Math.max(...found.map(list => list.length));
  if (count === 0) return { kind: 'none' };
  const sorted = found.map(list => byInstance(block, list));
  const highest = Math.max(0, ...sorted.flatMap(list => [...list.keys()]));
  const broken = (reason: string, gaveUp = false): ArcChain => ({ kind: 'broken', reason, highest, gaveUp });
  if (count > arcLimits.sets || highest > arcLimits.sets) return broken('too many sets');
  const octets = found.flat().reduce((sum, field) => sum + field.end - field.start, 0);
  if (octets > arcLimits.octets) return broken('too long');
  if (
    found.some(list => list.length !== count) ||
    sorted.some(list => list.size !== count) ||
    highest !== count
  )
    return broken('sets are not complete');
  const sets: ArcSet[] = [];
  for (let instance = 1; instance <= count; instance += 1) {
    const [results, message, sealField] = sorted.map(list => list.get(instance));
    const seal = sealField && readSeal(block, sealField);
    if (!results || !message || !sealField || !seal) return broken(`set ${instance} cannot be read`);
    if (seal.status === 'fail') return broken('the chain had failed before', true);
    if ((seal.status === 'none') !== (instance === 1)) return broken(`cv= of set ${instance} is wrong`);
    sets.push({ results, message, sealField, seal });
  }
  const last = sets.at(-1);
  const newest = last && readSignatureField(block, last.message, true);
  if (newest?.kind !== 'signature') return broken(`set ${count}: ${newest?.reason ?? 'no signature'}`);
  return { kind: 'chain', sets, newest };
}

/** Fields by their `i=`; those without one are left out, of two the last one stays. */
function byInstance(block: HeaderBlock, fields: readonly HeaderField[]): Map<number, HeaderField> {
  const sorted = new Map<number, HeaderField>();
  for (const field of fields) {
    const instance = instanceOf(textOf(block, field), field.key === 'arc-authentication-results');
    if (instance !== null) sorted.set(instance, field);
  }
  return sorted;
}

function textOf(block: HeaderBlock, field: HeaderField): string {
  return asBuffer(block.bytes).toString(
    'latin1',
    field.valueStart,
    Math.min(field.end, field.valueStart + 16_384),
  );
}

/** The value of `i=`, which comes first in results (RFC 8617 §4.1.1). */
function instanceOf(text: string, first: boolean): number | null {
  const value = first ? tagAtStart(text) : parseTagList(text)?.get('i');
  return value !== undefined && /^[0-9]{1,2}$/.test(value) && Number(value) > 0 ? Number(value) : null;
}

function tagAtStart(text: string): string | undefined {
  const end = text.indexOf(';');
  const equals = text.indexOf('=');
  if (end < 0 || equals < 0 || equals > end || text.slice(0, equals).trim() !== 'i') return undefined;
  return text.slice(equals + 1, end).trim();
}

function readSeal(block: HeaderBlock, field: HeaderField): Seal | null {
  const tags = parseTagList(textOf(block, field));
  if (tags === null || tags.has('h')) return null;
  const get = (name: string): string => withoutSpace(tags.get(name) ?? '');
  const status = get('cv').toLowerCase();
  const type = get('a').toLowerCase();
  const [domain, selector, signature] = [asciiName(get('d')), asciiName(get('s')), get('b')];
  if (status !== 'none' && status !== 'pass' && status !== 'fail') return null;
  if (type !== 'rsa-sha256' && type !== 'ed25519-sha256') return null;
  return domain && selector && signature ? { status, type, domain, selector, signature } : null;
}

/**
 * What the seal of the last of these sets was made over (RFC 8617 §5.1.1): all sets in their order, relaxed, the seal
 * itself without its value.
 */
export function sealInput(block: HeaderBlock, sets: readonly Omit<ArcSet, 'seal'>[]): Buffer {
  const pieces: Uint8Array[] = [];
  for (const [at, { results, message, sealField }] of sets.entries()) {
    pieces.push(canonicalField(block, results, 'relaxed'), canonicalField(block, message, 'relaxed'));
    const last = at === sets.length - 1;
    pieces.push(
      last ? canonicalOwn(block, sealField, 'relaxed') : canonicalField(block, sealField, 'relaxed'),
    );
  }
  return Buffer.concat(pieces);
}

/** Verifies all seals (RFC 8617 §5.2 step 6); null when they hold, else why not. `keys` in the order of the sets. */
export function brokenSeal(
  block: HeaderBlock,
  sets: readonly ArcSet[],
  keys: readonly KeyAnswer[],
): { readonly temporary: boolean; readonly reason: string } | null {
  for (let at = sets.length - 1; at >= 0; at -= 1) {
    const key = keys[at];
    const seal = sets[at]?.seal;
    const reason = (text: string): string => `seal ${at + 1}: ${text}`;
    if (key === undefined || seal === undefined || key.kind === 'temporary')
      return { temporary: true, reason: reason('no answer about the key') };
    if (key.kind === 'unusable') return { temporary: false, reason: reason(key.reason) };
    if (key.type !== seal.type) return { temporary: false, reason: reason('the key is of another type') };
    if (!isSignature(seal, key, sealInput(block, sets.slice(0, at + 1))))
      return { temporary: false, reason: reason('it does not match') };
  }
  return null;
}
