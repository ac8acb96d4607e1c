import { type Migration, migrate } from '../sql/migrate.ts';
import type { SqlDatabase } from '../sql/port.ts';
import type { PostgresTarget } from './postgres/connection-url.ts';
import type { Writers } from './postgres/database.ts';
import type { Fence } from './postgres/fence.ts';
import { openPostgres } from './postgres/open.ts';
import type { PoolUse } from './postgres/pool.ts';
import { SqliteDatabase } from './sqlite/database.ts';

/** A schema of a PostgreSQL database. */
export interface PostgresPlace {
  readonly target: PostgresTarget;
  readonly schema: string;
  /** Most connections of this process to it. */
  readonly connections: number;
  readonly onIdleError?: (error: Error) => void;
  readonly onUnfenced?: () => void;
  readonly bypass?: string;
  readonly observe?: (use: PoolUse) => void;
}

/** Where a database is: the path of a SQLite file, made if missing, or a schema of PostgreSQL. */
export type DatabasePlace = string | PostgresPlace;

/** Opens a database and brings its schema up to date; without migrations it is left as it is. A file's folder has to exist, a PostgreSQL database too. */
export async function openDatabase(
  place: DatabasePlace,
  migrations: readonly Migration[],
  now: number,
  {
    writers = 'one',
    ...fence
  }: {
    readonly writers?: Writers;
    readonly fence?: Fence;
    readonly open?: readonly string[];
  } = {},
): Promise<SqlDatabase> {
  if (typeof place !== 'string') return openPostgres({ ...place, writers, ...fence }, migrations, now);
  const database = new SqliteDatabase(place);
  try {
    if (migrations.length > 0) await migrate(database, migrations, now);
    return database;
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}
