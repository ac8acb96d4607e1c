import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contains, foldText, foldWithPlaces } from './fold.ts';

test('i;unicode-casemap: case, width and marks do not matter, letters are found without their marks (RFC 5051 §2)', () => {
  for (const [text, needle] of [
    ['Café', 'cafe'],
    ['Café', 'CAFÉ'],
    ['cafe\u0301', 'é'],
    ['ＡＢＣ', 'abc'],
    ['ﾊﾟｽ', 'パス'],
    ['ΟΔΟΣ', 'οδοσα'.slice(0, 4)],
    ['οδος', 'ΟΔΟΣ'],
    ['한국어', '한국'],
    ['\u1112\u1161\u11ab국', '한'],
  ] as const)
    assert.ok(contains(text, foldText(needle)), `${text} ${needle}`);
  assert.ok(!contains('cafe', foldText('café')));
  assert.ok(!contains('한국어', foldText('하')));
});

test('places: each folded unit knows its character', () => {
  const text = 'a é\u{1f600}ﬁ한x';
  const { text: folded, places } = foldWithPlaces(text);
  assert.equal(folded, foldText(text));
  assert.equal(places.length, folded.length + 1);
  const at = (needle: string): number => places[folded.indexOf(needle)] ?? -1;
  assert.deepEqual(['a', 'e', '\u0301', 'f', 'i', '한', 'x'].map(at), [0, 2, 2, 5, 5, 6, 7]);
});
