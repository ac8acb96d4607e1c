import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { tryScript } from './fixture.ts';
import { defaultSieveLimits } from './limits.ts';
import { SieveProblem } from './problem.ts';
import { readSieve } from './script.ts';

function problemOf(script: string | Uint8Array): string {
  const reading = readSieve(typeof script === 'string' ? Buffer.from(script) : script);
  if (reading.kind === 'script') return 'valid';
  const { code, position } = reading.problem;
  return `${code} ${position.line}:${position.column}`;
}

const grammar: readonly (readonly [section: string, script: string, result: string])[] = [
  ['RFC 5228 §2.3 hash and bracket comments', '# a\r\n/* b\n*/ keep; # c', 'valid'],
  ['RFC 5228 §2.3 open bracket comment', 'keep;\n  /* b', 'unterminated_comment 2:3'],
  ['RFC 5228 §2.4.1 quantifiers', 'if size :over 1M { keep; }', 'valid'],
  [
    'RFC 5228 §2.4.1 number too large',
    'if size :over 99999999999999999999 { keep; }',
    'number_too_large 1:15',
  ],
  ['RFC 5228 §2.4.1 number with letters', 'if size :over 10X { keep; }', 'unexpected 1:17'],
  ['RFC 5228 §2.4.2 multi-line', 'require "reject"; reject text: # why\r\n..a\r\nb\r\n.\r\n;', 'valid'],
  [
    'RFC 5228 §2.4.2 multi-line without end',
    'require "reject";\nreject text:\na\n',
    'unterminated_string 2:8',
  ],
  ['RFC 5228 §2.4.2 quoted over lines', 'redirect "a\n', 'unterminated_string 1:10'],
  ['RFC 5228 §2.4.2.1 list', 'if header ["a","b"] ["c"] { stop; }', 'valid'],
  ['RFC 5228 §2.6.2 unknown tag', 'if header :nope "a" "b" { stop; }', 'unknown_tag 1:11'],
  ['RFC 5228 §2.6.2 tag twice', 'if header :is :is "a" "b" { stop; }', 'tag_twice 1:15'],
  ['RFC 5228 §2.7.1 two match types', 'if header :is :contains "a" "b" { stop; }', 'tag_conflict 1:15'],
  [
    'RFC 5228 §2.7.3 unknown comparator',
    'if header :comparator "i;x" "a" "b" { stop; }',
    'unknown_comparator 1:23',
  ],
  [
    'RFC 5228 §2.7.3 comparator not required',
    'if header :comparator "i;ascii-numeric" "a" "b" { stop; }',
    'missing_require 1:23',
  ],
  [
    'RFC 4790 §9.1 no substrings of numbers',
    'require "comparator-i;ascii-numeric"; if header :contains :comparator "i;ascii-numeric" "a" "1" { stop; }',
    'comparator_cannot 1:42',
  ],
  ['RFC 5228 §2.10.5 nesting', `${'if true {'.repeat(40)}${'}'.repeat(40)}`, 'nested_too_deep 1:283'],
  ['RFC 5228 §3.1 else without if', 'keep; else { stop; }', 'else_without_if 1:7'],
  ['RFC 5228 §3.1 if without test', 'if { stop; }', 'test_count 1:4'],
  ['RFC 5228 §3.1 if without block', 'if true;', 'block_wanted 1:8'],
  ['RFC 5228 §3.2 require later', 'keep; require "fileinto";', 'require_not_first 1:7'],
  ['RFC 5228 §3.2 unknown extension', 'require ["copy", "vnd.x"];', 'unknown_extension 1:18'],
  ['RFC 5228 §3.2 extension not required', 'fileinto "a";', 'missing_require 1:1'],
  ['RFC 3894 §3 tag of an extension not required', 'redirect :copy "a@b.cn";', 'missing_require 1:10'],
  ['RFC 5228 §4.2 address', 'redirect "not an address";', 'bad_address 1:10'],
  [
    'RFC 5228 §5.1 address of a field without addresses',
    'if address "subject" "a" { stop; }',
    'bad_header_name 1:12',
  ],
  ['RFC 5228 §5.2 allof without tests', 'if allof { stop; }', 'test_count 1:10'],
  ['RFC 5228 §5.7 header name', 'if header "a b" "c" { stop; }', 'bad_header_name 1:11'],
  ['RFC 5228 §5.7 missing keys', 'if header "a" { stop; }', 'missing_argument 1:15'],
  ['RFC 5228 §5.7 number for string', 'if header "a" 5 { stop; }', 'wrong_type 1:15'],
  ['RFC 5228 §5.9 size without side', 'if size 5 { stop; }', 'missing_argument 1:4'],
  ['RFC 5228 §8.2 missing semicolon', 'keep', 'unexpected 1:5'],
  ['RFC 5228 §8.2 open block', 'if true { keep;', 'unexpected 1:16'],
  ['RFC 5228 §8.2 unknown command', 'launch;', 'unknown_command 1:1'],
  ['RFC 5228 §8.2 unknown test', 'if launched { keep; }', 'unknown_test 1:4'],
  ['RFC 5228 §8.2 list where a string is wanted', 'redirect ["a@b.cn"];', 'wrong_type 1:10'],
  [
    'RFC 5228 §2.4.2.4 impossible code point',
    'require "encoded-character"; redirect "${unicode: d800}";',
    'bad_encoded_character 1:39',
  ],
  [
    'RFC 5229 §3 unknown namespace',
    'require ["variables","fileinto"]; fileinto "${vnd.a}";',
    'bad_variable 1:44',
  ],
  ['RFC 5229 §4 variable as name', 'require "variables"; set "${a}" "b";', 'not_constant 1:26'],
  [
    'RFC 5231 §4.1 relation',
    'require "relational"; if header :value "xx" "a" "b" { stop; }',
    'bad_value 1:40',
  ],
  ['RFC 5260 §4 date part', 'require "date"; if date "date" "century" "21" { stop; }', 'bad_value 1:32'],
  ['RFC 5435 §3.2 method', 'require "enotify"; notify "xmpp:a@b";', 'bad_value 1:27'],
  ['RFC 5463 §4 unknown things after ihave', 'require "ihave"; if ihave "vnd.x" { launch "a"; }', 'valid'],
  ['RFC 5463 §4 wrong arguments stay wrong', 'require "ihave"; if size { stop; }', 'missing_argument 1:26'],
];

