import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ImapConversation,
  imapLogin,
  imapPassword,
  playConversation,
  startImapFixture,
} from '@hongyan/testkit/imap-fixture.ts';
import { type ErrorCode, MailError } from '../../src/platform/errors.ts';

/** Why signing in fails, and the code that tells clients (RFC 5530 §3). */
const failures: readonly (readonly [ErrorCode | null, string])[] = [
  ['auth.failed', 'AUTHENTICATIONFAILED'],
  ['auth.temporary', 'UNAVAILABLE'],
  ['auth.too_many_attempts', 'UNAVAILABLE'],
  ['auth.client_password_required', 'AUTHORIZATIONFAILED'],
  ['auth.clients_off', 'AUTHORIZATIONFAILED'],
  ['account.disabled', 'CONTACTADMIN'],
  ['service.stopped', 'UNAVAILABLE'],
  ['store.unavailable', 'UNAVAILABLE'],
  [null, 'SERVERBUG'],
];

for (const [code, expected] of failures) {
  test(`LOGIN and AUTHENTICATE that fail with ${code ?? 'a defect'}: NO [${expected}], and the next try may work (RFC 5530 §3)`, async () => {
    await using fixture = await startImapFixture();
    const { authenticator } = fixture;
    const real = authenticator.password.bind(authenticator);
    authenticator.password = () =>
      Promise.reject(code === null ? new TypeError('a defect') : new MailError(code));
    const plain = Buffer.from(`\0${imapLogin}\0${imapPassword}`).toString('base64');
    await fixture.play(
      `S: * OK ...
       C: a1 LOGIN ${imapLogin} ${imapPassword}
       S: a1 NO [${expected}] ...
       C: a2 AUTHENTICATE PLAIN ${plain}
       S: a2 NO [${expected}] ...
       C: a3 LANGUAGE zh-CN
       S> a3 OK ...
       C: a4 LOGIN ${imapLogin} ${imapPassword}
       S: a4 NO [${expected}] ...
       ! mend
       C: a5 LOGIN ${imapLogin} ${imapPassword}
       S: a5 OK ...`,
      {
        hooks: {
          mend: () => {
            authenticator.password = real;
          },
        },
      },
    );
    assert.ok(authenticator.attempts.some(({ success }) => success));
  });
}

