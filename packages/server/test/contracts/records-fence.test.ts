import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPostgres, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { readPostgresUrl } from '../../src/store/engines/postgres/connection-url.ts';
import { PostgresDatabase } from '../../src/store/engines/postgres/database.ts';
import { openRecordsDatabase } from '../../src/store/records/open.ts';
import { Records } from '../../src/store/records/records.ts';
import { recordsMigrations } from '../../src/store/records/schema.ts';
import { statement } from '../../src/store/sql/port.ts';

const programs = findPostgres();
const skip = programs ? false : 'PostgreSQL is not installed';
const everything = statement('SELECT tenant_id, queue_id FROM trace ORDER BY tenant_id');
const signIns = statement('SELECT tenant_id FROM sign_in ORDER BY tenant_id');
const removeAll = statement('DELETE FROM trace');
const rename = statement("UPDATE trace SET event = 'changed'");
const give = statement('UPDATE trace SET tenant_id = 9');
const write = statement("INSERT INTO trace (at, tenant_id, event) VALUES (1, $1, 'forged')");
const steps = statement('EXPLAIN SELECT id FROM trace WHERE (at, id) < (1, 1) AND sender = $1 ORDER BY at');

test('records: a query without a scope returns nothing, one with a company its rows, a named act those of all', {
  skip,
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  const place = { target: readPostgresUrl(postgres.url), schema: 'fence_records', connections: 1 };
  let unfenced = 0;
  await using database = await openRecordsDatabase({ ...place, onUnfenced: () => (unfenced += 1) }, 0);
  assert.equal(unfenced, 0, 'the role of the tests is held to policies');
  await using records = new Records(database);
  // One batch about several companies, and about none.
  for (const tenantId of [0, 1, 2]) {
    void records.trace({ at: 1, tenantId, queueId: 'q', event: 'accepted', sender: 'a@x.test' });
    void records.signedIn({
      at: 1,
      tenantId,
      accountId: 7,
      login: 'a',
      service: 'imap',
      address: '::1',
      method: 'scram',
      result: 'ok',
    });
  }
  await records.flush();

  // Without a scope.
  assert.deepEqual(await database.all(everything), []);
  assert.deepEqual(await database.all(signIns), []);
  assert.deepEqual(await database.read(reader => reader.all(everything)), []);
  assert.equal(await database.transact(tx => tx.run(removeAll)), 0);
  await assert.rejects(
    database.transact(tx => tx.run(write, 1)),
    /row-level security/,
  );

  // Through the functions: what is about one company asks for its rows, the operator's look for those of all.
  const page = { limit: 10 };
  assert.deepEqual(
    (await records.findTrace({ tenantId: 1, queueId: 'q' }, page)).map(row => row.tenantId),
    [1],
  );
  assert.deepEqual(
    (await records.findSignIns({ tenantId: 2, accountId: 7 }, page)).map(row => row.tenantId),
    [2],
  );
  const all = await records.findTraceAcross({ queueId: 'q' }, page);
  assert.deepEqual(
    all.map(row => row.tenantId).toSorted((a, b) => a - b),
    [0, 1, 2],
  );
  assert.equal(await records.hasSignedIn(2, [7]), true);
  assert.equal(await records.hasSignedIn(3, [7]), false);
  const period = { tenantId: 1, from: 0, to: 10, offset: 0 };
  assert.deepEqual(await records.peopleByDay(period), [
    { day: 0, count: 1 },
    { day: null, count: 1 },
  ]);

  // A query that forgot its condition sees and changes those of the company that its transaction has named.
  const one = { tenant: 1 };
  assert.deepEqual(await database.read(reader => reader.all(everything), one), [
    { tenant_id: 1, queue_id: 'q' },
  ]);
  assert.equal(await database.transact(tx => tx.run(rename), one), 1);
  await assert.rejects(
    database.transact(tx => tx.run(give), one),
    /row-level security/,
    'a row cannot be put on the other side either',
  );
  await assert.rejects(
    database.transact(tx => tx.run(write, 2), one),
    /row-level security/,
  );
  // The scope of one piece of work is not that of the next on the same connection.
  assert.deepEqual(await database.all(everything), []);
  assert.equal((await database.read(reader => reader.all(everything), { across: 'test' })).length, 3);
  for (const across of ['', "x'; SET hongyan.bypass = 'y", 'A'.repeat(100)])
    await assert.rejects(
      database.read(reader => reader.all(everything), { across }),
      error => isMailError(error, 'input.invalid'),
    );
  await assert.rejects(
    database.read(reader => reader.all(everything), { tenant: Number.NaN }),
    error => isMailError(error, 'input.invalid'),
  );
  // The filters keep their indexes: comparing is not held back until the fence was asked.
  const plan = JSON.stringify(
    await database.read(async reader => reader.all(steps, 'a@x.test'), { tenant: 1 }),
  );
  assert.match(plan, /Index Cond[^"]*sender|trace_tenant|trace_sender/);
  // What is too old goes, whosever it was.
  assert.equal(await records.expire({ trace: 2, signIns: 2 }), 6);
});

test('work that shares a commit sees what it named itself, not what the work before it named', {
  skip,
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  const place = { target: readPostgresUrl(postgres.url), schema: 'fence_batch', connections: 1 };
  await using database = await openRecordsDatabase(place, 0);
  await database.transact(
    async tx => {
      for (const tenant of [1, 2]) await tx.run(write, tenant);
    },
    { across: 'test' },
  );
  const seen = (scope: object): Promise<number[]> =>
    database.transact(async tx => {
      const rows = await tx.all<{ tenant_id: number }>(everything);
      return rows.map(row => row.tenant_id);
    }, scope);
  const failing = database.transact(
    async tx => {
      await tx.run(give);
    },
    { tenant: 1 },
  );
  const refused = assert.rejects(failing, /row-level security/);
  // All wait in the same turn: they are members of one commit, each under its savepoint.
  const answers = await Promise.all([
    seen({ tenant: 1 }),
    seen({}),
    seen({ across: 'test' }),
    seen({}),
    seen({ tenant: 2 }),
    seen({}),
  ]);
  await refused;
  assert.deepEqual(answers, [[1], [], [1, 2], [], [2], []]);
  // Words of the connection itself hold again after each.
  await using named = new PostgresDatabase({ ...place, writers: 'one', bypass: 'test' });
  const rows = (scope: object): Promise<number> =>
    named.transact(async tx => (await tx.all(everything)).length, scope);
  assert.deepEqual(await Promise.all([rows({ tenant: 1 }), rows({}), rows({ account: 3 })]), [2, 2, 2]);
});

test('every table of records has the fence, those of later versions, too, and a role above it is told of', {
  skip,
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  const place = { target: readPostgresUrl(postgres.url), schema: 'fence_all', connections: 1 };
  await using database = await openRecordsDatabase(place, 0);
  const open = statement(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
       AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
  );
  const fenced = statement(
    `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
       AND c.relkind = 'r' AND c.relrowsecurity AND c.relforcerowsecurity ORDER BY 1`,
  );
  assert.deepEqual(await database.all(open), []);
  assert.deepEqual(await database.all(fenced), [{ name: 'sign_in' }, { name: 'trace' }]);
  assert.ok(recordsMigrations.length > 0);
  let unfenced = 0;
  const above = { ...place, target: { ...place.target, user: 'postgres' }, schema: 'fence_above' };
  await using _above = await openRecordsDatabase({ ...above, onUnfenced: () => (unfenced += 1) }, 0);
  assert.equal(unfenced, 1);
});
