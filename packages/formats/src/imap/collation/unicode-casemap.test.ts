import assert from 'node:assert/strict';
import { test } from 'node:test';
import { casemap, compareCasemapped } from './unicode-casemap.ts';

test('i;unicode-casemap: no case, compatibility forms as one (RFC 5051 §2)', () => {
  assert.equal(casemap('Größe'), casemap('GRÖßE'));
  assert.notEqual(casemap('Straße'), casemap('STRASSE'));
  assert.equal(casemap('отчёт'), casemap('ОТЧЁТ'));
  assert.equal(casemap('Ａｂｃ'), 'ABC');
  assert.equal(casemap('é'), casemap('E\u0301'));
  assert.equal(compareCasemapped(casemap('report'), casemap('REPORT')), 0);
});

test('casemapped strings compare by code point, not by UTF-16 unit (RFC 5051 §2)', () => {
  assert.ok(compareCasemapped('\uff0c', '𠮷') < 0);
  assert.ok(compareCasemapped('𠮷', '\uff0c') > 0);
  assert.ok(compareCasemapped('', 'A') < 0);
  assert.ok(compareCasemapped('A', 'B') < 0);
});
