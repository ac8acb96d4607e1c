import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPostgres, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import { accountMigrations } from '../../src/store/accounts/schema.ts';
import { openDatabase } from '../../src/store/engines/open-database.ts';
import { readPostgresUrl } from '../../src/store/engines/postgres/connection-url.ts';
import { openRecordsDatabase } from '../../src/store/records/open.ts';
import { spoolMigrations } from '../../src/store/spool/schema.ts';
import { statement } from '../../src/store/sql/port.ts';
import { openTables } from '../../src/store/system/open.ts';
import { systemMigrations } from '../../src/store/system/schema.ts';

const programs = findPostgres();
const skip = programs ? false : 'PostgreSQL is not installed';

/**
 * Tables of companies without a policy: keys and conditions of statements keep companies apart there. Whoever fences one
 * takes it off; a new table has to be fenced. The queue's work is across companies by its nature: bodies and keys are found
 * by number, and recipients by when they are due.
 */
const withoutPolicy: Readonly<Record<string, readonly string[]>> = {
  accounts: [],
  records: [],
  spool: ['blob', 'spool_message', 'tenant_key'],
  system: openTables,
};

test('every table with rows of companies has a policy, or is named as one that has none yet', {
  skip,
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  const target = readPostgresUrl(postgres.url);
  const place = (schema: string): { target: typeof target; schema: string; connections: number } => ({
    target,
    schema,
    connections: 1,
  });
  await using records = await openRecordsDatabase(place('records'), 0);
  await using system = await openDatabase(place('system'), systemMigrations, 0, {
    fence: 'tenant',
    open: openTables,
  });
  await using spool = await openDatabase(place('spool'), spoolMigrations, 0);
  await using accounts = await openDatabase(place('accounts'), accountMigrations, 0, { fence: 'account' });
  const open = statement(
    `SELECT c.relname AS name FROM pg_class c
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
       AND NOT (c.relrowsecurity AND c.relforcerowsecurity
         AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))
     ORDER BY 1`,
  );
  const found: Record<string, string[]> = {};
  for (const [name, database] of Object.entries({ accounts, records, spool, system }))
    found[name] = (await database.all<{ name: string }>(open)).map(row => row.name);
  assert.deepEqual(found, withoutPolicy);
});
