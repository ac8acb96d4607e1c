import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MasterKey } from '../../platform/secrets/master-key.ts';
import { movingFrom } from '../../store/relocation/relocation-mark.ts';
import type { CompanyDatabase } from '../../store/sql/company-database.ts';
import { installation, readSetting, settingOnce } from '../../store/system/settings.ts';
import type { DataFolder } from '../data-folder.ts';
import { StartError } from '../start-error.ts';

/**
 * Refuses a configuration that looks for directory, queue and records in another place than they are: a server would make
 * new ones. `shared`: whether it looks in PostgreSQL.
 */
export function requireRowsWhereSaid(folder: DataFolder, shared: boolean): void {
  const moved = existsSync(folder.movedMark);
  if (!shared && moved) throw new StartError('serve.rows_in_postgres', { file: folder.movedMark });
  if (shared && existsSync(folder.system))
    throw new StartError('serve.rows_in_files', { file: folder.system });
}

/** Refuses rows that are still on their way here. */
export async function requireWhole(system: CompanyDatabase): Promise<void> {
  const from = await movingFrom(system.shared);
  if (from !== null) throw new StartError('serve.rows_on_their_way', { from });
}

const keySetting = 'installation.key';
const blobsSetting = 'installation.blobs';
/** Lies among the bodies and says whose they are. */
const markerName = 'installation';

/** Refuses a data directory without the key of a database that has one: a new key would open nothing. Before the key is made. */
export async function requireKeyFile(system: CompanyDatabase, folder: DataFolder): Promise<void> {
  if (existsSync(folder.masterKey)) return;
  if ((await readSetting(system.of(installation), installation, keySetting)) === null) return;
  throw new StartError('serve.master_key_missing', { file: folder.masterKey });
}

/** Refuses a key that is not that of the database. */
export async function requireSameKey(
  system: CompanyDatabase,
  folder: DataFolder,
  master: MasterKey,
): Promise<void> {
  // Tells keys apart and nothing else about them.
  const mark = master.derive('installation mark').toString('hex').slice(0, 32);
  const stands =
    (await readSetting(system.of(installation), installation, keySetting)) ??
    (await system.of(installation).transact(tx => settingOnce(tx, installation, keySetting, mark)));
  if (stands !== mark) throw new StartError('serve.master_key_differs', { file: folder.masterKey });
}

/**
 * Refuses a directory of bodies that is not that of the database: two nodes with one each would show each other's mail
 * without its text. The first node to come marks its own.
 */
export async function requireSameBlobs(system: CompanyDatabase, directory: string): Promise<void> {
  const file = join(directory, markerName);
  const found = existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
  const stands =
    (await readSetting(system.of(installation), installation, blobsSetting)) ??
    (await system
      .of(installation)
      .transact(tx => settingOnce(tx, installation, blobsSetting, found ?? randomBytes(12).toString('hex'))));
  if (found === stands) return;
  // Only the node that has just named it may mark a directory: any other finds the mark or is in the wrong place.
  const first = found === null && (await claimMark(system, stands));
  if (!first) throw new StartError('serve.blobs_elsewhere', { folder: directory, id: stands, file });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(file, `${stands}\n`, { mode: 0o600, flush: true });
}

/** True for one caller ever: whoever writes the mark into a directory. */
async function claimMark(system: CompanyDatabase, id: string): Promise<boolean> {
  const mine = randomBytes(12).toString('hex');
  const stands = await system
    .of(installation)
    .transact(tx => settingOnce(tx, installation, `${blobsSetting}.marked`, `${id} ${mine}`));
  return stands === `${id} ${mine}`;
}
