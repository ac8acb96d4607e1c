import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from './json.ts';
import { MethodError } from './method-error.ts';
import { evaluatePointer, resolveReferences } from './result-reference.ts';

const earlier = [
  {
    name: 'Thread/get',
    callId: 't2',
    arguments: { list: [{ emailIds: ['a', 'b'] }, { emailIds: ['c'] }], 'odd/na~me': 1 },
  },
];

function failsWith(type: string, run: () => unknown): void {
  assert.throws(run, (error: unknown) => error instanceof MethodError && error.type === type);
}

function resolve(args: JsonObject): JsonObject {
  return resolveReferences(args, earlier);
}

test('RFC 8620 §3.7: * maps through arrays and flattens arrays of arrays', () => {
  const reference = { resultOf: 't2', name: 'Thread/get', path: '/list/*/emailIds' };
  assert.deepEqual(resolve({ accountId: 'x', '#ids': reference }), { accountId: 'x', ids: ['a', 'b', 'c'] });
});

test('RFC 6901: escapes and indexes', () => {
  const root = earlier[0]?.arguments ?? null;
  assert.equal(evaluatePointer(root, '/odd~1na~0me'), 1);
  assert.equal(evaluatePointer(root, '/list/1/emailIds/0'), 'c');
  assert.equal(evaluatePointer(root, ''), root);
});

test('RFC 8620 §3.7: what does not resolve is invalidResultReference', () => {
  for (const reference of [
    { resultOf: 't9', name: 'Thread/get', path: '/list' },
    { resultOf: 't2', name: 'Email/get', path: '/list' },
    { resultOf: 't2', name: 'Thread/get', path: '/none' },
    { resultOf: 't2', name: 'Thread/get', path: '/list/7' },
    { resultOf: 't2', name: 'Thread/get', path: '/list/01' },
    { resultOf: 't2', name: 'Thread/get', path: '/list/*/emailIds/0/x' },
    { resultOf: 't2', name: 'Thread/get', path: '/__proto__' },
    { resultOf: 't2', name: 'Thread/get', path: 'list' },
    { resultOf: 't2', name: 'Thread/get', path: '/~2' },
    { resultOf: 't2', name: 'Thread/get', path: '/a'.repeat(1000) },
    { resultOf: 't2', name: 'Thread/get' },
    'x',
  ]) {
    failsWith('invalidResultReference', () => resolve({ '#ids': reference }));
  }
});

test('RFC 8620 §3.7: the same name in both forms is invalidArguments', () => {
  failsWith('invalidArguments', () => resolve({ ids: [], '#ids': {} }));
});

test('a reference that multiplies is cut off at its limit', () => {
  const wide = { list: Array.from({ length: 200 }, () => ({ ids: Array.from({ length: 200 }, () => 'x') })) };
  failsWith('invalidResultReference', () => evaluatePointer(wide, '/list/*/ids'));
});
