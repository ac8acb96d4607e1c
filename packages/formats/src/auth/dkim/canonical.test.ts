import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { HeaderBlock } from '../../message/headers.ts';
import { BodyStart } from './body-start.ts';
import { BodyCanonicalizer, type Canonicalization } from './canonical-body.ts';
import { canonicalField } from './canonical-header.ts';

function body(form: Canonicalization, ...chunks: (string | Uint8Array)[]): string {
  const pieces: Buffer[] = [];
  const canonicalizer = new BodyCanonicalizer(form, piece => void pieces.push(Buffer.from(piece)));
  for (const chunk of chunks)
    canonicalizer.push(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  canonicalizer.end();
  return Buffer.concat(pieces).toString('latin1');
}

function header(form: Canonicalization, text: string | Uint8Array): string {
  const block = new HeaderBlock(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
  return Buffer.concat(block.fields.map(field => canonicalField(block, field, form))).toString('latin1');
}

test('RFC 6376 §3.4.5: the three examples', () => {
  const fields = 'A: X\r\nB : Y\t\r\n\tZ  \r\n';
  const text = ' C \r\nD \t E\r\n\r\n\r\n';
  assert.equal(header('relaxed', fields), 'a:X\r\nb:Y Z\r\n');
  assert.equal(header('simple', fields), fields);
  assert.equal(body('relaxed', text), ' C\r\nD E\r\n');
  assert.equal(body('simple', text), ' C \r\nD \t E\r\n');
});

test('RFC 6376 §3.4.3, §3.4.4: the hashes of an empty body', () => {
  const hash = (text: string): string => createHash('sha256').update(text).digest('base64');
  assert.equal(hash(body('simple')), 'frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=');
  assert.equal(hash(body('relaxed')), '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
});

test('RFC 6376 §3.4.3, §3.4.4: empty lines at the end go, those before stay, a last line gets its end', () => {
  for (const [given, simple, relaxed] of [
    ['\r\n\r\n\r\n', '\r\n', ''],
    [' \t\r\n\r\n', ' \t\r\n', ''],
    ['  ', '  \r\n', ''],
    ['\r\n\r\na\r\n', '\r\n\r\na\r\n', '\r\n\r\na\r\n'],
    ['a', 'a\r\n', 'a\r\n'],
    ['a \t', 'a \t\r\n', 'a\r\n'],
    ['a\r\n \r\n\r\nb\r\n \r\n', 'a\r\n \r\n\r\nb\r\n \r\n', 'a\r\n\r\n\r\nb\r\n'],
    ['\ta\t \tb', '\ta\t \tb\r\n', ' a b\r\n'],
    ['a\rb\nc\r', 'a\rb\nc\r\r\n', 'a\rb\nc\r\r\n'],
    ['a\r\r\nb', 'a\r\r\nb\r\n', 'a\r\r\nb\r\n'],
    ['caf\xe9 \xff\r\n', 'caf\xe9 \xff\r\n', 'caf\xe9 \xff\r\n'],
  ] as const) {
    assert.equal(body('simple', given), simple, JSON.stringify(given));
    assert.equal(body('relaxed', given), relaxed, JSON.stringify(given));
  }
});

test('RFC 6376 §3.4.2: folds, white space and 8-bit octets in fields', () => {
  assert.equal(header('relaxed', 'SUBJect: AbC\r\n'), 'subject:AbC\r\n');
  assert.equal(header('relaxed', 'Subject:\r\n\ta\r\n b \t c \t\r\n'), 'subject:a b c\r\n');
  assert.equal(header('relaxed', 'Subject:\r\n'), 'subject:\r\n');
  assert.equal(header('relaxed', 'Subject: \t\r\n \r\n'), 'subject:\r\n');
  assert.equal(header('relaxed', 'Subject: a'), 'subject:a\r\n');
  assert.equal(header('relaxed', 'Subject: a\rb\r\n'), 'subject:a\rb\r\n');
  const utf8 = Buffer.from('Subject:  周报   ☺ \r\n');
  assert.equal(Buffer.from(header('relaxed', utf8), 'latin1').toString(), 'subject:周报 ☺\r\n');
  const broken = Buffer.from('Subject: \xe9\xff\r\n', 'latin1');
  assert.equal(header('relaxed', broken), 'subject:\xe9\xff\r\n');
});

const pieces = fc.array(fc.constantFrom('\r', '\n', '\r\n', '\r\n\r\n', ' ', '\t', 'a', 'b:', '\xe9'), {
  maxLength: 60,
});

function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map(cutAt => cutAt % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

test('RFC 6376 §3.4: how the body is cut does not matter, and canonical bodies stay as they are', () => {
  fc.assert(
    fc.property(pieces, fc.array(fc.nat(), { maxLength: 8 }), (words, cuts) => {
      const bytes = Buffer.from(words.join(''), 'latin1');
      for (const form of ['simple', 'relaxed'] as const) {
        const whole = body(form, bytes);
        assert.equal(body(form, ...cut(bytes, cuts)), whole);
        assert.equal(body(form, whole), whole);
      }
    }),
  );
});

test('RFC 6376 §3.4.4: the same as the definition says, line by line', () => {
  const lines = fc.array(fc.stringMatching(/^[ab \t]{0,6}$/), { maxLength: 12 });
  fc.assert(
    fc.property(lines, given => {
      const reduced = given.map(line => line.replaceAll(/[ \t]+/g, ' ').replace(/ $/, ''));
      while (reduced.at(-1) === '') reduced.pop();
      const expected = reduced.map(line => `${line}\r\n`).join('');
      assert.equal(body('relaxed', given.map(line => `${line}\r\n`).join('')), expected);
    }),
  );
});

test('a body larger than the buffer comes out whole, also after many empty lines', () => {
  const text = `${'x'.repeat(40_000)}\r\n${'\r\n'.repeat(30_000)}y\r\n`;
  assert.equal(body('relaxed', text, '\r\n'.repeat(100_000)), text);
});

test('RFC 5322 §2.1: the body starts after the first empty line, however the message is cut', () => {
  fc.assert(
    fc.property(pieces, fc.array(fc.nat(), { maxLength: 8 }), (words, cuts) => {
      const text = words.join('');
      const blank = text.startsWith('\r\n') ? 0 : text.indexOf('\r\n\r\n');
      const expected = text.startsWith('\r\n') ? 2 : blank < 0 ? null : blank + 4;
      const start = new BodyStart();
      const rest = cut(Buffer.from(text, 'latin1'), cuts).map(piece => start.push(piece));
      assert.equal(start.offset, expected);
      assert.equal(Buffer.concat(rest).toString('latin1'), expected === null ? '' : text.slice(expected));
    }),
  );
});
