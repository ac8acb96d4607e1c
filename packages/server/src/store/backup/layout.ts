import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where things lie in a data folder and in a backup of it, relative to its root. */
export const layout = {
  system: 'system.db',
  spool: 'spool.db',
  records: 'records.db',
  blobs: 'blobs',
  keys: 'keys',
  tenants: 'tenants',
  shards: 'shards',
  /** Among the bodies: says whose they are. */
  installation: 'installation',
  /** Written last: a folder without it is no backup. */
  manifest: 'backup.json',
} as const;

/** Tables of the queue; the others of `spool.db` say where bodies are. */
export const queueTables = ['spool_message', 'spool_recipient'] as const;

/** Whether a path of a manifest stays inside the folder: one from elsewhere must not reach outside. */
export function isInside(path: string): boolean {
  return !path.startsWith('/') && !path.includes('\\') && !path.split('/').includes('..');
}

async function names(folder: string, pattern: RegExp): Promise<string[]> {
  try {
    return (await readdir(folder)).filter(name => pattern.test(name)).toSorted();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Paths of all databases with accounts in them, relative to the root. */
export async function accountDatabases(root: string): Promise<string[]> {
  const paths = (await names(join(root, layout.shards), /^[^.].*\.db$/)).map(name =>
    join(layout.shards, name),
  );
  for (const tenant of await names(join(root, layout.tenants), /^\d+$/)) {
    const folder = join(layout.tenants, tenant, 'accounts');
    for (const name of await names(join(root, folder), /^\d+\.db$/)) paths.push(join(folder, name));
  }
  return paths;
}

/** Paths of all pack files, relative to the root, wherever the `folder` of the bodies is. */
export async function packFiles(root: string, folder: string = join(root, layout.blobs)): Promise<string[]> {
  return (await names(folder, /\.pack$/)).map(name => join(layout.blobs, name));
}

/** Paths of the files with keys, relative to the root. */
export async function keyFiles(root: string): Promise<string[]> {
  return (await names(join(root, layout.keys), /^[^.]/)).map(name => join(layout.keys, name));
}

export interface BackupFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly size: number;
}

export interface BackupManifest {
  readonly format: 1;
  /** When the backup began, ms since the epoch: mail accepted before it is in it. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly files: readonly BackupFile[];
  /** Dumps of PostgreSQL databases that accounts were moved to, by name. */
  readonly databases?: readonly DatabaseDump[];
}

export interface DatabaseDump {
  readonly name: string;
  /** Relative to the root. */
  readonly file: string;
}

function dumpsOf(value: unknown): DatabaseDump[] | null {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return null;
  const dumps: DatabaseDump[] = [];
  for (const one of value as unknown[]) {
    if (typeof one !== 'object' || one === null) return null;
    const { name, file } = one as Partial<Record<keyof DatabaseDump, unknown>>;
    if (typeof name !== 'string' || typeof file !== 'string' || !isInside(file)) return null;
    dumps.push({ name, file });
  }
  return dumps;
}

/** Reads a manifest from its text; null when it is not one that this program understands. */
export function parseManifest(text: string): BackupManifest | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { format, startedAt, finishedAt, files } = value as Partial<Record<keyof BackupManifest, unknown>>;
  if (format !== 1 || typeof startedAt !== 'number' || typeof finishedAt !== 'number') return null;
  if (!Array.isArray(files)) return null;
  const databases = dumpsOf((value as { databases?: unknown }).databases);
  if (!databases) return null;
  const entries: BackupFile[] = [];
  for (const entry of files as unknown[]) {
    if (typeof entry !== 'object' || entry === null) return null;
    const { path, size } = entry as Partial<Record<keyof BackupFile, unknown>>;
    if (typeof path !== 'string' || typeof size !== 'number') return null;
    if (!isInside(path)) return null;
    entries.push({ path, size });
  }
  return { format, startedAt, finishedAt, files: entries, ...(databases.length > 0 && { databases }) };
}
