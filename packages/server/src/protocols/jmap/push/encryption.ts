import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';

/** The client's half of RFC 8291: an uncompressed P-256 point and 16 octets that are secret. */
export interface PushKeys {
  readonly p256dh: string;
  readonly auth: string;
}

const pointOctets = 65;
const authOctets = 16;
const recordSize = 4096;
/** Octets of plain text in the one record there is: the tag, the delimiter and the header take the rest. */
export const maxPushOctets: number = recordSize - 16 - 1 - 86;

/** The keys as octets; null when they are none. The point has to lie on the curve. */
export function readPushKeys({
  p256dh,
  auth,
}: PushKeys): { readonly point: Buffer; readonly secret: Buffer } | null {
  if (p256dh.length > 200 || auth.length > 100) return null;
  const point = Buffer.from(p256dh, 'base64url');
  const secret = Buffer.from(auth, 'base64url');
  if (point.length !== pointOctets || point[0] !== 4 || secret.length !== authOctets) return null;
  try {
    const trial = createECDH('prime256v1');
    trial.generateKeys();
    trial.computeSecret(point);
    return { point, secret };
  } catch {
    return null;
  }
}

/** What is random in an encryption; given only to repeat the RFC's example. */
export interface PushRandomness {
  readonly privateKey: Uint8Array;
  readonly salt: Uint8Array;
}

function expand(key: Uint8Array, salt: Uint8Array, info: Uint8Array | string, octets: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, info, octets));
}

/** Encrypts a message for one client: the body of a request with `Content-Encoding: aes128gcm` (RFC 8291 §3, RFC 8188 §2). */
export function encryptPush(
  keys: { readonly point: Buffer; readonly secret: Buffer },
  message: Uint8Array,
  randomness?: PushRandomness,
): Buffer {
  const ecdh = createECDH('prime256v1');
  if (randomness) ecdh.setPrivateKey(randomness.privateKey);
  else ecdh.generateKeys();
  const own = ecdh.getPublicKey();
  const salt = randomness?.salt ?? randomBytes(16);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.point, own]);
  const input = expand(ecdh.computeSecret(keys.point), keys.secret, info, 32);
  const key = expand(input, salt, 'Content-Encoding: aes128gcm\0', 16);
  const nonce = expand(input, salt, 'Content-Encoding: nonce\0', 12);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const header = Buffer.alloc(21);
  header.set(salt, 0);
  header.writeUInt32BE(recordSize, 16);
  header.writeUInt8(own.length, 20);
  // The octet 2 marks the last record.
  const sealed = [cipher.update(message), cipher.update(Buffer.of(2)), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([header, own, ...sealed]);
}
