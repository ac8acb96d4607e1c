import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DepartmentEntry, departmentPath, departmentRows, linesTo } from './rows.ts';

const entries: readonly DepartmentEntry[] = [
  { id: 1, name: '外贸部', depth: 0 },
  { id: 2, name: '北欧', depth: 1 },
  { id: 3, name: '奥斯陆', depth: 2 },
  { id: 4, name: '南美', depth: 1 },
  { id: 5, name: '仓储部', depth: 0 },
  { id: 6, name: '北仓', depth: 1 },
];
const shut = (): boolean => false;
const ids = (rows: readonly { readonly id: number }[]): number[] => rows.map(({ id }) => id);

test('a closed branch hides all below it, an open one what is open in it', () => {
  assert.deepEqual(ids(departmentRows(entries, '', shut)), [1, 5]);
  assert.deepEqual(ids(departmentRows(entries, '', id => id === 1)), [1, 2, 4, 5]);
  assert.deepEqual(ids(departmentRows(entries, '', () => true)), [1, 2, 3, 4, 5, 6]);
  // Open inside closed stays hidden.
  assert.deepEqual(ids(departmentRows(entries, '', id => id === 2)), [1, 5]);
  const [first, second] = departmentRows(entries, '', id => id === 1);
  assert.deepEqual([first?.open, second?.open], [true, false]);
  assert.equal(departmentRows(entries, '', () => true).at(-1)?.open, null);
});

test('a search finds in closed branches and says what is above', () => {
  const found = departmentRows(entries, ' 北 ', shut);
  assert.deepEqual(
    found.map(({ name, above }) => [name, above]),
    [
      ['北欧', '外贸部'],
      ['北仓', '仓储部'],
    ],
  );
  assert.deepEqual(departmentRows(entries, '没有', shut), []);
  assert.deepEqual(departmentRows([], '', shut), []);
});

test('the way to what is chosen is known, and its path', () => {
  assert.deepEqual([...linesTo(entries, new Set([3, 6]))], [1, 2, 5]);
  assert.equal(departmentPath(entries, 3), '外贸部 / 北欧 / 奥斯陆');
  assert.equal(departmentPath(entries, 99), null);
});

test('10,000 departments, deep and wide, are laid out in one pass', () => {
  const many = Array.from({ length: 10_000 }, (_, n) => ({ id: n + 1, name: `部门 ${n}`, depth: n % 50 }));
  assert.equal(departmentRows(many, '', () => true).length, 10_000);
  assert.equal(departmentRows(many, '', shut).length, 200);
  assert.equal(departmentRows(many, '部门 99', shut).length, 111);
});
