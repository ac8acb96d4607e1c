import { type KeptLease, takeKeptLease } from '../../store/nodes/kept-lease.ts';
import { tryFileLock } from '../file-lock.ts';
import type { House } from '../house.ts';

/** Work that one process on the data does at a time, by the name of its lock. */
export type ExclusiveWork = 'collect' | 'scrub';

const never = new AbortController().signal;

/**
 * Takes the right to do a piece of work alone; null when another process has it. On files the operating system keeps it, on
 * PostgreSQL a lease in the database, for all nodes.
 */
export async function tryExclusive(
  house: Pick<House, 'config' | 'folder' | 'system' | 'clock'>,
  work: ExclusiveWork,
): Promise<KeptLease | null> {
  if (house.config.store.url !== null)
    return takeKeptLease({ database: house.system, clock: house.clock }, `${work} bodies`);
  const lock = tryFileLock(work === 'collect' ? house.folder.collectLock : house.folder.scrubLock);
  return lock && { lost: never, [Symbol.asyncDispose]: async () => lock[Symbol.dispose]() };
}
