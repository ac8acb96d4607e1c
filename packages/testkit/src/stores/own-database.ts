import { readPostgresUrl } from '@hongyan/server/store/engines/postgres/connection-url.ts';
import { PostgresDatabase } from '@hongyan/server/store/engines/postgres/database.ts';
import { statement } from '@hongyan/server/store/sql/port.ts';

const ownMark = 'HONGYAN_TEST_POSTGRES_OWN';
const lefts = statement("SELECT datname AS name FROM pg_database WHERE datname LIKE 'test\\_%'");

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * A database for this file of tests alone, as thousands of tables in one would slow down everybody. Nothing has to be
 * cleared away in the end, when houses may still be open: databases of processes that are gone are dropped by the next
 * that comes. Processes which a test starts are told of it through the environment.
 */
export async function ownDatabase(server: string | undefined): Promise<string | undefined> {
  if (!server || process.env[ownMark]) return server;
  const target = readPostgresUrl(server);
  await using maintenance = new PostgresDatabase({
    target,
    schema: 'public',
    connections: 1,
    writers: 'rows',
    statementTimeoutMs: 0,
  });
  for (const { name } of await maintenance.all<{ name: string }>(lefts)) {
    if (runs(Number(name.slice('test_'.length)))) continue;
    // Two that come at the same moment may both want to.
    await maintenance.all(statement(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)).catch(() => undefined);
  }
  const name = `test_${process.pid}`;
  await maintenance.all(statement(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  await maintenance.all(statement(`CREATE DATABASE ${name}`));
  const own = new URL(server);
  own.pathname = `/${name}`;
  process.env['HONGYAN_TEST_POSTGRES'] = own.href;
  process.env[ownMark] = '1';
  return own.href;
}
