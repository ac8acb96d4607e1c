import { createHash, createHmac, randomBytes } from 'node:crypto';
import { PasswordHasher } from '../../access/passwords/password-hasher.ts';
import type { NewCredential } from '../users.ts';

/** Without letters and digits that look alike. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
const letters = 16;

/**
 * First passwords have 80 random bits: nobody finds one by trying, however quick that is, so their hashes need not be
 * slow. That is what lets 10,000 members be imported in seconds.
 */
const lightHasher = new PasswordHasher({ memory: 64, passes: 1, concurrency: 4, maxWaiting: 10_000 });

export function newImportSecret(): string {
  return randomBytes(24).toString('base64url');
}

export function importSecretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** The first password of the member of a line, four letters by four. Whoever has the secret can tell it again. */
export function firstPassword(secret: string, batchId: number, line: number): string {
  const bytes = createHmac('sha256', secret).update(`${batchId}/${line}`).digest();
  let password = '';
  for (let i = 0; i < letters; i += 1) {
    if (i > 0 && i % 4 === 0) password += '-';
    password += alphabet.charAt((bytes[i] ?? 0) % alphabet.length);
  }
  return password;
}

/** Token of the activation link of the member of a line (MBX-03), 256 bits. Whoever has the secret can tell it again. */
export function activationToken(secret: string, batchId: number, line: number): string {
  return createHmac('sha256', secret).update(`${batchId}/${line}/link`).digest('base64url');
}

export async function firstPasswordCredentials(password: string): Promise<NewCredential[]> {
  return [{ kind: 'password', secret: await lightHasher.hash(password) }];
}
