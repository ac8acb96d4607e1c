import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MailError } from '../../platform/errors.ts';
import { syncPath } from './database-copy.ts';
import { copyWhole, sizeOf } from './file-copy.ts';
import { accountDatabases, type BackupManifest, layout, parseManifest } from './layout.ts';
import { markFileRestored } from './mark-restored.ts';

export interface RestoreOptions {
  /** Folder of a backup. */
  readonly source: string;
  /** The data folder to make. It must not exist yet, or be empty. */
  readonly data: string;
  /** Where the packs go, if not in its `blobs`; has to be empty, too. */
  readonly blobs?: string;
  readonly signal?: AbortSignal;
  readonly progress?: (path: string) => void;
}

/** Reads the manifest of a backup of files, and compares the sizes. Throws as `restoreData`. */
export async function readManifest(source: string): Promise<BackupManifest> {
  const text = await readFile(join(source, layout.manifest), 'utf8').catch(() => '');
  const manifest = parseManifest(text);
  if (!manifest) throw new MailError('input.invalid', { field: 'backup', reason: 'no complete backup' });
  for (const { path, size } of manifest.files) {
    if ((await sizeOf(join(source, path))) !== size) throw new MailError('store.corrupt', { file: path });
  }
  return manifest;
}

/**
 * Makes a data folder from a backup. Clients that know more than the backup are told to compare everything: UIDs and
 * modseqs given out since then are never given out again. Throws `input.invalid` when there is no complete backup or the
 * folder is not empty, `store.corrupt` when a file has another size than it should.
 */
export async function restoreData(options: RestoreOptions): Promise<BackupManifest> {
  const { source, signal, progress } = options;
  const manifest = await readManifest(source);
  const files = manifest.files.map(({ path }) => path).filter(path => !path.endsWith('.dump'));
  await restoreFiles(options, files, progress, signal);
  return manifest;
}

/** Makes the folder out of those files of a backup, all at once. */
export async function restoreFiles(
  { source, data, blobs }: Pick<RestoreOptions, 'source' | 'data' | 'blobs'>,
  files: readonly string[],
  progress?: (path: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  await requireEmpty(data, 'data');
  if (blobs !== undefined) await requireEmpty(blobs, 'blobs');
  // Built beside and moved into place at the end: a restore that was cut short leaves no half of a data folder.
  const draft = `${data.replace(/\/+$/, '')}.restoring`;
  if ((await readdir(draft).catch(() => [])).length > 0) {
    throw new MailError('input.invalid', { field: 'data', reason: `${basename(draft)} exists` });
  }
  await mkdir(draft, { recursive: true, mode: 0o700 });
  for (const path of files) {
    signal?.throwIfAborted();
    const elsewhere = blobs !== undefined && dirname(path) === layout.blobs;
    await copyWhole(join(source, path), elsewhere ? join(blobs, basename(path)) : join(draft, path));
    progress?.(path);
  }
  for (const path of await accountDatabases(draft)) markFileRestored(join(draft, path));
  await syncPath(draft);
  await rename(draft, data);
  await syncPath(join(data, '..'));
}

/** Throws `input.invalid` for a folder that has something in it. */
export async function requireEmpty(folder: string, field: string): Promise<void> {
  const present = await readdir(folder).catch(() => []);
  if (present.length > 0) throw new MailError('input.invalid', { field, reason: 'not empty' });
}
