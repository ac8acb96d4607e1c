import { readFileSync } from 'node:fs';
import type { NewPlacement } from '../directory/context.ts';
import { MailError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import type { AccountStoreOptions } from '../store/accounts/account-store.ts';
import { inPostgres, sharedFiles } from '../store/accounts/placement.ts';
import type { DatabasePlace, PostgresPlace } from '../store/engines/open-database.ts';
import { type PostgresTarget, readPostgresUrl } from '../store/engines/postgres/connection-url.ts';
import type { PoolUse } from '../store/engines/postgres/pool.ts';
import type { Config } from './config/config.ts';
import type { DataFolder } from './data-folder.ts';
import { StartError } from './start-error.ts';

/** Where all rows of an installation are: SQLite files in its folder, or schemas of one PostgreSQL database. */
export interface Databases {
  readonly system: DatabasePlace;
  readonly spool: DatabasePlace;
  readonly records: DatabasePlace;
  readonly accounts: Pick<AccountStoreOptions, 'placement' | 'postgres'> & {
    /** Where new accounts go, if not where the others are. */
    readonly newPlacement?: NewPlacement;
  };
  /** Where the nodes that share the rows reach each other; null with files. */
  readonly channel: { readonly target: PostgresTarget; readonly schemas: readonly string[] } | null;
}

/** A database by its URL and the file with its password. Throws `StartError` for what is of no use. */
export function postgresTarget(url: string, passwordFile: string | null): PostgresTarget {
  try {
    const password =
      passwordFile === null ? null : (readFileSync(passwordFile, 'utf8').split(/\r?\n/, 1)[0] ?? null);
    return readPostgresUrl(url, password);
  } catch (error) {
    throw new StartError('serve.store_url', {
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}

/** Numbers of one pool, under the name of what it stores. */
function observePool(metrics: Metrics | undefined, name: string, use: PoolUse): void {
  const words = { labels: ['store'] };
  metrics?.gauge(
    { ...words, name: 'hongyan_store_connections', help: 'Connections to PostgreSQL, open.' },
    () => [[[name], use.open()]],
  );
  metrics?.gauge(
    { ...words, name: 'hongyan_store_waiting', help: 'Calls that wait for a connection to PostgreSQL.' },
    () => [[[name], use.waiting()]],
  );
  metrics?.counted(
    {
      ...words,
      name: 'hongyan_store_retries',
      help: 'Reads and transactions that ran again for a passing reason.',
    },
    () => [[[name], use.retries()]],
  );
}

/** The databases by name that accounts may be in; `main` is that of `store.url`. */
function accountDatabases(
  config: Config,
  main: PostgresPlace | null,
  log: Log,
): NonNullable<AccountStoreOptions['postgres']> {
  const { connections, schema } = config.store;
  const places = new Map<string, PostgresPlace>(main ? [['main', main]] : []);
  for (const { name, url, passwordFile } of config.store.databases) {
    if (places.has(name))
      throw new StartError('serve.store_url', { reason: `two databases are called ${name}` });
    places.set(name, {
      target: postgresTarget(url, passwordFile),
      schema: `${schema}_accounts`,
      connections: Math.max(4, Math.floor(connections / 2)),
      onIdleError: error => log.warn('store.connection_lost', { database: name, error }),
    });
  }
  return location => {
    const place = places.get(location);
    if (!place) throw new MailError('store.unavailable', { reason: 'no such database', database: location });
    return place;
  };
}

/** What the configuration says about it. Throws `StartError` for a URL or a password file that is of no use. */
export function databases(config: Config, folder: DataFolder, log: Log, metrics?: Metrics): Databases {
  const { url, passwordFile } = config.store;
  const server = url === null ? null : postgresTarget(url, passwordFile);
  if (!server) {
    const { system, spool, records } = folder;
    const { accountsPerFile } = config.store;
    const accounts = {
      postgres: accountDatabases(config, null, log),
      ...(accountsPerFile > 1 && { newPlacement: sharedFiles(accountsPerFile) }),
    };
    return { system, spool, records, accounts, channel: null };
  }
  const { connections, schema } = config.store;
  // Accounts have half of the connections; the queue and the directory write one at a time.
  const fifth = Math.floor(connections / 5);
  const place = (name: string, share: number): PostgresPlace => ({
    target: server,
    schema: `${schema}_${name}`,
    connections: share,
    observe: use => observePool(metrics, name, use),
    onIdleError: error => log.warn('store.connection_lost', { schema: `${schema}_${name}`, error }),
  });
  const onUnfenced = (): void => log.warn('store.role_above_row_security');
  const accounts = {
    ...place('accounts', connections - 2 * fifth - 1),
    onUnfenced,
  };
  return {
    system: place('system', fifth),
    spool: place('spool', fifth),
    records: { ...place('records', 1), onUnfenced },
    accounts: { placement: inPostgres('main'), postgres: accountDatabases(config, accounts, log) },
    channel: { target: server, schemas: [`${schema}_spool`, `${schema}_accounts`] },
  };
}
