import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findPostgres, type PostgresServer, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import { readPostgresUrl } from '../../src/store/engines/postgres/connection-url.ts';
import type { PostgresDatabase } from '../../src/store/engines/postgres/database.ts';
import { openPostgres } from '../../src/store/engines/postgres/open.ts';
import { type SqlTransaction, statement } from '../../src/store/sql/port.ts';

const programs = findPostgres();
const skip = programs ? false : 'PostgreSQL is not installed';
const create = [
  statement('CREATE TABLE counted (account_id BIGINT PRIMARY KEY, n BIGINT NOT NULL)'),
  statement(
    'CREATE TABLE item (account_id BIGINT NOT NULL, id BIGINT NOT NULL, note TEXT, PRIMARY KEY (account_id, id))',
  ),
];
const lock = statement('SELECT n FROM counted WHERE account_id = $1 FOR UPDATE');
const look = statement('SELECT n FROM counted WHERE account_id = $1');
const everybody = statement('SELECT account_id FROM counted ORDER BY account_id');
const write = statement('UPDATE counted SET n = $2 WHERE account_id = $1');
const first = statement('INSERT INTO counted (account_id, n) VALUES ($1, 0)');
const note = statement(
  `INSERT INTO item (account_id, id, note) VALUES ($1, $2, $3)
   ON CONFLICT (account_id, id) DO UPDATE SET note = excluded.note`,
  { together: true },
);
const place = statement('INSERT INTO item (account_id, id, note) VALUES ($1, $2, $3)', { together: true });
const notes = statement('SELECT note FROM item WHERE account_id = $1 ORDER BY id');
const number = statement('SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT) AS id');

let postgres: PostgresServer;
before(async () => {
  if (programs) postgres = await startPostgres(programs);
});
after(async () => {
  if (programs) await postgres[Symbol.asyncDispose]();
});

const accounts = Array.from({ length: 90 }, (_, n) => n + 1);
/** The company of an account: the last ten have another one. */
const tenantOf = (account: number): number => (account > 80 ? 2 : 1);

async function open(schema: string, connections = 6): Promise<PostgresDatabase> {
  const target = readPostgresUrl(postgres.url);
  const options = { target, schema, connections, writers: 'rows', fence: 'account' } as const;
  const database = await openPostgres(options, [{ version: 1, name: 'first', up: create }], 0);
  for (const account of accounts) await database.transact(tx => tx.run(first, account), { account });
  return database;
}

/** Reads, adds one, writes: what loses a change when two do it side by side. */
async function raise(tx: SqlTransaction, account: number): Promise<number> {
  const before = (await tx.get<{ n: number }>(lock, account))?.n ?? Number.NaN;
  await tx.run(write, account, before + 1);
  return before + 1;
}

function filing<T>(
  database: PostgresDatabase,
  account: number,
  work: (tx: SqlTransaction) => Promise<T>,
): Promise<T> {
  return database.transact(work, { account, tenant: tenantOf(account), durability: 'batched' });
}

const oldFence = [
  'DROP POLICY own_account ON counted',
  `CREATE POLICY own_account ON counted USING (account_id =
     (SELECT CAST(NULLIF(current_setting('hongyan.account', true), '') AS BIGINT)))`,
].map(text => statement(text));

const countOf = async (database: PostgresDatabase, account: number): Promise<number | undefined> =>
  (await database.read(reader => reader.get<{ n: number }>(look, account), { account }))?.n;

test('work on many accounts shares transactions; each reads, writes and is answered for itself', {
  skip,
}, async () => {
  await using database = await open('many');
  const shared = await Promise.all(
    accounts.map(account =>
      filing(database, account, async tx => {
        const n = await raise(tx, account);
        await tx.run(note, account, 1, `note of ${account}`);
        await tx.run(note, account, 1, `second of ${account}`);
        await tx.run(place, account, 2, account % 2 === 0 ? null : `\0 ${account}`);
        assert.deepEqual(await tx.arrays(notes, account), [
          [`second of ${account}`],
          [account % 2 === 0 ? null : `\uFFFD ${account}`],
        ]);
        return { n, transaction: (await tx.get<{ id: number }>(number))?.id };
      }),
    ),
  );
  assert.ok(shared.every(({ n }) => n === 1));
  const transactions = new Set(shared.map(({ transaction }) => transaction));
  assert.ok(transactions.size <= 4, `${transactions.size} transactions`);
  const companies = (part: typeof shared): Set<number | undefined> =>
    new Set(part.map(({ transaction }) => transaction));
  const ofFirst = companies(shared.slice(0, 80));
  assert.ok(
    [...companies(shared.slice(80))].every(id => !ofFirst.has(id)),
    'companies share nothing',
  );
  for (const account of accounts) assert.equal(await countOf(database, account), 1);
});

test('a query without a condition sees the accounts of the company that are at work, never another company', {
  skip,
}, async () => {
  await using database = await open('seen');
  const seen = await Promise.all(
    accounts.map(account =>
      filing(database, account, async tx => {
        await tx.get(lock, account);
        return (await tx.arrays(everybody)).map(([id]) => tenantOf(id as number));
      }),
    ),
  );
  for (const [at, companies] of seen.entries()) {
    assert.deepEqual([...new Set(companies)], [tenantOf(accounts[at] ?? 0)]);
  }
});

