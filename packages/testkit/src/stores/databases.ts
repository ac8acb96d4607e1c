import { createHash } from 'node:crypto';
import { type AccountStoreOptions, openAccountStore } from '@hongyan/server/store/accounts/account-store.ts';
import { inPostgres } from '@hongyan/server/store/accounts/placement.ts';
import { accountMigrations } from '@hongyan/server/store/accounts/schema.ts';
import type { DatabasePlace, PostgresPlace } from '@hongyan/server/store/engines/open-database.ts';
import { openDatabase } from '@hongyan/server/store/engines/open-database.ts';
import { readPostgresUrl } from '@hongyan/server/store/engines/postgres/connection-url.ts';
import { PostgresDatabase } from '@hongyan/server/store/engines/postgres/database.ts';
import { recordsMigrations } from '@hongyan/server/store/records/schema.ts';
import { spoolMigrations } from '@hongyan/server/store/spool/schema.ts';
import type { SqlDatabase } from '@hongyan/server/store/sql/port.ts';
import { statement } from '@hongyan/server/store/sql/port.ts';
import { systemMigrations } from '@hongyan/server/store/system/schema.ts';
import { ownDatabase } from './own-database.ts';

/**
 * The engine under test. The same tests run on both: `npm run test:postgres` starts a server, puts its URL here and runs
 * them again.
 */
const url = await ownDatabase(process.env['HONGYAN_TEST_POSTGRES']);

/** For tests of what only files have (`{ skip: onlyFiles }`): a reason when this run is on PostgreSQL. */
export const onlyFiles: string | false = url ? 'about SQLite files; this run is on PostgreSQL' : false;

const made = new Map<string, PostgresPlace>();

/** The database that stands for a SQLite file at `path` in this run: the same path is the same database. */
export function place(path: string): DatabasePlace {
  return postgresPlace(path) ?? path;
}

function postgresPlace(path: string): PostgresPlace | null {
  if (!url) return null;
  const schema = `t_${createHash('sha256').update(path).digest('hex').slice(0, 24)}`;
  let found = made.get(schema);
  if (!found) {
    found = { target: readPostgresUrl(url), schema, connections: 6 };
    made.set(schema, found);
  }
  return found;
}

/** Opens a database as it is; whoever asks makes its tables. */
export async function openBare(path: string): Promise<SqlDatabase> {
  return openDatabase(place(path), [], 0);
}

/** As `openAccountStore`, with the accounts in the engine of this run unless the test places them itself. */
export function openTestAccounts(options: AccountStoreOptions): ReturnType<typeof openAccountStore> {
  const shared = postgresPlace(`${options.dataFolder}/accounts`);
  if (!shared || options.placement) return openAccountStore(options);
  return openAccountStore({ ...options, placement: inPostgres('main'), postgres: () => shared });
}

/** Where a whole server keeps its rows in this run; nothing when it is in files. `folder` tells installations apart. */
export function storeOfEngine(
  folder: string,
): { readonly url: string; readonly schema: string; readonly connections: number } | Record<string, never> {
  if (!url) return {};
  const schema = `s_${createHash('sha256').update(folder).digest('hex').slice(0, 24)}`;
  for (const name of ['system', 'spool', 'records', 'accounts']) {
    made.set(`${schema}_${name}`, {
      target: readPostgresUrl(url),
      schema: `${schema}_${name}`,
      connections: 1,
    });
  }
  return { url, schema, connections: 10 };
}

/** The same as TOML. */
export function storeSettings(folder: string): string {
  const lines = Object.entries(storeOfEngine(folder)).map(
    ([key, value]) => `${key} = ${JSON.stringify(value)}\n`,
  );
  return lines.length === 0 ? '' : `[store]\n${lines.join('')}`;
}

/** All tables of all four databases, seen through one search path. Only on PostgreSQL. */
export async function openTestSchemas(name: string): Promise<PostgresDatabase> {
  const all = {
    system: systemMigrations,
    spool: spoolMigrations,
    records: recordsMigrations,
    accounts: accountMigrations,
  };
  const places: PostgresPlace[] = [];
  for (const [kind, migrations] of Object.entries(all)) {
    const found = postgresPlace(`${name} ${process.pid} ${kind}`);
    if (!found) throw new Error('this run is not on PostgreSQL');
    await using database = await openDatabase(found, migrations, 0);
    await database.read(async () => undefined);
    places.push(found);
  }
  const [first] = places;
  if (!first) throw new Error('no schemas');
  const database = new PostgresDatabase({ ...first, connections: 1, writers: 'rows' });
  const path = places.map(one => one.schema).join(', ');
  await database.transact(tx => tx.run(statement(`SET search_path TO ${path}`)));
  return database;
}
