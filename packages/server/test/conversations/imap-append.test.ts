import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionLimits } from '@hongyan/formats/imap/limits.ts';
import { type ImapConversation, playConversation, startImapFixture } from '@hongyan/testkit/imap-fixture.ts';

const conversations: readonly ImapConversation[] = [
  {
    name: 'APPEND with flags and date, APPENDUID, EXISTS in the selected mailbox (RFC 9051 §6.3.12, RFC 4315)',
    selected: true,
    text: `
      C: a1 APPEND INBOX (\\Seen $Forwarded todo) " 7-Feb-2026 21:52:25 +0800" {literal}
      C| Subject: hi
      C|
      C| text
      C|
      S: * 1 EXISTS
      S: a1 OK [APPENDUID \${validity} 1] APPEND completed
      C: a2 FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE)
      S: * 1 FETCH (FLAGS (\\Seen $Forwarded todo) INTERNALDATE "07-Feb-2026 13:52:25 +0000" RFC822.SIZE 21)
      S: a2 OK ...
      C: a3 APPEND Sent {literal+}
      C| x
      S: a3 OK [APPENDUID \${other} 1] ...`,
  },
  {
    name: 'APPEND to a mailbox that does not exist: NO [TRYCREATE] at once, or after reading over the literal',
    signedIn: true,
    text: `
      C= a1 APPEND nope {5}\\r\\n
      S: a1 NO [TRYCREATE] ...
      C= a2 APPEND nope {14+}\\r\\na3 LOGOUT\\r\\nxx\\r\\n
      S: a2 NO [TRYCREATE] ...
      C= a4 APPEND &bad {3}\\r\\n
      S: a4 NO [CANNOT] ...
      C: a5 NOOP
      S: a5 OK ...`,
  },
  {
    name: 'APPEND with a mailbox name in a literal; the message literal still streams',
    signedIn: true,
    text: `
      C: a1 APPEND {literal} (\\Seen) {literal}
      C| INBOX
      C/
      C| Subject: x
      C|
      S: a1 OK [APPENDUID ...] ...`,
  },
  {
    name: 'a line between two messages that is too long: the literal behind it is read over, never run (RFC 7888 §4)',
    signedIn: true,
    limits: { session: { ...sessionLimits, lineBytes: 60 } },
    text: `
      C= a1 APPEND INBOX {3+}\\r\\nabc (${'x'.repeat(80)}) {11+}\\r\\na9 LOGOUT\\r\\n\\r\\n
      S: a1 BAD [LIMIT] ...
      C: a2 STATUS INBOX (MESSAGES)
      S: * STATUS "INBOX" (MESSAGES 0)
      S: a2 OK ...`,
  },
  {
    name: 'arguments that are wrong: the literal that comes with them is read over, never run (RFC 7888 §4)',
    signedIn: true,
    text: `
      C= a1 APPEND INBOX "no date" {11+}\\r\\na9 LOGOUT\\r\\n\\r\\n
      S: a1 BAD ...
      C: a2 STATUS INBOX (MESSAGES)
      S: * STATUS "INBOX" (MESSAGES 0)
      S: a2 OK ...`,
  },
  {
    name: 'many literals in one command: refused as soon as they are too much together, read over (RFC 7888 §4)',
    signedIn: true,
    limits: { session: { ...sessionLimits, literalBytes: 64, commandBytes: 100 } },
    text: `
      C= a1 SETMETADATA INBOX (/private/a {50+}\\r\\n${'x'.repeat(50)} /private/b {50+}\\r\\n${'x'.repeat(50)})\\r\\n
      S: a1 NO [TOOBIG] ...
      C: a2 NOOP
      S: a2 OK ...`,
  },
  {
    name: 'more messages made of URLs alone than one APPEND may have (RFC 3502, RFC 4469)',
    signedIn: true,
    inbox: ['Subject: one\r\n\r\n1\r\n'],
    text: `
      C: a1 APPEND INBOX${' CATENATE (URL "/INBOX/;UID=1")'.repeat(101)}
      S: a1 BAD [LIMIT] ...
      C: a2 STATUS INBOX (MESSAGES)
      S: * STATUS "INBOX" (MESSAGES 1)
      S: a2 OK ...`,
  },
  {
    name: 'REPLACE takes one message, and none where the mailbox is only looked at (RFC 8508 §3)',
    selected: true,
    inbox: ['Subject: one\r\n\r\n1\r\n'],
    text: `
      C= a1 REPLACE 1 INBOX {3+}\\r\\nabc {3+}\\r\\ndef\\r\\n
      S: a1 BAD REPLACE takes one message
      C: a2 EXAMINE INBOX
      S> a2 OK [READ-ONLY] ...
      C= a3 REPLACE 1 INBOX {3+}\\r\\nabc\\r\\n
      S: a3 NO [CANNOT] ...
      C: a4 UID SEARCH ALL
      S: * SEARCH 1
      S: a4 OK ...`,
  },
  {
    name: 'MULTIAPPEND: all or none (RFC 3502)',
    selected: true,
    text: `
      C: a1 APPEND INBOX (\\Seen) {literal} (\\Flagged) {literal+}
      C| Subject: 1
      C|
      C/
      C| Subject: 2
      C|
      S: * 2 EXISTS
      S: a1 OK [APPENDUID \${validity} 1:2] ...
      C= a2 APPEND INBOX {3+}\\r\\nabc {0+}\\r\\n\\r\\n
      S: a2 NO [CANNOT] Message is empty
      C= a3 APPEND INBOX {3+}\\r\\nabc (\\\\Foo {0+}\\r\\n\\r\\n
      S: a3 BAD ...
      C= a4 APPEND INBOX {3+}\\r\\nabc nonsense\\r\\n
      S: a4 BAD ...
      C: a5 STATUS INBOX (MESSAGES)
      S: * STATUS "INBOX" (MESSAGES 2)
      S: a5 OK ...`,
  },
  {
    name: 'APPEND UTF8 and literal8 (RFC 6855 §4, RFC 3516)',
    signedIn: true,
    text: `
      C= a1 ENABLE UTF8=ACCEPT\\r\\n
      S: * ENABLED UTF8=ACCEPT
      S: a1 OK ...
      C= a2 APPEND INBOX (\\\\Seen) UTF8 (~{14+}\\r\\nSubject: \\xe5\\x8f\\xb0\\r\\n)\\r\\n
      S: a2 OK [APPENDUID ...] ...
      C= a3 APPEND INBOX ~{4+}\\r\\na\\x00b\\n\\r\\n
      S: a3 OK [APPENDUID ...] ...
      C= a4 APPEND INBOX UTF8 (~{1+}\\r\\nx\\r\\n
      S: a4 BAD ...`,
  },
  {
    name: 'a message over the limit: NO [TOOBIG], the connection is kept (RFC 7888 §4, RFC 7889)',
    signedIn: true,
    limits: { appendBytes: 10 },
    text: `
      C= a1 APPEND INBOX {11}\\r\\n
      S: a1 NO [TOOBIG] ...
      C= a2 APPEND INBOX {11+}\\r\\nhello world\\r\\n
      S: a2 NO [TOOBIG] ...
      C= a3 APPEND INBOX {5+}\\r\\nhello {11+}\\r\\nhello world {2+}\\r\\nab\\r\\n
      S: a3 NO [TOOBIG] ...
      C= a4 APPEND INBOX {5+}\\r\\nhello {11}\\r\\n
      S: a4 NO [TOOBIG] ...
      C: a5 STATUS INBOX (MESSAGES)
      S: * STATUS "INBOX" (MESSAGES 0)
      S: a5 OK ...`,
  },
  {
    name: 'a literal on its way that is too large even to be read over ends the connection with BYE (RFC 7888 §4)',
    signedIn: true,
    limits: { appendBytes: 10, skippedLiteralBytes: 100 },
    text: `
      C= a1 APPEND INBOX {101+}\\r\\n
      S: * BYE [TOOBIG] ...
      S.`,
  },
  {
    name: 'over quota: refused before the literal is asked for (RFC 9208, RFC 5530 OVERQUOTA)',
    signedIn: true,
    quota: { limitBytes: 10, limitCount: null },
    text: `
      C= a1 APPEND INBOX {11}\\r\\n
      S: a1 NO [OVERQUOTA] ...
      C= a2 APPEND INBOX {6+}\\r\\nhello1\\r\\n
      S: a2 OK ...
      C= a3 APPEND INBOX {6+}\\r\\nhello2\\r\\n
      S: a3 NO [OVERQUOTA] ...`,
  },
  {
    name: 'APPEND with wrong arguments',
    signedIn: true,
    text: `
      C: a1 APPEND INBOX "text"
      S: a1 BAD ...
      C: a2 APPEND INBOX
      S: a2 BAD ...
      C= a3 APPEND INBOX "99-Foo-2026 00:00:00 +0000" {3+}\\r\\nabc\\r\\n
      S: a3 BAD Invalid month
      C: a4 NOOP
      S: a4 OK ...`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));

test('a message comes back byte for byte, whatever bytes it holds', async () => {
  await using imap = await startImapFixture();
  await using client = await imap.client();
  await client.ok('SELECT INBOX');
  const message = Buffer.concat([
    Buffer.from('Subject: bytes\r\n\r\n'),
    Buffer.from(Array.from({ length: 4000 }, (_, index) => index % 256)),
  ]);
  await client.ok('APPEND INBOX ', message);
  const { untagged } = await client.ok('FETCH 1 BODY.PEEK[]');
  const fetched = untagged.find(response => response.kind === 'data' && response.name === 'FETCH');
  assert.ok(fetched?.kind === 'data' && fetched.values[0]?.type === 'list');
  const body = fetched.values[0].items[1];
  assert.ok(body?.type === 'string' && body.octets.equals(message));
});
