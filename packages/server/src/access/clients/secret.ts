import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';

/** No letter or digit that can be taken for another: no 0, 1, i, l, o. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';

/** Characters of a client password (CLI-04): 79 bits, beyond any guessing. */
export const clientPasswordLength = 16;

/** A new client password. */
export function newClientPassword(): string {
  return Array.from({ length: clientPasswordLength }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** A typed secret as it is compared: people type it in groups and with capitals. Null when it cannot be a client password. */
export function readClientPassword(typed: string): string | null {
  if (typed.length > 2 * clientPasswordLength) return null;
  const plain = typed.replaceAll(/[ -]/g, '').toLowerCase();
  if (plain.length !== clientPasswordLength) return null;
  for (const character of plain) if (!alphabet.includes(character)) return null;
  return plain;
}

/**
 * What is stored of a secret that is beyond guessing (client password, recovery code, device token): a keyed hash, base64.
 * Such secrets need no slow hash; the key keeps a stolen database from being of any use by itself.
 */
export function secretVerifier(key: Uint8Array, owner: string, secret: string): string {
  return createHmac('sha256', key).update(`${owner}\0${secret}`).digest('base64');
}

/** Compares two verifiers in constant time. */
export function sameVerifier(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left, 'base64'), Buffer.from(right, 'base64')];
  return a.length === b.length && timingSafeEqual(a, b);
}
