import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saslPrep } from './sasl-prep.ts';

test('RFC 4013 §3: the examples', () => {
  assert.equal(saslPrep('I\u00ADX'), 'IX');
  assert.equal(saslPrep('user'), 'user');
  assert.equal(saslPrep('USER'), 'USER');
  assert.equal(saslPrep('\u00AA'), 'a');
  assert.equal(saslPrep('\u2168'), 'IX');
  assert.equal(saslPrep('\u0007'), null);
  assert.equal(saslPrep('\u0627\u0031'), null);
});

test('RFC 4013 §2.1: spaces of other scripts become SPACE; Chinese stays', () => {
  assert.equal(saslPrep('鸿\u3000雁'), '鸿 雁');
  assert.equal(saslPrep('ｐｗ'), 'pw');
});

test('RFC 3454 §6: right-to-left text must not be mixed', () => {
  assert.equal(saslPrep('\u0627\u0628'), '\u0627\u0628');
  assert.equal(saslPrep('\u0627a\u0628'), null);
});

test('RFC 4013 §2.3: unpaired surrogates and non-characters are refused', () => {
  assert.equal(saslPrep('a\uD800'), null);
  assert.equal(saslPrep('a\u{1FFFE}'), null);
  assert.equal(saslPrep('a\uE000'), null);
});
