import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { onlyFiles, openBare } from '@hongyan/testkit/stores/databases.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { ddl } from '../../src/store/sql/ddl.ts';
import { type SqlDatabase, statement } from '../../src/store/sql/port.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

const create = ddl('CREATE TABLE t (a BIGINT NOT NULL PRIMARY KEY, b TEXT, c BLOB)');
const insert = statement('INSERT INTO t (b, a) VALUES ($2, $1)');
const insertBytes = statement('INSERT INTO t (a, c) VALUES ($1, $2)');
const count = statement('SELECT COUNT(*) AS n FROM t');
const select = statement('SELECT a, b FROM t ORDER BY a');
const names = statement('SELECT b FROM t ORDER BY b');

async function withDatabase(run: (database: SqlDatabase, path: string) => Promise<void>): Promise<void> {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'engine.db');
  await using database = await openBare(path);
  await database.transact(tx => tx.run(create));
  await run(database, path);
}

test('values come back as they were put in: numbers to 2^53, bytes, any text, null', () =>
  withDatabase(async database => {
    const most = Number.MAX_SAFE_INTEGER;
    await database.transact(async tx => {
      await tx.run(insert, most, '鸿雁 \u{1F426} \\ \' "');
      await tx.run(insert, -most, null);
      await tx.run(
        insertBytes,
        0,
        Uint8Array.from({ length: 256 }, (_, i) => i),
      );
    });
    assert.deepEqual(await database.arrays(statement('SELECT a, b FROM t ORDER BY a')), [
      [-most, null],
      [0, null],
      [most, '鸿雁 \u{1F426} \\ \' "'],
    ]);
    const row = await database.get<{ c: Uint8Array }>(statement('SELECT c FROM t WHERE a = $1'), 0);
    assert.deepEqual(
      row?.c,
      Uint8Array.from({ length: 256 }, (_, i) => i),
    );
  }));

test('sums and counts are numbers; a number beyond 2^53 is an error, never rounded', () =>
  withDatabase(async database => {
    await database.transact(async tx => {
      await tx.run(insert, Number.MAX_SAFE_INTEGER, 'x');
      await tx.run(insert, 2, 'y');
    });
    const sum = statement('SELECT COALESCE(SUM(a), 0) AS s, COUNT(*) AS n FROM t WHERE a < $1');
    assert.deepEqual({ ...(await database.get(sum, 10)) }, { s: 2, n: 1 });
    await assert.rejects(database.get(statement('SELECT SUM(a) AS s FROM t')));
  }));

test('text is in the order of its bytes, whatever the language of the server', () =>
  withDatabase(async database => {
    const words = ['b', 'B', 'a', '中', '啊', '_', 'é', 'z', 'Z'];
    await database.transact(async tx => {
      for (const [i, word] of words.entries()) await tx.run(insert, i, word);
    });
    assert.deepEqual(
      (await database.arrays(names)).map(row => row[0]),
      words.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
  }));

test('changes that come at once get through; one that fails takes only itself back', () =>
  withDatabase(async database => {
    const effects: number[] = [];
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, (_, n) =>
        database.transact(async tx => {
          tx.afterCommit(() => effects.push(n));
          await tx.run(insert, n, 'x');
          // Every tenth breaks a key, which the server refuses, or gives up by itself.
          if (n % 20 === 7) await tx.run(insert, n, 'again');
          if (n % 20 === 17) throw new Error('no');
          return n;
        }),
      ),
    );
    const kept = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
    assert.equal(kept.length, 90);
    assert.deepEqual(
      (await database.arrays(select)).map(row => row[0]),
      kept,
    );
    assert.deepEqual(effects, kept);
  }));

test('two writers that read before they write never both see the old value', () =>
  withDatabase(async (database, path) => {
    await using other = await openBare(path);
    const raise = async (on: SqlDatabase): Promise<void> =>
      on.transact(async tx => {
        const n = (await tx.get<{ n: number }>(count))?.n ?? 0;
        await tx.run(insert, n, 'x');
      });
    await Promise.all(Array.from({ length: 40 }, (_, i) => raise(i % 2 ? database : other)));
    assert.deepEqual(
      (await database.arrays(select)).map(row => row[0]),
      Array.from({ length: 40 }, (_, i) => i),
    );
  }));

