import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningAlgorithm } from '@hongyan/formats/auth/dkim/key-record.ts';

const generate = promisify(generateKeyPair);

/** Bits of a new RSA key (RFC 8301 §3.2 asks for 2048; more does not fit everywhere). */
const rsaBits = 2048;

/** A key pair before it has a name. */
export interface KeyMaterial {
  readonly algorithm: SigningAlgorithm;
  /** PKCS #8, DER. */
  readonly privateKey: Buffer;
  /** As in `p=` of the key record (RFC 6376 §3.6.1, RFC 8463 §4.2). */
  readonly publicKey: string;
}

/** A new pair for each algorithm, RSA first: receivers that do not know Ed25519 are still many (RFC 8463 §6). */
export async function newKeyMaterial(): Promise<KeyMaterial[]> {
  const [rsa, ed25519] = await Promise.all([
    generate('rsa', { modulusLength: rsaBits, publicExponent: 0x10001 }),
    generate('ed25519'),
  ]);
  return [material('rsa-sha256', rsa.privateKey), material('ed25519-sha256', ed25519.privateKey)];
}

function material(algorithm: SigningAlgorithm, key: KeyObject): KeyMaterial {
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
  // The key itself is the last 32 octets of an Ed25519 SubjectPublicKeyInfo (RFC 8410 §4).
  const published = algorithm === 'ed25519-sha256' ? der.subarray(-32) : der;
  return {
    algorithm,
    privateKey: key.export({ format: 'der', type: 'pkcs8' }),
    publicKey: published.toString('base64'),
  };
}

/** The key object of what `newKeyMaterial` made: parse it once, not for every message. */
export function keyObject(privateKey: Buffer): KeyObject {
  return createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' });
}
