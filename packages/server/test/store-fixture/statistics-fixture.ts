import type { PostgresServer } from '@hongyan/testkit/stores/postgres-server.ts';
import pg from 'pg';

/**
 * What the planner knows of a table: its guess of the rows, and the columns that it has samples of. Asked as the superuser:
 * row-level security hides samples from everybody else.
 */
export async function plannerKnows(
  server: PostgresServer,
  schemaLike: string,
  table: string,
  database = 'hongyan',
): Promise<{ rows: number; columns: number }> {
  const admin = new pg.Client({ host: server.folder, user: 'postgres', database });
  await admin.connect();
  try {
    const { rows } = await admin.query<{ rows: number; columns: number }>(
      `SELECT c.reltuples::int AS rows, (SELECT COUNT(*)::int FROM pg_statistic s WHERE s.starelid = c.oid) AS columns
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname LIKE $1 AND c.relname = $2 AND c.relkind = 'r'`,
      [schemaLike, table],
    );
    const [found] = rows;
    if (rows.length !== 1 || !found) throw new Error(`${rows.length} tables ${schemaLike}.${table}`);
    return found;
  } finally {
    await admin.end();
  }
}
