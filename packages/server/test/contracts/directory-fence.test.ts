import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPostgres, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import { tenantScope } from '../../src/access/scope.ts';
import { createDirectory, createDirectoryContext } from '../../src/directory/directory.ts';
import { createMember } from '../../src/directory/members/create.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { readPostgresUrl } from '../../src/store/engines/postgres/connection-url.ts';
import { PostgresDatabase } from '../../src/store/engines/postgres/database.ts';
import { companyDatabase, type OpenRows, type Rows } from '../../src/store/sql/company-database.ts';
import { statement } from '../../src/store/sql/port.ts';
import { openSystemDatabase, openTables } from '../../src/store/system/open.ts';
import { installation, readSetting, writeSetting } from '../../src/store/system/settings.ts';

const programs = findPostgres();
const skip = programs ? false : 'PostgreSQL is not installed';

const companyTables = statement(
  `SELECT c.relname AS name FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
   WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1`,
);
/** A row of company 1 in any table, whatever its columns are: what is not told of is made up by its type. */
const columnsOf = statement(
  `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS needed
   FROM pg_attribute a WHERE a.attrelid = CAST($1 AS regclass) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
);

interface Column {
  readonly name: string;
  readonly type: string;
  readonly needed: boolean;
}

function madeUp({ name, type }: Column, tenant: number): string {
  if (name === 'tenant_id') return String(tenant);
  if (type === 'text') return "'x'";
  return type === 'bytea' ? "'\\x00'" : '1';
}

test('every table of the directory: nothing is seen or written without a company, and nothing of another one', {
  skip,
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  const place = { target: readPostgresUrl(postgres.url), schema: 'fence_directory', connections: 2 };
  await using system = await openSystemDatabase(place, new FakeClock());
  // Rows in every table, without the checks and references that would want whole companies.
  const above = { ...place, target: { ...place.target, user: 'postgres' } };
  await using owner = new PostgresDatabase({ ...above, writers: 'one' });
  const tables = (await owner.all<{ name: string }>(companyTables)).map(({ name }) => name);
  assert.ok(tables.length > 50, String(tables.length));
  await owner.transact(async tx => {
    await tx.run(statement("SET LOCAL session_replication_role = 'replica'"));
    for (const name of tables) {
      const checks = await tx.all<{ name: string }>(
        statement(
          "SELECT conname AS name FROM pg_constraint WHERE conrelid = CAST($1 AS regclass) AND contype IN ('c', 'u')",
        ),
        name,
      );
      for (const check of checks)
        await tx.run(statement(`ALTER TABLE "${name}" DROP CONSTRAINT "${check.name}" CASCADE`));
      const uniques = await tx.all<{ name: string }>(
        statement(
          `SELECT i.indexrelid::regclass::text AS name FROM pg_index i
           WHERE i.indrelid = CAST($1 AS regclass) AND i.indisunique AND NOT i.indisprimary`,
        ),
        name,
      );
      for (const index of uniques) await tx.run(statement(`DROP INDEX ${index.name}`));
      const columns = await tx.all<Column>(columnsOf, name);
      const names = columns.map(column => column.name).join(', ');
      for (const tenant of [7, 8]) {
        const values = columns.map(column => madeUp(column, tenant)).join(', ');
        await tx.run(statement(`INSERT INTO "${name}" (${names}) VALUES (${values})`));
      }
    }
  });

  const fenced = tables.filter(name => !openTables.includes(name));
  const seen = async (rows: Rows, name: string): Promise<number[]> =>
    (await rows.all<{ tenant_id: number }>(statement(`SELECT tenant_id FROM "${name}" ORDER BY 1`))).map(
      row => row.tenant_id,
    );
  const change = (rows: OpenRows, sql: string): Promise<number> =>
    rows.transact(tx => tx.run(statement(sql)));
  for (const name of fenced) {
    // Nobody is named.
    assert.deepEqual(await seen(system.shared, name), [], name);
    assert.equal(await change(system.shared, `UPDATE "${name}" SET tenant_id = tenant_id`), 0, name);
    assert.equal(await change(system.shared, `DELETE FROM "${name}"`), 0, name);
    // One company, in one statement and in a transaction.
    assert.deepEqual(await seen(system.of(7), name), [7], name);
    assert.deepEqual(
      await system.of(7).transact(tx => seen({ ...tx, read: work => work(tx) }, name)),
      [7],
      name,
    );
    assert.equal(
      await change(system.of(7), `UPDATE "${name}" SET tenant_id = tenant_id WHERE tenant_id = 8`),
      0,
    );
    assert.equal(await change(system.of(7), `DELETE FROM "${name}" WHERE tenant_id = 8`), 0, name);
    await assert.rejects(
      change(system.of(7), `UPDATE "${name}" SET tenant_id = 8`),
      /row-level security/,
      name,
    );
    const columns = await owner.all<Column>(columnsOf, name);
    const names = columns.map(column => column.name).join(', ');
    const values = columns.map(column => madeUp(column, 9)).join(', ');
    for (const rows of [system.shared, system.of(7)]) {
      await assert.rejects(
        change(rows, `INSERT INTO "${name}" (${names}) VALUES (${values})`),
        /row-level security/,
        name,
      );
    }
    // Over all, for a reason; for a few.
    assert.deepEqual(await seen(system.look('provider'), name), [7, 8], name);
    assert.deepEqual(await seen(system.of(7, 8), name), [7, 8], name);
  }
  // Who may only look cannot change: tried again as after a failover, so not for long here.
  await using hasty = new PostgresDatabase({ ...place, writers: 'one', busyTimeoutMs: 1 });
  await assert.rejects(
    companyDatabase(hasty, []).look('provider').all(statement('DELETE FROM member RETURNING 1 AS one')),
  );
  assert.deepEqual(await seen(system.of(7), 'member'), [7]);
  for (const name of openTables) assert.deepEqual(await seen(system.shared, name), [7, 8], name);
});

test('two companies beside each other: their functions find their own, routing finds both, and settings of the installation hold for all', {
  skip,
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  const place = { target: readPostgresUrl(postgres.url), schema: 'fence_companies', connections: 2 };
  const clock = new FakeClock();
  await using database = await openSystemDatabase(place, clock);
  const ctx = createDirectoryContext({ database, clock });
  const directory = createDirectory(ctx);
  const make = async (name: string, domain: string): Promise<number> => {
    const { tenantId } = await directory.createTenant(name);
    const scope = tenantScope(tenantId, 'test');
    await directory.addDomain(scope, domain);
    await createMember(ctx, scope, { address: `li@${domain}` });
    return tenantId;
  };
  const one = await make('one', 'one.test');
  const two = await make('two', 'two.test');
  const accounts = statement('SELECT tenant_id FROM account');
  assert.deepEqual(await database.of(one).all(accounts), [{ tenant_id: one }]);
  assert.deepEqual(await database.of(two).all(accounts), [{ tenant_id: two }]);
  for (const [address, tenantId] of [
    ['li@one.test', one],
    ['li@two.test', two],
  ] as const) {
    const found = await directory.resolve(address);
    assert.equal(found.kind === 'account' && found.tenantId, tenantId);
  }
  // A name that another company has is refused, although it is not seen.
  await assert.rejects(directory.addDomain(tenantScope(two, 'test'), 'one.test'), /conflict\.exists/);
  await database.of(installation).transact(tx => writeSetting(tx, installation, 'test', 'for all'));
  for (const id of [one, two])
    assert.equal(await readSetting(database.of(id), installation, 'test'), 'for all');
  assert.equal(await readSetting(database.shared, installation, 'test'), null);
});
