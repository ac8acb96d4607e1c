import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { constants, createDeflateRaw } from 'node:zlib';
import { type Clock, systemClock } from '@hongyan/server/platform/clock.ts';
import {
  type ImapConversation,
  imapLogin,
  imapPassword,
  playConversation,
  startImapFixture,
} from '@hongyan/testkit/imap-fixture.ts';

const inbox = ['Subject: one\r\n\r\n1\r\n', 'Subject: two\r\n\r\n2\r\n', 'Subject: three\r\n\r\n3\r\n'];

const conversations: readonly ImapConversation[] = [
  {
    name: 'UNAUTHENTICATE: as if nobody had signed in, nothing stays enabled, nothing is expunged (RFC 8437 §3)',
    selected: true,
    inbox,
    text: `
      C: a1 ENABLE QRESYNC UTF8=ACCEPT
      S: * OK [HIGHESTMODSEQ ...] ...
      S: * ENABLED QRESYNC UTF8=ACCEPT
      S: a1 OK ...
      C: a2 STORE 1 +FLAGS.SILENT (\\Deleted)
      S> a2 OK ...
      C: a3 UNAUTHENTICATE
      S: a3 OK ...
      C: a4 SELECT INBOX
      S: a4 BAD ...
      C: a5 CAPABILITY
      S: * CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ENABLE LANGUAGE ID AUTH=SCRAM-SHA-256 AUTH=PLAIN AUTH=LOGIN
      S: a5 OK ...
      C: a6 UNAUTHENTICATE
      S: a6 BAD ...
      C: a7 LOGIN ${imapLogin} ${imapPassword}
      S: a7 OK ...
      C: a8 SELECT INBOX (QRESYNC (1 1))
      S: a8 BAD ...
      C: a9 SELECT INBOX
      S> * 3 EXISTS
      S> a9 OK ...
      C: a10 EXPUNGE
      S: * 1 EXPUNGE
      S: a10 OK EXPUNGE completed`,
  },
  {
    name: 'UNAUTHENTICATE and a new sign-in may come in one packet (RFC 8437 §3)',
    signedIn: true,
    text: `
      C= a1 UNAUTHENTICATE\\r\\na2 LOGIN ${imapLogin} ${imapPassword}\\r\\na3 NAMESPACE\\r\\n
      S: a1 OK ...
      S: a2 OK ...
      S: * NAMESPACE ...
      S: a3 OK ...`,
  },
  {
    name: 'COMPRESS: only DEFLATE, only signed in, nothing may follow at once (RFC 4978 §3)',
    text: `
      S: * OK ...
      C: a0 COMPRESS DEFLATE
      S: a0 BAD ...
      C: a1 LOGIN ${imapLogin} ${imapPassword}
      S: a1 OK [CAPABILITY ...COMPRESS=DEFLATE...] ...
      C: a2 COMPRESS
      S: a2 BAD ...
      C: a3 COMPRESS LZMA
      S: a3 BAD ...
      C= a4 COMPRESS DEFLATE\\r\\na5 NOOP\\r\\n
      S: a4 BAD ...
      S: a5 OK ...`,
  },
  {
    name: 'UIDONLY: UIDFETCH and VANISHED, numbers are BAD [UIDREQUIRED] (RFC 9586 §3)',
    selected: true,
    inbox,
    text: `
      C: a1 ENABLE UIDONLY
      S: * ENABLED UIDONLY
      S: a1 OK ...
      C: a2 UID FETCH 1:2 (FLAGS)
      S: * 1 UIDFETCH (FLAGS ())
      S: * 2 UIDFETCH (FLAGS ())
      S: a2 OK ...
      C: a3 UID FETCH 1 (UID FLAGS)
      S: * 1 UIDFETCH (UID 1 FLAGS ())
      S: a3 OK ...
      C: a4 UID STORE 2 +FLAGS (\\Deleted)
      S: * 2 UIDFETCH (FLAGS (\\Deleted))
      S: a4 OK ...
      C: a5 UID FETCH 3 BODY[TEXT]
      S: * 3 UIDFETCH (FLAGS (\\Seen) BODY[TEXT] {3}
      S: 3
      S: )
      S: a5 OK ...
      C: a6 EXPUNGE
      S: * VANISHED 2
      S: a6 OK ...
      C: a7 FETCH 1 FLAGS
      S: a7 BAD [UIDREQUIRED] ...
      C: a8 STORE 1 +FLAGS (\\Seen)
      S: a8 BAD [UIDREQUIRED] ...
      C: a9 SEARCH ALL
      S: a9 BAD [UIDREQUIRED] ...
      C: a10 UID SEARCH 1:2
      S: a10 BAD [UIDREQUIRED] ...
      C: a11 UID SEARCH UID 1:3
      S: * SEARCH 1 3
      S: a11 OK ...
      C: a12 COPY 1 Sent
      S: a12 BAD [UIDREQUIRED] ...
      C: a13 MOVE 1 Sent
      S: a13 BAD [UIDREQUIRED] ...
      C: a14 SORT (DATE) UTF-8 ALL
      S: a14 BAD [UIDREQUIRED] ...
      C: a15 THREAD REFERENCES UTF-8 ALL
      S: a15 BAD [UIDREQUIRED] ...
      C: a16 REPLACE 1 INBOX {3+}
      C: abc
      S: a16 BAD [UIDREQUIRED] ...
      C: a17 ENABLE QRESYNC
      S> a17 OK ...
      C: a18 SELECT INBOX (QRESYNC (1 1 1:3 (1 1)))
      S: a18 BAD [UIDREQUIRED] ...
      C:(bob) l1 LOGIN ${imapLogin} ${imapPassword}
      S>(bob) l1 OK ...
      C:(bob) l2 SELECT INBOX
      S>(bob) l2 OK ...
      C:(bob) l3 STORE 1 +FLAGS (\\Flagged)
      S>(bob) l3 OK ...
      C: a19 NOOP
      S: * 1 UIDFETCH (FLAGS (\\Flagged) MODSEQ (...))
      S: a19 OK ...`,
  },
  {
    name: 'REPLACE: the new message comes, the old one goes, APPENDUID first (RFC 8508 §3)',
    selected: true,
    inbox,
    text: `
      C: a1 REPLACE 2 INBOX (\\Draft) "03-Feb-2026 04:05:06 +0000" {literal}
      C| Subject: better
      C|
      C| text
      S: * OK [APPENDUID \${validity} 4] ...
      S: * 2 EXPUNGE
      S: * 3 EXISTS
      S: a1 OK REPLACE completed
      C: a2 UID REPLACE 3 Sent {literal+}
      C| Subject: sent
      C|
      C| text
      S: * OK [APPENDUID ... 1] ...
      S: * 2 EXPUNGE
      S: a2 OK ...
      C: a3 FETCH 2 (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])
      S: * 2 FETCH (FLAGS (\\Draft) BODY[HEADER.FIELDS (SUBJECT)] {19}
      S: Subject: better
      S:
      S: )
      S: a3 OK ...
      C: a4 STATUS Sent (MESSAGES)
      S: * STATUS "Sent" (MESSAGES 1)
      S: a4 OK ...`,
  },
  {
    name: 'REPLACE that cannot be: the literal is no command, nothing changes (RFC 8508 §3.4)',
    selected: true,
    inbox,
    text: `
      C: a1 REPLACE 9 INBOX {7+}
      C: x1 NOOP
      S: a1 BAD ...
      C: a2 UID REPLACE 9 INBOX {7+}
      C: x2 NOOP
      S: a2 NO [EXPUNGEISSUED] ...
      C: a3 REPLACE 1:2 INBOX {7+}
      C: x3 NOOP
      S: a3 BAD ...
      C: a4 REPLACE 1 nowhere {7+}
      C: x4 NOOP
      S: a4 NO [TRYCREATE] ...
      C: a5 REPLACE 1 INBOX
      S: a5 BAD ...
      C: a6 REPLACE 1 INBOX {7+}
      C: x6 NOOP {7+}
      C: x6 NOOP
      S: a6 BAD ...
      C: a7 EXAMINE INBOX
      S> * 3 EXISTS
      S> a7 OK ...
      C: a8 REPLACE 1 INBOX {7+}
      C: x8 NOOP
      S: a8 NO [CANNOT] ...`,
  },
  {
    name: 'REPLACE counts only what it adds against the quota (RFC 8508 §3.4)',
    selected: true,
    inbox: [`Subject: big\r\n\r\n${'x'.repeat(900)}`],
    quota: { limitBytes: 1_000, limitCount: 1 },
    text: `
      C: a1 REPLACE 1 INBOX {literal}
      C| Subject: better
      C|
      C| ${'y'.repeat(900)}
      S: * OK [APPENDUID ...] ...
      S: * 1 EXPUNGE
      S: * 1 EXISTS
      S: a1 OK ...
      C: a2 REPLACE 1 INBOX {1200}
      S: a2 NO [OVERQUOTA] ...`,
  },
];

