import { type Migration, migrate } from '../../sql/migrate.ts';
import { statement } from '../../sql/port.ts';
import { prepareMarks } from './commit-mark.ts';
import { PostgresDatabase, type PostgresOptions } from './database.ts';
import { fenceHolds, putFence } from './fence.ts';

/** Opens a schema (made if missing) and brings its tables up to date; without migrations they are left as they are. Safe to call from several processes at once. */
export async function openPostgres(
  options: PostgresOptions,
  migrations: readonly Migration[],
  now: number,
): Promise<PostgresDatabase> {
  // Steps of a schema may take as long as they need, and only one process runs them.
  await using preparing = new PostgresDatabase({
    ...options,
    observe: () => undefined,
    writers: 'one',
    connections: 1,
    statementTimeoutMs: 0,
    bypass: 'migration',
  });
  const { schema } = options;
  const exists = statement('SELECT 1 AS found FROM pg_namespace WHERE nspname = $1');
  if (!(await preparing.get(exists, schema))) {
    await preparing.transact(tx => tx.run(statement(`CREATE SCHEMA IF NOT EXISTS ${schema}`)));
  }
  await prepareMarks(preparing);
  if (migrations.length > 0) await migrate(preparing, migrations, now);
  if (options.fence !== undefined && migrations.length > 0) {
    await putFence(preparing, options.fence, options.open);
    if (!(await fenceHolds(preparing))) options.onUnfenced?.();
  }
  return new PostgresDatabase({ ...options, marked: true });
}
