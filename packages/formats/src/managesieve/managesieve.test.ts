import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { scanLine, type Word } from './scanner.ts';
import { formatReply, formatString } from './writer.ts';

function shown(line: string): string | null {
  const scanned = scanLine(Buffer.from(line));
  if (scanned === null) return null;
  const word = (one: Word): string =>
    one.kind === 'string' ? `<${one.octets.toString()}>` : one.kind === 'number' ? `#${one.value}` : one.text;
  return [...scanned.words.map(word), ...(scanned.literal === null ? [] : [`{${scanned.literal}}`])].join(
    ' ',
  );
}

const lines: readonly (readonly [line: string, result: string | null])[] = [
  ['LISTSCRIPTS', 'LISTSCRIPTS'],
  ['HAVESPACE "鸿雁" 99', 'HAVESPACE <鸿雁> #99'],
  ['Noop "a \\"b\\" \\\\"', 'Noop <a "b" \\>'],
  ['PUTSCRIPT "a" {31+}', 'PUTSCRIPT <a> {31}'],
  ['GETSCRIPT {3}', 'GETSCRIPT {3}'],
  ['', ''],
  ['A  B', 'A B'],
  ['A "b', null],
  ['A "b"c', null],
  ['A {3+} B', null],
  ['A {x+}', null],
  ['A {99999999999+}', null],
  ['A 99999999999', null],
  ['A (b)', null],
  [`A "${'x'.repeat(1025)}"`, null],
];

for (const [line, result] of lines) {
  test(`managesieve line (RFC 5804 §4): ${line.slice(0, 40)}`, () => assert.equal(shown(line), result));
}

test('strings of responses read back, quoted or literal (RFC 5804 §4)', () => {
  assert.equal(formatString('a "b" \\').toString(), '"a \\"b\\" \\\\"');
  assert.equal(formatString('a\r\nb').toString(), '{4}\r\na\r\nb');
  assert.equal(
    formatReply('NO', 'QUOTA/MAXSIZE', 'too large').toString(),
    'NO (QUOTA/MAXSIZE) "too large"\r\n',
  );
  assert.equal(formatReply('OK', null, null).toString(), 'OK\r\n');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), text => {
      const written = formatString(text);
      if (written[0] === 0x7b) return;
      const [word] = scanLine(written)?.words ?? [];
      assert.ok(word?.kind === 'string' && word.octets.toString() === text.toWellFormed());
    }),
  );
});

test('any bytes are a line or none', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), bytes => void scanLine(Buffer.from(bytes))));
});
