import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** SQLITE_BUSY: somebody else has the lock. */
const busy = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === busy;
}

/**
 * Takes a lock that the operating system keeps (through SQLite), so that the death of its holder frees it, however it
 * died. Null when another process or another caller here has it. The file stays and means nothing by itself.
 */
export function tryFileLock(path: string): Disposable | null {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const handle = new DatabaseSync(path, { timeout: 0 });
  try {
    handle.exec('PRAGMA journal_mode = DELETE');
    handle.exec('PRAGMA locking_mode = EXCLUSIVE');
    handle.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    handle.close();
    if (!isBusy(error)) throw error;
    return null;
  }
  let held = true;
  return {
    [Symbol.dispose]: () => {
      if (held) handle.close();
      held = false;
    },
  };
}
