import { isMailError } from '../../../platform/errors.ts';
import { type SqlDatabase, statement } from '../../sql/port.ts';

const tables = statement(
  `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = current_schema() AND c.relkind = 'r' ORDER BY 1`,
);

/** Autovacuum makes room for others after a second; whoever else holds a table is not waited for. */
const briefly = statement("SET LOCAL lock_timeout = '2s'");

/**
 * Tells the planner of rows that have come in bulk, which it otherwise knows nothing of until autovacuum looks: a change of
 * flags reads an account's rows until then instead of one. Each table in a transaction of its own, so that none is held for
 * long. ANALYZE takes its samples beside row-level security; it needs the owner of the tables, whom the program is. Does
 * nothing for files. Returns false when the server was busy or away: autovacuum does the same later.
 */
export async function refreshStatistics(database: SqlDatabase): Promise<boolean> {
  if (database.dialect !== 'postgres') return true;
  try {
    for (const { name } of await database.all<{ name: string }>(tables)) {
      const analyse = statement(`ANALYZE "${name}"`);
      await database.transact(
        async tx => {
          await tx.run(briefly);
          await tx.run(analyse);
        },
        { durability: 'relaxed', thorough: true },
      );
    }
    return true;
  } catch (error) {
    if (isMailError(error, 'store.busy') || isMailError(error, 'store.unavailable')) return false;
    throw error;
  }
}
