import type { Buffer } from 'node:buffer';
import { domainToASCII } from 'node:url';
import { asBuffer, type HeaderBlock, type HeaderField } from '../../../message/headers.ts';
import { isDnsName } from '../../lookup.ts';
import type { Canonicalization } from '../canonical-body.ts';
import type { SigningAlgorithm } from '../key-record.ts';
import { parseTagList, withoutSpace } from '../tag-list.ts';

/** What a signature field says of itself, for reports: as far as it could be read. */
export interface SignatureLabel {
  /** `d=`, A-labels in lower case; empty when it cannot be read. */
  readonly domain: string;
  /** `s=`, A-labels; empty when it cannot be read. */
  readonly selector: string;
  /** `a=` as written, without white space. */
  readonly algorithm: string;
  /** First characters of `b=`, which tell signatures apart (RFC 6008 §4). */
  readonly mark: string;
}

/** A signature field that can be verified (RFC 6376 §3.5, §6.1.1). */
export interface SignatureField extends SignatureLabel {
  readonly kind: 'signature';
  readonly field: HeaderField;
  readonly type: SigningAlgorithm;
  /** Domain of `i=`, A-labels: `domain` or one below it. */
  readonly identityDomain: string;
  /** Names of signed fields, lower case, in the order in which they are hashed. */
  readonly names: readonly string[];
  readonly bodyHash: string;
  /** Base64. */
  readonly signature: string;
  readonly header: Canonicalization;
  readonly body: Canonicalization;
  /** Octets of the canonical body that are signed (`l=`); null for all. */
  readonly length: number | null;
  /** s since the epoch; null when it does not say. */
  readonly signedAt: number | null;
  readonly expiresAt: number | null;
}

/** A field that is no usable signature. `policy`: sound, but not what we accept (RFC 8601 §2.7.1). */
export interface UnusableSignature extends SignatureLabel {
  readonly kind: 'unusable';
  readonly result: 'neutral' | 'policy';
  readonly reason: string;
}

/** Most octets of one signature field that are read. */
export const maxSignatureFieldBytes: number = 16 * 1024;

/**
 * Reads a DKIM-Signature field, or with `arc` an ARC-Message-Signature, where `i=` is the instance and no version stands
 * (RFC 8617 §4.1.2).
 */
export function readSignatureField(
  block: HeaderBlock,
  field: HeaderField,
  arc = false,
): SignatureField | UnusableSignature {
  if (field.end - field.valueStart > maxSignatureFieldBytes) return unusable(new Map(), 'too long');
  const tags = parseTagList(asBuffer(block.bytes).toString('utf8', field.valueStart, field.end));
  if (tags === null) return unusable(new Map(), 'no tag list');
  const get = (name: string): string => withoutSpace(tags.get(name) ?? '');
  if (!arc && get('v') !== '1') return unusable(tags, 'incompatible version');
  const label = labelOf(tags);
  const type = label.algorithm;
  if (type === 'rsa-sha1') return unusable(tags, 'rsa-sha1 is not accepted', 'policy');
  if (type !== 'rsa-sha256' && type !== 'ed25519-sha256') return unusable(tags, 'unknown algorithm');
  const [header = '', body = 'simple', ...more] = (get('c') || 'simple').toLowerCase().split('/');
  if (!isForm(header) || !isForm(body) || more.length > 0) return unusable(tags, 'unknown canonical form');
  const [bodyHash, signature] = [get('bh'), get('b')];
  if (label.domain === '' || label.selector === '' || bodyHash === '' || signature === '')
    return unusable(tags, 'a required tag is missing');
  const names = get('h').toLowerCase().split(':');
  if (!names.includes('from')) return unusable(tags, 'From is not signed');
  if (arc && names.some(name => name === 'arc-seal')) return unusable(tags, 'signs ARC-Seal');
  if (tags.has('q') && !get('q').toLowerCase().split(':').includes('dns/txt'))
    return unusable(tags, 'unknown query method');
  const numbers = (['l', 't', 'x'] as const).map(name => numberOf(tags, name));
  if (numbers.includes(undefined)) return unusable(tags, 'a number is none');
  const [length = null, signedAt = null, expiresAt = null] = numbers;
  if (signedAt !== null && expiresAt !== null && expiresAt <= signedAt)
    return unusable(tags, 'expires before it was made');
  const identityDomain = arc || !tags.has('i') ? label.domain : identityOf(get('i'), label.domain);
  if (identityDomain === null) return unusable(tags, 'i= is not below d=');
  const tagsRead = { length, signedAt, expiresAt, identityDomain, names, bodyHash, signature };
  return { kind: 'signature', ...label, type, field, header, body, ...tagsRead };
}

function unusable(
  tags: ReadonlyMap<string, string>,
  reason: string,
  result: 'neutral' | 'policy' = 'neutral',
): UnusableSignature {
  return { kind: 'unusable', ...labelOf(tags), result, reason };
}

function labelOf(tags: ReadonlyMap<string, string>): SignatureLabel {
  return {
    domain: asciiName(withoutSpace(tags.get('d') ?? '')) ?? '',
    selector: asciiName(withoutSpace(tags.get('s') ?? '')) ?? '',
    algorithm: withoutSpace(tags.get('a') ?? '').toLowerCase(),
    mark: withoutSpace(tags.get('b') ?? '').slice(0, 8),
  };
}

function isForm(text: string): text is Canonicalization {
  return text === 'simple' || text === 'relaxed';
}

/** A number tag: null when it is not there, undefined when it is none. */
function numberOf(tags: ReadonlyMap<string, string>, name: string): number | null | undefined {
  if (!tags.has(name)) return null;
  const text = withoutSpace(tags.get(name) ?? '');
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The domain of `i=` in A-labels; null unless it is `domain` or below it (RFC 6376 §3.5). */
function identityOf(identity: string, domain: string): string | null {
  const at = identity.lastIndexOf('@');
  const name = at < 0 ? null : asciiName(identity.slice(at + 1));
  return name !== null && (name === domain || name.endsWith(`.${domain}`)) ? name : null;
}

/** A name in A-labels, lower case (RFC 8616 §5); null for what is none. */
export function asciiName(name: string): string | null {
  if (name.length > 1000) return null;
  const ascii = /^[\x21-\x7e]*$/.test(name) ? name.toLowerCase() : domainToASCII(name);
  return isDnsName(ascii) && /^[a-z0-9._-]+$/.test(ascii) ? ascii : null;
}

/** The field as it was hashed: without the value of `b=` (RFC 6376 §3.5, §3.7); its line end stays. */
export function withoutSignature(bytes: Uint8Array, field: HeaderField): Buffer {
  const raw = asBuffer(bytes).subarray(field.start, field.end);
  const text = raw.toString('latin1');
  let end = text.length;
  while (end > 0 && (text[end - 1] === '\n' || text[end - 1] === '\r')) end -= 1;
  let at = field.valueStart - field.start;
  while (at < end) {
    const stop = text.indexOf(';', at);
    const next = stop < 0 || stop > end ? end : stop;
    const equals = text.indexOf('=', at);
    if (equals >= 0 && equals < next && text.slice(at, equals).trim() === 'b')
      return asBuffer(Uint8Array.from([...raw.subarray(0, equals + 1), ...raw.subarray(next)]));
    at = next + 1;
  }
  return raw;
}
