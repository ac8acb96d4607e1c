import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { type ImapConversation, playConversation, startImapFixture } from '@hongyan/testkit/imap-fixture.ts';

const plain = [
  'Date: Tue, 3 Feb 2026 12:00:00 +0800',
  'From: "Li Wei" <liwei@example.test>',
  'To: alice@example.test',
  'Subject: =?utf-8?B?5oql6KGo?=',
  'Message-ID: <one@example.test>',
  '',
  'Hello Alice.',
  '',
].join('\r\n');

const mixed = [
  'From: bob@example.test',
  'Subject: parts',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b1',
  '',
  'preamble',
  '--b1',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'first',
  '--b1',
  'Content-Type: application/octet-stream; name=x.bin',
  'Content-Transfer-Encoding: base64',
  'Content-Disposition: attachment; filename=x.bin',
  '',
  'AAECAwQ=',
  '--b1',
  'Content-Type: message/rfc822',
  '',
  'Subject: inner',
  'From: carol@example.test',
  '',
  'inner text',
  '--b1',
  'Content-Type: text/plain',
  'Content-Transfer-Encoding: x-strange',
  '',
  '????',
  '--b1--',
  '',
].join('\r\n');

const conversations: readonly ImapConversation[] = [
  {
    name: 'FLAGS, UID, INTERNALDATE, RFC822.SIZE, ENVELOPE; FAST and ALL (RFC 9051 §6.4.5)',
    selected: true,
    inbox: [plain],
    text: `
      C: a1 FETCH 1 (UID FLAGS INTERNALDATE RFC822.SIZE)
      S: * 1 FETCH (UID 1 FLAGS () INTERNALDATE "03-Feb-2026 04:05:06 +0000" RFC822.SIZE ${plain.length})
      S: a1 OK FETCH completed
      C: a2 FETCH 1 ENVELOPE
      S: * 1 FETCH (ENVELOPE ("Tue, 3 Feb 2026 12:00:00 +0800" "=?utf-8?B?5oql6KGo?=" (("Li Wei" NIL "liwei" "example.test")) (("Li Wei" NIL "liwei" "example.test")) (("Li Wei" NIL "liwei" "example.test")) ((NIL NIL "alice" "example.test")) NIL NIL NIL "<one@example.test>"))
      S: a2 OK ...
      C: a3 FETCH 1 FAST
      S: * 1 FETCH (FLAGS () INTERNALDATE "..." RFC822.SIZE ${plain.length})
      S: a3 OK ...
      C: a4 UID FETCH 1 all
      S: * 1 FETCH (UID 1 FLAGS () INTERNALDATE "..." RFC822.SIZE ${plain.length} ENVELOPE (...))
      S: a4 OK ...
      C: a5 FETCH 1 (FLAGS FLAGS flags)
      S: * 1 FETCH (FLAGS ())
      S: a5 OK ...`,
  },
  {
    name: 'BODY and BODYSTRUCTURE (RFC 9051 §7.5.2)',
    selected: true,
    inbox: [plain],
    text: `
      C: a1 FETCH 1 (BODY BODYSTRUCTURE)
      S: * 1 FETCH (BODY ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 14 1) BODYSTRUCTURE ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 14 1 NIL NIL NIL NIL))
      S: a1 OK ...`,
  },
  {
    name: 'BODY[] sets \\Seen and says so, BODY.PEEK[] does not (RFC 9051 §6.4.5)',
    selected: true,
    inbox: [plain],
    text: `
      C: a1 FETCH 1 BODY.PEEK[TEXT]
      S: * 1 FETCH (BODY[TEXT] {14}
      S: Hello Alice.
      S: )
      S: a1 OK ...
      C: a2 FETCH 1 BODY[TEXT]
      S: * 1 FETCH (FLAGS (\\Seen) BODY[TEXT] {14}
      S: Hello Alice.
      S: )
      S: a2 OK ...
      C: a3 FETCH 1 (FLAGS BODY[TEXT]<6.5>)
      S: * 1 FETCH (FLAGS (\\Seen) BODY[TEXT]<6> {5}
      S: Alice)
      S: a3 OK ...`,
  },
  {
    name: 'in an EXAMINEd mailbox nothing becomes \\Seen (RFC 9051 §6.3.3)',
    signedIn: true,
    inbox: [plain],
    text: `
      C: a1 EXAMINE INBOX
      S> a1 OK ...
      C: a2 FETCH 1 (FLAGS RFC822.TEXT)
      S: * 1 FETCH (FLAGS () RFC822.TEXT {14}
      S> a2 OK ...`,
  },
  {
    name: 'HEADER.FIELDS, HEADER.FIELDS.NOT, HEADER, RFC822.HEADER (RFC 9051 §6.4.5.1)',
    selected: true,
    inbox: [plain],
    text: `
      C: a1 FETCH 1 BODY.PEEK[HEADER.FIELDS (subject X-None to)]
      S: * 1 FETCH (BODY[HEADER.FIELDS (SUBJECT X-NONE TO)] {57}
      S: To: alice@example.test
      S: Subject: =?utf-8?B?5oql6KGo?=
      S:
      S: )
      S: a1 OK ...
      C: a2 FETCH 1 BODY.PEEK[HEADER.FIELDS.NOT (Date From To Subject)]
      S: * 1 FETCH (BODY[HEADER.FIELDS.NOT (DATE FROM TO SUBJECT)] {34}
      S: Message-ID: <one@example.test>
      S:
      S: )
      S: a2 OK ...
      C: a3 FETCH 1 RFC822.HEADER
      S: * 1 FETCH (RFC822.HEADER {${plain.indexOf('\r\n\r\n') + 4}}
      S> a3 OK ...
      C: a4 FETCH 1 FLAGS
      S: * 1 FETCH (FLAGS ())
      S: a4 OK ...`,
  },
  {
    name: 'parts: numbers, MIME, message/rfc822 inside, parts that are not there (RFC 9051 §6.4.5.1)',
    selected: true,
    inbox: [mixed],
    text: `
      C: a1 FETCH 1 (BODY.PEEK[1] BODY.PEEK[1.MIME])
      S: * 1 FETCH (BODY[1] {5}
      S: first BODY[1.MIME] {43}
      S> a1 OK ...
      C: a2 FETCH 1 (BODY.PEEK[3.HEADER] BODY.PEEK[3.TEXT] BODY.PEEK[3.1] BODY.PEEK[3.HEADER.FIELDS (From)])
      S: * 1 FETCH (BODY[3.HEADER] {44}
      S: Subject: inner
      S: From: carol@example.test
      S:
      S:  BODY[3.TEXT] {10}
      S: inner text BODY[3.1] {10}
      S: inner text BODY[3.HEADER.FIELDS (FROM)] {28}
      S: From: carol@example.test
      S:
      S: )
      S: a2 OK ...
      C: a3 FETCH 1 (BODY.PEEK[9] BODY.PEEK[1.TEXT] BODY.PEEK[3.7])
      S: * 1 FETCH (BODY[9] NIL BODY[1.TEXT] NIL BODY[3.7] NIL)
      S: a3 OK ...
      C: a4 FETCH 1 BODY.PEEK[1]<99.10>
      S: * 1 FETCH (BODY[1]<99> {0}
      S: )
      S: a4 OK ...`,
  },
  {
    name: 'BINARY, BINARY.SIZE, partial, unknown encoding (RFC 3516, RFC 9051)',
    selected: true,
    inbox: [mixed],
    text: `
      C: a1 FETCH 1 (BINARY.SIZE[2] BINARY.PEEK[2]<3.2>)
      S: * 1 FETCH (BINARY.SIZE[2] 5 BINARY[2]<3> ~{2}
      S~ ^\\x03\\x04\\)$
      S: a1 OK ...
      C: a2 FETCH 1 BINARY.PEEK[4]
      S: a2 NO [UNKNOWN-CTE] ...
      C: a3 FETCH 1 BINARY[1]
      S: * 1 FETCH (FLAGS (\\Seen) BINARY[1] ~{5}
      S: first)
      S: a3 OK ...`,
  },
  {
    name: 'OBJECTID, SAVEDATE, PREVIEW, MODSEQ (RFC 8474, RFC 8514, RFC 8970, RFC 7162)',
    selected: true,
    inbox: [plain],
    text: `
      C: a1 FETCH 1 (EMAILID THREADID)
      S~ ^\\* 1 FETCH \\(EMAILID \\(e\\d+\\) THREADID \\(t\\d+\\)\\)$
      S: a1 OK ...
      C: a2 FETCH 1 (PREVIEW (LAZY) UID)
      S: * 1 FETCH (PREVIEW "Hello Alice." UID 1)
      S: a2 OK ...
      C: a3 FETCH 1 (SAVEDATE)
      S~ ^\\* 1 FETCH \\(SAVEDATE "\\d\\d-\\w{3}-\\d{4} [\\d:]{8} \\+0000"\\)$
      S: a3 OK ...
      C: a4 FETCH 1 MODSEQ
      S: * OK [HIGHESTMODSEQ ...] ...
      S: * 1 FETCH (MODSEQ (\${modseq}))
      S: a4 OK ...
      C: a5 UID FETCH 1:* FLAGS (CHANGEDSINCE \${modseq})
      S: a5 OK ...
      C: a6 STORE 1 +FLAGS.SILENT (\\Flagged)
      S: * 1 FETCH (UID 1 MODSEQ (...))
      S: a6 OK ...
      C: a7 UID FETCH 1:* FLAGS (CHANGEDSINCE \${modseq})
      S: * 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (...))
      S: a7 OK ...
      C: a8 UID FETCH 1:* FLAGS (CHANGEDSINCE 1 VANISHED)
      S: a8 BAD ...`,
  },
  {
    name: 'sequence sets: *, reversed, out of range is BAD, unknown UIDs match nothing (RFC 9051 §9)',
    selected: true,
    inbox: [plain, plain, plain],
    text: `
      C: a1 FETCH *:2 UID
      S: * 2 FETCH (UID 2)
      S: * 3 FETCH (UID 3)
      S: a1 OK ...
      C: a2 FETCH 3,1 UID
      S: * 1 FETCH (UID 1)
      S: * 3 FETCH (UID 3)
      S: a2 OK ...
      C: a3 FETCH 4 UID
      S: a3 BAD Invalid message sequence number
      C: a4 UID FETCH 100:* UID
      S: * 3 FETCH (UID 3)
      S: a4 OK ...
      C: a5 UID FETCH 50:60 UID
      S: a5 OK ...
      C: a6 FETCH 0 UID
      S: a6 BAD ...
      C: a7 FETCH 1 (UID
      S: a7 BAD ...
      C: a8 FETCH 1 FROB
      S: a8 BAD ...`,
  },
  {
    name: 'in an empty mailbox every sequence number is BAD, every UID matches nothing (RFC 9051 §9)',
    selected: true,
    text: `
      C: a1 FETCH 1:* FLAGS
      S: a1 BAD ...
      C: a2 UID FETCH 1:* FLAGS
      S: a2 OK ...`,
  },
];

