import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants } from 'node:sqlite';
import { test } from 'node:test';
import { isMailError } from '../../../platform/errors.ts';
import { statement } from '../../sql/port.ts';
import { SqliteDatabase } from './database.ts';

const create = statement('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)');
const insert = statement('INSERT INTO t (b, a) VALUES ($2, $1)');
const count = statement('SELECT COUNT(*) AS n FROM t');
const select = statement('SELECT a, b FROM t ORDER BY a');

async function withFile(run: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-sqlite-'));
  try {
    await run(join(folder, 'x.db'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('parameters are numbered, whatever their order in the text', () =>
  withFile(async path => {
    await using database = new SqliteDatabase(path);
    await database.transact(async tx => {
      await tx.run(create);
      await tx.run(insert, 7, 'x');
    });
    assert.deepEqual(await database.arrays(select), [[7, 'x']]);
  }));

test('a statement is prepared once, whatever is bound behind LIMIT', () =>
  withFile(async path => {
    await using database = new SqliteDatabase(path);
    await database.transact(async tx => {
      await tx.run(create);
      for (let a = 1; a <= 5; a += 1) await tx.run(insert, a, 'x');
    });
    const some = statement('SELECT a FROM t WHERE a >= $1 ORDER BY a LIMIT $2');
    assert.deepEqual(await database.arrays(some, 1, 2), [[1], [2]]);
    // Asked about every table and column that a statement names, while it is being prepared.
    let asked = 0;
    database.connection.handle.setAuthorizer(() => {
      asked += 1;
      return constants.SQLITE_OK;
    });
    // Setting it makes every statement be prepared once more.
    await database.arrays(some, 1, 2);
    const before = asked;
    assert.ok(before > 0);
    assert.deepEqual(await database.arrays(some, 2, 3), [[2], [3], [4]]);
    assert.deepEqual(await database.arrays(some, 5, 1), [[5]]);
    assert.equal(asked, before);
  }));

test('a failing member of a group commit takes only itself back', () =>
  withFile(async path => {
    await using database = new SqliteDatabase(path);
    await database.transact(tx => tx.run(create));
    const effects: number[] = [];
    const results = await Promise.allSettled(
      [1, 2, 3].map(n =>
        database.transact(async tx => {
          tx.afterCommit(() => effects.push(n));
          await tx.run(insert, n, 'x');
          if (n === 2) throw new Error('no');
          return n;
        }),
      ),
    );
    assert.deepEqual(
      results.map(result => result.status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await database.arrays(select), [
      [1, 'x'],
      [3, 'x'],
    ]);
    assert.deepEqual(effects, [1, 3]);
  }));

test('a reader never sees a transaction that is still open', () =>
  withFile(async path => {
    await using database = new SqliteDatabase(path);
    await database.transact(tx => tx.run(create));
    const seen: unknown[] = [];
    const watch = async (): Promise<void> => {
      for (let i = 0; i < 20; i += 1) seen.push((await database.get<{ n: number }>(count))?.n);
    };
    const during: Promise<void>[] = [];
    await Promise.all([
      database.transact(async tx => {
        for (let i = 0; i < 10; i += 1) {
          await tx.run(insert, i, 'x');
          if (i === 0) during.push(watch());
        }
      }),
      watch(),
    ]);
    await Promise.all(during);
    assert.deepEqual(
      seen.filter(n => n !== 0 && n !== 10),
      [],
    );
  }));

test('two handles on one file wait for each other, and give up with store.busy', () =>
  withFile(async path => {
    await using one = new SqliteDatabase(path);
    await using two = new SqliteDatabase(path, { busyTimeoutMs: 30 });
    await one.transact(tx => tx.run(create));
    one.connection.handle.exec('BEGIN IMMEDIATE');
    await assert.rejects(
      two.transact(tx => tx.run(insert, 1, 'x')),
      error => isMailError(error, 'store.busy'),
    );
    one.connection.handle.exec('ROLLBACK');
    await two.transact(tx => tx.run(insert, 1, 'x'));
    assert.equal((await one.get<{ n: number }>(count))?.n, 1);
  }));

test('what is closed refuses work by name', () =>
  withFile(async path => {
    const database = new SqliteDatabase(path);
    await database[Symbol.asyncDispose]();
    await assert.rejects(database.get(count), error => isMailError(error, 'store.unavailable'));
    await assert.rejects(
      database.transact(tx => tx.run(create)),
      error => isMailError(error, 'store.unavailable'),
    );
  }));

test('hundreds of durable changes at once all get through and share syncs', () =>
  withFile(async path => {
    await using database = new SqliteDatabase(path);
    await database.transact(tx => tx.run(create));
    const numbers = Array.from({ length: 1000 }, (_, n) => n);
    const results = await Promise.all(
      numbers.map(async n => {
        if (n % 3 === 0) await new Promise(setImmediate);
        return database.transact(async tx => {
          await tx.run(insert, n, 'x');
          return n;
        });
      }),
    );
    assert.deepEqual(results, numbers);
    assert.equal((await database.get<{ n: number }>(count))?.n, 1000);
  }));

test('a batched change goes with the next commit of anybody, in the order of asking', () =>
  withFile(async path => {
    await using database = new SqliteDatabase(path);
    await using other = new SqliteDatabase(path);
    await database.transact(tx => tx.run(create));
    const patient = database.transact(tx => tx.run(insert, 1, 'x'), { durability: 'batched' });
    await database.transact(tx => tx.run(insert, 2, 'y'), { durability: 'relaxed' });
    assert.deepEqual(await other.arrays(select), [
      [1, 'x'],
      [2, 'y'],
    ]);
    await patient;
  }));

test('closing does not lose what waits for company', () =>
  withFile(async path => {
    const database = new SqliteDatabase(path);
    await database.transact(tx => tx.run(create));
    const patient = database.transact(tx => tx.run(insert, 1, 'x'), { durability: 'batched' });
    await database[Symbol.asyncDispose]();
    await patient;
    await using again = new SqliteDatabase(path);
    assert.deepEqual(await again.arrays(select), [[1, 'x']]);
  }));

test('durable changes that come during a sync are all committed after it', () =>
  withFile(async path => {
    await using database = new SqliteDatabase(path);
    await database.transact(tx => tx.run(create));
    const first = database.transact(tx => tx.run(insert, 1, 'x'));
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const rest = [2, 3].map(n => database.transact(tx => tx.run(insert, n, 'x')));
    await Promise.all([first, ...rest]);
    assert.equal((await database.get<{ n: number }>(count))?.n, 3);
  }));

test('batched changes wait for company, but many of them are company enough', t =>
  withFile(async path => {
    await using database = new SqliteDatabase(path);
    await database.transact(tx => tx.run(create));
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const some = (from: number, n: number): Promise<number>[] =>
      Array.from({ length: n }, (_, i) =>
        database.transact(tx => tx.run(insert, from + i, 'x'), { durability: 'batched' }),
      );
    // No time passes: only those who need none get through.
    await Promise.all(some(0, 100));
    let told = false;
    const alone = Promise.all(some(100, 1)).then(() => {
      told = true;
    });
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    assert.equal(told, false);
    t.mock.timers.reset();
    await database.transact(tx => tx.run(insert, 200, 'x'));
    await alone;
    assert.equal((await database.get<{ n: number }>(count))?.n, 102);
  }));