test('a fence that knows one account only, of an earlier release, is replaced at the next start', {
  skip,
}, async () => {
  {
    await using before = await open('upgrade');
    await before.transact(async tx => {
      for (const step of oldFence) await tx.run(step);
    });
    assert.equal(await countOf(before, 3), 0, 'the old fence was up');
  }
  const options = { target: readPostgresUrl(postgres.url), schema: 'upgrade', connections: 2 } as const;
  await using database = await openPostgres(
    { ...options, writers: 'rows', fence: 'account' },
    [{ version: 1, name: 'first', up: create }],
    0,
  );
  let runs = 0;
  const work = [1, 2, 3].map(account =>
    filing(database, account, tx => {
      runs += 1;
      return raise(tx, account);
    }),
  );
  assert.deepEqual(await Promise.all(work), [1, 1, 1]);
  assert.equal(runs, 3, 'together, not one by one after a refusal');
  assert.deepEqual(await database.all(everybody), []);
});

test('work that fails takes back itself alone, however it fails, and runs the others again where it has to', {
  skip,
}, async () => {
  await using database = await open('failing');
  const effects: number[] = [];
  const results = await Promise.allSettled(
    accounts.map(account =>
      filing(database, account, async tx => {
        tx.afterCommit(() => effects.push(account));
        if (account % 30 === 1) throw new Error('before it wrote anything');
        const n = await raise(tx, account);
        if (account % 30 === 2) throw new Error('after it wrote something');
        await tx.run(place, account, 1, 'x');
        if (account % 30 === 3) await tx.run(place, account, 1, 'again');
        return n;
      }),
    ),
  );
  const stands = accounts.filter((_, at) => results[at]?.status === 'fulfilled');
  assert.deepEqual(
    stands,
    accounts.filter(account => ![1, 2, 3].includes(account % 30)),
  );
  for (const account of accounts) {
    assert.equal(await countOf(database, account), stands.includes(account) ? 1 : 0, String(account));
  }
  assert.deepEqual(
    effects.toSorted((a, b) => a - b),
    stands,
  );
});

test('work that only refuses leaves the transaction of the others standing', { skip }, async () => {
  await using database = await open('refusing');
  let runs = 0;
  const results = await Promise.allSettled(
    accounts.slice(0, 40).map(account =>
      filing(database, account, async tx => {
        runs += 1;
        await tx.get(lock, account);
        if (account === 7) throw new Error('full');
        return raise(tx, account);
      }),
    ),
  );
  assert.deepEqual([runs, results.filter(({ status }) => status === 'rejected').length], [40, 1]);
});

test('work that gives up after it changed something leaves nothing of it', { skip }, async () => {
  await using database = await open('undone');
  const results = await Promise.allSettled(
    [1, 2, 3, 4].map(account =>
      filing(database, account, async tx => {
        await raise(tx, account);
        if (account === 2) throw new Error('no');
      }),
    ),
  );
  assert.deepEqual(
    results.map(({ status }) => status === 'fulfilled'),
    [true, false, true, true],
  );
  for (const account of [1, 2, 3, 4]) {
    assert.equal(await countOf(database, account), account === 2 ? 0 : 1, String(account));
  }
});

test('changes of one account go one after the other, and none is lost', { skip }, async () => {
  await using database = await open('same');
  const done = await Promise.all(
    Array.from({ length: 120 }, (_, at) => filing(database, (at % 3) + 1, tx => raise(tx, (at % 3) + 1))),
  );
  assert.deepEqual(
    done.toSorted((a, b) => a - b),
    Array.from({ length: 120 }, (_, at) => Math.floor(at / 3) + 1),
  );
});

test('two processes whose accounts overlap wait for each other and never for ever', { skip }, async () => {
  await using database = await open('overlap');
  const target = readPostgresUrl(postgres.url);
  await using other = await openPostgres(
    { target, schema: 'overlap', connections: 6, writers: 'rows', fence: 'account' },
    [],
    0,
  );
  const work = [1, 2, 3].flatMap(() =>
    accounts.flatMap(account => [
      filing(database, account, tx => raise(tx, account)),
      filing(other, 91 - account, tx => raise(tx, 91 - account)),
      // Somebody who wants one account in between.
      database.transact(tx => raise(tx, account), { account }),
    ]),
  );
  await Promise.all(work);
  for (const account of accounts) assert.equal(await countOf(database, account), 9);
});

test('a server that crashes under shared transactions loses and doubles nothing', { skip }, async () => {
  await using database = await open('crash');
  let answered = 0;
  const work = [1, 2, 3, 4, 5, 6].map(async round => {
    // The other rounds are under way when the server dies.
    if (round === 2) await postgres.crash();
    await Promise.all(
      accounts.map(async account => {
        await filing(database, account, tx => raise(tx, account));
        answered += 1;
      }),
    );
  });
  await Promise.all(work);
  assert.equal(answered, 6 * accounts.length);
  for (const account of accounts) assert.equal(await countOf(database, account), 6);
});

test('brief reads share a snapshot; one that fails is done again alone and spoils no other', {
  skip,
}, async () => {
  await using database = await open('brief');
  for (const account of accounts) await database.transact(tx => tx.run(write, account, account), { account });
  const wrong = statement('SELECT 1 / (n - n) AS x FROM counted WHERE account_id = $1');
  const snapshot = statement('SELECT pg_backend_pid() AS pid FROM counted WHERE account_id = $1');
  const results = await Promise.allSettled(
    accounts.map(account =>
      database.read(
        async reader => {
          const n = (await reader.get<{ n: number }>(look, account))?.n;
          if (account === 9) await reader.get(wrong, account);
          return { n, pid: (await reader.get<{ pid: number }>(snapshot, account))?.pid };
        },
        { account, tenant: tenantOf(account), brief: true },
      ),
    ),
  );
  assert.deepEqual(
    results.map(result => (result.status === 'fulfilled' ? result.value.n : 'failed')),
    accounts.map(account => (account === 9 ? 'failed' : account)),
  );
});