for (const conversation of conversations) {
  test(conversation.name, () => playConversation(conversation));
  test(`${conversation.name}, bodies streamed`, () =>
    playConversation({ ...conversation, limits: { wholeBytes: 0 } }));
}

for (const wholeBytes of [0, 1_000_000]) {
  test(`lines that delivery put in front belong to the header and move the parts (${wholeBytes})`, async () => {
    await using imap = await startImapFixture({ limits: { wholeBytes } });
    await imap.deliver([mixed], 'INBOX', 'Return-Path: <bob@example.test>\r\n');
    await imap.play(`
      S: * OK ...
      C: l1 LOGIN alice@example.test wonderland
      S: l1 OK ...
      C: l2 EXAMINE INBOX
      S> l2 OK ...
      C: a1 FETCH 1 (RFC822.SIZE BODY[HEADER.FIELDS (Return-Path Subject)])
      S: * 1 FETCH (RFC822.SIZE ${mixed.length + 33} BODY[HEADER.FIELDS (RETURN-PATH SUBJECT)] {51}
      S: Return-Path: <bob@example.test>
      S: Subject: parts
      S:
      S: )
      S: a1 OK ...
      C: a2 FETCH 1 (BODY[]<0.20> BODY[1] BINARY[3.1] BODY[TEXT]<0.8>)
      S: * 1 FETCH (BODY[]<0> {20}
      S: Return-Path: <bob@ex BODY[1] {5}
      S: first BINARY[3.1] ~{10}
      S: inner text BODY[TEXT]<0> {8}
      S: preamble)
      S: a2 OK ...`);
  });
}

