import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findPostgres, type PostgresServer, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import type { Scope } from '../../src/access/scope.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import { storeFlags } from '../../src/mailbox/flags.ts';
import { isMailError } from '../../src/platform/errors.ts';
import type { MovableAccounts } from '../../src/store/accounts/moving/movable-accounts.ts';
import { type MoveContext, moveAccount } from '../../src/store/accounts/moving/move-account.ts';
import { readPlacementText } from '../../src/store/accounts/moving/moved-mark.ts';
import type { Placement } from '../../src/store/accounts/placement.ts';
import { assertAccountClean, checkAccount } from '../../src/store/checker/check-account.ts';
import { statement } from '../../src/store/sql/port.ts';
import { bareMessage, type MailboxHouse, makeAccount } from '../store-fixture/mailbox-fixture.ts';
import { moverOf, openPlacedHouse, type PlacementTable } from '../store-fixture/moving-fixture.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

const moveChild = fileURLToPath(new URL('../store-fixture/move-child.ts', import.meta.url));
const programs = findPostgres();
let server: PostgresServer | null = null;
before(async () => {
  if (programs) server = await startPostgres(programs);
});
after(() => server?.[Symbol.asyncDispose]());

const postgresUrl = (): string | null => server?.url ?? null;

async function fill(house: MailboxHouse, scope: Scope, count: number): Promise<void> {
  for (let n = 0; n < count; n += 50) {
    const messages = Array.from({ length: Math.min(50, count - n) }, (_, i) => bareMessage(n + i));
    await appendMessages(house.ctx, scope, 1, messages);
  }
}

async function uidsOf(house: MailboxHouse, scope: Scope): Promise<number[]> {
  const query = statement('SELECT uid FROM filed WHERE account_id = $1 AND mailbox_id = 1 ORDER BY uid');
  return house.ctx.accounts.read(scope, async reader =>
    (await reader.all<{ uid: number }>(query, scope.accountId)).map(row => row.uid),
  );
}

const routes = [
  ['file', 'shard:one'],
  ['file', 'postgres:main'],
  ['shard:one', 'postgres:main'],
  ['postgres:main', 'postgres:other'],
] as const;

for (const [here, there] of routes) {
  test(`an account moves from ${here} to ${there} and back while mail arrives and another process works on it`, async context => {
    if (`${here} ${there}`.includes('postgres') && !programs) {
      context.skip('PostgreSQL is not installed');
      return;
    }
    using folder = temporaryDirectory();
    const table: PlacementTable = new Map();
    const first = readPlacementText(here);
    const second = readPlacementText(there);
    assert.ok(first && second);
    table.set(7, first);
    await using mover = openPlacedHouse(folder.path, table, postgresUrl());
    await using other = openPlacedHouse(folder.path, table, postgresUrl());
    const scope = await makeAccount(mover);
    await fill(mover, scope, 900);
    const acknowledged: number[] = [];
    const run = { ended: false };
    const work = (async () => {
      for (let n = 10_000; !run.ended || acknowledged.length < 40; n += 1) {
        const { uids } = await appendMessages(other.ctx, scope, 1, [bareMessage(n)]);
        const [uid = 0] = uids;
        acknowledged.push(uid);
        await storeFlags(other.ctx, scope, 1, [[uid, uid]], {
          mode: 'add',
          flags: { bits: 1, keywords: ['$later'] },
        });
        await other.ctx.accounts.read(scope, reader => reader.state());
      }
    })();
    const there1 = await moveAccount(moverOf(mover, table), scope, second);
    assert.equal(there1.moved, true);
    const before = acknowledged.length;
    while (acknowledged.length < before + 20) await new Promise(resolve => setTimeout(resolve, 5));
    await moveAccount(moverOf(mover, table), scope, first);
    run.ended = true;
    await work;
    const uids = await uidsOf(mover, scope);
    assert.equal(uids.length, 900 + acknowledged.length);
    for (const uid of acknowledged) assert.ok(uids.includes(uid));
    assert.equal(new Set(uids).size, uids.length);
    await assertAccountClean(mover.ctx.accounts, scope);
    await assertAccountClean(other.ctx.accounts, scope);
    const { epoch } = await mover.ctx.accounts.read(scope, reader => reader.state());
    assert.equal(epoch, 1, 'no client is told that numbers may be wrong');
    const accounts = mover.ctx.accounts as MovableAccounts;
    assert.deepEqual(await accounts.leftBehind(scope, first, [second]), []);
    assert.equal(await accounts.whereabouts(scope, second), null);
  });
}

