import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statement } from '../../sql/port.ts';
import { insertionOf, parametersOf, partsOf } from './insertions.ts';

test('one insertion of several rows counts its parameters on and says once what to do about those that are there', () => {
  const one = statement(
    'INSERT INTO t (a, b, c) VALUES ($1, $2, 0)\n  ON CONFLICT (a) DO UPDATE SET b = excluded.b',
    { together: true },
  );
  assert.equal(
    insertionOf(one, 3).postgres,
    'INSERT INTO t (a, b, c) VALUES ($1, $2, 0), ($3, $4, 0), ($5, $6, 0)\n  ON CONFLICT (a) DO UPDATE SET b = excluded.b',
  );
  assert.equal(insertionOf(one, 3), insertionOf(one, 3), 'prepared once');
  assert.deepEqual(parametersOf([{ parameters: [1, 'x'] }, { parameters: [2, null] }]), [1, 'x', 2, null]);
});

test('what is no insertion of one row is refused when it is marked as one', () => {
  for (const text of [
    'SELECT a FROM t WHERE a = $1',
    'UPDATE t SET a = $1',
    'INSERT INTO t (a) SELECT $1 FROM u',
    'INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = $2',
    'INSERT INTO t (a) VALUES (lower($1))',
  ]) {
    assert.throws(() => insertionOf(statement(text, { together: true }), 2), /not an insertion/, text);
  }
});

test('any number of rows is cut into sizes that are prepared', () => {
  const rows = Array.from({ length: 101 }, (_, n) => n);
  assert.deepEqual(
    partsOf(rows).map(part => part.length),
    [64, 32, 4, 1],
  );
  assert.deepEqual(partsOf(rows).flat(), rows);
  assert.deepEqual(partsOf([]), []);
});
