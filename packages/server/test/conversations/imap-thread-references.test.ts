import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statement } from '@hongyan/server/store/sql/port.ts';
import { imapLogin, imapPassword, startImapFixture } from '@hongyan/testkit/imap-fixture.ts';

const forget = statement('UPDATE message SET reference_ids = NULL WHERE account_id = $1');
const known = statement('SELECT COUNT(*) FROM message WHERE account_id = $1 AND reference_ids IS NOT NULL');

const inbox = [
  'Message-ID: <a@x>\r\nSubject: plans\r\nDate: Tue, 3 Feb 2026 04:00:00 +0000\r\n\r\n1\r\n',
  'Message-ID: <z@x>\r\nSubject: other\r\nDate: Tue, 3 Feb 2026 04:01:00 +0000\r\n\r\n2\r\n',
  // The message in between, <b@x>, was never here: only References leads to <a@x>.
  'Message-ID: <c@x>\r\nIn-Reply-To: <b@x>\r\nReferences: <a@x> <b@x>\r\nSubject: new name\r\nDate: Tue, 3 Feb 2026 04:02:00 +0000\r\n\r\n3\r\n',
  'Message-ID: <d@x>\r\nIn-Reply-To: <z@x>\r\nSubject: else\r\nDate: Tue, 3 Feb 2026 04:03:00 +0000\r\n\r\n4\r\n',
];

test('THREAD=REFERENCES goes by the whole References field, also of mail filed before it was kept (RFC 5256 §3)', async () => {
  await using imap = await startImapFixture();
  await imap.deliver(inbox);
  await imap.play(
    `
    S: * OK ...
    C: a1 LOGIN ${imapLogin} ${imapPassword}
    S: a1 OK ...
    C: a2 SELECT INBOX
    S> a2 OK ...
    C: a3 THREAD REFERENCES UTF-8 ALL
    S: * THREAD (1 3)(2 4)
    S: a3 OK ...
    ! forget
    C: a4 THREAD REFERENCES UTF-8 ALL
    S: * THREAD (1 3)(2 4)
    S: a4 OK ...`,
    {
      hooks: {
        forget: async () => {
          await imap.mail.accounts.transact(imap.scope, tx => tx.run(forget, 1));
        },
      },
    },
  );
  const rows = await imap.mail.accounts.read(imap.scope, reader => reader.arrays(known, 1));
  assert.equal(rows[0]?.[0], inbox.length, 'what was found is written down');
});
