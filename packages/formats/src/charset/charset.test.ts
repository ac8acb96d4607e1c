import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import iconv from 'iconv-lite';
import { decodeCharset, decodeUndeclared } from './decode.ts';
import { findCharset } from './labels.ts';
import {
  createTransferDecoder,
  decodeTransfer,
  findTransferEncoding,
  type TransferEncoding,
} from './transfer-decoder.ts';
import { encodeBase64Lines, encodeQuotedPrintable } from './transfer-encoder.ts';

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

describe('charsets', () => {
  it('knows the labels of mail (WHATWG Encoding §4.2 and more)', () => {
    const names = [
      'GB2312',
      ' cp936 ',
      '"UTF8"',
      'x-sjis',
      'ks_c_5601-1987',
      'cp1252',
      'ISO_8859-1',
      'Big5-HKSCS',
      'ANSI_X3.4-1968',
      'ISO-2022-JP',
    ];
    assert.deepEqual(
      names.map(name => findCharset(name)?.name),
      [
        'gbk',
        'gbk',
        'utf-8',
        'shift_jis',
        'euc-kr',
        'windows-1252',
        'iso-8859-1',
        'big5',
        'us-ascii',
        'iso-2022-jp',
      ],
    );
    assert.equal(findCharset('klingon'), null);
    assert.equal(findCharset('x'.repeat(1000)), null);
  });

  it('decodes Hong Kong characters and all of cp949, which the platform cannot', () => {
    assert.equal(decodeCharset('big5', iconv.encode('嘅咗喺', 'big5-hkscs')).text, '嘅咗喺');
    assert.equal(decodeCharset('euc-kr', iconv.encode('똠방각하', 'cp949')).text, '똠방각하');
  });

  it('takes undeclared and wrongly labelled text as UTF-8, else GB18030', () => {
    const gbk = iconv.encode('鸿雁', 'gbk');
    assert.deepEqual(decodeUndeclared(gbk), { text: '鸿雁', charset: 'gb18030', problem: false });
    assert.equal(decodeUndeclared(Buffer.from('鸿雁')).charset, 'utf-8');
    assert.deepEqual(decodeCharset('us-ascii', gbk), { text: '鸿雁', charset: 'gb18030', problem: true });
    assert.deepEqual(decodeCharset('klingon', gbk), { text: '鸿雁', charset: 'gb18030', problem: true });
    assert.equal(decodeCharset(null, Buffer.from('plain')).charset, 'us-ascii');
    for (const cut of [1, 2, 3]) {
      assert.equal(
        decodeUndeclared(Buffer.from('鸿雁𠮷').subarray(0, -cut)).text,
        '鸿雁\ufffd',
        `cut by ${cut}`,
      );
    }
    assert.equal(decodeUndeclared(gbk.subarray(0, 3)).charset, 'gb18030');
  });

  it('reports damage and never throws', () => {
    assert.equal(decodeCharset('utf-8', Buffer.from([0x61, 0xff])).problem, true);
    const labels = [
      'utf-8',
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
      'x',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...labels), fc.uint8Array({ maxLength: 60 }), (label, bytes) => {
        assert.equal(typeof decodeCharset(label, bytes).text, 'string');
      }),
    );
  });
});

describe('transfer encodings (RFC 2045 §6)', () => {
  const whole = (encoding: TransferEncoding, text: string): string =>
    latin1(decodeTransfer(encoding, Buffer.from(text, 'latin1')));

  it('reads base64 with line ends, junk, missing and early padding (§6.8)', () => {
    assert.equal(whole('base64', 'aGVs\r\nbG8='), 'hello');
    assert.equal(whole('base64', 'a*G-V\0s bG8'), 'hello');
    assert.equal(whole('base64', 'aGU=bGxv'), 'hello');
    assert.equal(whole('base64', '===='), '');
  });

  it('reads quoted-printable with soft breaks and damage (§6.7)', () => {
    assert.equal(whole('quoted-printable', 'a=\r\nb=3D=3d \t\r\nc= \nd=\n=4'), 'ab==\r\ncd=4');
    assert.equal(whole('quoted-printable', 'a =XY= '), 'a =XY');
    const blanks = ' '.repeat(1024);
    assert.equal(whole('quoted-printable', `a${blanks.slice(1)}\nb`), 'a\nb');
    assert.equal(whole('quoted-printable', `a${blanks}\nb=${blanks}\n`), `a${blanks}\nb=${blanks}\n`);
  });

  it('reads uuencode', () => {
    assert.equal(whole('x-uuencode', 'junk\nbegin 644 a\n#0V%T\n`\nend\nmore\n'), 'Cat');
  });

  it('takes unknown encodings as they are', () => {
    assert.equal(findTransferEncoding('8bit'), 'identity');
    assert.equal(findTransferEncoding('x-unknown'), 'identity');
    assert.equal(findTransferEncoding('BASE64'), 'base64');
  });

  it('does not depend on how the bytes are cut', () => {
    const piece = fc.constantFrom(
      'aGVs',
      '=',
      '=3D',
      '=\r\n',
      '\r\n',
      ' ',
      '\t',
      'begin 644 x\n',
      '#0V%T\n',
      '\r',
      '\n',
      'x',
      '=\t',
    );
    const encodings = ['base64', 'quoted-printable', 'x-uuencode', 'identity'] as const;
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.constantFrom(...encodings),
        fc.integer({ min: 1, max: 7 }),
        (pieces, encoding, size) => {
          const bytes = Buffer.from(pieces.join(''));
          const decoder = createTransferDecoder(encoding);
          const out: Uint8Array[] = [];
          for (let at = 0; at < bytes.length; at += size)
            out.push(decoder.push(bytes.subarray(at, at + size)));
          out.push(decoder.finish());
          assert.equal(latin1(Buffer.concat(out)), latin1(decodeTransfer(encoding, bytes)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        assert.deepEqual(Buffer.from(decodeTransfer('base64', encodeBase64Lines(bytes))), Buffer.from(bytes));
      }),
    );
    assert.equal(
      latin1(encodeQuotedPrintable(Buffer.from('a \r\n.\r\nFrom x\r\n=é '))),
      'a=20\r\n=2E\r\n=46rom x\r\n=3D=C3=A9=20',
    );
  });
});
