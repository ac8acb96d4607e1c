import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { checkPart, scanInPieces, target } from './message.fuzz.ts';
import type { StoredPart } from './part.ts';
import { MessageScanner, scanMessage } from './scan.ts';

const corpus = new URL('./corpus/', import.meta.url);
const read = (name: string): Buffer => readFileSync(new URL(name, corpus));
const message = (text: string): Buffer => Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1');
const types = (part: StoredPart): unknown =>
  part.type === 'multipart'
    ? [part.subtype, ...part.children.map(types)]
    : part.message === null
      ? `${part.type}/${part.subtype}`
      : { message: types(part.message) };
const body = (bytes: Buffer, part: StoredPart | undefined): string =>
  part === undefined ? 'no part' : bytes.toString('latin1', part.bodyStart, part.end);

describe('scan: offsets', () => {
  it('gives header, body and end of a plain message (RFC 5322 §2.1)', () => {
    const bytes = message('From: a@b.test\nSubject: x\n\nline one\nline two\n');
    const { root, header, size } = scanMessage(bytes);
    assert.deepEqual([root.headerStart, root.bodyStart, root.end, root.lines], [0, 30, 50, 2]);
    assert.equal(Buffer.from(header).toString('latin1'), bytes.toString('latin1', 0, 30));
    assert.equal(size, 50);
  });

  it('leaves the line break before a delimiter out of the part (RFC 2046 §5.1.1)', () => {
    const bytes = message('Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n\n--b\n\n\n--b--\n');
    const { root } = scanMessage(bytes);
    assert.equal(body(bytes, root.children[0]), 'one\r\n');
    assert.equal(root.children[0]?.lines, 1);
    assert.equal(body(bytes, root.children[1]), '');
  });

  it('takes bare LF and CR CR LF as line ends', () => {
    for (const name of ['bare-lf.eml', 'mixed-line-ends.eml']) {
      const bytes = read(name);
      const { root } = scanMessage(bytes);
      assert.equal(root.children.length, 2, name);
      assert.equal(body(bytes, root.children[0]), 'one', name);
    }
  });

  it('keeps 8-bit, NUL and long lines on record (RFC 5322 §2.1.1)', () => {
    const facts = (bytes: Buffer): boolean[] => {
      const { has8bit, hasNul, lineTooLong } = scanMessage(bytes);
      return [has8bit, hasNul, lineTooLong];
    };
    assert.deepEqual(facts(message(`A: b\n\n${'x'.repeat(998)}\n`)), [false, false, false]);
    assert.deepEqual(facts(message(`A: b\n\n${'x'.repeat(999)}\ny\n`)), [false, false, true]);
    assert.deepEqual(facts(message(`A: b\n\n${'x'.repeat(999)}`)), [false, false, true]);
    assert.deepEqual(facts(message('A: b\n\n\0\xff')), [true, true, false]);
  });
});

describe('scan: boundaries (RFC 2046 §5.1)', () => {
  it('does not take a line that begins like a delimiter for one', () => {
    const bytes = read('prefix-boundary.eml');
    const { root } = scanMessage(bytes);
    assert.deepEqual(types(root), ['mixed', ['alternative', 'text/plain', 'text/html'], 'text/plain']);
    assert.equal(body(bytes, root.children[0]?.children[0]), 'inner one\r\n--foo-not\r\n--foo-not--');
    assert.equal(body(bytes, root.children[1]), 'outer two');
  });

  it('closes inner multiparts at an outer delimiter and at the end (§5.1.2)', () => {
    const bytes = read('missing-close.eml');
    const { root } = scanMessage(bytes);
    assert.deepEqual(types(root), [
      'mixed',
      ['alternative', 'text/plain', 'text/html'],
      'application/octet-stream',
    ]);
    assert.equal(body(bytes, root.children[1]), 'three');
  });

  it('gives the delimiter to the innermost of two multiparts with equal boundaries', () => {
    const { root } = scanMessage(read('same-boundary-nested.eml'));
    assert.deepEqual(types(root), ['mixed', ['alternative', 'text/plain', 'text/html'], 'text/plain']);
  });

  it('shows a multipart without usable boundary as text (RFC 2045 §5.2)', () => {
    for (const name of ['no-boundary-parameter.eml', 'boundary-never-seen.eml']) {
      const { root } = scanMessage(read(name));
      assert.equal(types(root), 'text/plain', name);
      assert.ok(root.lines > 0, name);
    }
  });

  it('ends a header at a delimiter and starts a body at a line that is no field', () => {
    const bytes = read('part-without-blank-line.eml');
    const { root } = scanMessage(bytes);
    assert.deepEqual(types(root), ['mixed', 'text/html', 'text/plain', 'text/plain', 'text/plain']);
    assert.deepEqual(
      root.children.map(child => body(bytes, child)),
      ['', '', 'text at once', ''],
    );
  });

  it('knows the default type in a digest (§5.1.5)', () => {
    const { root } = scanMessage(read('digest.eml'));
    assert.deepEqual(types(root), [
      'digest',
      { message: 'text/plain' },
      'text/plain',
      { message: 'text/plain' },
    ]);
  });

  it('descends into message/rfc822 and counts its lines (§5.2.1)', () => {
    const bytes = read('forwarded.eml');
    const { root } = scanMessage(bytes);
    assert.deepEqual(types(root), [
      'mixed',
      'text/plain',
      { message: ['alternative', 'text/plain', { message: 'text/plain' }] },
    ]);
    const attached = root.children[1];
    const text = body(bytes, attached);
    assert.equal(attached?.lines, text.split('\n').length - 1);
    assert.match(
      Buffer.from(attached?.messageHeader ?? []).toString('latin1'),
      /^From: [\s\S]*Subject: inner\r\n[\s\S]*\r\n\r\n$/,
    );
  });
});

