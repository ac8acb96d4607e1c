import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { JsonObject } from './json.ts';
import { SetError } from './method-error.ts';
import { applyPatches, changedServerSet, readPatches } from './patch.ts';

const email: JsonObject = { id: 'e1', keywords: { $seen: true }, mailboxIds: { m1: true }, list: [1] };
const apply = (patch: JsonObject, defaults: JsonObject = {}): JsonObject =>
  applyPatches(email, readPatches(patch), defaults);

function isInvalid(run: () => unknown): void {
  assert.throws(run, (error: unknown) => error instanceof SetError && error.type === 'invalidPatch');
}

test('RFC 8620 §5.3: members are set, replaced and removed', () => {
  assert.deepEqual(apply({ 'keywords/$seen': null, 'keywords/a~1b': true })['keywords'], { 'a/b': true });
  assert.deepEqual(apply({ keywords: { x: true } })['keywords'], { x: true });
  assert.deepEqual(apply({ keywords: null }, { keywords: {} })['keywords'], {});
  assert.equal('keywords' in apply({ keywords: null }), false);
  assert.deepEqual(apply({ 'keywords/none': null }), email);
});

test('RFC 8620 §5.3: what breaks the rules is invalidPatch', () => {
  isInvalid(() => apply({ 'list/0': 2 }));
  isInvalid(() => apply({ 'none/x': 2 }));
  isInvalid(() => apply({ 'id/x': 2 }));
  isInvalid(() => apply({ keywords: {}, 'keywords/x': true }));
  isInvalid(() => apply({ 'keywords/~2': true }));
});

test('RFC 8620 §5.3: names that only begin alike do not overlap', () => {
  assert.deepEqual(apply({ 'keywords/a': true, 'keywords/ab': true })['keywords'], {
    $seen: true,
    a: true,
    ab: true,
  });
});

test('RFC 8620 §5.3: server-set properties may come back unchanged', () => {
  const serverSet = new Set(['id', 'list']);
  assert.deepEqual(changedServerSet(readPatches({ id: 'e1', list: [1] }), email, serverSet), []);
  assert.deepEqual(changedServerSet(readPatches({ id: 'e2', 'list/0': 1 }), email, serverSet), [
    'id',
    'list',
  ]);
});

test('names of objects are names like others, and patches do not touch the object itself', () => {
  const object = { inner: { a: 1 }, list: [1] };
  const names = JSON.parse(
    '{"__proto__": 1, "inner/__proto__": {"x": 1}, "constructor": null}',
  ) as JsonObject;
  const patched = applyPatches(object, readPatches(names));
  assert.equal(JSON.stringify(patched), '{"inner":{"a":1,"__proto__":{"x":1}},"list":[1],"__proto__":1}');
  assert.deepEqual(object, { inner: { a: 1 }, list: [1] });
});

test('a hundred thousand patches of one object take linear time', () => {
  const keys = Array.from({ length: 100_000 }, (_, n) => [`keywords/k${n}`, true] as const);
  const patched = applyPatches({ keywords: {} }, readPatches(Object.fromEntries(keys)));
  assert.equal(Object.keys(patched['keywords'] ?? {}).length, 100_000);
});

test('a whole object is a patch that gives itself', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.integer(), { noNullPrototype: true }),
      object => {
        assert.deepEqual(applyPatches({}, readPatches(object)), object);
      },
    ),
  );
});
