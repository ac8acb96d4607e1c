import { Buffer } from 'node:buffer';
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { SigningAlgorithm } from '../key-record.ts';
import { parseTagList, withoutSpace } from '../tag-list.ts';

/** A published key that can be used (RFC 6376 §3.6.1). */
export interface PublicKey {
  readonly kind: 'key';
  readonly type: SigningAlgorithm;
  readonly key: KeyObject;
  /** `t=s`: `i=` must be in the very domain of `d=`. */
  readonly sameDomain: boolean;
  /** `t=y`: the domain is trying DKIM out; its failures mean nothing. */
  readonly testing: boolean;
}

/** Why a published key cannot be used. `policy`: it is one, but too weak (RFC 8301 §3.2). */
export interface UnusableKey {
  readonly kind: 'unusable';
  readonly result: 'permerror' | 'policy';
  readonly reason: string;
}

/** Bits of RSA keys that are accepted (RFC 8301 §3.2), and of their public exponent: both bound the work. */
export const rsaKeyLimits = { minBits: 1024, maxBits: 4096, maxExponent: 0xffff_ffffn } as const;

const ed25519Prefix = Buffer.from('302a300506032b6570032100', 'hex');

function unusable(reason: string, result: UnusableKey['result'] = 'permerror'): UnusableKey {
  return { kind: 'unusable', result, reason };
}

/** Reads the text of a key record, its strings joined. Null when it is no key record at all. */
export function readPublicKey(text: string): PublicKey | UnusableKey | null {
  const tags = parseTagList(text);
  if (tags === null) return null;
  const version = tags.get('v');
  if (version !== undefined && (version !== 'DKIM1' || [...tags.keys()][0] !== 'v')) return null;
  const published = tags.get('p');
  if (published === undefined) return null;
  const data = withoutSpace(published);
  if (data === '') return unusable('the key was withdrawn');
  const list = (name: string): string[] | null => {
    const value = tags.get(name);
    return value === undefined ? null : withoutSpace(value).toLowerCase().split(':');
  };
  if (list('h')?.includes('sha256') === false) return unusable('the key is not for sha256');
  const services = list('s');
  if (services && !services.includes('*') && !services.includes('email'))
    return unusable('the key is not for mail');
  const flags = list('t') ?? [];
  const type = (tags.get('k') ?? 'rsa').toLowerCase();
  const options = { sameDomain: flags.includes('s'), testing: flags.includes('y') };
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(data)) return unusable('the key is no base64');
  const bytes = Buffer.from(data, 'base64');
  if (type === 'ed25519') return ed25519(bytes, options);
  return type === 'rsa' ? rsa(bytes, options) : unusable('a key of unknown type');
}

type Options = Pick<PublicKey, 'sameDomain' | 'testing'>;

function ed25519(bytes: Buffer, options: Options): PublicKey | UnusableKey {
  if (bytes.length !== 32) return unusable('the key is no Ed25519 key');
  const key = importKey(Buffer.concat([ed25519Prefix, bytes]), 'spki');
  return key === null
    ? unusable('the key is no Ed25519 key')
    : { kind: 'key', type: 'ed25519-sha256', key, ...options };
}

function rsa(bytes: Buffer, options: Options): PublicKey | UnusableKey {
  // RFC 6376 §3.6.1 says RSAPublicKey, everybody publishes SubjectPublicKeyInfo.
  const key = importKey(bytes, 'spki') ?? importKey(bytes, 'pkcs1');
  if (key === null || key.asymmetricKeyType !== 'rsa') return unusable('the key is no RSA key');
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < rsaKeyLimits.minBits) return unusable('the key is too short', 'policy');
  if (modulusLength > rsaKeyLimits.maxBits || publicExponent > rsaKeyLimits.maxExponent)
    return unusable('the key is too large', 'policy');
  return { kind: 'key', type: 'rsa-sha256', key, ...options };
}

function importKey(key: Buffer, type: 'spki' | 'pkcs1'): KeyObject | null {
  try {
    return createPublicKey({ key, format: 'der', type });
  } catch {
    return null;
  }
}
