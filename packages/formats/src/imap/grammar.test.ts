import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseFetchItems, parseFetchModifiers } from './arguments/fetch-items.ts';
import { parseListArguments } from './arguments/list-arguments.ts';
import { parseSearch } from './arguments/search-keys.ts';
import { parseStatusItems } from './arguments/status-items.ts';
import { formatDateTime, parseDate, parseDateTime } from './dates.ts';
import { parseFlagList, parseStoreFlags } from './flags.ts';
import { fuzz } from './imap.fuzz.ts';
import { sessionLimits } from './limits.ts';
import { literalHeader } from './literal-header.ts';
import { Scanner } from './scanner.ts';
import { formatNumbers, normalizeRanges, parseSequenceSet, STAR } from './sequence-set.ts';
import { BadCharsetError, ImapSyntaxError } from './syntax-error.ts';

function scan(text: string, encoding: BufferEncoding = 'latin1'): Scanner {
  return new Scanner(Buffer.from(text, encoding));
}

function whole<T>(text: string, read: (scanner: Scanner) => T): T {
  const scanner = scan(text);
  const value = read(scanner);
  scanner.end();
  return value;
}

function refused(text: string, read: (scanner: Scanner) => unknown): void {
  assert.throws(() => whole(text, read), ImapSyntaxError, text);
}

test('strings: quoted, literal, astring, nstring (RFC 9051 §4.3)', () => {
  assert.equal(whole(String.raw`"a\"b\\c"`, s => s.string()).toString(), String.raw`a"b\c`);
  assert.equal(whole('{3}\r\na"b', s => s.string()).toString(), 'a"b');
  assert.equal(whole('{3+}\r\na)b', s => s.astring()).toString(), 'a)b');
  assert.equal(whole('in]box', s => s.astring()).toString(), 'in]box');
  assert.equal(
    whole('nil', s => s.nstring()),
    null,
  );
  assert.equal(whole('""', s => s.nstring())?.length, 0);
  assert.equal(whole('~{2}\r\n\0x', s => s.literal(true)).length, 2);
  for (const text of [
    '"a',
    '"a\\x"',
    '"a\nb"',
    '{9}\r\nab',
    '{1}\r\n\0',
    '{1}a',
    '{99999999999999999999}\r\n',
    '(',
    '',
    '~{1}\r\nx',
  ]) {
    refused(text, s => s.astring());
  }
});

test('numbers stay in their range (RFC 9051 §4.2)', () => {
  assert.equal(
    whole('4294967295', s => s.number()),
    4294967295,
  );
  refused('4294967296', s => s.number());
  refused('0', s => s.nzNumber());
  refused('-1', s => s.number());
  assert.equal(
    whole('9223372036854775807', s => s.number64()),
    Number.MAX_SAFE_INTEGER,
  );
});

test('sequence sets: *, reversed ranges, $, limits (RFC 9051 §9, RFC 5182)', () => {
  assert.deepEqual(whole('2,4:7,9,12:*', parseSequenceSet), {
    kind: 'ranges',
    ranges: [
      [2, 2],
      [4, 7],
      [9, 9],
      [12, STAR],
    ],
  });
  assert.deepEqual(whole('$', parseSequenceSet), { kind: 'saved' });
  assert.deepEqual(
    normalizeRanges(
      [
        [STAR, 4],
        [5, 7],
      ],
      10,
    ),
    [[4, 10]],
  );
  assert.deepEqual(normalizeRanges([[3291, STAR]], 100), [[100, 3291]]);
  assert.equal(formatNumbers([1, 2, 3, 7, 9, 10]), '1:3,7,9:10');
  for (const text of ['', '0', '1:', ':1', '1,', ',1', '1:2:3', 'a', '$,1', '*:', '1..2', '4294967296'])
    refused(text, parseSequenceSet);
  refused(
    Array.from({ length: sessionLimits.setRanges + 1 }, (_, index) => index * 2 + 1).join(','),
    parseSequenceSet,
  );
});

test('property: a set read back from its text holds the same numbers', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 60 }),
      numbers => {
        const sorted = numbers.toSorted((a, b) => a - b);
        const set = whole(formatNumbers(sorted), parseSequenceSet);
        assert.ok(set.kind === 'ranges');
        const expanded = normalizeRanges(set.ranges, 200).flatMap(([first, last]) =>
          Array.from({ length: last - first + 1 }, (_, index) => first + index),
        );
        assert.deepEqual(expanded, sorted);
      },
    ),
  );
});

