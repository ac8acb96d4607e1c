import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { type JsonObject, textOf } from '../jmap/json.ts';
import { readVcards } from './read.ts';
import { cardOfVcard } from './to-card.ts';
import { writeVcard } from './write.ts';

function cardsOf(...lines: readonly string[]): unknown[] {
  const text = ['BEGIN:VCARD', ...lines, 'END:VCARD', ''].join('\r\n');
  return readVcards(Buffer.from(text)).cards.map(cardOfVcard);
}

test('RFC 6350 §3.2, RFC 9555: a folded vCard becomes a Card', () => {
  assert.deepEqual(
    cardsOf(
      'VERSION:4.0',
      'UID:urn:uuid:1',
      'N:张;伟;;;',
      'FN:张',
      ' 伟',
      'item1.EMAIL;TYPE=work;PREF=1:zw@a.test',
      'TEL;TYPE="cell,voice":+86 1',
      'ORG:鸿雁\\;科技;市场部',
      'NOTE:a\\nb\\, c',
      'BDAY:--0203',
      'CATEGORIES:x,y',
    ),
    [
      {
        '@type': 'Card',
        version: '1.0',
        kind: 'individual',
        uid: 'urn:uuid:1',
        name: {
          full: '张伟',
          components: [
            { kind: 'surname', value: '张' },
            { kind: 'given', value: '伟' },
          ],
        },
        emails: { e1: { address: 'zw@a.test', contexts: { work: true }, pref: 1 } },
        phones: { p1: { number: '+86 1', features: { mobile: true, voice: true } } },
        organizations: { o1: { name: '鸿雁;科技', units: [{ name: '市场部' }] } },
        notes: { x1: { note: 'a\nb, c' } },
        anniversaries: { b1: { kind: 'birth', date: { month: 2, day: 3 } } },
        keywords: { x: true, y: true },
      },
    ],
  );
});

test('old cards: quoted-printable in GBK with soft breaks, TYPE without its name', () => {
  const [card] = cardsOf(
    'VERSION:2.1',
    'N;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=D5=C5;=\r\n=CE=B0',
    'TEL;CELL:1',
  ) as [{ name: { components: { value: string }[] }; phones: { p1: { features: object } } }];
  assert.deepEqual(
    card.name.components.map(one => one.value),
    ['张', '伟'],
  );
  assert.deepEqual(card.phones.p1.features, { mobile: true });
});

test('RFC 6350, RFC 2426: what is written is read again, in lines of 75 octets', () => {
  const card = {
    kind: 'individual',
    uid: 'urn:uuid:2',
    name: { full: 'Ann, B; C', components: [{ kind: 'given', value: 'Ann' }] },
    emails: { a: { address: 'ann@a.test', contexts: { private: true } } },
    notes: { n: { note: `第一行\n${'长'.repeat(60)}` } },
    media: { m: { kind: 'photo', uri: `data:image/png;base64,${'A'.repeat(200)}` } },
  };
  for (const version of ['3.0', '4.0'] as const) {
    const text = writeVcard(card, version);
    assert.ok(text.split('\r\n').every(line => Buffer.byteLength(line) <= 75));
    const [again] = readVcards(Buffer.from(text)).cards.map(cardOfVcard) as Record<string, unknown>[];
    assert.deepEqual(again?.['emails'], { e1: { address: 'ann@a.test', contexts: { private: true } } });
    assert.deepEqual(again?.['notes'], { x1: { note: card.notes.n.note } });
    assert.equal(textOf((again?.['name'] ?? {}) as JsonObject, 'full'), 'Ann, B; C');
    assert.deepEqual(again?.['media'], { m1: { kind: 'photo', uri: card.media.m.uri } });
  }
});

test('groups and their members, of RFC 6350 §6.6.5 and as Apple writes them', () => {
  const [group] = cardsOf('KIND:group', 'FN:Team', 'MEMBER:urn:uuid:1') as Record<string, unknown>[];
  assert.deepEqual([group?.['kind'], group?.['members']], ['group', { 'urn:uuid:1': true }]);
  const [apple] = readVcards(Buffer.from(writeVcard(group as never, '3.0'))).cards.map(cardOfVcard);
  assert.deepEqual([apple?.['kind'], apple?.['members']], ['group', { 'urn:uuid:1': true }]);
});

test('hostile files: unfinished, nested, endless, too many', () => {
  assert.equal(readVcards(Buffer.from('BEGIN:VCARD\nFN:x\n')).invalid, 1);
  const nested = readVcards(Buffer.from('BEGIN:VCARD\nBEGIN:VCARD\nFN:in\nEND:VCARD\nFN:out\nEND:VCARD\n'));
  assert.deepEqual(
    nested.cards.map(card => card.map(one => one.value)),
    [['out']],
  );
  const limits = { maxCards: 2, maxProperties: 3, maxLine: 100 };
  const many = Buffer.from('BEGIN:VCARD\nFN:x\nEND:VCARD\n'.repeat(5));
  assert.deepEqual([readVcards(many, limits).cards.length, readVcards(many, limits).more], [2, true]);
  const wide = Buffer.from(`BEGIN:VCARD\n${'TEL:1\n'.repeat(9)}END:VCARD\n`);
  assert.equal(readVcards(wide, limits).invalid, 1);
  const long = readVcards(Buffer.from(`BEGIN:VCARD\nNOTE:${'x\n '.repeat(100_000)}\nEND:VCARD\n`), limits);
  assert.ok((long.cards[0]?.[0]?.value.length ?? 0) <= 100);
  assert.equal(cardsOf('VERSION:4.0')[0], null);
});
