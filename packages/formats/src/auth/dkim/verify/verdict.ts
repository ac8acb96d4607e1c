import { Buffer } from 'node:buffer';
import { createHash, verify } from 'node:crypto';
import type { DnsReply } from '../../lookup.ts';
import type { BodyHashes } from './body-hashes.ts';
import type { PublicKey, UnusableKey } from './public-key.ts';
import type { SignatureField, SignatureLabel, UnusableSignature } from './signature-field.ts';
import { type FieldIndex, signedInput } from './signed-input.ts';

/** RFC 8601 §2.7.1. */
export type DkimResultName = 'pass' | 'fail' | 'policy' | 'neutral' | 'temperror' | 'permerror';

/** What became of one signature. */
export interface DkimVerdict extends SignatureLabel {
  readonly result: DkimResultName;
  /** Why it did not pass; empty when it did. */
  readonly reason: string;
  /** The key says that its domain is only trying (RFC 6376 §3.6.1, `t=y`). */
  readonly testing: boolean;
}

/** A key, or why there is none. */
export type KeyAnswer = PublicKey | UnusableKey | { readonly kind: 'temporary' };

/** Picks the key out of the DNS' reply; `read` may remember what it read. */
export function keyOf(reply: DnsReply, read: (text: string) => PublicKey | UnusableKey | null): KeyAnswer {
  if (reply.kind === 'temporary') return { kind: 'temporary' };
  const records = reply.kind === 'records' ? reply.records : [];
  let found: PublicKey | UnusableKey | null = null;
  // Several records are against the rules (RFC 6376 §3.6.2.2): the first one that works counts.
  for (const text of records.slice(0, 5)) {
    const key = read(text);
    if (key?.kind === 'key') return key;
    found ??= key;
  }
  return found ?? { kind: 'unusable', result: 'permerror', reason: 'no key' };
}

function verdict(
  label: SignatureLabel,
  result: DkimResultName,
  reason: string,
  testing = false,
): DkimVerdict {
  const { domain, selector, algorithm, mark } = label;
  return { domain, selector, algorithm, mark, result, reason, testing };
}

/** The verdict on a field that is no signature we can check. */
export function unusableVerdict(field: UnusableSignature): DkimVerdict {
  return verdict(field, field.result, field.reason);
}

/**
 * Verifies one signature (RFC 6376 §6.1.3), once the body has ended. `now` in s since the epoch. A signature that covers
 * a part of the body only (`l=`) does not count, since anything may stand below it (§8.2).
 */
export function verdictOf(
  field: SignatureField,
  key: KeyAnswer,
  { index, hashes, now }: { readonly index: FieldIndex; readonly hashes: BodyHashes; readonly now: number },
): DkimVerdict {
  if (field.expiresAt !== null && field.expiresAt < now) return verdict(field, 'neutral', 'expired');
  const body = hashes.result(field.body, field.length);
  if (body === null) return verdict(field, 'neutral', 'the body was not hashed');
  if (field.length !== null && field.length > body.available)
    return verdict(field, 'neutral', 'the body is shorter than what was signed');
  if (body.hash !== field.bodyHash) return verdict(field, 'fail', 'the body was changed');
  if (key.kind === 'temporary') return verdict(field, 'temperror', 'no answer about the key');
  if (key.kind === 'unusable') return verdict(field, key.result, key.reason);
  if (key.type !== field.type) return verdict(field, 'permerror', 'the key is of another type', key.testing);
  if (key.sameDomain && field.identityDomain !== field.domain)
    return verdict(field, 'permerror', 'the key is not for domains below', key.testing);
  const input = signedInput(index, field.names, field.field, field.header);
  if (!isSignature(field, key, input))
    return verdict(field, 'fail', 'the signature does not match', key.testing);
  if (field.length !== null && body.available > field.length)
    return verdict(field, 'policy', 'a part of the body is not signed', key.testing);
  return verdict(field, 'pass', '', key.testing);
}

/** Whether a signature holds: RSA over the text, Ed25519 over its hash (RFC 8463 §3). Never throws. */
export function isSignature(
  field: { readonly signature: string },
  key: PublicKey,
  input: Uint8Array,
): boolean {
  const value = Buffer.from(field.signature, 'base64');
  try {
    if (key.type === 'rsa-sha256') return verify('sha256', input, key.key, value);
    return verify(null, createHash('sha256').update(input).digest(), key.key, value);
  } catch {
    return false;
  }
}
