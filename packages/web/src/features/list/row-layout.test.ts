import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowLayout } from './row-layout.ts';

/** The same, row by row. */
function plain(count: number, row: number, heading: number, headings: readonly number[]): number[] {
  const starts = [0];
  for (let index = 0; index < count; index += 1)
    starts.push((starts[index] ?? 0) + row + (headings.includes(index) ? heading : 0));
  return starts;
}

for (const headings of [[], [0], [0, 1, 2], [3], [0, 4, 5, 9], [9]]) {
  test(`rows with headings at [${headings.join()}] stand where adding up puts them, and every offset finds its row`, () => {
    const starts = plain(10, 64, 30, headings);
    const layout = new RowLayout(10, { row: 64, heading: 30 }, headings);
    for (let index = 0; index < 10; index += 1) {
      assert.equal(layout.start(index), starts[index]);
      assert.equal(layout.size(index), (starts[index + 1] ?? 0) - (starts[index] ?? 0));
    }
    assert.equal(layout.height, starts[10]);
    for (let offset = 0; offset < layout.height; offset += 1) {
      const index = starts.findLastIndex(start => start <= offset);
      assert.equal(layout.at(offset), index, `${offset} px`);
    }
    assert.equal(layout.at(layout.height + 1_000), 9);
    assert.equal(layout.at(-5), 0);
  });
}

test('an empty list has no height and no row', () => {
  const layout = new RowLayout(0, { row: 64, heading: 30 }, []);
  assert.equal(layout.height, 0);
  assert.equal(layout.at(0), -1);
  assert.equal(layout.at(100), -1);
});