for (const prefix of ['', 'Return-Path: <bob@example.test>\r\n']) {
  test(`many bodies come in batches, each message as it is, twice the same (RFC 9051 §7.5.2), prefix ${prefix.length}`, async () => {
    await using imap = await startImapFixture();
    const messages = Array.from({ length: 90 }, (_, n) => {
      const line = `line ${n} `.repeat(7);
      return `Subject: number ${n}\r\n\r\n${`${line}\r\n`.repeat(n === 50 ? 4_000 : 140)}`;
    });
    await imap.deliver(messages, 'INBOX', prefix);
    await using client = await imap.client();
    await client.ok('EXAMINE INBOX');
    for (const item of ['BODY.PEEK[]', 'BODY.PEEK[TEXT]', 'BODY.PEEK[]']) {
      const { untagged } = await client.ok(`FETCH 1:* (${item})`);
      const texts = untagged.flatMap(each => {
        const value =
          each.kind === 'data' && each.values[0]?.type === 'list' ? each.values[0].items[1] : null;
        return value?.type === 'string' ? [value.octets.toString()] : [];
      });
      const whole = item.endsWith('[]');
      assert.deepEqual(
        texts.map(text => hash('sha256', text)),
        messages.map(text =>
          hash('sha256', whole ? prefix + text : text.slice(text.indexOf('\r\n\r\n') + 4)),
        ),
      );
    }
  });
}
