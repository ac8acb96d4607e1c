import assert from 'node:assert/strict';
import { test } from 'node:test';
import { piecesOf, sliceRows, slicesOf } from './uid-ranges.ts';

test('wide ranges are spans, runs of narrow ones are lists of at most a slice', () => {
  assert.deepEqual([...piecesOf([[5, 5]])], [{ kind: 'span', first: 5, last: 5 }]);
  assert.deepEqual(
    [
      ...piecesOf([
        [1, 2],
        [4, 4],
        [10, 100],
        [101, 90],
        [200, 203],
      ]),
    ],
    [
      { kind: 'list', uids: [1, 2, 4] },
      { kind: 'span', first: 10, last: 100 },
      { kind: 'list', uids: [200, 201, 202, 203] },
    ],
  );
  const many = Array.from({ length: 5_000 }, (_, i) => [i * 3 + 1, i * 3 + 1] as const);
  const pieces = [...piecesOf(many)];
  assert.ok(pieces.every(piece => piece.kind === 'list' && piece.uids.length <= sliceRows));
  assert.deepEqual(
    pieces.flatMap(piece => (piece.kind === 'list' ? piece.uids : [])),
    many.map(([uid]) => uid),
  );
});

test('a span is read slice by slice until it is empty, however sparse', async () => {
  const existing = Array.from({ length: 1_200 }, (_, i) => i * 1_000 + 7);
  const asked: number[] = [];
  const found: number[] = [];
  const slices = slicesOf(
    [[1, 0xffff_ffff]],
    async (piece, limit) => {
      assert.equal(piece.kind, 'span');
      const { first, last } = piece.kind === 'span' ? piece : { first: 0, last: 0 };
      asked.push(first);
      return existing.filter(uid => uid >= first && uid <= last).slice(0, limit);
    },
    uid => uid,
  );
  for await (const rows of slices) found.push(...rows);
  assert.deepEqual(found, existing);
  assert.deepEqual(asked, [1, 499_008, 999_008]);
});