test('flags and flag lists (RFC 9051 §9)', () => {
  assert.deepEqual(whole('(\\Seen $Forwarded todo)', parseFlagList), ['\\Seen', '$Forwarded', 'todo']);
  assert.deepEqual(whole('()', parseFlagList), []);
  assert.deepEqual(whole('\\Seen \\Deleted', parseStoreFlags), ['\\Seen', '\\Deleted']);
  for (const text of ['(\\)', '(a b', '(a  b)', '\\*', `(${'x'.repeat(500)})`])
    refused(text, parseStoreFlags);
});

test('dates (RFC 9051 §9)', () => {
  assert.equal(whole('1-Feb-1994', parseDate).at, Date.UTC(1994, 1, 1));
  assert.equal(whole('"29-feb-2024"', parseDate).at, Date.UTC(2024, 1, 29));
  assert.equal(whole('" 7-Feb-1994 21:52:25 -0800"', parseDateTime), Date.UTC(1994, 1, 8, 5, 52, 25));
  for (const text of ['30-Feb-2024', '0-Jan-2020', '1-Foo-2020', '1-Jan-20', '"1-Jan-2020', '1 Jan 2020'])
    refused(text, parseDate);
  refused('"07-Feb-1994 24:00:00 +0000"', parseDateTime);
  refused('"07-Feb-1994 20:00:00 0000"', parseDateTime);
});

test('property: date-time output reads back to the second', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), seconds => {
      assert.equal(whole(formatDateTime(seconds * 1000), parseDateTime), seconds * 1000);
    }),
  );
});

test('FETCH items, sections and partials (RFC 9051 §6.4.5)', () => {
  const items = whole(
    '(FLAGS BODY.PEEK[1.2.HEADER.FIELDS (Subject Date)]<10.20> BINARY.SIZE[3] RFC822.HEADER)',
    parseFetchItems,
  );
  refused('BODY.PEEK[1.2.HEADER.FIELDS (Subject "x:y")]', parseFetchItems);
  assert.deepEqual(
    items.map(item => ('label' in item ? item.label : item.name)),
    ['FLAGS', 'BODY[1.2.HEADER.FIELDS (SUBJECT DATE)]<10>', 'BINARY.SIZE[3]', 'RFC822.HEADER'],
  );
  assert.deepEqual(items[1], {
    kind: 'section',
    section: { part: [1, 2], text: 'HEADER.FIELDS', fields: ['SUBJECT', 'DATE'] },
    partial: { offset: 10, length: 20 },
    peek: true,
    label: 'BODY[1.2.HEADER.FIELDS (SUBJECT DATE)]<10>',
  });
  assert.equal(whole('ALL', parseFetchItems).length, 4);
  assert.equal(whole('BODY[]', parseFetchItems).length, 1);
  assert.equal(whole('PREVIEW (LAZY)', parseFetchItems).length, 1);
  assert.deepEqual(whole('(CHANGEDSINCE 12 VANISHED)', parseFetchModifiers), {
    changedSince: 12,
    vanished: true,
    partial: null,
  });
  for (const text of [
    'BODY[MIME]',
    'BODY[1.]',
    'BODY[0]',
    'BODY[1MIME]',
    'BODY[1]<0.0>',
    'BODY[1]<0>',
    'BODY[HEADER.FIELDS ()]',
    'BINARY[TEXT]',
    '()',
    '(ALL)',
    'FOO',
    'BODY[',
    `BODY[${'1.'.repeat(5000)}1]`,
  ]) {
    refused(text, parseFetchItems);
  }
});

test('SEARCH keys (RFC 9051 §6.4.4, RFC 3501, RFC 5032, RFC 7162)', () => {
  const program = whole(
    'RETURN (MIN COUNT) CHARSET utf-8 OR (FROM a SEEN) NOT UID 1:* SENTSINCE 1-Jan-2026',
    parseSearch,
  );
  assert.deepEqual(program, {
    returns: ['MIN', 'COUNT'],
    partial: null,
    update: null,
    charset: true,
    key: {
      key: 'and',
      children: [
        {
          key: 'or',
          left: {
            key: 'and',
            children: [
              { key: 'from', value: 'a' },
              { key: 'flag', flag: '\\Seen', set: true },
            ],
          },
          right: { key: 'not', child: { key: 'uid', set: { kind: 'ranges', ranges: [[1, STAR]] } } },
        },
        { key: 'date', of: 'sent', is: 'since', day: Date.UTC(2026, 0, 1) },
      ],
    },
  });
  assert.deepEqual(whole('RETURN () ALL', parseSearch), {
    returns: ['ALL'],
    partial: null,
    update: null,
    charset: false,
    key: { key: 'all' },
  });
  assert.deepEqual(whole('MODSEQ "/flags/\\\\draft" all 620162338', parseSearch).key, {
    key: 'modseq',
    least: 620162338,
  });
  assert.deepEqual(whole('YOUNGER 60', parseSearch).key, { key: 'younger', seconds: 60 });
  for (const text of [
    '',
    'FOO',
    'FROM',
    'OR SEEN',
    'NOT',
    '(SEEN',
    'SEEN ',
    'RETURN (FOO) ALL',
    'HEADER subject',
    'toString',
    '()',
  ]) {
    refused(text, parseSearch);
  }
});

