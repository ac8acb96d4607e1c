import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEnvelopeValue, StoredEnvelope } from './stored-envelope.ts';

const envelope = (text: string): StoredEnvelope => new StoredEnvelope(Buffer.from(text, 'latin1'));

test('fields of a stored ENVELOPE (RFC 9051 §7.5.2), decoded', () => {
  const stored = envelope(
    String.raw`("date" "a \"b\" \\ =?UTF-8?B?5Lya6K6u?=" (("Li \"Lei\"" NIL "li" "x.cn")) NIL NIL ((NIL NIL "a" "b")("C" NIL "c" NIL)) NIL ((NIL NIL "z" "y")) NIL "<id>")`,
  );
  assert.equal(stored.subject, String.raw`a "b" \ 会议`);
  assert.equal(stored.people('from'), 'Li "Lei" <li@x.cn>');
  assert.equal(stored.people('to'), '<a@b>\nC <c>'.replace('<a@b>', ' <a@b>'));
  assert.equal(stored.people('cc'), '');
  assert.equal(stored.people('bcc'), ' <z@y>');
  assert.equal(readEnvelopeValue('(NIL "s")').length, 2);
});

test('damage is read as far as it goes, in linear time', () => {
  const damaged = [
    '',
    '(',
    '()',
    ')',
    'NIL',
    '("',
    '("a',
    '("a" ',
    '("a" "b\\',
    '("a" "b" ((((((((',
    '(x y z',
    '"',
    '("a")"',
  ];
  for (const text of damaged) {
    const stored = envelope(text);
    assert.equal(typeof stored.subject, 'string');
    for (const field of ['from', 'to', 'cc', 'bcc'] as const)
      assert.equal(typeof stored.people(field), 'string');
  }
  assert.equal(envelope(`("d" "${'\\"'.repeat(20_000)}")`).subject.length, 20_000);
  const person = '("n" NIL "l" "d")';
  const crowd = envelope(`(NIL NIL (${person.repeat(100_000)}))`);
  assert.equal(crowd.people('from').length, 'n <l@d>\n'.length * 100_000 - 1);
  assert.equal(envelope('('.repeat(1_000_000)).people('bcc'), '');
});
