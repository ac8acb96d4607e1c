import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { MailError } from '../errors.ts';
import { type Files, readSmallFile } from '../files/files.ts';
import { deriveKey, keyBytes } from './derive.ts';

/**
 * The installation's root secret. It never encrypts anything itself: everything uses keys derived from it for one
 * purpose. Losing the file loses all bodies, so it belongs into the backup.
 */
export interface MasterKey {
  /** The key for one purpose, 32 bytes, always the same. */
  derive(purpose: string): Buffer;
}

/** A master key from its 32 bytes. */
export function masterKey(bytes: Uint8Array): MasterKey {
  if (bytes.length !== keyBytes) {
    throw new MailError('store.corrupt', { file: 'master key', bytes: bytes.length });
  }
  const copy = Buffer.from(bytes);
  return { derive: purpose => deriveKey(copy, purpose) };
}

/**
 * Reads the master key file, or makes it: 32 random bytes, mode 0600, complete on disk before it has its name. Several
 * processes may do this at once; all get the same key. A file of another length throws `store.corrupt`: it is never
 * replaced, since that would make everything unreadable.
 */
export async function openMasterKey(files: Files, path: string): Promise<MasterKey> {
  const existing = await readSmallFile(files, path, keyBytes + 1);
  if (existing) return masterKey(existing);
  const directory = dirname(path);
  await files.makeDirectory(directory);
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  const file = await files.create(draft, 0o600);
  if (!file) throw new MailError('store.unavailable', { file: 'master key' });
  try {
    await file.write([randomBytes(keyBytes)], 0);
    await file.datasync();
    // Complete and synced before the name shows it; of several processes one wins.
    await files.link(draft, path);
  } finally {
    await file[Symbol.asyncDispose]();
    await files.unlink(draft);
  }
  await files.syncDirectory(directory);
  const bytes = await readSmallFile(files, path, keyBytes + 1);
  if (!bytes) throw new MailError('store.unavailable', { file: 'master key' });
  return masterKey(bytes);
}
