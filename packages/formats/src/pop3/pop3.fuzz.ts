import assert from 'node:assert/strict';
import { isAscii, isUtf8 } from 'node:buffer';
import type { FuzzTarget } from '../fuzz.ts';
import {
  parseAuthArgument,
  parseMessageNumber,
  parseOptionalNumber,
  parseTopArgument,
  splitPop3Command,
} from './command.ts';
import { formatResponse, parseResponse, responseBytes } from './response.ts';
import { SurrogateHeader } from './surrogate-header.ts';
import { TopCutter } from './top-cutter.ts';

/** Whatever was sent, keywords are short and numbers are within bounds. */
function checkCommand(line: Buffer): void {
  const { keyword, argument } = splitPop3Command(line);
  assert.match(keyword, /^[A-Z0-9]{0,8}$/);
  const number = parseMessageNumber(argument);
  assert.ok(number === null || (number >= 1 && number < 1e9));
  const all = parseOptionalNumber(argument);
  if (number !== null) assert.equal(all, number);
  const top = parseTopArgument(argument);
  assert.ok(top === null || (top.message >= 1 && top.lines >= 0));
  const auth = parseAuthArgument(argument);
  assert.ok(auth === null || !/ /.test(auth.mechanism + (auth.initial ?? '')));
}

function cut(message: Buffer, lines: number, size: number): string {
  const cutter = new TopCutter(lines);
  const pieces: Buffer[] = [];
  for (let at = 0; at < message.length && !cutter.done; at += size)
    pieces.push(cutter.take(message.subarray(at, at + size)));
  return Buffer.concat(pieces).toString('latin1');
}

/** However the pieces are cut, TOP is what taking the message apart by lines gives. */
function checkTop(message: Buffer): void {
  const bodyLines = message.length % 5;
  const whole = cut(message, bodyLines, Math.max(1, message.length));
  assert.equal(cut(message, bodyLines, 1 + (message.length % 7)), whole);
  const lines = message.toString('latin1').split(/(?<=\n)/);
  const empty = lines.findIndex(line => line === '\r\n' || line === '\n');
  const wanted = empty === -1 ? lines : lines.slice(0, empty + 1 + bodyLines);
  assert.equal(whole, wanted.join(''));
}

/** However the pieces are cut, the same comes out; of a header in UTF-8 nothing but ASCII, and the body as it was. */
function checkSurrogate(message: Buffer): void {
  const pass = (size: number): Buffer => {
    const header = new SurrogateHeader();
    const out: Buffer[] = [];
    for (let at = 0; at < message.length; at += size) out.push(header.take(message.subarray(at, at + size)));
    return Buffer.concat([...out, header.finish()]);
  };
  const whole = pass(Math.max(1, message.length));
  assert.ok(pass(1 + Math.ceil(message.length / 5)).equals(whole));
  const end = /^\r?\n|\n\r?\n/.exec(message.toString('latin1'));
  const header = end === null ? message : message.subarray(0, end.index + 1);
  if (isAscii(header) || !isUtf8(header)) assert.ok(whole.equals(message));
  else {
    const body = end === null ? Buffer.alloc(0) : message.subarray(end.index + 1);
    assert.ok(whole.subarray(whole.length - body.length).equals(body));
    assert.ok(isAscii(whole.subarray(0, whole.length - body.length)));
  }
}

function checkResponse(line: string): void {
  const written = formatResponse(true, null, line);
  assert.ok(Buffer.byteLength(written) <= responseBytes && written.indexOf('\r\n') === written.length - 2);
  const read = parseResponse(line);
  if (read !== null) assert.equal(line.startsWith('+OK'), read.ok);
}

export const target: FuzzTarget = {
  name: 'pop3',
  seeds: () => [
    Buffer.from('TOP 1 10'),
    Buffer.from('AUTH PLAIN AGEAYg=='),
    Buffer.from('A: 1\r\n\r\none\r\ntwo\r\n'),
    Buffer.from('-ERR [IN-USE] x'),
    Buffer.from(
      'From: 张三 <用户@例子.test>, b@x.test\r\nContent-Type: a/b; n="文"\r\nSubject: 你\r\n\r\n正',
    ),
  ],
  dictionary: [
    'RETR ',
    'TOP ',
    'UIDL',
    '+OK ',
    '-ERR ',
    '[SYS/TEMP]',
    '\r\n',
    '\r\n\r\n',
    '\r',
    '\n',
    ' ',
    '0',
    '999999999',
  ],
  run(input) {
    const bytes = Buffer.from(input);
    checkCommand(bytes);
    checkTop(bytes);
    checkSurrogate(bytes);
    checkResponse(bytes.toString('utf8'));
  },
};
