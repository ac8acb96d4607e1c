import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { DotDecoder } from './dot-decoder.ts';
import { DotEncoder } from './dot-encoder.ts';

/** Feeds `bytes` in pieces of the given sizes (the last size repeats) and collects what comes out. */
function decode(
  bytes: Buffer,
  sizes: readonly number[] = [bytes.length],
): { message: string; used: number; done: boolean; bare: string | null } {
  const decoder = new DotDecoder();
  const pieces: Buffer[] = [];
  let used = 0;
  for (let turn = 0; used < bytes.length; turn += 1) {
    const size = Math.max(1, sizes[Math.min(turn, sizes.length - 1)] ?? 1);
    const result = decoder.decode(bytes.subarray(used, used + size));
    pieces.push(result.data);
    used += result.used;
    if (result.done) return { message: latin1(pieces), used, done: true, bare: decoder.bareLineEnd };
  }
  return { message: latin1(pieces), used, done: false, bare: decoder.bareLineEnd };
}

function encode(message: Buffer, sizes: readonly number[]): Buffer {
  const encoder = new DotEncoder();
  const pieces: Buffer[] = [];
  let used = 0;
  for (let turn = 0; used < message.length; turn += 1) {
    const size = Math.max(1, sizes[Math.min(turn, sizes.length - 1)] ?? 1);
    pieces.push(...encoder.encode(message.subarray(used, used + size)));
    used += size;
  }
  return Buffer.concat([...pieces, encoder.finish()]);
}

const latin1 = (pieces: readonly Buffer[]): string => Buffer.concat(pieces).toString('latin1');

/** Bytes rich in what matters here. */
const tricky = fc
  .array(fc.constantFrom('\r\n', '\r\n.', '\r\n..', '.', '\r', '\n', 'a', 'bc', '\0', '\xff'), {
    maxLength: 40,
  })
  .map(parts => Buffer.from(parts.join(''), 'latin1'));
const crlfMessage = fc
  .array(fc.constantFrom('\r\n', '\r\n.', '\r\n..', '.', 'a', 'bc', '\0', '\xff'), { maxLength: 40 })
  .map(parts => Buffer.from(`${parts.join('')}\r\n`, 'latin1'));
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 });

test('DATA ends at CRLF.CRLF only, and the CRLF before the mark is the message’s (RFC 5321 §4.5.2)', () => {
  assert.deepEqual(decode(Buffer.from('one\r\n..two\r\n.three\r\n.\r\nQUIT\r\n')), {
    message: 'one\r\n.two\r\nthree\r\n',
    used: 23,
    done: true,
    bare: null,
  });
  assert.deepEqual(decode(Buffer.from('.\r\n')), { message: '', used: 3, done: true, bare: null });
});

test('line ends that are not CRLF neither end DATA nor pass unnoticed', () => {
  const cases: [string, 'cr' | 'lf'][] = [
    ['a\n.\n', 'lf'],
    ['a\n.\r\n', 'lf'],
    ['a\r\n.\n', 'lf'],
    ['a\r.\r', 'cr'],
    ['a\r.\r\n', 'cr'],
    ['a\r\n.\r', 'cr'],
    ['a\r\r\n.\r\r\n', 'cr'],
    ['.\n', 'lf'],
    ['.\r.\r\n', 'cr'],
    ['a\n\r\n.\n\r\n', 'lf'],
  ];
  for (const [start, bare] of cases) {
    const whole = Buffer.from(`${start}MAIL FROM:<evil@example.com>\r\n.\r\nNOOP\r\n`);
    const result = decode(whole);
    assert.deepEqual(
      [result.done, result.used, result.bare],
      [true, whole.length - 6, bare],
      JSON.stringify(start),
    );
    assert.deepEqual(decode(whole, [1]), { ...result, message: decode(whole, [1]).message });
  }
});

test('encoding and decoding give the message back, cut anywhere', () => {
  fc.assert(
    fc.property(crlfMessage, sizes, sizes, (message, cuts, otherCuts) => {
      const wire = encode(message, cuts);
      const rest = Buffer.from('QUIT\r\n');
      const result = decode(Buffer.concat([wire, rest]), otherCuts);
      assert.deepEqual(result, {
        message: message.toString('latin1'),
        used: wire.length,
        done: true,
        bare: null,
      });
    }),
  );
});

test('the encoder never lets a bare line end out and never ends early', () => {
  fc.assert(
    fc.property(tricky, sizes, (message, cuts) => {
      const result = decode(encode(message, cuts), [7]);
      assert.equal(result.bare, null);
      assert.equal(result.done, true);
      const normal = message.toString('latin1').replace(/\r\n|\r|\n/g, '\r\n');
      assert.equal(result.message, normal === '' || normal.endsWith('\r\n') ? normal : `${normal}\r\n`);
    }),
  );
});

test('the decoder gives the same verdict however the bytes are cut', () => {
  fc.assert(
    fc.property(tricky, sizes, (bytes, cuts) => {
      const whole = decode(bytes);
      const cut = decode(bytes, cuts);
      assert.deepEqual([cut.done, cut.used, cut.bare], [whole.done, whole.used, whole.bare]);
      if (whole.bare === null) assert.equal(cut.message, whole.message);
    }),
  );
});

test('the work stays linear on line ends without end', () => {
  for (const piece of ['\n', '\r', '.\r\n', '\r\n.', '.']) {
    const decoder = new DotDecoder();
    const chunk = Buffer.from(`x${piece.repeat(200_000)}`);
    // Quadratic code would need minutes for this.
    for (let turn = 0; turn < 5; turn += 1) decoder.decode(chunk);
    new DotEncoder().encode(chunk);
  }
});
