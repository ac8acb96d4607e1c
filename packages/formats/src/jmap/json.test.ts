import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { objectOf, own, parseJson, sameJson } from './json.ts';

const parse = (text: string): ReturnType<typeof parseJson> => parseJson(Buffer.from(text));

test('RFC 7493: whatever JSON.stringify writes is read back the same', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), value => {
      const text = JSON.stringify(value);
      const parsed = parse(text);
      if (!text.isWellFormed() || /\\ud[89a-f]/i.test(text)) return;
      assert.deepEqual(parsed, { kind: 'json', value: JSON.parse(text) });
    }),
  );
});

test('RFC 7493 §2.3: a name that stands twice is refused, also behind an escape', () => {
  assert.equal(parse('{"a":1,"a":2}').kind, 'invalid');
  assert.equal(parse('{"a":1,"\\u0061":2}').kind, 'invalid');
  assert.equal(parse('{"a":{"b":1},"c":{"b":1}}').kind, 'json');
});

test('RFC 7493 §2.1: what is not UTF-8 and lone surrogates are refused', () => {
  assert.equal(parseJson(Buffer.from([0x22, 0xff, 0x22])).kind, 'invalid');
  assert.equal(parse('["\\ud800"]').kind, 'invalid');
  assert.equal(parse('{"\\udc00":1}').kind, 'invalid');
  assert.equal(parse('[1e999]').kind, 'invalid');
});

test('deep nesting and too many values are refused before anything is built', () => {
  assert.equal(parse('['.repeat(1_000_000)).kind, 'invalid');
  assert.deepEqual(parse(`${'['.repeat(65)}${']'.repeat(65)}`), {
    kind: 'invalid',
    detail: 'nested too deeply',
  });
  assert.equal(parse(`${'['.repeat(64)}${']'.repeat(64)}`).kind, 'json');
  assert.deepEqual(parse(`[${'0,'.repeat(600_000)}0]`), { kind: 'invalid', detail: 'too many values' });
});

test('random octets never throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), bytes => void parseJson(bytes)));
});

test('__proto__ is an ordinary name', () => {
  const parsed = parse('{"__proto__":{"x":1}}');
  assert.ok(parsed.kind === 'json');
  assert.equal(own({}, '__proto__'), undefined);
  assert.equal(Object.hasOwn(objectOf([['__proto__', 1]]), '__proto__'), true);
  assert.ok(sameJson({ a: [1, { b: null }] }, { a: [1, { b: null }] }));
  assert.ok(!sameJson({ a: 1 }, { a: 1, b: 2 }));
});
