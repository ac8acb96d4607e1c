import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import type { FuzzTarget } from '../fuzz.ts';
import { defaultVcardLimits, readVcards } from './read.ts';
import { cardOfVcard } from './to-card.ts';
import { writeVcard } from './write.ts';

/** What reads and writes files of contacts. */
export const target: FuzzTarget = {
  name: 'vcard',
  *seeds() {
    yield Buffer.from(
      'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Zhang Wei\r\nEMAIL;TYPE=work;PREF=1:zw@a.test\r\nEND:VCARD\r\n',
    );
    yield Buffer.from(
      'BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=D5=C5;=CE=B0\nEND:VCARD\n',
    );
  },
  dictionary: [
    'BEGIN:VCARD',
    'END:VCARD',
    '\r\n ',
    '=\r\n',
    ';TYPE="',
    ',',
    '\\n',
    '\\;',
    'item1.',
    'KIND:group',
    'BDAY:--0203',
  ],
  run(input) {
    const file = readVcards(input);
    assert.ok(file.cards.length <= defaultVcardLimits.maxCards);
    for (const vcard of file.cards) {
      const card = cardOfVcard(vcard);
      if (card === null) continue;
      const again = readVcards(Buffer.from(writeVcard(card, '4.0')));
      assert.equal(again.cards.length, 1);
      assert.equal(again.invalid, 0);
    }
  },
};
