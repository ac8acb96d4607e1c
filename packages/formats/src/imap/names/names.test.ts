import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { compileListPattern } from './list-pattern.ts';
import { decodeMailboxName, encodeMailboxName } from './mailbox-name.ts';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from './modified-utf7.ts';

test('modified UTF-7 both ways (RFC 3501 §5.1.3)', () => {
  const pairs: [string, string][] = [
    ['台北', '&U,BTFw-'],
    ['日本語', '&ZeVnLIqe-'],
    ['a&b', 'a&-b'],
    ['&', '&-'],
    ['已发送', '&XfJT0ZAB-'],
    ['x 😀', 'x &2D3eAA-'],
    ['&é', '&-&AOk-'],
    ['', ''],
  ];
  for (const [name, encoded] of pairs) {
    assert.equal(encodeModifiedUtf7(name), encoded);
    assert.equal(decodeModifiedUtf7(Buffer.from(encoded)), name);
  }
});

test('modified UTF-7 that is not the one right spelling is refused (RFC 3501 §5.1.3)', () => {
  const wrong = [
    '&',
    '&AOk',
    '&AGEA-',
    '&AGE-',
    '&Jjo!-',
    '&U,BTFw-&ZeVnLIqe-',
    '&2D0-',
    '&3gA-',
    '&A-',
    '&AOl-',
    '&AOkA-',
    '&AO/-',
    'a\x01',
    'caf\xe9',
    '&AOkAAA==-',
  ];
  for (const name of wrong) assert.equal(decodeModifiedUtf7(Buffer.from(name, 'latin1')), null, name);
});

test('property: every well-formed name survives modified UTF-7', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), name => {
      assert.equal(decodeModifiedUtf7(Buffer.from(encodeModifiedUtf7(name))), name);
    }),
  );
});

test('mailbox names by session: UTF-8 when enabled, modified UTF-7 else (RFC 9051 §5.1, RFC 6855 §3)', () => {
  assert.equal(decodeMailboxName(Buffer.from('台北'), true), '台北');
  assert.equal(decodeMailboxName(Buffer.from('&U,BTFw-'), true), '&U,BTFw-');
  assert.equal(decodeMailboxName(Buffer.from('&U,BTFw-'), false), '台北');
  assert.equal(decodeMailboxName(Buffer.from([0x61, 0xff]), true), null);
  assert.equal(decodeMailboxName(Buffer.from([0x61, 0xff]), false), null);
  assert.equal(decodeMailboxName(Buffer.from('a\x7fb'), true), null);
  assert.equal(encodeMailboxName('台北', false).toString(), '&U,BTFw-');
});

test('LIST patterns: % stops at the delimiter, * does not, INBOX in any case (RFC 9051 §6.3.9)', () => {
  const cases: [string, string, boolean][] = [
    ['*', 'a/b/c', true],
    ['%', 'a', true],
    ['%', 'a/b', false],
    ['%/%', 'a/b', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abbd', false],
    ['a%*', 'a/b', true],
    ['inbox', 'INBOX', true],
    ['iNbOx/%', 'INBOX/x', true],
    ['Inboxes', 'INBOXes', false],
    ['', '', true],
    ['', 'a', false],
    ['已*', '已发送', true],
    ['%😀', 'a😀', true],
    ['*%*%', 'x/y', true],
  ];
  for (const [pattern, name, expected] of cases) {
    assert.equal(compileListPattern(pattern, '/').matches(name), expected, `${pattern} ${name}`);
  }
});

test('property: LIST matching agrees with a regular expression', () => {
  const unit = fc.constantFrom('a', 'b', '/', '*', '%');
  fc.assert(
    fc.property(
      fc.string({ unit, maxLength: 8 }),
      fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 }),
      (pattern, name) => {
        const source = Array.from(pattern)
          .map(char => (char === '*' ? '.*' : char === '%' ? '[^/]*' : char))
          .join('');
        assert.equal(compileListPattern(pattern, '/').matches(name), new RegExp(`^${source}$`).test(name));
      },
    ),
    { numRuns: 500 },
  );
});

test('a pattern of thousands of wildcards is matched in bounded steps', () => {
  const pattern = compileListPattern(`${'*a%'.repeat(2000)}b`, '/');
  assert.equal(pattern.matches('a'.repeat(2000)), false);
});
