import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MailError } from '../../platform/errors.ts';
import { restoredMark } from '../accounts/account-state.ts';
import { changeDatabase, syncPath } from './database-copy.ts';
import { copyWhole, sizeOf } from './file-copy.ts';
import { accountDatabases, type BackupManifest, layout, parseManifest } from './layout.ts';

export interface RestoreOptions {
  /** Folder of a backup. */
  readonly source: string;
  /** The data folder to make. It must not exist yet, or be empty. */
  readonly data: string;
  readonly signal?: AbortSignal;
  readonly progress?: (path: string) => void;
}

async function manifestOf(source: string): Promise<BackupManifest> {
  const text = await readFile(join(source, layout.manifest), 'utf8').catch(() => '');
  const manifest = parseManifest(text);
  if (!manifest) throw new MailError('input.invalid', { field: 'backup', reason: 'no complete backup' });
  for (const { path, size } of manifest.files) {
    if ((await sizeOf(join(source, path))) !== size) throw new MailError('store.corrupt', { file: path });
  }
  return manifest;
}

/** Marks the accounts of a database so that their first write raises the epoch. */
export function markRestored(path: string): void {
  changeDatabase(path, database => {
    database.prepare('UPDATE account_state SET clean = 0, boot_id = ?').run(restoredMark);
  });
}

/**
 * Makes a data folder from a backup. Clients that know more than the backup are told to compare everything: UIDs and
 * modseqs given out since then are never given out again. Throws `input.invalid` when there is no complete backup or the
 * folder is not empty, `store.corrupt` when a file has another size than it should.
 */
export async function restoreData(options: RestoreOptions): Promise<BackupManifest> {
  const { source, data, signal, progress } = options;
  const manifest = await manifestOf(source);
  const present = await readdir(data).catch(() => []);
  if (present.length > 0) throw new MailError('input.invalid', { field: 'data', reason: 'not empty' });
  // Built beside and moved into place at the end: a restore that was cut short leaves no half of a data folder.
  const draft = `${data.replace(/\/+$/, '')}.restoring`;
  if ((await readdir(draft).catch(() => [])).length > 0) {
    throw new MailError('input.invalid', { field: 'data', reason: `${basename(draft)} exists` });
  }
  await mkdir(draft, { recursive: true, mode: 0o700 });
  for (const { path } of manifest.files) {
    signal?.throwIfAborted();
    await copyWhole(join(source, path), join(draft, path));
    progress?.(path);
  }
  for (const path of await accountDatabases(draft)) markRestored(join(draft, path));
  await syncPath(draft);
  await rename(draft, data);
  await syncPath(join(data, '..'));
  return manifest;
}