test('several statements of a read see one moment', () =>
  withDatabase(async (database, path) => {
    await using other = await openBare(path);
    await database.read(async reader => {
      const before = (await reader.get<{ n: number }>(count))?.n;
      await other.transact(tx => tx.run(insert, 1, 'x'));
      assert.equal((await reader.get<{ n: number }>(count))?.n, before);
    });
    assert.equal((await database.get<{ n: number }>(count))?.n, 1);
  }));

test('work that goes on after an error of the server is told that nothing stands, or all of it does', () =>
  withDatabase(async database => {
    const careless = database.transact(async tx => {
      await tx.run(insert, 1, 'x');
      await tx.run(insert, 1, 'y').catch(() => undefined);
    });
    const told = await careless.then(
      () => true,
      () => false,
    );
    assert.equal((await database.get<{ n: number }>(count))?.n, told ? 1 : 0);
  }));

test('what work asks for after it has ended is refused: it would fall into the work of somebody else', () =>
  withDatabase(async database => {
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    const late: Promise<unknown>[] = [];
    const afterwards = (ask: () => Promise<unknown>): void => {
      const asked = over.then(ask);
      asked.catch(() => undefined);
      late.push(asked);
    };
    const failing = database.transact(async tx => {
      await tx.run(insert, 1, 'one');
      afterwards(() => tx.run(insert, 2, 'late'));
      afterwards(() => tx.get(count));
      throw new Error('given up');
    });
    // Of the same moment, so that they may share a commit.
    const standing = database.transact(async tx => {
      await tx.run(insert, 3, 'three');
      afterwards(() => tx.run(insert, 4, 'late'));
    });
    await assert.rejects(failing, /given up/);
    await standing;
    await database.read(async reader => afterwards(() => reader.all(select)));
    end();
    for (const asked of late) await assert.rejects(asked, error => isMailError(error, 'store.unavailable'));
    assert.deepEqual(await database.arrays(select), [[3, 'three']]);
  }));

test('what is closed refuses work by name, after all that was asked for is done', async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'engine.db');
  const database = await openBare(path);
  await database.transact(tx => tx.run(create));
  const last = database.transact(tx => tx.run(insert, 1, 'x'), { durability: 'batched' });
  await database[Symbol.asyncDispose]();
  assert.equal(await last, 1);
  await assert.rejects(database.get(count), error => isMailError(error, 'store.unavailable'));
});

const endOthers = statement({
  sqlite: 'SELECT 1',
  postgres:
    'SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()',
});

test(
  'connections that the server ends in the middle of work: all is done once, nothing is lost or doubled',
  { skip: onlyFiles ? false : 'about a database server' },
  () =>
    withDatabase(async (database, path) => {
      await using other = await openBare(path);
      const self = await other.get<{ name: string }>(
        statement("SELECT current_setting('application_name') AS name"),
      );
      let ended = 0;
      const work = new AbortController();
      const killing = (async () => {
        while (!work.signal.aborted) {
          ended += (await other.all(endOthers, self?.name ?? '')).length;
          await sleep(40);
        }
      })();
      const next = statement('SELECT COALESCE(MAX(a), 0) + 1 AS n FROM t');
      let done = 0;
      const until = performance.now() + 1_500;
      const worker = async (): Promise<void> => {
        while (performance.now() < until) {
          await database.transact(async tx => {
            const n = (await tx.get<{ n: number }>(next))?.n ?? 0;
            await tx.run(insert, n, 'x');
          });
          done += 1;
          await database.read(reader => reader.all(select));
        }
      };
      await Promise.all([worker(), worker(), worker()]);
      work.abort();
      await killing;
      assert.ok(ended > 0 && done > 0);
      assert.equal((await database.get<{ n: number }>(count))?.n, done);
    }),
);
