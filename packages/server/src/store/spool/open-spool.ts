import type { Clock } from '../../platform/clock.ts';
import type { Files } from '../../platform/files/files.ts';
import type { Log } from '../../platform/log.ts';
import type { MasterKey } from '../../platform/secrets/master-key.ts';
import type { TenantKeys } from '../../platform/secrets/tenant-keys.ts';
import type { ObjectOptions } from '../blobs/objects/object-options.ts';
import { ObjectPacks } from '../blobs/objects/object-packs.ts';
import { newOwner, PackBlobStore } from '../blobs/pack-blob-store.ts';
import type { PackOptions } from '../blobs/pack-options.ts';
import { DiskPacks } from '../blobs/packs/disk-packs.ts';
import { SqlTenantKeys } from '../blobs/sql-tenant-keys.ts';
import type { S3Client } from '../engines/s3/client.ts';
import { migrate } from '../sql/migrate.ts';
import type { SqlDatabase } from '../sql/port.ts';
import { spoolMigrations } from './schema.ts';
import { Spool, type SpoolOptions } from './spool.ts';

export interface OpenSpoolContext {
  /** `spool.db`; stays the caller's: it is not closed here. */
  readonly database: SqlDatabase;
  /** Directory of the packs. */
  readonly directory: string;
  readonly files: Files;
  readonly master: MasterKey;
  readonly clock: Clock;
  readonly log: Log;
  readonly packs?: PackOptions;
  /** The bucket that packs are kept in; left out: files of the directory. Closed with the spool. */
  readonly objects?: { readonly client: S3Client; readonly options: ObjectOptions };
  readonly spool?: SpoolOptions;
  /** Name of the node, where several work on one database. */
  readonly node?: string;
}

/** The spool database with all that lives in it. Disposing ends the packs in order and gives back leases. */
export interface OpenSpool extends AsyncDisposable {
  readonly blobs: PackBlobStore;
  /** The engine of bodies when they are kept in a bucket: what waits has to be packed. */
  readonly objects: ObjectPacks | null;
  readonly spool: Spool;
  readonly keys: TenantKeys;
  /** This process's name in packs and leases. */
  readonly owner: string;
}

/** Brings `spool.db` up to date and opens blob store and queue on it. Every process opens its own. */
export async function openSpool(context: OpenSpoolContext): Promise<OpenSpool> {
  const { database, directory, files, master, clock, log } = context;
  await migrate(database, spoolMigrations, clock.now());
  const owner = newOwner(context.node);
  const keys = new SqlTenantKeys(database, master, clock);
  const options = context.packs ? { options: context.packs } : {};
  const common = { database, clock, log, owner, ...options };
  const { objects: bucket } = context;
  const objects = bucket
    ? new ObjectPacks({ database, clock, log, owner, directory, files, ...bucket })
    : null;
  const engine = objects ?? new DiskPacks({ ...common, directory, files });
  const blobs = await PackBlobStore.open({ ...common, engine, keys });
  const spoolOptions = context.spool ? { options: context.spool } : {};
  const spool = new Spool({ database, blobs, clock, owner, ...spoolOptions });
  return {
    blobs,
    objects,
    spool,
    keys,
    owner,
    async [Symbol.asyncDispose](): Promise<void> {
      await spool.releaseLeases();
      await blobs[Symbol.asyncDispose]();
    },
  };
}