test('a move that is interrupted between any two steps goes on when it is called again, and nobody is left without the account', async () => {
  using folder = temporaryDirectory();
  const table: PlacementTable = new Map();
  const to: Placement = { kind: 'shard', location: 'one' };
  await using house = openPlacedHouse(folder.path, table, null);
  await using other = openPlacedHouse(folder.path, table, null);
  const scope = await makeAccount(house);
  await fill(house, scope, 500);
  const base = moverOf(house, table);
  const stop = new Error('stopped here');
  const boom = async (): Promise<never> => Promise.reject(stop);
  // While rows are copied.
  const halfway: MoveContext = {
    ...base,
    onProgress: ({ rows }) => {
      if (rows > 400) throw stop;
    },
  };
  await assert.rejects(moveAccount(halfway, scope, to), stop);
  await appendMessages(other.ctx, scope, 1, [bareMessage(601)]);
  // After the mark, before the table of placements.
  await assert.rejects(moveAccount({ ...base, setPlacement: boom }, scope, to), stop);
  assert.equal(table.get(7), undefined);
  await appendMessages(other.ctx, scope, 1, [bareMessage(602)]);
  await appendMessages(house.ctx, scope, 1, [bareMessage(603)]);
  // Before the old copy goes.
  const unremovable = new Proxy(house.ctx.accounts as MovableAccounts, {
    get: (target, name) => {
      if (name === 'removeFrom') return boom;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  await assert.rejects(moveAccount({ ...base, accounts: unremovable }, scope, to), stop);
  assert.deepEqual(table.get(7), to);
  const file = join(folder.path, 'tenants', '1', 'accounts', '7.db');
  assert.ok(existsSync(file));
  const result = await moveAccount(base, scope, to);
  assert.equal(result.moved, false);
  assert.ok(!existsSync(file));
  assert.equal((await uidsOf(other, scope)).length, 503);
  await assertAccountClean(other.ctx.accounts, scope);
});

test('an account with findings is not moved, and one whose copy has findings keeps its old copy', async () => {
  using folder = temporaryDirectory();
  const table: PlacementTable = new Map();
  const to: Placement = { kind: 'shard', location: 'one' };
  await using house = openPlacedHouse(folder.path, table, null);
  const scope = await makeAccount(house);
  await fill(house, scope, 60);
  const base = moverOf(house, table);
  const corrupt = (error: unknown): boolean => isMailError(error, 'store.corrupt');
  await assert.rejects(moveAccount({ ...base, check: async () => ['total'] }, scope, to), corrupt);
  assert.equal(table.get(7), undefined);
  let asked = 0;
  const later = { ...base, check: async () => ((asked += 1) === 1 ? [] : ['total']) };
  await assert.rejects(moveAccount(later, scope, to), corrupt);
  assert.ok(existsSync(join(folder.path, 'tenants', '1', 'accounts', '7.db')));
  assert.equal((await uidsOf(house, scope)).length, 60);
});

const spoil = statement(
  `CREATE TRIGGER spoil AFTER INSERT ON filed BEGIN
     UPDATE filed SET modseq = modseq + 1 WHERE account_id = NEW.account_id AND mailbox_id = NEW.mailbox_id AND uid = NEW.uid;
   END`,
);
const mend = statement('DROP TRIGGER spoil');

test('a place that does not keep what is written to it never gets the account; when it does, the move goes on', async () => {
  using folder = temporaryDirectory();
  const table: PlacementTable = new Map();
  const to: Placement = { kind: 'shard', location: 'one' };
  await using house = openPlacedHouse(folder.path, table, null);
  const scope = await makeAccount(house);
  await fill(house, scope, 60);
  const context = moverOf(house, table);
  const there = (query: typeof spoil): Promise<number> =>
    context.accounts.useAt(scope, to, ({ database }) => database.transact(tx => tx.run(query)), true);
  await there(spoil);
  await assert.rejects(moveAccount(context, scope, to), error => isMailError(error, 'store.corrupt'));
  assert.equal(table.get(7), undefined);
  await appendMessages(house.ctx, scope, 1, [bareMessage(5_000)]);
  assert.equal((await uidsOf(house, scope)).length, 61);
  await there(mend);
  assert.equal((await moveAccount(context, scope, to)).moved, true);
  assert.deepEqual(table.get(7), to);
  assert.equal((await uidsOf(house, scope)).length, 61);
  await assertAccountClean(house.ctx.accounts, scope);
});

test('a mover that is killed at any moment loses nothing, while another process files mail', async () => {
  using folder = temporaryDirectory();
  const table: PlacementTable = new Map();
  const tableFile = join(folder.path, 'placements.json');
  await using house = openPlacedHouse(folder.path, table, null, tableFile);
  const scope = await makeAccount(house);
  await fill(house, scope, 700);
  let filed = 700;
  const targets = ['shard:one', 'file'];
  let kills = 0;
  for (const target of targets) {
    for (let attempt = 0; ; attempt += 1) {
      const child = spawn(process.execPath, [moveChild, folder.path, tableFile, target], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const gone = once(child, 'exit');
      await once(child.stdout, 'data');
      // It has begun: a little later each time, and at last it may finish.
      const killer = attempt < 3 ? setTimeout(() => child.kill('SIGKILL'), 20 + 60 * attempt) : undefined;
      await appendMessages(house.ctx, scope, 1, [bareMessage(5_000 + filed)]);
      filed += 1;
      const [code] = (await gone) as [number | null];
      clearTimeout(killer);
      await appendMessages(house.ctx, scope, 1, [bareMessage(5_000 + filed)]);
      filed += 1;
      assert.equal((await uidsOf(house, scope)).length, filed);
      if (code === 0) break;
      kills += 1;
    }
    await assertAccountClean(house.ctx.accounts, scope);
    const stands = JSON.parse(readFileSync(tableFile, 'utf8')) as [number, Placement][];
    assert.deepEqual(stands[0]?.[1], readPlacementText(target));
  }
  assert.ok(kills > 0);
  assert.deepEqual(await checkAccount(house.ctx.accounts, scope), []);
});
