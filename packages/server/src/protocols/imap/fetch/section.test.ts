import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanMessage } from '@hongyan/formats/message/scan.ts';
import { locateSection, pickFields } from './section.ts';

const header = Buffer.from('A: 1\r\nB: 2\r\n folded\r\na: 3\r\n\r\n');

test('HEADER.FIELDS picks fields in their order, in any case, folded lines with them (RFC 9051 §6.4.5.1)', () => {
  assert.equal(pickFields(header, new Set(['a']), false).toString(), 'A: 1\r\na: 3\r\n\r\n');
  assert.equal(pickFields(header, new Set(['a']), true).toString(), 'B: 2\r\n folded\r\n\r\n');
  assert.equal(pickFields(header, new Set(['x']), false).toString(), '\r\n');
  assert.equal(pickFields(Buffer.alloc(0), new Set(['x']), false).toString(), '');
  assert.equal(pickFields(Buffer.from('A: 1\r\n'), new Set(['a']), false).toString(), 'A: 1\r\n\r\n');
});

test('the lines we put in front of a message are part of its header, its parts move behind them', () => {
  const message = Buffer.from('Subject: x\r\n\r\nbody');
  const { root } = scanMessage(message);
  const at = (text: 'HEADER' | 'TEXT' | null, part: number[] = []): unknown => {
    const located = locateSection(root, { part, text, fields: [] }, 100);
    return located && [located.start, located.end];
  };
  assert.deepEqual(at(null), [0, 100 + message.length]);
  assert.deepEqual(at('HEADER'), [0, 100 + 14]);
  assert.deepEqual(at('TEXT'), [114, 118]);
  assert.deepEqual(at(null, [1]), [114, 118]);
  assert.equal(at(null, [2]), null);
});
