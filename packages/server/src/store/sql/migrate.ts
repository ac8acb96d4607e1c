import { type SqlDatabase, type SqlTransaction, type Statement, statement } from './port.ts';

/**
 * A numbered, forward-only step of a schema. Numbers start at 1 and have no gaps; a released step never changes. A step
 * only adds, so that the release before works on beside the new one (docs/decisions/0013-releases-side-by-side.md), unless
 * it says that it breaks with it.
 */
export interface Migration {
  readonly version: number;
  readonly name: string;
  /** Releases that do not know this step cannot work with its tables: it takes away what only releases before the last used. */
  readonly breaking?: true;
  /** Statements of the step, without parameters. */
  readonly up: readonly Statement[];
}

const createTable = statement(
  'CREATE TABLE IF NOT EXISTS schema_migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)',
);
const readVersion = statement('SELECT COALESCE(MAX(version), 0) AS version FROM schema_migration');
/** Ends the name of a breaking step in the database, where releases that do not know it see it. */
const breakingMark = ' !';
const readFloor = statement(
  `SELECT COALESCE(MAX(version), 0) AS version FROM schema_migration WHERE name LIKE '%${breakingMark}'`,
);
const record = statement('INSERT INTO schema_migration (version, name, applied_at) VALUES ($1, $2, $3)');

async function currentVersion(tx: SqlTransaction): Promise<number> {
  return (await tx.get<{ version: number }>(readVersion))?.version ?? 0;
}

/** A newer release has changed the database in a way that this one cannot bear. */
export class NewerSchemaError extends Error {
  readonly needed: number;
  readonly known: number;

  constructor(needed: number, known: number) {
    super(
      `this data was written by a newer release (it needs schema ${needed}, this program knows ${known})`,
    );
    this.name = 'NewerSchemaError';
    this.needed = needed;
    this.known = known;
  }
}

/**
 * Brings a database to the newest version in one transaction and returns the version that it has then: a higher one when a
 * newer release has added to it, which is left as it is. Safe to call from several processes at once. Throws
 * `NewerSchemaError` when that release has done more than add.
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
      const floor = (await tx.get<{ version: number }>(readFloor))?.version ?? 0;
      if (floor > newest) throw new NewerSchemaError(floor, newest);
      return version;
    }
    for (const step of migrations.slice(version)) {
      for (const query of step.up) await tx.run(query);
      await tx.run(record, step.version, step.breaking ? `${step.name}${breakingMark}` : step.name, now);
    }
    return newest;
  });
}
