import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPostgres, type PostgresServer, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import { readPostgresUrl } from '../../src/store/engines/postgres/connection-url.ts';
import { PostgresDatabase, type Writers } from '../../src/store/engines/postgres/database.ts';
import { openPostgres } from '../../src/store/engines/postgres/open.ts';
import { type SqlTransaction, statement } from '../../src/store/sql/port.ts';

const programs = findPostgres();
const skip = programs ? false : 'PostgreSQL is not installed';
const insert = statement('INSERT INTO counted (id, n) VALUES ($1, 0)');
const add = statement('UPDATE counted SET n = n + 1 WHERE id = $1');
const read = statement('SELECT n FROM counted WHERE id = $1');
let postgres: PostgresServer;

before(async () => {
  if (programs) postgres = await startPostgres(programs);
});
after(async () => {
  if (programs) await postgres[Symbol.asyncDispose]();
});

async function open(schema: string, writers: Writers, busyTimeoutMs = 20_000): Promise<PostgresDatabase> {
  const up = [statement('CREATE TABLE counted (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)')];
  const options = { target: readPostgresUrl(postgres.url), schema, connections: 4, writers, busyTimeoutMs };
  const database = await openPostgres(options, [{ version: 1, name: 'first', up }], 0);
  await database.transact(async tx => {
    for (const id of [1, 2]) await tx.run(insert, id);
  });
  return database;
}

async function count(database: PostgresDatabase, id = 1): Promise<number | undefined> {
  return (await database.get<{ n: number }>(read, id))?.n;
}

test('what goes through all rows of an account may take its time, and plans for many; what comes after it does not', {
  skip,
}, async () => {
  await using database = await openPostgres(
    {
      target: readPostgresUrl(postgres.url),
      schema: 'thorough',
      writers: 'rows',
      connections: 1,
      statementTimeoutMs: 50,
    },
    [],
    0,
  );
  const slow = statement('SELECT pg_sleep(0.3) IS NULL AS slept');
  const planned = statement("SELECT current_setting('enable_nestloop') AS loops");
  const loops = (thorough: boolean): Promise<unknown> =>
    database.read(reader => reader.get(planned), { thorough });
  await assert.rejects(database.read(reader => reader.all(slow)));
  await database.read(reader => reader.all(slow), { thorough: true });
  assert.deepEqual(await loops(true), { loops: 'off' });
  assert.deepEqual(await loops(false), { loops: 'on' });
  await assert.rejects(database.read(reader => reader.all(slow)));
});

