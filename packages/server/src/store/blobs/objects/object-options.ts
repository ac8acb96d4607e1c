import type { Clock } from '../../../platform/clock.ts';
import type { Files } from '../../../platform/files/files.ts';
import type { Log } from '../../../platform/log.ts';
import type { S3Client } from '../../engines/s3/client.ts';
import type { SqlDatabase } from '../../sql/port.ts';

export interface ObjectOptions {
  /** Begins the names of all objects of this installation; ends with a slash or is empty. */
  readonly prefix: string;
  /** Bytes that may wait in the database while the store is away, beside small bodies. */
  readonly mostKeptBytes: number;
  /** Bytes of bodies remembered in memory. */
  readonly cacheBytes?: number;
  /** Longest record that goes into a row first, bytes. Default: that of any body of 64 KiB. */
  readonly rowBytes?: number;
  /** Bytes of records in one object. Default 32 MiB. */
  readonly packBytes?: number;
  readonly leaseMs?: number;
}

export interface ObjectPacksContext {
  /** The bucket. The engine's from now on: closed with it. */
  readonly client: S3Client;
  readonly database: SqlDatabase;
  /** Directory for bodies on their way in, and of packs from before there was an object store. */
  readonly directory: string;
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
  readonly owner: string;
  readonly options: ObjectOptions;
}
