import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { endsInCrlf, InputBuffer, withoutLineEnd } from './input-buffer.ts';

const chunks = fc.array(
  fc
    .array(fc.constantFrom('a', 'bcd', '\r', '\n', '\r\n'), { minLength: 1, maxLength: 8 })
    .map(parts => parts.join('')),
  { maxLength: 20 },
);

/** Takes all lines after each chunk, as a session does. */
function lines(pieces: readonly string[], limit: number): string[] {
  const input = new InputBuffer();
  const taken: string[] = [];
  for (const piece of pieces) {
    input.append(Buffer.from(piece));
    for (let line = input.takeLine(limit); line !== undefined; line = input.takeLine(limit)) {
      taken.push(line.toString());
    }
  }
  return taken;
}

test('lines come out the same however they are cut, and too long ones are dropped as a whole', () => {
  fc.assert(
    fc.property(chunks, fc.integer({ min: 1, max: 12 }), (pieces, limit) => {
      const expected = (pieces.join('').match(/[^\n]*\n/g) ?? []).map(line =>
        line.length > limit ? 'too-long' : line,
      );
      assert.deepEqual(lines(pieces, limit), expected);
    }),
  );
});

test('views stay valid while more arrives', () => {
  fc.assert(
    fc.property(chunks, pieces => {
      const input = new InputBuffer();
      const taken: { view: Buffer; copy: Buffer }[] = [];
      for (const piece of pieces) {
        input.append(Buffer.from(piece));
        const view = input.takeSome(3);
        if (view !== undefined) taken.push({ view, copy: Buffer.from(view) });
      }
      for (const { view, copy } of taken) assert.deepEqual(view, copy);
      assert.equal(
        Buffer.concat(taken.map(entry => entry.copy)).toString(),
        pieces.join('').slice(0, sizeOf(taken)),
      );
    }),
  );
});

const sizeOf = (taken: readonly { copy: Buffer }[]): number =>
  taken.reduce((sum, entry) => sum + entry.copy.length, 0);

test('what is put back comes first again, also when more has arrived meanwhile', () => {
  for (const arrived of ['', 'ghi\r\n']) {
    const input = new InputBuffer();
    input.append(Buffer.from('abcdef\r\n'));
    const some = input.takeSome(8) ?? Buffer.alloc(0);
    if (arrived !== '') input.append(Buffer.from(arrived));
    input.unread(some.subarray(3));
    assert.equal(input.takeLine(100)?.toString(), 'def\r\n');
    assert.equal(input.takeLine(100)?.toString(), arrived === '' ? undefined : arrived);
    assert.equal(input.length, 0);
  }
});

test('exact counts wait until all is there', () => {
  const input = new InputBuffer();
  assert.equal(input.takeExactly(0)?.length, 0);
  input.append(Buffer.from('abc'));
  assert.equal(input.takeExactly(4), undefined);
  input.append(Buffer.from('de'));
  assert.equal(input.takeExactly(4)?.toString(), 'abcd');
  assert.equal(input.length, 1);
  assert.equal(input.clear(), 1);
});

test('byte by byte, a long line costs linear work', () => {
  const input = new InputBuffer();
  for (let count = 0; count < 200_000; count += 1) {
    input.append(Buffer.from('x'));
    assert.equal(input.takeLine(1_000_000), undefined);
  }
  input.append(Buffer.from('\n'));
  assert.equal(input.takeLine(1_000_000)?.length, 200_001);
});

test('line ends', () => {
  assert.equal(endsInCrlf(Buffer.from('a\r\n')), true);
  assert.equal(endsInCrlf(Buffer.from('a\n')), false);
  assert.equal(withoutLineEnd(Buffer.from('a\r\n')).toString(), 'a');
  assert.equal(withoutLineEnd(Buffer.from('a\n')).toString(), 'a');
  assert.equal(withoutLineEnd(Buffer.from('a')).toString(), 'a');
});
