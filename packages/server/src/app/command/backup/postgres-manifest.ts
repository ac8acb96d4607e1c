import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MailError } from '../../../platform/errors.ts';
import { sizeOf } from '../../../store/backup/file-copy.ts';
import { type BackupFile, isInside } from '../../../store/backup/layout.ts';

/** Written last: a folder without it is no backup. Another name than that of a copy of files, which it is not. */
export const manifestFile = 'postgres-backup.json';

/** The rows of a database, in the custom format of pg_dump. */
export function rowsFile(name: string): string {
  return name === 'main' ? 'rows.dump' : `rows-${name}.dump`;
}

/** What a backup of an installation on PostgreSQL consists of. */
export interface PostgresManifest {
  readonly format: 2;
  readonly kind: 'postgres';
  /** ms since the epoch: mail accepted before it is in it. */
  readonly startedAt: number;
  readonly finishedAt: number;
  /** What the names of the schemas begin with. */
  readonly schema: string;
  readonly databases: readonly { readonly name: string; readonly file: string }[];
  /** The queue as it was before accounts elsewhere were saved; null when all accounts are in the main database. */
  readonly queue: string | null;
  readonly bodies: 'files' | 'copied' | 'bucket';
  readonly bucket: string | null;
  /** Paths relative to the root of the backup. */
  readonly files: readonly BackupFile[];
}

function isManifest(value: unknown): value is PostgresManifest {
  if (typeof value !== 'object' || value === null) return false;
  const { format, kind, schema, databases, queue, files } = value as Partial<
    Record<keyof PostgresManifest, unknown>
  >;
  if (format !== 2 || kind !== 'postgres' || typeof schema !== 'string') return false;
  if (queue !== null && queue !== 'queue.dump') return false;
  if (!Array.isArray(databases) || !Array.isArray(files)) return false;
  const named = (databases as unknown[]).every(
    one =>
      typeof one === 'object' &&
      one !== null &&
      'name' in one &&
      typeof one.name === 'string' &&
      'file' in one &&
      one.file === rowsFile(one.name),
  );
  const listed = (files as unknown[]).every(
    one =>
      typeof one === 'object' &&
      one !== null &&
      'path' in one &&
      typeof one.path === 'string' &&
      isInside(one.path) &&
      'size' in one &&
      typeof one.size === 'number',
  );
  return named && listed;
}

/** Reads it and compares the sizes of the files. Throws `input.invalid` when there is none, `store.corrupt` for a file of another size. */
export async function readPostgresManifest(source: string): Promise<PostgresManifest> {
  const text = await readFile(join(source, manifestFile), 'utf8').catch(() => '');
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // Told below.
  }
  if (!isManifest(value))
    throw new MailError('input.invalid', { field: 'backup', reason: 'no complete backup' });
  for (const { path, size } of value.files) {
    if ((await sizeOf(join(source, path))) !== size) throw new MailError('store.corrupt', { file: path });
  }
  return value;
}
