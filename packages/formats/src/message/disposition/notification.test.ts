import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressOfRecipient,
  type DispositionNotification,
  formatNotification,
  parseNotification,
} from './notification.ts';

const notification: DispositionNotification = {
  reportingUA: 'pc.example.com; Foomail 97.1',
  mdnGateway: null,
  originalRecipient: 'rfc822; info@example.com',
  finalRecipient: 'rfc822; bob@example.com',
  originalMessageId: '<1@example.org>',
  disposition: {
    actionMode: 'manual-action',
    sendingMode: 'mdn-sent-manually',
    type: 'displayed',
    modifiers: ['error'],
  },
  errors: ['first', 'second'],
  extensions: [['x-one', 'two']],
};

test('RFC 8098 §3.1: what is written is read again', () => {
  assert.deepEqual(parseNotification(Buffer.from(formatNotification(notification))), notification);
});

test('RFC 8098 §3.2.6: case and blanks of a disposition do not matter; without one it is no notification', () => {
  const read = (text: string): DispositionNotification | null => parseNotification(Buffer.from(text));
  const odd = read(
    'DISPOSITION:  Manual-Action / MDN-sent-manually ;\r\n Displayed\r\nFinal-Recipient: rfc822;a@b.c\r\n',
  );
  assert.deepEqual(odd?.disposition, { ...notification.disposition, modifiers: [] });
  assert.equal(addressOfRecipient(odd?.finalRecipient ?? null), 'a@b.c');
  for (const bad of ['', 'Disposition: displayed\r\n', 'Disposition: a/b;\r\n', 'nothing', '\r\n\r\n']) {
    assert.equal(read(bad), null, JSON.stringify(bad));
  }
  assert.equal(addressOfRecipient('x400; a@b.c'), null);
  assert.equal(addressOfRecipient('rfc822; nobody'), null);
});

test('RFC 8098 §3.1: values cannot add lines of their own', () => {
  const text = formatNotification({ ...notification, reportingUA: 'x\r\nDisposition: a/b; deleted' });
  assert.equal(parseNotification(Buffer.from(text))?.disposition.type, 'displayed');
  assert.equal(text.split('\r\n').filter(line => line.startsWith('Disposition')).length, 1);
});