for (const writers of ['one', 'rows'] as const) {
  test(`${writers}: a transaction that the server ends for idleness runs again as a whole`, {
    skip,
  }, async () => {
    await using database = await open(`idle_${writers}`, writers);
    let runs = 0;
    await database.transact(async tx => {
      runs += 1;
      await tx.run(add, 1);
      if (runs === 1) {
        await tx.run(statement('SET LOCAL idle_in_transaction_session_timeout = 100'));
        await sleep(600);
      }
      await tx.run(add, 1);
    });
    assert.deepEqual([runs, await count(database)], [2, 2]);
  });

  test(`${writers}: a standby that took over refuses writes; the next connection does the whole again`, {
    skip,
  }, async () => {
    await using database = await open(`standby_${writers}`, writers);
    let runs = 0;
    await database.transact(async tx => {
      runs += 1;
      await tx.run(add, 1);
      if (runs === 1) await tx.run(statement('SET LOCAL transaction_read_only = on'));
      await tx.run(add, 1);
    });
    assert.deepEqual([runs, await count(database)], [2, 2]);
  });

  test(`${writers}: a server that crashes under many transactions loses and doubles nothing`, {
    skip,
  }, async () => {
    await using database = await open(`crash_${writers}`, writers);
    let done = 0;
    const work = Array.from({ length: 40 }, async (_, at) => {
      await sleep(at * 15);
      await database.transact(tx => tx.run(add, 1));
      done += 1;
    });
    await sleep(200);
    await postgres.crash();
    await Promise.all(work);
    assert.deepEqual([done, await count(database)], [40, 40]);
  });

  test(`${writers}: a commit that a crash undid is not taken for another's that got its number`, {
    skip,
  }, async () => {
    await using database = await open(`number_${writers}`, writers);
    await using others = new PostgresDatabase({
      target: readPostgresUrl(postgres.url),
      schema: `number_${writers}`,
      connections: 1,
      writers,
    });
    const number = statement('SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT) AS id');
    const numberOf = async (tx: SqlTransaction): Promise<unknown> =>
      (await tx.get<{ id: number }>(number))?.id;
    const mine: unknown[] = [];
    const theirs: unknown[] = [];
    await database.transact(async tx => {
      mine.push(await numberOf(tx));
      await tx.run(add, 1);
      if (mine.length > 1) return;
      await postgres.crash();
      await others.transact(async other => {
        theirs.push(await numberOf(other));
        await other.run(add, 2);
      });
    });
    assert.equal(theirs[0], mine[0], 'the number was given again');
    assert.deepEqual([mine.length, await count(database, 1), await count(database, 2)], [2, 1, 1]);
  });

  test(`${writers}: a commit that a crash undid, and whose number nobody has, runs again`, {
    skip,
  }, async () => {
    await using database = await open(`undone_${writers}`, writers);
    let runs = 0;
    await database.transact(async tx => {
      await tx.run(add, 1);
      if ((runs += 1) === 1) await postgres.crash();
    });
    assert.deepEqual([runs, await count(database)], [2, 1]);
  });

  test(`${writers}: what is wrong with the work or the disk is told at once, not tried again`, {
    skip,
  }, async () => {
    await using database = await open(`wrong_${writers}`, writers);
    let runs = 0;
    const fails = (state: string): Promise<unknown> =>
      database.transact(async tx => {
        runs += 1;
        await tx.run(add, 1);
        await tx.run(statement(`DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '${state}'; END $$`));
      });
    await assert.rejects(fails('53100'), { code: 'store.full' });
    await assert.rejects(fails('XX001'), { code: 'store.corrupt' });
    await assert.rejects(fails('23505'));
    assert.deepEqual([runs, await count(database)], [3, 0]);
  });
}

test('one: a writer that stands still, as a node does that is cut off, holds up the others for seconds only', {
  skip,
}, async () => {
  await using still = await open('still', 'one', 60_000);
  await using others = await openPostgres(
    {
      target: readPostgresUrl(postgres.url),
      schema: 'still',
      connections: 1,
      writers: 'one',
      busyTimeoutMs: 20_000,
    },
    [],
    0,
  );
  const entered = Promise.withResolvers<void>();
  const mended = Promise.withResolvers<void>();
  let runs = 0;
  const work = still.transact(async tx => {
    await tx.run(add, 1);
    runs += 1;
    entered.resolve();
    if (runs === 1) await mended.promise;
    await tx.run(add, 1);
  });
  await entered.promise;
  await others.transact(tx => tx.run(add, 2)).finally(() => mended.resolve());
  await work;
  assert.deepEqual([runs, await count(still, 1), await count(still, 2)], [2, 2, 1]);
});

test('rows: two that lock each other out both end', { skip }, async () => {
  await using database = await open('deadlock', 'rows');
  let met = 0;
  const { promise: both, resolve } = Promise.withResolvers<void>();
  const work = (first: number, second: number): Promise<number> =>
    database.transact(async tx => {
      await tx.run(add, first);
      if ((met += 1) === 2) resolve();
      await both;
      return tx.run(add, second);
    });
  await Promise.all([work(1, 2), work(2, 1)]);
  assert.deepEqual([await count(database, 1), await count(database, 2)], [2, 2]);
  assert.ok(met > 2, 'one of them ran again');
});

test('a server that stays away is told of after the time for trying, and reads come back with it', {
  skip,
}, async () => {
  await using database = await open('away', 'rows', 1_000);
  await postgres.stop();
  try {
    await assert.rejects(
      database.transact(tx => tx.run(add, 1)),
      { code: 'store.unavailable' },
    );
    await assert.rejects(count(database), { code: 'store.unavailable' });
  } finally {
    await postgres.start();
  }
  assert.equal(await count(database), 0);
});
