import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { onlyFiles } from '@hongyan/testkit/stores/databases.ts';
import { systemScope } from '../../src/access/scope.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import { createAccount } from '../../src/mailbox/create.ts';
import { listMailboxes } from '../../src/mailbox/list.ts';
import { isMailError } from '../../src/platform/errors.ts';
import type { MemoryKey } from '../../src/store/accounts/account-memory.ts';
import { bodiesInUse, stillUses } from '../../src/store/accounts/bodies-in-use.ts';
import { sharedFiles } from '../../src/store/accounts/placement.ts';
import { accountMigrations } from '../../src/store/accounts/schema.ts';
import { assertAccountClean } from '../../src/store/checker/check-account.ts';
import { SqliteDatabase } from '../../src/store/engines/sqlite/database.ts';
import { migrate } from '../../src/store/sql/migrate.ts';
import { statement } from '../../src/store/sql/port.ts';
import { bareMessage, makeAccount, openBareHouse, withAccount } from '../store-fixture/mailbox-fixture.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

test('an account that was never made is account.not_found, and makes no file', async () => {
  using folder = temporaryDirectory();
  await using house = openBareHouse(folder.path);
  const scope = systemScope(1, 9, 'test');
  await assert.rejects(listMailboxes(house.ctx, scope), error => isMailError(error, 'account.not_found'));
  await assert.rejects(
    house.ctx.accounts.transact(scope, async () => undefined),
    error => isMailError(error, 'account.not_found'),
  );
  assert.equal(await house.ctx.accounts.exists(scope), false);
  await assert.rejects(stillUses(house.ctx.accounts, scope, new Uint8Array(32)), error =>
    isMailError(error, 'account.not_found'),
  );
  if (!onlyFiles) assert.equal(existsSync(await house.ctx.accounts.path(scope)), false);
});

test('two processes that make the same account at once make it once', async () => {
  using folder = temporaryDirectory();
  await using one = openBareHouse(folder.path);
  await using two = openBareHouse(folder.path);
  const scope = systemScope(1, 7, 'test');
  const made = await Promise.all(
    [one, two, one, two].map(house => createAccount(house.ctx, scope, [{ role: 'sent', name: 'Sent' }])),
  );
  assert.equal(made.filter(Boolean).length, 1);
  assert.deepEqual(
    (await listMailboxes(two.ctx, scope)).map(mailbox => mailbox.path.join('/')),
    ['INBOX', 'Sent'],
  );
  if (!onlyFiles) {
    assert.deepEqual(
      readdirSync(dirname(await one.ctx.accounts.path(scope))).filter(name => !name.startsWith('7.db')),
      [],
      'nothing is left beside the file',
    );
  }
  await assertAccountClean(one.ctx.accounts, scope);
});

test('a failing first transaction leaves an account that can still be made', async () => {
  using folder = temporaryDirectory();
  await using house = openBareHouse(folder.path);
  const scope = systemScope(1, 7, 'test');
  await assert.rejects(createAccount(house.ctx, scope, [{ role: 'sent', name: '\u0007' }]), error =>
    isMailError(error, 'mailbox.name_invalid'),
  );
  assert.equal(await house.ctx.accounts.exists(scope), false);
  assert.equal(await createAccount(house.ctx, scope, []), true);
  await assertAccountClean(house.ctx.accounts, scope);
});

test('a transaction that throws changes nothing, counters included', () =>
  withAccount(async ({ ctx }, scope) => {
    const before = await ctx.accounts.read(scope, reader => reader.state());
    await assert.rejects(
      ctx.accounts.transact(scope, async tx => {
        tx.takeModseq('mail', 'mailbox');
        tx.takeMessageId();
        tx.use(100, 1);
        throw new Error('no');
      }),
      /^Error: no$/,
    );
    assert.deepEqual(await ctx.accounts.read(scope, reader => reader.state()), before);
  }));

test('a transaction has one modseq, however often it asks; the next has a higher one', () =>
  withAccount(async ({ ctx }, scope) => {
    const [a, b] = await ctx.accounts.transact(scope, async tx => [
      tx.takeModseq('mail'),
      tx.takeModseq('thread'),
    ]);
    assert.equal(a, b);
    const c = await ctx.accounts.transact(scope, async tx => tx.takeModseq());
    assert.equal(c, (a ?? 0) + 1);
    const state = await ctx.accounts.read(scope, reader => reader.state());
    assert.deepEqual([state.mailModseq, state.threadModseq, state.modseq], [a, a, c]);
  }));

test('no more files are open than allowed, and what was closed opens again', {
  skip: onlyFiles,
}, async () => {
  using folder = temporaryDirectory();
  await using house = openBareHouse(folder.path, { maxOpen: 3 });
  const scopes = [];
  for (let id = 1; id <= 12; id += 1) scopes.push(await makeAccount(house, id));
  // A file whose last handle is closed has no log beside it.
  const open = (): number =>
    readdirSync(dirname(`${folder.path}/tenants/1/accounts/x`)).filter(name => name.endsWith('-wal')).length;
  for (let i = 0; i < 2_000 && open() > 3; i += 1) await sleep(5);
  assert.ok(open() <= 3, `${open()} logs`);
  await Promise.all(
    scopes.map(async scope => {
      await appendMessages(house.ctx, scope, 1, [bareMessage(scope.accountId)]);
    }),
  );
  for (const scope of scopes) {
    assert.equal((await listMailboxes(house.ctx, scope))[0]?.total, 1);
    await assertAccountClean(house.ctx.accounts, scope);
  }
});

