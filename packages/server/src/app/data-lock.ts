import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { DataFolder } from './data-folder.ts';
import { tryFileLock } from './file-lock.ts';

/** What the process that holds a data directory says about itself. */
export interface RunningInfo {
  readonly pid: number;
  /** `tool`: a command of the command line that works on the data while no server runs. */
  readonly kind: 'server' | 'tool';
  /** Names the group of processes on the data; see `AccountStoreOptions.bootId`. */
  readonly bootId: string;
  /** ms since the epoch. */
  readonly since: number;
  /** Ports by service, once they are open. */
  readonly ports: Readonly<Record<string, number>>;
}

/** The right to be the one server on a data directory. */
export interface DataLock extends Disposable {
  readonly bootId: string;
  /** Tells others the ports. */
  announce(ports: Readonly<Record<string, number>>): void;
}

export type LockResult =
  | { readonly kind: 'held'; readonly lock: DataLock }
  /** Another process has it; null when it has not said yet who it is. */
  | { readonly kind: 'taken'; readonly by: RunningInfo | null };

/** What the holder of the directory wrote, or null. It may be left over from a process that was killed. */
export function readRunningInfo(folder: DataFolder): RunningInfo | null {
  try {
    const value: unknown = JSON.parse(readFileSync(folder.running, 'utf8'));
    if (typeof value !== 'object' || value === null) return null;
    const { pid, kind, bootId, since, ports } = value as Partial<RunningInfo>;
    if (typeof pid !== 'number' || typeof bootId !== 'string' || typeof since !== 'number') return null;
    return { pid, kind: kind ?? 'server', bootId, since, ports: ports ?? {} };
  } catch {
    return null;
  }
}

/**
 * Takes a data directory, made if missing. The death of its holder frees it: see `tryFileLock`.
 */
export function lockDataFolder(folder: DataFolder, kind: RunningInfo['kind'], now: number): LockResult {
  const handle = tryFileLock(folder.lock);
  if (!handle) return { kind: 'taken', by: readRunningInfo(folder) };
  const bootId = randomBytes(12).toString('base64url');
  const announce = (ports: Readonly<Record<string, number>>): void => {
    const info: RunningInfo = { pid: process.pid, kind, bootId, since: now, ports };
    const draft = `${folder.running}.new`;
    writeFileSync(draft, JSON.stringify(info), { mode: 0o600 });
    renameSync(draft, folder.running);
  };
  announce({});
  let held = true;
  const lock: DataLock = {
    bootId,
    announce,
    [Symbol.dispose]: () => {
      if (!held) return;
      held = false;
      rmSync(folder.running, { force: true });
      handle[Symbol.dispose]();
    },
  };
  return { kind: 'held', lock };
}
