import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import type { FuzzTarget } from '../fuzz.ts';
import { comparators } from './execution/comparators.ts';
import { matchGlob, parseGlob } from './execution/glob.ts';
import { parseMailto } from './execution/mailto.ts';
import { compileRegex } from './regex/program.ts';
import { searchRegex } from './regex/search.ts';
import { readSieve } from './script.ts';

/** Everything that reads a script or what stands in one. */
export const target: FuzzTarget = {
  name: 'sieve',
  *seeds() {
    yield Buffer.from(
      'require ["fileinto","variables"];\r\nif header :matches "subject" "[*]*" { fileinto "${1}"; }',
    );
    yield Buffer.from('require "vacation"; vacation :days 7 :addresses ["a@b.cn"] text:\nI am away.\n.\n;');
    yield Buffer.from(
      'if anyof (not size :over 1M, address :domain ["from","to"] "x") { discard; } else { keep; }',
    );
    yield Buffer.from(
      'require ["foreverypart","mime","variables","extracttext","replace","enclose"]; foreverypart :name "a" { if header :mime :anychild :param "filename" :matches ["Content-Type"] "*.exe" { extracttext :first 9 "t"; replace :subject "x" "gone"; enclose :headers ["From"] "see"; break :name "a"; } }',
    );
  },
  dictionary: [
    'foreverypart {',
    'break :name "a";',
    ':mime :anychild :contenttype ',
    'extracttext :first 9 "t";',
    'replace :mime "',
    'enclose :subject "',
    'if ',
    'elsif ',
    'else ',
    'anyof(',
    'allof(',
    'not ',
    'header ',
    'address ',
    ':matches ',
    ':comparator "i;unicode-casemap" ',
    ':value "gt" ',
    'text:\n',
    '\n.\n',
    '/*',
    '*/',
    '${',
    '${hex: 41}',
    '${1}',
    '"',
    '[',
    ']',
    '{',
    '}',
    ';',
    'require ["encoded-character","variables","include","ihave"];',
    'mailto:',
    '%e9',
  ],
  run(input) {
    const reading = readSieve(input);
    if (reading.kind === 'invalid') {
      const { line, column } = reading.problem.position;
      assert.ok(line >= 1 && column >= 1, reading.problem.message);
    }
    const text = Buffer.from(input).toString('utf8');
    parseMailto(text);
    const half = Math.floor(text.length / 2);
    const program = compileRegex(text.slice(0, 60), true);
    if (program !== null) searchRegex(program, text.slice(0, 100));
    for (const comparator of comparators) {
      const value = comparator.fold(text.slice(0, half)).text;
      const spans = matchGlob(value, parseGlob(comparator.fold(text.slice(half, half + 200)).text)) ?? [];
      let end = 0;
      for (const span of spans) {
        assert.ok(span[0] >= end && span[1] >= span[0] && span[1] <= value.length, 'wildcards in order');
        end = span[1];
      }
    }
  },
};