test('an idle file is closed and its log goes away; work brings it back', { skip: onlyFiles }, async () => {
  using folder = temporaryDirectory();
  await using house = openBareHouse(folder.path, { idleMs: 1_000 });
  const scope = await makeAccount(house);
  await appendMessages(house.ctx, scope, 1, [bareMessage(1)]);
  const path = await house.ctx.accounts.path(scope);
  assert.equal(existsSync(`${path}-wal`), true);
  house.clock.advance(5_000);
  for (let i = 0; i < 2_000 && existsSync(`${path}-wal`); i += 1) await sleep(5);
  assert.equal(existsSync(`${path}-wal`), false);
  assert.equal((await listMailboxes(house.ctx, scope))[0]?.total, 1);
  await assertAccountClean(house.ctx.accounts, scope);
});

test('a file in use is not closed under its user', { skip: onlyFiles }, async () => {
  using folder = temporaryDirectory();
  await using house = openBareHouse(folder.path, { idleMs: 1_000 });
  const scope = await makeAccount(house);
  await house.ctx.accounts.read(scope, async reader => {
    house.clock.advance(60_000);
    for (let i = 0; i < 10; i += 1) await nextTurn();
    assert.equal(await house.ctx.accounts.release(scope), false);
    assert.equal((await reader.state()).usedCount, 0);
  });
  assert.equal(await house.ctx.accounts.release(scope), true);
});

test('a file of an earlier schema is brought up to date when it is opened; a later one is refused', {
  skip: onlyFiles,
}, async () => {
  using folder = temporaryDirectory();
  await using house = openBareHouse(folder.path);
  const scope = systemScope(1, 5, 'test');
  const path = await house.ctx.accounts.path(scope);
  mkdirSync(dirname(path), { recursive: true });
  {
    await using database = new SqliteDatabase(path);
    assert.equal(await migrate(database, accountMigrations.slice(0, 1), 0), 1);
  }
  assert.equal(await createAccount(house.ctx, scope, []), true);
  await appendMessages(house.ctx, scope, 1, [bareMessage(1)]);
  await assertAccountClean(house.ctx.accounts, scope);
  await house.ctx.accounts.release(scope);
  const { length } = accountMigrations;
  {
    await using database = new SqliteDatabase(path);
    const version = await database.get<{ v: number }>(
      statement('SELECT MAX(version) AS v FROM schema_migration'),
    );
    assert.equal(version?.v, length);
    const later = statement('INSERT INTO schema_migration (version, name, applied_at) VALUES ($1, $2, 0)');
    await database.transact(tx => tx.run(later, length + 1, 'only added'));
    assert.equal(await migrate(database, accountMigrations, 0), length + 1);
  }
  assert.equal((await listMailboxes(house.ctx, scope))[0]?.total, 1, 'what only added is borne');
  await house.ctx.accounts.release(scope);
  {
    await using database = new SqliteDatabase(path);
    const later = statement('INSERT INTO schema_migration (version, name, applied_at) VALUES ($1, $2, 0)');
    await database.transact(tx => tx.run(later, length + 2, 'breaking !'));
  }
  await assert.rejects(listMailboxes(house.ctx, scope), /newer release/);
  await assert.rejects(listMailboxes(house.ctx, scope), /newer release/, 'and again, by the same name');
});

test('two processes that open an old file at once upgrade it once', { skip: onlyFiles }, async () => {
  using folder = temporaryDirectory();
  await using one = openBareHouse(folder.path);
  await using two = openBareHouse(folder.path);
  const scope = systemScope(1, 5, 'test');
  const path = await one.ctx.accounts.path(scope);
  mkdirSync(dirname(path), { recursive: true });
  {
    await using database = new SqliteDatabase(path);
    await migrate(database, accountMigrations.slice(0, 1), 0);
  }
  await Promise.all([one, two].map(house => createAccount(house.ctx, scope, [])));
  await assertAccountClean(one.ctx.accounts, scope);
});

test('a file that is no database is store.corrupt by name', { skip: onlyFiles }, async () => {
  using folder = temporaryDirectory();
  await using house = openBareHouse(folder.path);
  const scope = systemScope(1, 5, 'test');
  const path = await house.ctx.accounts.path(scope);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'x'.repeat(8_192));
  await assert.rejects(listMailboxes(house.ctx, scope), error => isMailError(error, 'store.corrupt'));
  await assert.rejects(makeAccount(house, 5), error => isMailError(error, 'store.corrupt'));
});