describe('scan: limits', () => {
  const nested = (depth: number): Buffer => {
    let text = 'A: b\n';
    for (let i = 0; i < depth; i++) text += `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`;
    return message(`${text}\ndeep\n`);
  };

  it('makes one part of what lies deeper than the limit', () => {
    const { root } = scanMessage(nested(20), { maxDepth: 3 });
    assert.deepEqual(types(root), ['mixed', ['mixed', 'application/octet-stream']]);
    const inner = (boundary: string, part: string): string =>
      `Content-Type: multipart/mixed; boundary=${boundary}\n\n--${boundary}\n${part}\n--${boundary}--\n`;
    const wide = inner('a', `${inner('b', inner('c', '\nx'))}\n--a\n${inner('d', '\ny')}`);
    const structure = scanMessage(message(wide), { maxDepth: 3 });
    assert.deepEqual(types(structure.root), [
      'mixed',
      ['mixed', 'application/octet-stream'],
      ['mixed', 'text/plain'],
    ]);
    assert.equal(structure.partsCut, true);
  });

  it('makes one part of what follows the last part allowed', () => {
    const bytes = message(`Content-Type: multipart/mixed; boundary=b\n\n${'--b\n\nx\n'.repeat(100)}--b--\n`);
    const { root, partsCut } = scanMessage(bytes, { maxParts: 10 });
    assert.equal(root.children.length, 10);
    assert.equal(root.children.at(-1)?.end, bytes.length);
    assert.equal(partsCut, true);
  });

  it('keeps no more of a header than allowed, and still finds the body', () => {
    const bytes = message(`Subject: x\n${'X-Field: yyyyyyyyyyyyyyyy\n'.repeat(10_000)}\nbody\n`);
    const structure = scanMessage(bytes, { maxHeaderBytes: 4096 });
    assert.ok(structure.header.length <= 4096 && structure.headerCut);
    assert.equal(body(bytes, structure.root), 'body\r\n');
    const long = message(`Subject: ${'y'.repeat(100_000)}\nFrom: a@b.test\n\nbody\n`);
    const cut = scanMessage(long, { maxHeaderBytes: 4096 });
    assert.equal(body(long, cut.root), 'body\r\n');
    assert.deepEqual(scanInPieces(long, 777).root.bodyStart, cut.root.bodyStart);
  });

  it('takes linear time on delimiters, depth and dashes', () => {
    const many = message(`Content-Type: multipart/mixed; boundary=b\n\n${'--\n'.repeat(300_000)}`);
    assert.equal(scanMessage(many).size, many.length);
    assert.equal(scanMessage(nested(20_000)).root.type, 'multipart');
  });

  it('holds a bounded amount of a huge message in memory', () => {
    const scanner = new MessageScanner();
    scanner.push(message('Content-Type: text/plain\n\n'));
    const chunk = Buffer.alloc(1 << 20, 'x');
    for (let i = 0; i < 100; i++) scanner.push(chunk);
    const { root, size } = scanner.finish();
    assert.equal(size, 100 * chunk.length + 28);
    assert.ok((root.prefix?.length ?? 0) <= 32 * 1024);
  });

  it('refuses to go on after the end', () => {
    const scanner = new MessageScanner();
    const first = scanner.finish();
    assert.equal(scanner.finish(), first);
    assert.throws(() => scanner.push(message('x')), TypeError);
  });
});

describe('scan: any input', () => {
  it('does not depend on how the bytes are cut', () => {
    for (const name of readdirSync(corpus)) {
      const bytes = read(name);
      const whole = scanMessage(bytes);
      for (const size of [1, 2, 3, 7, 64, 1000])
        assert.deepEqual(scanInPieces(bytes, size), whole, `${name} by ${size}`);
    }
  });

  it('holds all invariants on arbitrary pieces of mail grammar', () => {
    const token = fc.constantFrom(
      '--b',
      '--',
      '--b--',
      '--c',
      '\r\n',
      '\n',
      '\r',
      '\r\n\r\n',
      '\n\n',
      'Content-Type: multipart/mixed; boundary=b',
      'From: x@y',
      'Content-Type: message/rfc822',
      'Content-Type: multipart/digest; boundary="c"',
      ' ',
      'x',
      '\0',
      '\xe4\xbd\xa0',
      'x'.repeat(1100),
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 60 }), tokens => {
        const bytes = Buffer.from(tokens.join(''), 'latin1');
        checkPart(scanMessage(bytes).root, 0, bytes.length);
        target.run(bytes);
      }),
      { numRuns: 300, seed: 5322 },
    );
  });
});
