import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';

/** Makes a file or the entries of a folder durable. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Copies a SQLite database that may be in use: one snapshot, made off the event loop, durable when it resolves. An
 * existing target is replaced.
 */
export async function copyDatabase(source: string, target: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm', '-journal']) await rm(target + suffix, { force: true });
  const database = new DatabaseSync(source, { readOnly: true, timeout: 0 });
  try {
    // All pages in one step: with several, every write in between would start the copy over.
    await backup(database, target, { rate: 0x7fff_ffff });
  } finally {
    database.close();
  }
  await syncPath(target);
  await syncPath(dirname(target));
}

/** Runs `work` on a copied database that nobody else has open, in one durable transaction. */
export function changeDatabase(path: string, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA journal_mode = DELETE');
    database.exec('PRAGMA synchronous = FULL');
    database.exec('BEGIN IMMEDIATE');
    work(database);
    database.exec('COMMIT');
    // As the server wants it; the log is made when it opens the file.
    database.exec('PRAGMA journal_mode = WAL');
  } finally {
    database.close();
  }
}
