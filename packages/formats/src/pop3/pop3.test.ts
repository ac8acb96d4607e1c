import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  parseAuthArgument,
  parseMessageNumber,
  parseOptionalNumber,
  parseTopArgument,
  splitPop3Command,
} from './command.ts';
import { formatResponse, parseResponse, responseBytes } from './response.ts';
import { TopCutter } from './top-cutter.ts';
import { formatUniqueId } from './unique-id.ts';

function split(line: string): [string, string] {
  const { keyword, argument } = splitPop3Command(Buffer.from(line));
  return [keyword, argument.toString()];
}

test('a command is a keyword, one space, and an argument that keeps its spaces (RFC 1939 §3, §7 PASS)', () => {
  assert.deepEqual(split('stat'), ['STAT', '']);
  assert.deepEqual(split('UTF8'), ['UTF8', '']);
  assert.deepEqual(split('PASS  two spaces '), ['PASS', ' two spaces ']);
  assert.deepEqual(split(''), ['', '']);
  assert.deepEqual(split(' STAT'), ['', ' STAT']);
  assert.deepEqual(split('ST-AT 1'), ['', 'ST-AT 1']);
  assert.deepEqual(split('RETR\t1'), ['', 'RETR\t1']);
  assert.deepEqual(split('IMPLEMENTATION'), ['', 'IMPLEMENTATION']);
});

test('message numbers count from 1; signs, fractions and floods of digits are not numbers (RFC 1939 §5)', () => {
  const number = (text: string): number | null => parseMessageNumber(Buffer.from(text));
  assert.deepEqual(['1', ' 12 ', '007', '999999999'].map(number), [1, 12, 7, 999_999_999]);
  for (const bad of ['', '0', '-1', '+1', '1.0', '0x1', '1e3', '1 2', '9'.repeat(10), '1'.repeat(100_000)]) {
    assert.equal(number(bad), null, bad.slice(0, 20));
  }
  assert.equal(parseOptionalNumber(Buffer.from(' ')), 'all');
  assert.equal(parseOptionalNumber(Buffer.from('3')), 3);
  assert.equal(parseOptionalNumber(Buffer.from('3 4')), null);
});

test('TOP takes a message and a number of lines that may be 0 (RFC 1939 §7)', () => {
  assert.deepEqual(parseTopArgument(Buffer.from('1 0')), { message: 1, lines: 0 });
  assert.deepEqual(parseTopArgument(Buffer.from('2  10 ')), { message: 2, lines: 10 });
  for (const bad of ['1', '0 1', '1 -1', '1 2 3', ''])
    assert.equal(parseTopArgument(Buffer.from(bad)), null, bad);
});

test('AUTH takes a mechanism and perhaps an initial response (RFC 5034 §4)', () => {
  assert.deepEqual(parseAuthArgument(Buffer.from('plain')), { mechanism: 'PLAIN', initial: null });
  assert.deepEqual(parseAuthArgument(Buffer.from('PLAIN =')), { mechanism: 'PLAIN', initial: '=' });
  assert.equal(parseAuthArgument(Buffer.from('')), null);
  assert.equal(parseAuthArgument(Buffer.from('PLAIN a b')), null);
});

/** What TOP sends of a message that comes in pieces of `size` octets. */
function top(message: string, lines: number, size: number): string {
  const bytes = Buffer.from(message);
  const cutter = new TopCutter(lines);
  let out = '';
  for (let at = 0; at < bytes.length && !cutter.done; at += size)
    out += cutter.take(bytes.subarray(at, at + size)).toString();
  return out;
}

test('TOP is the header, the empty line and so many lines, wherever the pieces are cut (RFC 1939 §7)', () => {
  const message = 'A: 1\r\nB: 2\r\n\r\none\r\n\r\nthree\r\n';
  for (let size = 1; size <= message.length; size += 1) {
    assert.equal(top(message, 0, size), 'A: 1\r\nB: 2\r\n\r\n');
    assert.equal(top(message, 1, size), 'A: 1\r\nB: 2\r\n\r\none\r\n');
    assert.equal(top(message, 2, size), 'A: 1\r\nB: 2\r\n\r\none\r\n\r\n');
    assert.equal(top(message, 3, size), message);
    assert.equal(top(message, 1000, size), message);
  }
});

test('TOP of odd messages: no body, no header, bare line feeds, CRs that end nothing', () => {
  for (const size of [1, 2, 100]) {
    assert.equal(top('A: 1\r\n', 5, size), 'A: 1\r\n');
    assert.equal(top('\r\nbody\r\nmore\r\n', 1, size), '\r\nbody\r\n');
    assert.equal(top('A: 1\n\none\ntwo\n', 1, size), 'A: 1\n\none\n');
    assert.equal(
      top('A: 1\r\n\r\r\nstill header\r\n\r\nx\r\ny', 1, size),
      'A: 1\r\n\r\r\nstill header\r\n\r\nx\r\n',
    );
  }
});

test('answers: status, response code, at most 512 octets and one line (RFC 2449 §3, §4, §8)', () => {
  assert.equal(formatResponse(true, null, ''), '+OK\r\n');
  assert.equal(formatResponse(false, 'IN-USE', 'busy'), '-ERR [IN-USE] busy\r\n');
  assert.equal(formatResponse(true, null, 'a\r\n+OK b'), '+OK a  +OK b\r\n');
  const long = formatResponse(false, null, '错'.repeat(1000));
  assert.ok(Buffer.byteLength(long) <= responseBytes);
  assert.match(long, /^-ERR 错+\r\n$/);
  assert.deepEqual(parseResponse('-ERR [SYS/TEMP] later'), { ok: false, code: 'SYS/TEMP', text: 'later' });
  assert.deepEqual(parseResponse('+OK [open'), { ok: true, code: null, text: '[open' });
  assert.deepEqual(parseResponse('+OK'), { ok: true, code: null, text: '' });
  assert.equal(parseResponse('+OKAY'), null);
  assert.equal(parseResponse('220 hello'), null);
});

test('a unique-id is printable and at most 70 characters (RFC 1939 §7)', () => {
  assert.equal(formatUniqueId(12, 3), '12-3');
  assert.match(formatUniqueId(0xffff_ffff, 0xffff_ffff), /^[\x21-\x7e]{1,70}$/);
});
