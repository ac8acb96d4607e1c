import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortFileName } from './format.ts';

test('CMP-04: versions of a file stay apart where their names are cut', () => {
  const name = (version: number): string => `Quotation for the third quarter, final version ${version}.pdf`;
  assert.equal(shortFileName(name(3), 28), 'Quotation for t…ersion 3.pdf');
  assert.notEqual(shortFileName(name(3), 28), shortFileName(name(4), 28));
  assert.equal(
    shortFileName('2026年第三季度外贸部对挪威客户的报价单和运费说明（最终版）第3版.xlsx', 28),
    '2026年第三季度外贸部对挪威…最终版）第3版.xlsx',
  );
});

test('a name that fits is not cut; without an extension the end stays, too', () => {
  assert.equal(shortFileName('样品.zip', 28), '样品.zip');
  assert.equal(shortFileName('x'.repeat(40) + '-part-07', 20), `${'x'.repeat(13)}…art-07`);
});

test('a character outside the first plane is never halved', () => {
  const cut = shortFileName(`${'𠮷'.repeat(40)}.txt`, 20);
  assert.ok(cut.isWellFormed());
  assert.ok(Array.from(cut).length <= 20);
});
