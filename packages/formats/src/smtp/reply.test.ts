import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatReply, type Reply, ReplyParser } from './reply.ts';

function parse(text: string): Reply | 'more' | 'invalid' {
  const parser = new ReplyParser();
  let result: Reply | 'more' | 'invalid' = 'more';
  for (const line of text.split('\r\n').slice(0, -1)) result = parser.line(Buffer.from(line));
  return result;
}

test('replies of one and several lines (RFC 5321 §4.2.1, RFC 2034 §4)', () => {
  assert.equal(formatReply(250, '2.1.0', ['Ok']), '250 2.1.0 Ok\r\n');
  assert.equal(formatReply(250, null, ['a', 'b', 'c']), '250-a\r\n250-b\r\n250 c\r\n');
  assert.deepEqual(parse('250-2.0.0 a\r\n250 2.0.0 b\r\n'), {
    code: 250,
    enhanced: '2.0.0',
    lines: ['a', 'b'],
  });
  assert.deepEqual(parse('250\r\n'), { code: 250, enhanced: null, lines: [''] });
  assert.deepEqual(parse('550 2.0.0 odd\r\n'), { code: 550, enhanced: null, lines: ['2.0.0 odd'] });
  assert.deepEqual(parse('354 go\r\n'), { code: 354, enhanced: null, lines: ['go'] });
});

test('what no server says is refused', () => {
  const wrong = [
    '',
    '2',
    '25 x',
    '650 x',
    '150 x',
    '250x',
    '250-a\r\n251 b',
    'abc',
    'x'.repeat(2049),
    '250-a\r\n'.repeat(129),
  ];
  for (const text of wrong) assert.equal(parse(`${text}\r\n`), 'invalid', text.slice(0, 20));
});

test('nothing from outside can begin a reply line, and no line is longer than 512 octets (RFC 5321 §4.5.3.1.5)', () => {
  assert.equal(formatReply(550, '5.7.1', ['a\r\n250 Ok\0']), '550 5.7.1 a??250 Ok?\r\n');
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary', maxLength: 700 }), { minLength: 1, maxLength: 4 }),
      lines => {
        const text = formatReply(250, '2.0.0', lines);
        const written = text.split('\r\n').slice(0, -1);
        assert.equal(written.length, lines.length);
        for (const line of written) assert.ok(Buffer.byteLength(line) <= 510 && !/[\0-\x1f\x7f]/.test(line));
        assert.notEqual(parse(text), 'invalid');
      },
    ),
    { numRuns: 30 },
  );
});