/** A clock on which it is always time to tell of progress. */
const hasty: Clock = {
  ...systemClock,
  now: () => systemClock.now(),
  after: (ms, work) => systemClock.after(ms === 77 ? 0 : ms, work),
};

test('SEARCH that takes long tells of its progress, a quick command does not (RFC 9585 §4)', async () => {
  await using imap = await startImapFixture({ clock: hasty, limits: { progressMs: 77 } });
  await imap.deliver(Array.from({ length: 200 }, (_, index) => `Subject: ${index}\r\n\r\n${index} text\r\n`));
  await using client = await imap.client();
  await client.ok('SELECT INBOX');
  const { untagged } = await client.ok('SEARCH BODY nowhere');
  assert.match(inspect(untagged, { depth: 9 }), /name: 'INPROGRESS', text: '\("t3" NIL NIL\)'/);
  assert.doesNotMatch(inspect((await client.ok('NOOP')).untagged, { depth: 9 }), /INPROGRESS/);
});

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));

for (const tls of [false, true]) {
  test(`COMPRESS=DEFLATE ${tls ? 'inside TLS' : 'in plain'}: commands, large answers, literals, IDLE (RFC 4978 §3)`, async () => {
    await using imap = await startImapFixture(tls ? { implicitTls: true } : {});
    const text = `Subject: long\r\n\r\n${'All work and no play. '.repeat(50_000)}\r\n`;
    await imap.deliver([text]);
    await using client = await imap.client();
    await client.compress();
    const capability = await client.ok('CAPABILITY');
    assert.doesNotMatch(JSON.stringify(capability.untagged), /COMPRESS=DEFLATE|UNAUTHENTICATE/);
    assert.equal((await client.command('COMPRESS DEFLATE')).status, 'BAD');
    assert.equal((await client.command('UNAUTHENTICATE')).status, 'BAD');
    await client.ok('SELECT INBOX');
    const { untagged } = await client.ok('FETCH 1 BODY.PEEK[]');
    assert.match(inspect(untagged, { depth: 9 }), /41 6c 6c 20 77 6f 72 6b|All work/);
    await client.ok('APPEND INBOX ', Buffer.from(text));
    const idle = await client.idle();
    await idle.stop();
    await client.ok('LOGOUT');
  });
}

test('COMPRESS: what is no deflate stream ends the connection; a bomb is cut at the line limit (RFC 4978 §3)', async () => {
  await using imap = await startImapFixture();
  for (const sent of ['garbage', 'bomb'] as const) {
    const socket = connect(imap.port, '127.0.0.1');
    let heard = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    const until = async (mark: string): Promise<void> => {
      while (!heard.includes(mark)) await new Promise(resolve => socket.once('data', resolve));
    };
    await until('ready');
    socket.write(`l LOGIN ${imapLogin} ${imapPassword}\r\n`);
    await until('l OK');
    socket.write('c COMPRESS DEFLATE\r\n');
    await until('c OK');
    const closed = new Promise(resolve => socket.once('close', resolve));
    if (sent === 'garbage') socket.write(Buffer.alloc(100, 0xff));
    else {
      const deflate = createDeflateRaw({ flush: constants.Z_SYNC_FLUSH });
      deflate.pipe(socket);
      // 64 MiB of one line: about 64 KiB on the wire, never held as a whole.
      for (let i = 0; i < 64; i++) deflate.write(Buffer.alloc(1024 * 1024, 0x61));
    }
    await closed;
  }
});
