import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import type { FuzzTarget } from '../../fuzz.ts';
import { addressOfRecipient, formatNotification, parseNotification } from './notification.ts';

/** Reading never throws, and what is written from it says the same. */
export const target: FuzzTarget = {
  name: 'disposition-notification',
  seeds: () => [Buffer.from('Disposition: manual-action/MDN-sent-manually; displayed\r\n')],
  dictionary: ['Disposition: ', 'Final-Recipient: rfc822; ', 'Original-Message-ID: <', '/', ';', ','],
  run(input) {
    const read = parseNotification(input);
    if (!read) return;
    addressOfRecipient(read.finalRecipient);
    const again = parseNotification(Buffer.from(formatNotification(read)));
    assert.ok(again, 'what was written can be read');
  },
};
