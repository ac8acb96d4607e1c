import { Buffer } from 'node:buffer';
import { parseTagList, withoutSpace } from './tag-list.ts';

/** Algorithms that we sign with (RFC 6376 §3.3.2, RFC 8301 §3.1, RFC 8463 §3). */
export type SigningAlgorithm = 'rsa-sha256' | 'ed25519-sha256';

/** The type of key that an algorithm signs with. */
export function keyTypeOf(algorithm: SigningAlgorithm): KeyRecord['type'] {
  return algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519';
}

/** What a domain publishes for one selector. `key` is empty for a key that was withdrawn (RFC 6376 §3.6.1). */
export interface KeyRecord {
  readonly type: 'rsa' | 'ed25519';
  /** RSA: SubjectPublicKeyInfo (DER) in base64. Ed25519: the 32 octets in base64 (RFC 8463 §4.2). */
  readonly key: string;
}

/** Name of the record that holds a key (RFC 6376 §3.6.2.1). */
export function keyRecordName(selector: string, domain: string): string {
  return `${selector}._domainkey.${domain}`;
}

/** Text of the TXT record for a key (RFC 6376 §3.6.1). */
export function keyRecordText({ type, key }: KeyRecord): string {
  return `v=DKIM1; k=${type}; p=${key}`;
}

/** The strings of a TXT record: at most 255 octets each (RFC 1035 §3.3, RFC 6376 §3.6.2.2). `text` is ASCII. */
export function txtStrings(text: string): string[] {
  const strings: string[] = [];
  for (let at = 0; at < text.length; at += 255) strings.push(text.slice(at, at + 255));
  return strings;
}

/** Reads the text of a key record, its strings joined; null for what is none, or of a type that is not known. */
export function parseKeyRecord(text: string): KeyRecord | null {
  const tags = parseTagList(text);
  if (tags === null || (tags.has('v') && tags.get('v') !== 'DKIM1')) return null;
  const type = tags.get('k') ?? 'rsa';
  const key = tags.get('p');
  if (key === undefined || (type !== 'rsa' && type !== 'ed25519')) return null;
  const compact = withoutSpace(key);
  return Buffer.from(compact, 'base64').toString('base64') === compact ? { type, key: compact } : null;
}
