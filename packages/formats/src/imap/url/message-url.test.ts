import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessageUrl } from './message-url.ts';

const whole = { part: [], text: null, fields: [] };

function parse(text: string): ReturnType<typeof parseMessageUrl> {
  return parseMessageUrl(Buffer.from(text));
}

test('relative URLs of messages and parts (RFC 4469 §3, RFC 5092 §7)', () => {
  assert.deepEqual(parse('/Drafts;UIDVALIDITY=385759045/;UID=20/;section=1.MIME'), {
    mailbox: 'Drafts',
    uidValidity: 385_759_045,
    uid: 20,
    section: { part: [1], text: 'MIME', fields: [] },
    partial: null,
  });
  assert.deepEqual(parse('/%E8%8D%89%E7%A8%BF/a%20b/;uid=7/;PARTIAL=10.5'), {
    mailbox: '草稿/a b',
    uidValidity: null,
    uid: 7,
    section: whole,
    partial: { offset: 10, length: 5 },
  });
  assert.deepEqual(parse(';UID=3/;SECTION=HEADER.FIELDS%20(Subject%20From)/;PARTIAL=4'), {
    mailbox: null,
    uidValidity: null,
    uid: 3,
    section: { part: [], text: 'HEADER.FIELDS', fields: ['SUBJECT', 'FROM'] },
    partial: { offset: 4, length: null },
  });
  assert.equal(parse('/;UID=3')?.mailbox, null);
});

test('what is not the URL of a message here', () => {
  for (const text of [
    '',
    '/',
    '/INBOX',
    'imap://host/INBOX/;UID=1',
    '//host/INBOX/;UID=1',
    '/INBOX;UID=1',
    '/INBOX/;UID=0',
    '/INBOX/;UID=4294967296',
    '/INBOX/;UID=',
    '/INBOX/;UID=1x',
    '/INBOX/;UIDVALIDITY=1/;UID=1',
    '/INBOX;UIDVALIDITY=0/;UID=1',
    '/INBOX;UIDVALIDITY=1;UID=1',
    '/INBOX/;UID=1/',
    '/INBOX/;UID=1;SECTION=1',
    '/INBOX/;UID=1/;SECTION=',
    '/INBOX/;UID=1/;SECTION=1]x[',
    '/INBOX/;UID=1/;PARTIAL=1.0',
    '/INBOX/;UID=1/;PARTIAL=0.1/;SECTION=1',
    '/INBOX/;UID=1/;SECTION=1/;URLAUTH=anonymous',
    '/IN%BOX/;UID=1',
    '/%00/;UID=1',
    '/%ff/;UID=1',
    '/IN BOX/;UID=1',
    '/INBOX?SUBJECT%20x/;UID=1',
    `/${'x'.repeat(4_096)}/;UID=1`,
  ])
    assert.equal(parse(text), null, text);
});