const conversations: readonly ImapConversation[] = [
  {
    name: 'STATUS and SELECT of what is not there: NO [NONEXISTENT]; CREATE and RENAME onto what is: [ALREADYEXISTS] (RFC 5530 §3)',
    signedIn: true,
    text: `
      C: a1 SELECT Nowhere
      S: a1 NO [NONEXISTENT] ...
      C: a2 EXAMINE Nowhere
      S: a2 NO [NONEXISTENT] ...
      C: a3 STATUS Nowhere (MESSAGES)
      S: a3 NO [NONEXISTENT] ...
      C: a4 DELETE Nowhere
      S: a4 NO [NONEXISTENT] ...
      C: a5 RENAME Nowhere Elsewhere
      S: a5 NO [NONEXISTENT] ...
      C: a6 CREATE Sent
      S: a6 NO [ALREADYEXISTS] ...
      C: a7 RENAME Sent Trash
      S: a7 NO [ALREADYEXISTS] ...
      C: a8 GETMETADATA Nowhere "/private/comment"
      S: a8 NO [NONEXISTENT] ...
      C: a9 GETQUOTAROOT Nowhere
      S: a9 NO [NONEXISTENT] ...
      C: a10 MYRIGHTS Nowhere
      S: a10 NO [NONEXISTENT] ...`,
  },
  {
    name: 'COPY, MOVE, APPEND and REPLACE to what is not there: NO [TRYCREATE], and nothing is lost (RFC 9051 §7.1)',
    selected: true,
    inbox: ['Subject: x\r\n\r\nx\r\n'],
    text: `
      C: a1 COPY 1 Nowhere
      S: a1 NO [TRYCREATE] ...
      C: a2 MOVE 1 Nowhere
      S: a2 NO [TRYCREATE] ...
      C: a3 UID MOVE 1 "Nowhere/deep"
      S: a3 NO [TRYCREATE] ...
      C= a4 REPLACE 1 Nowhere {3+}\\r\\nabc\\r\\n
      S: a4 NO [TRYCREATE] ...
      C: a5 SEARCH ALL
      S: * SEARCH 1
      S: a5 OK ...`,
  },
  {
    name: 'changing commands in an EXAMINEd mailbox: NO, and nothing changes (RFC 9051 §6.3.3)',
    signedIn: true,
    inbox: ['Subject: x\r\n\r\nx\r\n'],
    text: `
      C: a1 EXAMINE INBOX
      S> a1 OK [READ-ONLY] ...
      C: a2 STORE 1 +FLAGS (\\Deleted)
      S: a2 NO [CANNOT] ...
      C: a3 EXPUNGE
      S: a3 NO [CANNOT] ...
      C: a4 MOVE 1 Trash
      S: a4 NO [CANNOT] ...
      C: a5 UID STORE 1 -FLAGS.SILENT (\\Seen)
      S: a5 NO [CANNOT] ...
      C: a6 COPY 1 Trash
      S: a6 OK [COPYUID ...
      C: a7 SEARCH RETURN (UPDATE ALL) ALL
      S: * ESEARCH (TAG "a7") ALL 1
      S: a7 OK ...
      C: a8 FETCH 1 (FLAGS BODY[TEXT])
      S: * 1 FETCH (FLAGS () BODY[TEXT] {3}
      S: x
      S: )
      S: a8 OK ...
      C: a9 CLOSE
      S: a9 OK ...`,
  },
  {
    name: 'CHECK, NOOP, UNSELECT and CLOSE: where they may be said and what they leave (RFC 3501 §6.4.1, RFC 9051 §6.4.1, RFC 3691)',
    signedIn: true,
    inbox: ['Subject: x\r\n\r\nx\r\n'],
    text: `
      C: a1 CHECK
      S: a1 BAD ...
      C: a2 CLOSE
      S: a2 BAD ...
      C: a3 UNSELECT
      S: a3 BAD ...
      C: a4 SELECT INBOX
      S> a4 OK ...
      C: a5 CHECK
      S: a5 OK ...
      C: a6 STORE 1 +FLAGS.SILENT (\\Deleted)
      S: a6 OK ...
      C: a7 UNSELECT
      S: a7 OK ...
      C: a8 STATUS INBOX (MESSAGES DELETED)
      S: * STATUS "INBOX" (MESSAGES 1 DELETED 1)
      S: a8 OK ...
      C: a9 SELECT INBOX
      S> a9 OK ...
      C: a10 CLOSE
      S: a10 OK ...
      C: a11 STATUS INBOX (MESSAGES)
      S: * STATUS "INBOX" (MESSAGES 0)
      S: a11 OK ...`,
  },
  {
    name: 'keywords: case is kept as it came first, and does not tell them apart; wrong flags are BAD (RFC 9051 §2.3.2)',
    selected: true,
    inbox: ['Subject: x\r\n\r\nx\r\n'],
    text: `
      C: a1 STORE 1 +FLAGS (ToDo)
      S: * FLAGS (... ToDo)
      S: * 1 FETCH (FLAGS (ToDo))
      S: a1 OK ...
      C: a2 SEARCH KEYWORD todo
      S: * SEARCH 1
      S: a2 OK ...
      C: a3 STORE 1 -FLAGS (TODO)
      S: * 1 FETCH (FLAGS ())
      S: a3 OK ...
      C: a4 STORE 1 +FLAGS (\\Nonsense)
      S> a4 OK ...
      C: a5 STORE 1 +FLAGS (\\*)
      S: a5 BAD ...
      C: a6 STORE 1 +FLAGS ("quoted")
      S: a6 BAD ...
      C: a7 STORE 1 FLAGS
      S: a7 BAD ...
      C: a8 STORE 1 =FLAGS ()
      S: a8 BAD ...`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));
