import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Arguments } from './arguments.ts';
import { readSort } from './comparator.ts';
import { conditionsOf, matches, readFilter } from './filter.ts';
import { parseHeaderProperty } from './header-property.ts';
import type { Json, JsonObject } from './json.ts';
import { MethodError } from './method-error.ts';
import { queryDelta, readWindow, windowStart } from './window.ts';

function failsWith(type: string, run: () => unknown): void {
  assert.throws(run, (error: unknown) => error instanceof MethodError && error.type === type);
}

const condition = (object: JsonObject): string => Object.keys(object).join();

test('RFC 8620 §5.5: filter operators', () => {
  const filter = readFilter(
    { operator: 'AND', conditions: [{ a: 1 }, { operator: 'NOT', conditions: [{ b: 1 }, { c: 1 }] }] },
    condition,
  );
  assert.deepEqual(conditionsOf(filter), ['a', 'b', 'c']);
  assert.ok(matches(filter, name => name === 'a'));
  assert.ok(!matches(filter, name => name !== 'b'));
  assert.ok(matches(readFilter({ operator: 'NOT', conditions: [] }, condition), () => true));
  assert.ok(!matches(readFilter({ operator: 'OR', conditions: [] }, condition), () => true));
  failsWith('invalidArguments', () => readFilter({ operator: 'XOR', conditions: [] }, condition));
  failsWith('invalidArguments', () => readFilter({ operator: 'AND' }, condition));
  failsWith('invalidArguments', () => readFilter([], condition));
});

test('a filter that is too deep or too wide is unsupportedFilter', () => {
  let deep: Json = { a: 1 };
  for (let i = 0; i < 20; i++) deep = { operator: 'NOT', conditions: [deep] };
  failsWith('unsupportedFilter', () => readFilter(deep, condition));
  const wide = { operator: 'OR', conditions: Array.from({ length: 1000 }, () => ({ a: 1 })) };
  failsWith('unsupportedFilter', () => readFilter(wide, condition));
});

test('RFC 8620 §5.5: comparators', () => {
  const supported = new Set(['size', 'hasKeyword']);
  const keyed = new Set(['hasKeyword']);
  assert.deepEqual(readSort([{ property: 'size' }], supported), [
    { property: 'size', isAscending: true, keyword: null },
  ]);
  failsWith('unsupportedSort', () => readSort([{ property: 'x' }], supported));
  failsWith('unsupportedSort', () => readSort([{ property: 'size', collation: 'i;x' }], supported));
  failsWith('invalidArguments', () => readSort([{ property: 'hasKeyword' }], supported, keyed));
  failsWith('invalidArguments', () => readSort([{ isAscending: true }], supported));
});

test('RFC 8620 §5.5: position, anchor and limit', () => {
  const at = (args: JsonObject, total: number): number =>
    windowStart(readWindow(new Arguments(args), 10), total, anchor => (anchor === 'x' ? 4 : -1));
  assert.equal(at({ position: 3 }, 20), 3);
  assert.equal(at({ position: -3 }, 20), 17);
  assert.equal(at({ position: -30 }, 20), 0);
  assert.equal(at({ anchor: 'x', anchorOffset: -2, position: 9 }, 20), 2);
  assert.equal(at({ anchor: 'x', anchorOffset: -9 }, 20), 0);
  failsWith('anchorNotFound', () => at({ anchor: 'y' }, 20));
  failsWith('invalidArguments', () => readWindow(new Arguments({ limit: -1 }), 10));
  assert.deepEqual(
    [readWindow(new Arguments({ limit: 50 }), 10).limit, readWindow(new Arguments({ limit: 5 }), 10).limited],
    [10, false],
  );
});

test('RFC 8620 §5.6: splicing the delta into the old results gives the new ones', () => {
  const old = ['a', 'b', 'c', 'd'];
  const now = ['e', 'a', 'd', 'c'];
  const delta = queryDelta(now, new Set(['e', 'c', 'x']), ['b'], null);
  const spliced = old.filter(id => !delta.removed.includes(id));
  for (const { id, index } of delta.added) spliced.splice(index, 0, id);
  assert.deepEqual(spliced, now);
  assert.deepEqual(queryDelta(now, new Set(['c']), [], 'a').added, []);
});

test('RFC 8621 §4.1.3: header properties, and forms only where they make sense', () => {
  assert.deepEqual(parseHeaderProperty('header:Resent-To:asAddresses:all'), {
    property: 'header:Resent-To:asAddresses:all',
    field: 'resent-to',
    spelling: 'Resent-To',
    form: 'addresses',
    all: true,
  });
  assert.equal(parseHeaderProperty('header:X-Own:asDate')?.form, 'date');
  assert.equal(parseHeaderProperty('header:subject')?.form, 'raw');
  for (const bad of [
    'header:From:asDate',
    'header:Subject:asAddresses',
    'header::asText',
    'header:X:all:asText',
    'header:X:asFoo',
    'header:X:asText:every',
    'header:X:asText:all:all',
    'header:a b',
    'header:Received:asText',
    'header:X:as__proto__',
    'subject',
  ]) {
    assert.equal(parseHeaderProperty(bad), null, bad);
  }
});

test('RFC 8620 §3.9: wrong types and unknown arguments are invalidArguments', () => {
  const args = (object: JsonObject): Arguments => new Arguments(object);
  failsWith('invalidArguments', () => args({ ids: 'x' }).ids('ids'));
  failsWith('invalidArguments', () => args({ ids: ['no spaces'] }).ids('ids'));
  failsWith('invalidArguments', () => args({ n: 1.5 }).int('n'));
  failsWith('invalidArguments', () => args({ n: '5' }).int('n'));
  failsWith('invalidArguments', () => args({ b: 0 }).boolean('b'));
  failsWith('invalidArguments', () => args({ s: { a: false } }).set('s'));
  failsWith('invalidArguments', () => args({}).requiredId('accountId'));
  failsWith('invalidArguments', () => args({ other: 1 }).end());
  assert.equal(args({ ids: null }).ids('ids'), null);
});
