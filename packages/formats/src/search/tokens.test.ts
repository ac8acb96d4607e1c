import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutTerms, maxTermLength } from './tokens.ts';

function cut(text: string, limit = 1_000): string[] {
  const terms: string[] = [];
  cutTerms(text, terms, limit);
  return terms;
}

test('words whole, dense scripts in pairs, symbols alone', () => {
  assert.deepEqual(cut('hello, 世界杯!'), ['hello', '世界', '界杯', '杯']);
  assert.deepEqual(cut('li.lei@mail.example.cn'), ['li', 'lei', 'mail', 'example', 'cn']);
  assert.deepEqual(cut('a4纸 2026年'), ['a4', '纸', '2026', '年']);
  assert.deepEqual(cut('회의 데ー'), ['회의', '의', '데ー', 'ー']);
  assert.deepEqual(cut('€5 😀😀'), ['€', '5', '😀', '😀']);
  assert.deepEqual(cut('𠮷野家'), ['𠮷野', '野家', '家']);
  assert.deepEqual(cut(' \r\n\u0000"(){}*^'), []);
});

test('the last character ends a run, so that pairs of two runs are no neighbours', () => {
  assert.deepEqual(cut('报告。告示'), ['报告', '告', '告示', '示']);
});

test('long words become overlapping terms that keep every piece', () => {
  const word = Array.from({ length: 300 }, (_, n) => String.fromCharCode(97 + (n % 26))).join('');
  const terms = cut(word);
  assert.ok(terms.every(term => term.length <= maxTermLength));
  for (let at = 0; at + 30 <= word.length; at += 1) {
    assert.ok(
      terms.some(term => term.includes(word.slice(at, at + 30))),
      String(at),
    );
  }
});

test('a limit holds for endless runs, too, and is told', () => {
  for (const text of ['a b '.repeat(10_000), '长'.repeat(100_000), 'y'.repeat(1_000_000)]) {
    const terms: string[] = [];
    assert.equal(cutTerms(text, terms, 100), false);
    assert.ok(terms.length <= 210, String(terms.length));
  }
});
