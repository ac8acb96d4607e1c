import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import type { FuzzTarget } from '../fuzz.ts';
import { decodeCharset } from './decode.ts';
import { createTransferDecoder, decodeTransfer } from './transfer-decoder.ts';
import { encodeBase64Lines, encodeQuotedPrintable } from './transfer-encoder.ts';

const LABELS = [
  null,
  'us-ascii',
  'utf-8',
  'gbk',
  'gb18030',
  'big5',
  'euc-kr',
  'iso-2022-jp',
  'iso-2022-kr',
  'hz-gb-2312',
  'utf-7',
  'utf-16',
  'utf-32',
  'shift_jis',
  'euc-jp',
  'cp437',
  'x-unknown',
] as const;
const ENCODINGS = ['base64', 'quoted-printable', 'x-uuencode', 'identity'] as const;

/** Escaped CR LF pairs are the only bytes quoted-printable may change, so the round trip is on text without them. */
function withoutLineEnds(input: Uint8Array): Uint8Array {
  return input.filter(byte => byte !== 0x0d && byte !== 0x0a);
}

export const target: FuzzTarget = {
  name: 'charset',
  *seeds(): Iterable<Uint8Array> {
    yield Buffer.from('begin 644 a\n#0V%T\n`\nend\n');
    yield Buffer.from('a=20b=\r\n5L2g5aW9 \t\r\n=E4=BD=A0');
    yield Buffer.from('~{<:Ky2;SP;VpJ)l6HK!#~} \u001b$)C\u000e\u001b$B2q5D\u001b(B +T2BZfQ-');
  },
  dictionary: [
    '=\r\n',
    '=3D',
    '\r\n',
    '====',
    '~{',
    '~}',
    '~~',
    '\u001b$B',
    '\u001b(B',
    '\u001b$)C',
    '\u000e',
    '\u000f',
    '+',
    '-',
    '\ufeff',
    '\u4f60',
  ],
  run(input: Uint8Array): void {
    for (const label of LABELS) {
      const { text, charset } = decodeCharset(label, input);
      assert.ok(text.length <= input.length * 2 + 2 && charset !== '', String(label));
    }
    // Many tiny pieces of a long input would measure the allocator.
    const size = 1 + (input.length % 37) + Math.floor(input.length / 500);
    for (const encoding of ENCODINGS) {
      const whole = decodeTransfer(encoding, input);
      assert.ok(whole.length <= input.length, 'decoding does not grow');
      const decoder = createTransferDecoder(encoding);
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < input.length; at += size)
        pieces.push(decoder.push(input.subarray(at, at + size)));
      pieces.push(decoder.finish());
      assert.ok(Buffer.concat(pieces).equals(whole), `${encoding} in pieces of ${size}`);
    }
    assert.ok(
      Buffer.from(decodeTransfer('base64', encodeBase64Lines(input))).equals(input),
      'base64 round trip',
    );
    const line = withoutLineEnds(input);
    const quoted = decodeTransfer('quoted-printable', encodeQuotedPrintable(line));
    assert.ok(Buffer.from(quoted).equals(line), 'quoted-printable round trip');
  },
};
