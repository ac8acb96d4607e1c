import { KeptLease } from '../../store/nodes/kept-lease.ts';
import { tryFileLock } from '../file-lock.ts';
import type { House } from '../house.ts';

/** Work that one process on the data does at a time, by the name of its lock. */
export type ExclusiveWork = 'collect' | 'scrub' | 'pack';

/** Work that is ours alone, until it is disposed. */
export interface Exclusive extends AsyncDisposable {
  /** Whether it still is: ask between the steps. */
  readonly held: boolean;
  /** Calls `listener` when it is lost. */
  onLost(listener: () => void): void;
}

/**
 * Takes the right to do a piece of work alone; null when another process has it. On files the operating system keeps it, on
 * PostgreSQL a lease in the database, for all nodes.
 */
export async function tryExclusive(
  house: Pick<House, 'config' | 'folder' | 'system' | 'clock'>,
  work: ExclusiveWork,
): Promise<Exclusive | null> {
  if (house.config.store.url !== null) {
    const lease = new KeptLease({ database: house.system, clock: house.clock }, `${work} bodies`);
    return (await lease.take()) ? lease : null;
  }
  const { collectLock, scrubLock, packLock } = house.folder;
  const lock = tryFileLock({ collect: collectLock, scrub: scrubLock, pack: packLock }[work]);
  if (!lock) return null;
  return { held: true, onLost: () => undefined, [Symbol.asyncDispose]: async () => lock[Symbol.dispose]() };
}
