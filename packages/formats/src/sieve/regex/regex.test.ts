import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { tryScript } from '../fixture.ts';
import { compileRegex } from './program.ts';
import { searchRegex } from './search.ts';

function found(pattern: string, text: string, ignoreCase = false): readonly (string | null)[] | null {
  const program = compileRegex(pattern, ignoreCase);
  assert.ok(program, pattern);
  const spans = searchRegex(program, text);
  return spans?.map(span => (span === null ? null : text.slice(...span))) ?? null;
}

const cases: readonly (readonly [
  pattern: string,
  text: string,
  result: readonly (string | null)[] | null,
])[] = [
  ['b+', 'abbbc', ['bbb']],
  ['^b', 'ab', null],
  ['b$', 'ab', ['b']],
  ['a|bc', 'xbc', ['bc']],
  ['(a)|(b)', 'b', ['b', null, 'b']],
  ['(a*)(b?)c', 'aac', ['aac', 'aa', '']],
  ['a{2,3}', 'aaaa', ['aaa']],
  ['a{2}', 'a', null],
  ['x{0}y', 'y', ['y']],
  ['(ab){1,}', 'ababx', ['abab', 'ab']],
  ['[[:digit:]]+', 'no 42', ['42']],
  ['[^]a-c-]', 'ab]-d', ['d']],
  ['\\[(.*)\\]', '[鸿雁]', ['[鸿雁]', '鸿雁']],
  ['.', '\u{1F4E8}', ['\u{1F4E8}']],
  ['(a*)*', 'b', ['', null]],
  ['', 'a', ['']],
  ['^$', '', ['']],
  ['a|ab', 'abc', ['ab']],
  ['a?(ab)?', 'ab', ['ab', 'ab']],
  ['(a|ab)(c|bcd)', 'xabcd', ['abcd', 'a', 'bcd']],
  ['b|abc|bcde', 'abcde', ['abc']],
];

for (const [pattern, text, result] of cases)
  test(`regex /${pattern}/ on ${JSON.stringify(text)}`, () => assert.deepEqual(found(pattern, text), result));

test('case does not matter where the comparator says so', () => {
  assert.deepEqual(found('[a-c]É', 'xBé', true), ['Bé']);
  for (const [pattern, text] of [
    ['[^a-z]', 'hello'],
    ['[^a]', 'aA'],
    ['[^[:upper:]]', 'HeLLo'],
  ] as const)
    assert.equal(found(pattern, text, true), null, pattern);
  assert.deepEqual(found('[^a-c]+', 'Abcd', true), ['d']);
  assert.equal(found('[a-c]', 'B'), null);
});

test('what is no pattern, or too large a one, is refused', () => {
  const bad = [
    '(',
    ')',
    'a)',
    '[a',
    '[[:none:]]',
    '*a',
    'a{2',
    'a{3,2}',
    'a{999}',
    '\\d',
    '\\',
    '[z-a]',
    'a****?',
    '((a{200}){200}){200}',
    '('.repeat(60),
  ];
  for (const pattern of bad) assert.equal(compileRegex(pattern, false), null, pattern);
});

/** The match that begins first, and of those the longest, by trying all. */
function longest(pattern: string, text: string): readonly [number, number] | null {
  for (let start = 0; start <= text.length; start++)
    for (let end = text.length; end >= start; end--)
      if (new RegExp(`^.{${start}}(?:${pattern}).{${text.length - end}}$`, 's').test(text))
        return [start, end];
  return null;
}

test('of all matches the first, of those the longest (IEEE 1003.2, 2.8)', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    'c',
    '.',
    'a*',
    'b+',
    '(a|b)',
    '(a|ab)',
    '(ab?)+',
    '[ab]',
    '(a|b|c)*',
    'a?',
    'c{1,2}',
    '|',
    '^',
    '$',
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 6 }),
      fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 }),
      (pieces, letters) => {
        const pattern = pieces.join('');
        const text = letters.join('');
        const program = compileRegex(pattern, false);
        if (program === null) return;
        const [span = null] = searchRegex(program, text) ?? [];
        assert.deepEqual(span, longest(pattern, text), pattern);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('patterns that make others explode take linear time', () => {
  for (const pattern of ['(a*)*b', '(a|aa)+$', '(a+)+c', '(a?){100}a{100}'])
    assert.equal(
      found(pattern, 'a'.repeat(3_000) + (pattern.endsWith('$') ? '!' : '')) === null,
      pattern !== '(a?){100}a{100}',
    );
});

test(':regex in scripts: match variables, quoteregex, errors at upload', async () => {
  const all = 'require ["regex","variables","fileinto"];';
  assert.deepEqual(
    await tryScript(
      `${all} if header :regex "subject" "^\\\\[([a-z]+)\\\\] (.*)$" { fileinto "\${1}/\${2}"; }`,
    ),
    ['fileinto list/你好 世界'],
  );
  assert.deepEqual(
    await tryScript(
      `${all} set :quoteregex "q" "a.b*"; if string :regex "xa.b*" "\${q}$" { fileinto "\${q}"; }`,
    ),
    ['fileinto a\\.b\\*'],
  );
  assert.match(
    (await tryScript(`${all} if header :regex "subject" "(" { stop; }`))[0] ?? '',
    /^invalid bad_value/,
  );
  assert.match(
    (await tryScript(`${all} set "p" "("; if header :regex "subject" "\${p}" { stop; }`))[0] ?? '',
    /^failed bad_value/,
  );
  assert.match(
    (await tryScript('if header :regex "subject" "a" { stop; }'))[0] ?? '',
    /^invalid missing_require/,
  );
});
