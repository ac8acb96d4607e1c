import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findPostgres, type PostgresServer, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import pg from 'pg';
import { systemScope } from '../../src/access/scope.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import { BroughtRows } from '../../src/store/accounts/moving/brought-rows.ts';
import type { MovableAccounts } from '../../src/store/accounts/moving/movable-accounts.ts';
import { moveAccount } from '../../src/store/accounts/moving/move-account.ts';
import { ownFile } from '../../src/store/accounts/moving/moved-mark.ts';
import type { Placement } from '../../src/store/accounts/placement.ts';
import { exportAccount } from '../../src/store/backup/export-account.ts';
import { importAccount } from '../../src/store/backup/import-account.ts';
import { readPostgresUrl } from '../../src/store/engines/postgres/connection-url.ts';
import { refreshStatistics } from '../../src/store/engines/postgres/statistics.ts';
import { statement } from '../../src/store/sql/port.ts';
import { bareMessage, mail, makeAccount, message, openHouse } from '../store-fixture/mailbox-fixture.ts';
import { moverOf, openPlacedHouse, type PlacementTable } from '../store-fixture/moving-fixture.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';
import { plannerKnows } from '../store-fixture/statistics-fixture.ts';

const programs = findPostgres();
const skip = programs ? false : 'PostgreSQL is not installed';
let server: PostgresServer | null = null;
before(async () => {
  if (programs) server = await startPostgres(programs);
});
after(() => server?.[Symbol.asyncDispose]());

const main: Placement = { kind: 'postgres', location: 'main' };

test('accounts that moved to PostgreSQL are known to its planner, which autovacuum has not told', {
  skip,
}, async () => {
  assert.ok(server);
  using folder = temporaryDirectory();
  const table: PlacementTable = new Map();
  await using house = openPlacedHouse(folder.path, table, server.url);
  const scope = await makeAccount(house);
  for (let n = 0; n < 300; n += 50) {
    const messages = Array.from({ length: 50 }, (_, i) => bareMessage(n + i));
    await appendMessages(house.ctx, scope, 1, messages);
  }
  const { rows } = await moveAccount(moverOf(house, table), scope, main);
  assert.equal((await plannerKnows(server, 'm\\_%\\_main', 'filed')).columns, 0);
  const brought = new BroughtRows(house.ctx.accounts as MovableAccounts, main);
  await brought.add(scope, rows);
  assert.equal(
    (await plannerKnows(server, 'm\\_%\\_main', 'filed')).columns,
    0,
    'few rows wait for the end of the run',
  );
  assert.equal(await brought.tell(), true);
  const known = await plannerKnows(server, 'm\\_%\\_main', 'filed');
  assert.equal(known.rows, 300);
  assert.ok(known.columns > 0);
});

test('the planner is told during a long run, each time as many rows have come again, and once in the end', async () => {
  let asked = 0;
  const accounts = {
    useAt: async () => {
      asked += 1;
      return true;
    },
  } as unknown as MovableAccounts;
  const brought = new BroughtRows(accounts, main);
  const account = { tenantId: 1, accountId: 7 };
  const seen: number[] = [];
  for (let n = 0; n < 10; n += 1) {
    await brought.add(account, 5_000);
    seen.push(asked);
  }
  assert.deepEqual(seen, [0, 1, 1, 2, 2, 2, 2, 3, 3, 3]);
  assert.equal(await brought.tell(), true);
  assert.equal(await brought.tell(), true);
  assert.equal(asked, 4);
});

test('an account that is restored into PostgreSQL is known to its planner', { skip }, async () => {
  assert.ok(server);
  using folder = temporaryDirectory();
  const target = join(folder.path, 'export');
  const { url } = server;
  await using house = await openHouse(folder.path, {
    placement: ({ accountId }) =>
      accountId === 9 ? { kind: 'postgres', location: 'restored' } : { kind: 'file', location: ownFile },
    postgres: location => ({ target: readPostgresUrl(url), schema: `i_${location}`, connections: 4 }),
  });
  const scope = await makeAccount(house);
  await appendMessages(house.ctx, scope, 1, [
    await message(house, mail('one')),
    await message(house, mail('two')),
  ]);
  const accounts = house.ctx.accounts as MovableAccounts;
  const { blobs, clock } = house.ctx;
  await exportAccount({ accounts, blobs, clock, account: scope, target });
  const other = systemScope(1, 9, 'test');
  await importAccount({ accounts, blobs, clock, account: other, source: target, replace: false });
  const known = await plannerKnows(server, 'i\\_restored', 'filed');
  assert.equal(known.rows, 2);
  assert.ok(known.columns > 0);
});

test('a server that is busy with the tables keeps nobody from moving: the planner is told later', {
  skip,
}, async () => {
  assert.ok(server);
  using folder = temporaryDirectory();
  const table: PlacementTable = new Map([[7, { kind: 'postgres', location: 'held' } as Placement]]);
  await using house = openPlacedHouse(folder.path, table, server.url);
  const scope = await makeAccount(house);
  const held = table.get(7);
  assert.ok(held);
  const accounts = house.ctx.accounts as MovableAccounts;
  await accounts.useAt(scope, held, async ({ database }) => {
    const [{ schema } = { schema: '' }] = await database.all<{ schema: string }>(
      statement('SELECT current_schema() AS schema'),
    );
    const other = new pg.Client({ host: server?.folder ?? '', user: 'postgres', database: 'hongyan' });
    await other.connect();
    await other.query('BEGIN');
    await other.query(`LOCK TABLE ${schema}.filed IN SHARE UPDATE EXCLUSIVE MODE`);
    assert.equal(await refreshStatistics(database), false);
    await other.end();
    assert.equal(await refreshStatistics(database), true);
  });
});
