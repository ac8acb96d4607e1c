import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { findPostgres, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { openDatabase } from '../../src/store/engines/open-database.ts';
import { readPostgresUrl } from '../../src/store/engines/postgres/connection-url.ts';
import { type RelocationOptions, relocateDatabase } from '../../src/store/relocation/relocate-database.ts';
import { ddl } from '../../src/store/sql/ddl.ts';
import { statement } from '../../src/store/sql/port.ts';
import { temporaryFolder } from '../app-fixture/program.ts';
import { plannerKnows } from '../store-fixture/statistics-fixture.ts';

const programs = findPostgres();
const up = ['first', 'second'].map(name =>
  ddl(`CREATE TABLE ${name} (a BIGINT NOT NULL, b TEXT, c BLOB, PRIMARY KEY (a)) WITHOUT ROWID`),
);
const insert = statement('INSERT INTO second (a, b, c) VALUES ($1, $2, $3)');
const changes = {
  'another text': statement("UPDATE second SET b = 'another' WHERE a = 2"),
  'an empty text in place of none': statement("UPDATE second SET b = '' WHERE a = 1"),
  'other bytes': statement('UPDATE second SET c = $1 WHERE a = 3'),
  'a row too few': statement('DELETE FROM second WHERE a = 3'),
  'a row too many': statement("INSERT INTO second (a, b, c) VALUES (4, 'more', NULL)"),
};

test('a copy that differs is never taken for right: every table is counted and summed on both sides before the switch', {
  skip: programs ? false : 'PostgreSQL is not installed',
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  using folder = temporaryFolder();
  const migrations = [{ version: 1, name: 'tables', up }];
  await using source = await openDatabase(join(folder.path, 'source.db'), migrations, 0);
  const place = { target: readPostgresUrl(postgres.url, null), schema: 'copy', connections: 4 };
  await using target = await openDatabase(place, migrations, 0);
  await source.transact(async tx => {
    for (const [a, b] of [null, 'text', '文字'].entries())
      await tx.run(insert, a + 1, b, Buffer.of(a, 0, 255));
  });
  let spoilt: Promise<unknown> = Promise.resolve();
  // The source is slower than whatever happens to the copy meanwhile.
  const arrays = source.arrays.bind(source);
  Object.defineProperty(source, 'arrays', {
    value: async (...args: Parameters<typeof arrays>) => {
      await spoilt;
      return arrays(...args);
    },
  });
  const move = (onProgress?: RelocationOptions['onProgress']) =>
    relocateDatabase({ source, target, together: false, ...(onProgress && { onProgress }) });
  assert.deepEqual(
    (await move()).map(({ name, rows }) => [name, rows]),
    [
      ['first', 0],
      ['second', 3],
    ],
  );
  const known = await plannerKnows(postgres, 'copy', 'second');
  assert.deepEqual([known.rows, known.columns > 0], [3, true], 'the planner knows what was copied');
  for (const [what, change] of Object.entries(changes)) {
    // Between the copying and the look at the second table, as a disk or another program would.
    const spoil: RelocationOptions['onProgress'] = ({ phase, table }) => {
      if (phase === 'verifying' && table === 'first') {
        const bytes = what === 'other bytes' ? [Buffer.of(9)] : [];
        spoilt = target.transact(tx => tx.run(change, ...bytes));
      }
    };
    await assert.rejects(
      move(spoil),
      error => isMailError(error, 'store.corrupt') && error.fields['table'] === 'second',
      what,
    );
    // The next try puts it right.
    assert.equal((await move()).length, 2, what);
  }
});
