import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** Stored half of SCRAM-SHA-256 without the account. */
export interface ScramKeys {
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

/** RFC 7677 §4 asks for at least 4,096 and thinks of 15,000 as fair; clients pay it once per connection. */
export const scramIterations = 15_000;
export const scramSaltOctets = 16;

const limits = { iterations: 1_000_000, text: 512 };
const derive = promisify(pbkdf2);

function hmac(key: Uint8Array, data: string | Uint8Array): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

/** Keys of a password that is prepared already (RFC 5802 §3): SaltedPassword never leaves this function. */
export async function makeScramKeys(
  password: string,
  salt: Uint8Array = randomBytes(scramSaltOctets),
  iterations: number = scramIterations,
): Promise<ScramKeys> {
  const salted = await derive(password, salt, iterations, 32, 'sha256');
  return {
    salt,
    iterations,
    storedKey: sha256(hmac(salted, 'Client Key')),
    serverKey: hmac(salted, 'Server Key'),
  };
}

/** Whether a client's proof shows that it knows the password (RFC 5802 §3): H(ClientProof XOR ClientSignature) = StoredKey. */
export function verifyScramProof(
  keys: Pick<ScramKeys, 'storedKey'>,
  authMessage: string,
  proof: Uint8Array,
): boolean {
  const signature = hmac(keys.storedKey, authMessage);
  if (proof.length !== signature.length) return false;
  const clientKey = Uint8Array.from(signature, (octet, i) => octet ^ (proof[i] ?? 0));
  return timingSafeEqual(sha256(clientKey), keys.storedKey);
}

/** The server's answer to a right proof: ServerSignature. */
export function scramServerSignature(keys: Pick<ScramKeys, 'serverKey'>, authMessage: string): Uint8Array {
  return hmac(keys.serverKey, authMessage);
}

/** `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`, the layout of RFC 5803. */
export function encodeScramKeys(keys: ScramKeys): string {
  const field = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  return `SCRAM-SHA-256$${keys.iterations}:${field(keys.salt)}$${field(keys.storedKey)}:${field(keys.serverKey)}`;
}

/** Reads what `encodeScramKeys` writes; null for anything else. */
export function decodeScramKeys(text: string): ScramKeys | null {
  if (text.length > limits.text) return null;
  const [scheme, first, second, ...rest] = text.split('$');
  if (scheme !== 'SCRAM-SHA-256' || !first || !second || rest.length > 0) return null;
  const [count, salt] = first.split(':');
  const [stored, server] = second.split(':');
  if (!count || !salt || !stored || !server || !/^[1-9][0-9]{0,6}$/.test(count)) return null;
  const iterations = Number(count);
  const storedKey = Buffer.from(stored, 'base64');
  const serverKey = Buffer.from(server, 'base64');
  if (iterations > limits.iterations || storedKey.length !== 32 || serverKey.length !== 32) return null;
  return { salt: Buffer.from(salt, 'base64'), iterations, storedKey, serverKey };
}
