import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPostgres, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { openAccountStore } from '../../src/store/accounts/account-store.ts';
import { inPostgres } from '../../src/store/accounts/placement.ts';
import { accountMigrations } from '../../src/store/accounts/schema.ts';
import { readPostgresUrl } from '../../src/store/engines/postgres/connection-url.ts';
import { PostgresDatabase } from '../../src/store/engines/postgres/database.ts';
import { openPostgres } from '../../src/store/engines/postgres/open.ts';
import { statement } from '../../src/store/sql/port.ts';
import { temporaryFolder } from '../app-fixture/program.ts';

const programs = findPostgres();
const skip = programs ? false : 'PostgreSQL is not installed';
const everybody = statement('SELECT account_id FROM account_state ORDER BY account_id');
const raiseAll = statement('UPDATE account_state SET modseq = modseq + 1');
const move = statement('UPDATE account_state SET account_id = 9 WHERE account_id = 1');

test('a query without a scope sees nothing, one with a scope its account, a named bypass all', {
  skip,
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  using folder = temporaryFolder();
  let unfenced = 0;
  const place = {
    target: readPostgresUrl(postgres.url),
    schema: 'fence_accounts',
    connections: 2,
    onUnfenced: () => (unfenced += 1),
  };
  await using store = openAccountStore({
    dataFolder: folder.path,
    bootId: 'boot',
    clock: new FakeClock(),
    log: silentLog,
    placement: inPostgres('main'),
    postgres: () => place,
  });
  const [one, two] = [
    { tenantId: 1, accountId: 1 },
    { tenantId: 2, accountId: 2 },
  ];
  assert.ok(one && two);
  for (const account of [one, two]) assert.equal(await store.create(account, async () => undefined), true);
  assert.equal(unfenced, 0, 'the role of the tests is held to policies');

  // Through the doors, a query that forgot its condition.
  assert.deepEqual(await store.read(two, reader => reader.all(everybody)), [{ account_id: 2 }]);
  assert.equal(await store.transact(one, tx => tx.run(raiseAll)), 1);
  await assert.rejects(
    store.transact(one, tx => tx.run(move)),
    /row-level security/,
    'a row cannot be put on the other side either',
  );

  // Without a door.
  await using bare = new PostgresDatabase({ ...place, writers: 'rows' });
  assert.deepEqual(await bare.all(everybody), []);
  assert.deepEqual(await bare.read(reader => reader.all(everybody)), []);
  assert.equal(await bare.transact(tx => tx.run(raiseAll)), 0);
  // The scope of one transaction is not that of the next on the same connection.
  await using single = new PostgresDatabase({ ...place, connections: 1, writers: 'rows' });
  assert.equal((await single.read(reader => reader.all(everybody), { account: 1 })).length, 1);
  assert.deepEqual(await single.all(everybody), []);
  assert.deepEqual(await single.read(reader => reader.all(everybody), { account: 3 }), []);
  await using news = new PostgresDatabase({ ...place, writers: 'rows', bypass: 'test' });
  assert.equal((await news.all(everybody)).length, 2);

  // Every table of accounts has the fence, those of later versions, too, from the next start on.
  const later = {
    version: accountMigrations.length + 1,
    name: 'later',
    up: [statement('CREATE TABLE later (account_id BIGINT NOT NULL)')],
  };
  await using again = await openPostgres(
    { ...place, writers: 'rows', fence: 'account' },
    [...accountMigrations, later],
    0,
  );
  const open = statement(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account_id'
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
       AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
  );
  assert.deepEqual(await again.all(open), []);
});

test('a role above row-level security is told of', { skip }, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  let unfenced = 0;
  const target = { ...readPostgresUrl(postgres.url), user: 'postgres' };
  const place = { target, schema: 'above', connections: 1, onUnfenced: () => (unfenced += 1) };
  await using _database = await openPostgres(
    { ...place, writers: 'rows', fence: 'account' },
    accountMigrations,
    0,
  );
  assert.equal(unfenced, 1);
});