test('SEARCH strings: charset, local charset unannounced, unknown charset (RFC 9051 §6.4.4)', () => {
  const gbk = Buffer.concat([
    Buffer.from('CHARSET GBK SUBJECT {4}\r\n'),
    Buffer.from([0xb1, 0xa8, 0xb1, 0xed]),
  ]);
  assert.deepEqual(parseSearch(new Scanner(gbk)).key, { key: 'subject', value: '报表' });
  const bare = Buffer.concat([Buffer.from('SUBJECT {4}\r\n'), Buffer.from([0xb1, 0xa8, 0xb1, 0xed])]);
  assert.deepEqual(parseSearch(new Scanner(bare)).key, { key: 'subject', value: '报表' });
  assert.deepEqual(parseSearch(scan('SUBJECT "报表"', 'utf8')).key, { key: 'subject', value: '报表' });
  assert.throws(() => parseSearch(scan('CHARSET X-NOPE ALL')), BadCharsetError);
  assert.throws(
    () =>
      parseSearch(
        new Scanner(Buffer.concat([Buffer.from('CHARSET UTF-8 TEXT {1}\r\n'), Buffer.from([0xff])])),
      ),
    ImapSyntaxError,
  );
});

test('nesting is limited and costs no stack: parentheses, NOT, OR', () => {
  for (const text of [
    '('.repeat(100_000),
    'NOT '.repeat(30_000),
    'OR '.repeat(40_000),
    `${'('.repeat(5000)}ALL${')'.repeat(5000)}`,
  ]) {
    assert.throws(
      () => parseSearch(scan(text)),
      (error: unknown) => error instanceof ImapSyntaxError && error.overLimit,
    );
  }
});

test('LIST arguments (RFC 5258, RFC 5819, RFC 6154)', () => {
  const list = whole(
    '(SUBSCRIBED RECURSIVEMATCH) "" ("INBOX" %) RETURN (CHILDREN STATUS (MESSAGES UNSEEN))',
    parseListArguments,
  );
  assert.deepEqual(list.patterns.map(String), ['INBOX', '%']);
  assert.deepEqual(list.returns, {
    subscribed: false,
    children: true,
    specialUse: false,
    myRights: false,
    status: ['MESSAGES', 'UNSEEN'],
  });
  assert.equal(list.extended, true);
  assert.equal(whole('"" *', parseListArguments).extended, false);
  for (const text of ['(RECURSIVEMATCH) "" *', '(FOO) "" *', '"" * RETURN (FOO)', '"" *FOO (', '""', '"" ()'])
    refused(text, parseListArguments);
  assert.deepEqual(whole('(MESSAGES messages SIZE)', parseStatusItems), ['MESSAGES', 'SIZE']);
  refused('()', parseStatusItems);
});

test('literal headers at the end of a line (RFC 7888 §3, RFC 3516)', () => {
  assert.deepEqual(literalHeader(Buffer.from('a APPEND x {12}')), {
    size: 12,
    synchronizing: true,
    binary: false,
    start: 11,
  });
  assert.deepEqual(literalHeader(Buffer.from('~{0+}')), {
    size: 0,
    synchronizing: false,
    binary: true,
    start: 0,
  });
  for (const text of ['', '}', '{}', '{+}', '{1-}', 'x{1} ', '{12345678901234567890}'])
    assert.equal(literalHeader(Buffer.from(text)), null, text);
});

test('property: no input makes a parser fail other than with its documented error', () => {
  const pieces = [
    '(',
    ')',
    ' ',
    '"',
    '\\',
    '{3}\r\nabc',
    '{1+}\r\n',
    '*',
    '%',
    ':',
    ',',
    '$',
    '1',
    '99999',
    'NOT',
    'OR',
    'BODY[',
    ']',
    '<0.1>',
    'HEADER.FIELDS',
    'FROM',
    'CHARSET',
    'UTF-8',
    'RETURN',
    'NIL',
    '&',
    '-',
    'AAA',
    '\0',
    '\xff',
    '\r\n',
    '1-Jan-2026',
    '* ',
    'OK [X',
    '* 1 FETCH ',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), parts =>
      fuzz(Buffer.from(parts.join(''), 'latin1')),
    ),
    { numRuns: 400 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), fuzz), { numRuns: 400 });
});