for (const [section, script, result] of grammar) {
  test(`sieve grammar, ${section}`, () => assert.equal(problemOf(script), result));
}

test('a script that is not UTF-8 or too large is refused, a byte order mark is not (RFC 5228 §2.1)', () => {
  assert.equal(problemOf(Uint8Array.of(0x22, 0xff)), 'not_utf8 1:1');
  assert.equal(problemOf(Buffer.alloc(defaultSieveLimits.scriptBytes + 1, 0x20)), 'too_large 1:1');
  assert.equal(problemOf('\uFEFFkeep;'), 'valid');
});

test('encoded characters (RFC 5228 §2.4.2.4)', async () => {
  const cases = [
    ['$${hex:40}', '$@'],
    ['${hex: 40 41}', '@A'],
    ['${unicode:5F20 4E09}', '张三'],
    ['${hex:4} ${hex:zz} ${HEX: e5 bc a0}', '\u0004 ${hex:zz} 张'],
    ['${hex:}${unicode: 41', '${hex:}${unicode: 41'],
  ] as const;
  for (const [source, value] of cases) {
    const [result = ''] = await tryScript(`require ["encoded-character","reject"]; reject "${source}";`);
    assert.equal(result, `reject ${value}`);
  }
});

test('whatever comes in, reading ends with a script or a problem, in linear time', () => {
  const piece = fc.constantFrom(
    'if ',
    'anyof(',
    'not ',
    'header ',
    ':contains ',
    '"a" ',
    '["b",',
    ']',
    '{',
    '}',
    ';',
    ',',
    ')',
    'text:\n',
    '.\n',
    '/*',
    '*/',

    '#',
    '"',
    '\\',
    '${',
    '${1}',
    '}',
    '9',
    'K',
    'require "variables";',
    'set "a" "${b}";',
    'keep;',
    '鸿',
    '\u{1F4E8}',
    '\0',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), pieces => {
      readSieve(Buffer.from(pieces.join('')));
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => void readSieve(bytes)),
    { numRuns: 200 },
  );
});

test('long tokens are read once: a quarter of a megabyte of each kind', () => {
  const size = 250_000;
  for (const source of [
    '#'.repeat(size),
    '/*'.repeat(size / 2),
    '['.repeat(size),
    '${'.repeat(size / 2),
    'a'.repeat(size),
    '1'.repeat(size),
  ]) {
    readSieve(Buffer.from(source));
    readSieve(Buffer.from(`require "variables"; redirect "${source}";`));
  }
});

test('a problem names its place and is no other error', () => {
  assert.ok(new SieveProblem('unexpected', { line: 1, column: 2 }, { found: 'x' }).message.includes('1:2'));
});
