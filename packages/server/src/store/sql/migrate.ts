import { type SqlDatabase, type SqlTransaction, type Statement, statement } from './port.ts';

/** A numbered, forward-only step of a schema. Numbers start at 1 and have no gaps; a released step never changes. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  /** Statements of the step, without parameters. */
  readonly up: readonly Statement[];
}

const createTable = statement(
  'CREATE TABLE IF NOT EXISTS schema_migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)',
);
const readVersion = statement('SELECT COALESCE(MAX(version), 0) AS version FROM schema_migration');
const record = statement('INSERT INTO schema_migration (version, name, applied_at) VALUES ($1, $2, $3)');

async function currentVersion(tx: SqlTransaction): Promise<number> {
  return (await tx.get<{ version: number }>(readVersion))?.version ?? 0;
}

/**
 * Brings a database to the newest version in one transaction and returns that version. Safe to call from several
 * processes at once. Refuses a database that a newer release has already changed.
 */
export async function migrate(
  database: SqlDatabase,
  migrations: readonly Migration[],
  now: number,
): Promise<number> {
  const newest = migrations.length;
  return database.transact(async tx => {
    await tx.run(createTable);
    const version = await currentVersion(tx);
    if (version > newest) {
      throw new Error(
        `this data was written by a newer release (schema ${version}, this program knows ${newest})`,
      );
    }
    for (const step of migrations.slice(version)) {
      for (const query of step.up) await tx.run(query);
      await tx.run(record, step.version, step.name, now);
    }
    return newest;
  });
}
