import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packEnvelope, unpackEnvelope } from './packed-envelope.ts';

const list = '((NIL NIL "li lei" "example.cn"))';
const envelope = (from: string, sender: string, replyTo: string, subject = '"a \\" (b"'): Buffer =>
  Buffer.from(`("date" ${subject} ${from} ${sender} ${replyTo} NIL NIL NIL NIL "<id@x>")`, 'latin1');

test('repeats of From are left out and come back (RFC 9051 §7.5.2)', () => {
  const other = '(("Boss" NIL "b" "x"))';
  const cases: readonly (readonly [Buffer, number])[] = [
    [envelope(list, list, list), 2],
    [envelope(list, list, other), 1],
    [envelope(list, other, list), 0],
    [envelope('NIL', 'NIL', 'NIL'), 0],
    [envelope(list, list, list, 'NIL'), 2],
    [envelope(list, list, list, '"\\\\"'), 2],
    [envelope('(("x)) (" NIL "a" "b"))', '(("x)) (" NIL "a" "b"))', 'NIL'), 1],
  ];
  for (const [value, repeats] of cases) {
    const packed = packEnvelope(value);
    assert.equal(value.length - packed.length > 0, repeats > 0, value.toString());
    assert.deepEqual(Buffer.from(unpackEnvelope(packed)), value);
  }
});

test('what is no envelope is kept as it is, damaged bytes do not throw', () => {
  for (const text of [
    '',
    '(',
    '()',
    '("',
    '("a',
    '(a b c d e',
    'NIL',
    `("d" "s" ${list}`,
    '("d" "s" (((((',
  ]) {
    const value = Buffer.from(text);
    assert.deepEqual(Buffer.from(unpackEnvelope(packEnvelope(value))), value, text);
  }
  for (let seed = 0; seed < 500; seed += 1) {
    const bytes = Buffer.from(
      Array.from({ length: seed % 40 }, (_, i) => '()" \\aN\u0001'.charCodeAt((seed * 31 + i * i) % 8)),
    );
    unpackEnvelope(bytes);
    if (bytes[0] !== 1) assert.deepEqual(Buffer.from(unpackEnvelope(packEnvelope(bytes))), bytes);
  }
});
