import { type Migration, migrate } from '../../sql/migrate.ts';
import { type Statement, statement } from '../../sql/port.ts';
import { PostgresDatabase, type PostgresOptions } from './database.ts';

/**
 * A step whose text columns compare and sort by bytes, as SQLite does, whatever the collation of the database is: keys
 * that page through a list, and the statements that compare them, rely on it.
 */
function byBytes(step: Migration): Migration {
  const change = (query: Statement): Statement =>
    /^\s*(?:CREATE|ALTER) TABLE\b/.test(query.postgres)
      ? statement({
          sqlite: query.sqlite,
          postgres: query.postgres.replaceAll(/\bTEXT\b(?! COLLATE)/g, 'TEXT COLLATE "C"'),
        })
      : query;
  return { ...step, up: step.up.map(change) };
}

/** Opens a schema (made if missing) and brings its tables up to date. Safe to call from several processes at once. */
export async function openPostgres(
  options: PostgresOptions,
  migrations: readonly Migration[],
  now: number,
): Promise<PostgresDatabase> {
  // Steps of a schema may take as long as they need, and only one process runs them.
  await using preparing = new PostgresDatabase({
    ...options,
    writers: 'one',
    connections: 1,
    statementTimeoutMs: 0,
  });
  const { schema } = options;
  const exists = statement('SELECT 1 AS found FROM pg_namespace WHERE nspname = $1');
  if (!(await preparing.get(exists, schema))) {
    await preparing.transact(tx => tx.run(statement(`CREATE SCHEMA IF NOT EXISTS ${schema}`)));
  }
  await migrate(preparing, migrations.map(byBytes), now);
  return new PostgresDatabase(options);
}
