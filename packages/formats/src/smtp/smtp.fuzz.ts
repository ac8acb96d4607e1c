import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import type { FuzzTarget } from '../fuzz.ts';
import { parsePath } from './address.ts';
import { BareLineEndScanner } from './bare-line-ends.ts';
import {
  formatMail,
  parseBdatArgument,
  parseMailArgument,
  parseRcptArgument,
  splitCommand,
} from './command.ts';
import { DotDecoder } from './dot-decoder.ts';
import { DotEncoder } from './dot-encoder.ts';
import { formatReply, ReplyParser } from './reply.ts';
import { decodeXtext, encodeXtext } from './xtext.ts';

/** Cuts `input` into pieces of `size` bytes. */
function* cut(input: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < input.length; at += size) yield input.subarray(at, at + size);
}

function decode(
  input: Buffer,
  size: number,
): { message: string; used: number; done: boolean; bare: string | null } {
  const decoder = new DotDecoder();
  const pieces: Buffer[] = [];
  let used = 0;
  for (const piece of cut(input, size)) {
    const result = decoder.decode(piece);
    pieces.push(result.data);
    used += result.used;
    if (result.done) return { message: text(pieces), used, done: true, bare: decoder.bareLineEnd };
  }
  return { message: text(pieces), used, done: false, bare: decoder.bareLineEnd };
}

const text = (pieces: readonly Buffer[]): string => Buffer.concat(pieces).toString('latin1');

/** However the bytes are cut, DATA ends at the same place, and nowhere but at CRLF.CRLF. */
function checkData(input: Buffer, size: number): void {
  const whole = decode(input, Math.max(1, input.length));
  const parts = decode(input, size);
  assert.deepEqual([parts.done, parts.used, parts.bare], [whole.done, whole.used, whole.bare]);
  if (whole.bare === null) assert.equal(parts.message, whole.message);
  const framed = `\r\n${input.toString('latin1')}`;
  const end = framed.indexOf('\r\n.\r\n');
  assert.equal(whole.done, end !== -1);
  if (whole.done) assert.equal(whole.used, end + 3);

  const encoder = new DotEncoder();
  const wire = Buffer.concat([
    ...[...cut(input, size)].flatMap(piece => encoder.encode(piece)),
    encoder.finish(),
  ]);
  const back = decode(wire, 7);
  assert.deepEqual([back.done, back.used, back.bare], [true, wire.length, null]);

  const scanner = new BareLineEndScanner();
  for (const piece of cut(input, size)) scanner.scan(piece);
  scanner.finish();
  const bare = /\r(?!\n)|(?<!\r)\n/.test(input.toString('latin1'));
  assert.equal(scanner.found, bare);
}

/** What is taken for a path survives being written and read again, unchanged. */
function checkPaths(input: Buffer): void {
  const { argument } = splitCommand(input);
  parseBdatArgument(argument);
  parseRcptArgument(argument, false);
  parseRcptArgument(argument, true);
  const parsed = parseMailArgument(argument, true);
  if (parsed.kind === 'invalid') return;
  const { address, nonAscii } = parsed.path;
  const again = parsePath(Buffer.from(formatMail(address).slice(10)), 0, {
    utf8: nonAscii,
    allowEmpty: true,
  });
  assert.equal(again.kind === 'path' && again.address, address);
  const values = parsed.parameters.filter(parameter => !isUtf8(Buffer.from(parameter.value ?? '')));
  assert.equal(values.length, 0);
}

function checkReplies(input: Buffer): void {
  const parser = new ReplyParser();
  for (const line of input.toString('latin1').split('\r\n')) {
    const reply = parser.line(Buffer.from(line, 'latin1'));
    if (reply === 'more') continue;
    if (reply === 'invalid') break;
    const written = formatReply(reply.code, reply.enhanced, reply.lines).split('\r\n').slice(0, -1);
    assert.equal(written.length, reply.lines.length);
    assert.ok(written.every(part => Buffer.byteLength(part) <= 510 && !/[\0-\x1f\x7f]/.test(part)));
  }
}

export const target: FuzzTarget = {
  name: 'smtp',
  seeds: () => [
    Buffer.from('MAIL FROM:<a@b.test> SIZE=1'),
    Buffer.from('x\r\n.\r\n'),
    Buffer.from('250-a\r\n250 b\r\n'),
  ],
  dictionary: [
    'MAIL FROM:<',
    'RCPT TO:<',
    '>',
    '@',
    '"',
    '\\',
    '[IPv6:',
    ']',
    '\r\n.\r\n',
    '\r',
    '\n',
    '\r\n',
    '.',
    '250-',
    '250 2.0.0 ',
  ],
  run(input) {
    const bytes = Buffer.from(input);
    checkData(bytes, 1 + (bytes.length % 13));
    checkPaths(bytes);
    checkReplies(bytes);
    const original = bytes.toString('utf8');
    assert.equal(decodeXtext(encodeXtext(original)), original);
    decodeXtext(bytes.toString('latin1'));
  },
};
