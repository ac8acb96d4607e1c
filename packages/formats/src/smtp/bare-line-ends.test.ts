import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BareLineEndScanner } from './bare-line-ends.ts';

function scan(...pieces: string[]): boolean {
  const scanner = new BareLineEndScanner();
  for (const piece of pieces) scanner.scan(Buffer.from(piece));
  scanner.finish();
  return scanner.found;
}

test('a CR or LF alone is found, also across pieces; CRLF is not', () => {
  assert.equal(scan('a\r\nb\r\n', '\r', '\n', 'c\r', '\nd'), false);
  assert.equal(scan(''), false);
  for (const pieces of [['\n'], ['a\r', 'b'], ['a\r', '\r\n'], ['\r\n\n'], ['a\rb'], ['a\r'], ['a', '\n']]) {
    assert.equal(scan(...pieces), true, JSON.stringify(pieces));
  }
});
