import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { translateFileError } from '../../../platform/files/node-files.ts';
import { SqliteDatabase } from '../../engines/sqlite/database.ts';
import { migrate } from '../../sql/migrate.ts';
import { accountMigrations } from '../schema.ts';

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes the folder and its missing parents, each entry synced to disk. */
function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let at = folder; at.length >= dirname(first).length; at = dirname(at)) {
    syncFolder(at);
    if (at === dirname(at)) break;
  }
}

/**
 * Bytes of an empty account database, made once: running the schema with synced commits takes tens of milliseconds, a
 * copy a fraction of one. `folder` is only used in passing.
 */
export async function makeTemplate(folder: string, now: number): Promise<Uint8Array> {
  makeFolder(folder);
  const path = join(folder, `.template-${randomUUID()}.db`);
  try {
    const database = new SqliteDatabase(path);
    try {
      await migrate(database, accountMigrations, now);
    } finally {
      await database[Symbol.asyncDispose]();
    }
    return readFileSync(path);
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  }
}

/**
 * Puts an empty database at `path`, durably and all at once: other processes see the whole file or none. Returns false
 * when one is there already. Throws `store.full`, `store.unavailable`.
 */
export function placeTemplate(path: string, template: Uint8Array): boolean {
  const folder = dirname(path);
  const passing = join(folder, `.new-${randomUUID()}`);
  try {
    makeFolder(folder);
    writeFileSync(passing, template, { flag: 'wx', mode: 0o600, flush: true });
    linkSync(passing, path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw translateFileError(error);
  } finally {
    rmSync(passing, { force: true });
  }
  syncFolder(folder);
  return true;
}