test('accounts in one shard file keep apart', async () => {
  using folder = temporaryDirectory();
  await using house = openBareHouse(folder.path, {
    placement: () => ({ kind: 'shard', location: 'small-1' }),
  });
  const one = await makeAccount(house, 1);
  const two = await makeAccount(house, 2);
  await appendMessages(house.ctx, one, 1, [bareMessage(1), bareMessage(2)]);
  await appendMessages(house.ctx, two, 1, [bareMessage(3)]);
  assert.equal((await listMailboxes(house.ctx, one))[0]?.total, 2);
  assert.equal((await listMailboxes(house.ctx, two))[0]?.total, 1);
  assert.equal(await house.ctx.accounts.path(one), await house.ctx.accounts.path(two));
  const { hash } = bareMessage(3).blob;
  assert.equal(await stillUses(house.ctx.accounts, one, hash), false);
  assert.deepEqual(await bodiesInUse(house.ctx.accounts, two, [hash, bareMessage(1).blob.hash]), [hash]);
  for (const scope of [one, two]) await assertAccountClean(house.ctx.accounts, scope);
});

const keep = statement("INSERT INTO subscription (account_id, path) VALUES ($1, 'kept')");

/** Writes a row for each account that was looked at, when its file is closed. */
const kept: MemoryKey<object> = {
  make: () => ({}),
  worthSaving: () => true,
  save: async (_, tx, accountId) => {
    await tx.run(keep, accountId);
  },
};

const rowsLeft = (path: string, accountId: number): [string, number][] => {
  using file = new DatabaseSync(path, { readOnly: true });
  return file
    .prepare(
      "SELECT m.name AS name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'account_id' WHERE m.type = 'table'",
    )
    .all()
    .map(({ name }) => String(name))
    .map((name): [string, number] => [
      name,
      Number(file.prepare(`SELECT COUNT(*) AS n FROM ${name} WHERE account_id = ?`).get(accountId)?.['n']),
    ])
    .filter(([, rows]) => rows > 0);
};

test('an account that is removed from a shared file leaves no row there, nor comes any when the file is closed', async () => {
  using folder = temporaryDirectory();
  const placement = sharedFiles(64);
  let path = '';
  {
    await using house = openBareHouse(folder.path, { placement });
    const one = await makeAccount(house, 1);
    const two = await makeAccount(house, 2);
    path = await house.ctx.accounts.path(one);
    assert.equal(await house.ctx.accounts.path(two), path);
    // More rows than go in one transaction, and something that is kept when the file is closed.
    const many = Array.from({ length: 600 }, (_, n) => bareMessage(n));
    await appendMessages(house.ctx, one, 1, many);
    await appendMessages(house.ctx, two, 1, many.slice(0, 3));
    await house.ctx.accounts.read(one, async reader => reader.memory.get(kept));
    await house.ctx.accounts.read(two, async reader => reader.memory.get(kept));
    await house.ctx.accounts.remove(one);
    assert.equal(await house.ctx.accounts.exists(one), false);
    assert.deepEqual(rowsLeft(path, 1), []);
    await house.ctx.accounts.remove(one);
    await assertAccountClean(house.ctx.accounts, two);
  }
  assert.deepEqual(rowsLeft(path, 1), []);
  assert.ok(rowsLeft(path, 2).some(([name]) => name === 'subscription'));
});

test('a removal that was cut short goes on when it is asked for again', async () => {
  using folder = temporaryDirectory();
  await using house = openBareHouse(folder.path, { placement: sharedFiles(64) });
  const one = await makeAccount(house, 1);
  await appendMessages(
    house.ctx,
    one,
    1,
    Array.from({ length: 20 }, (_, n) => bareMessage(n)),
  );
  const path = await house.ctx.accounts.path(one);
  {
    using file = new DatabaseSync(path);
    file.exec('DELETE FROM filed WHERE uid < 10; DELETE FROM mailbox WHERE account_id = 1');
  }
  await house.ctx.accounts.remove(one);
  assert.deepEqual(rowsLeft(path, 1), []);
});

test('neighbours of one company share a file, those of two companies never do', () => {
  const place = sharedFiles(64);
  const location = (tenantId: number, accountId: number): string => place({ tenantId, accountId }).location;
  assert.equal(location(1, 64), location(1, 127));
  assert.notEqual(location(1, 127), location(1, 128));
  assert.notEqual(location(1, 64), location(2, 64));
  // 1|12 and 11|2 are told apart.
  assert.notEqual(location(1, 12 * 64), location(11, 2 * 64));
});

test('a placement that is no safe file name is refused', async () => {
  using folder = temporaryDirectory();
  await using house = openBareHouse(folder.path, { placement: () => ({ kind: 'shard', location: '../x' }) });
  await assert.rejects(makeAccount(house), error => isMailError(error, 'store.unavailable'));
});

test('a removed account is gone with its file or its rows, and no other is touched', () =>
  withAccount(async house => {
    const scope = await makeAccount(house, 8);
    const path = onlyFiles ? null : await house.ctx.accounts.path(scope);
    if (path) assert.equal(existsSync(path), true);
    await house.ctx.accounts.remove(scope);
    if (path) assert.equal(existsSync(path), false);
    assert.equal(await house.ctx.accounts.exists(scope), false);
    await assert.rejects(listMailboxes(house.ctx, scope), error => isMailError(error, 'account.not_found'));
  }));
