import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

const inbox = ['Subject: one\r\n\r\n1\r\n', 'Subject: two\r\n\r\n2\r\n', 'Subject: three\r\n\r\n3\r\n'];
const second = `
  C:(bob) l1 LOGIN alice@example.test wonderland
  S>(bob) l1 OK ...
  C:(bob) l2 SELECT INBOX
  S>(bob) l2 OK ...
`;

const conversations: readonly ImapConversation[] = [
  {
    name: 'STORE: set, add, remove, SILENT, keywords (RFC 9051 §6.4.6)',
    selected: true,
    inbox,
    text: `
      C: a1 STORE 1:2 FLAGS (\\Seen \\Flagged)
      S: * 1 FETCH (FLAGS (\\Flagged \\Seen))
      S: * 2 FETCH (FLAGS (\\Flagged \\Seen))
      S: a1 OK STORE completed
      C: a2 STORE 1 +FLAGS \\Answered $Junk
      S: * 1 FETCH (FLAGS (\\Answered \\Flagged \\Seen $Junk))
      S: a2 OK ...
      C: a3 UID STORE 1 -FLAGS.SILENT (\\Seen)
      S: a3 OK ...
      C: a4 UID STORE 1 +FLAGS (Projekt)
      S: * FLAGS (... Projekt)
      S: * 1 FETCH (UID 1 FLAGS (\\Answered \\Flagged $Junk Projekt))
      S: a4 OK ...
      C: a5 STORE 1 FLAGS ()
      S: * 1 FETCH (FLAGS ())
      S: a5 OK ...
      C: a6 STORE 1 FLAGS (\\Recent)
      S: * 1 FETCH (FLAGS ())
      S: a6 OK ...
      C: a7 STORE 1 ++FLAGS (\\Seen)
      S: a7 BAD ...
      C: a8 STORE 1 FROBS (\\Seen)
      S: a8 BAD ...
      C: a9 STORE 1 FLAGS (a b{)
      S: a9 BAD ...`,
  },
  {
    name: 'the first command that asks for mod-sequences is told where they begin, once (RFC 7162 §3.1)',
    selected: true,
    inbox,
    text: `
      C: a1 FETCH 1 (FLAGS)
      S: * 1 FETCH (FLAGS ())
      S: a1 OK ...
      C: a2 FETCH 1 (MODSEQ)
      S: * OK [HIGHESTMODSEQ \${begin}] ...
      S: * 1 FETCH (MODSEQ (...))
      S: a2 OK ...
      C: a3 SEARCH MODSEQ \${begin}
      S: * SEARCH ...
      S: a3 OK ...
      C: a4 SELECT INBOX (CONDSTORE)
      S: * OK [CLOSED] ...
      S> * OK [HIGHESTMODSEQ \${begin}] ...
      S: * OK [MAILBOXID ...
      S: a4 OK ...`,
  },
  {
    name: 'from then on flags are never told without the mod-sequence they came with (RFC 7162 §3.1)',
    selected: true,
    inbox,
    text: `
      C: a1 FETCH 1 (FLAGS UID)
      S: * 1 FETCH (FLAGS () UID 1)
      S: a1 OK ...
      C: a2 ENABLE CONDSTORE
      S: * OK [HIGHESTMODSEQ ...
      S: * ENABLED CONDSTORE
      S: a2 OK ...
      C: a3 FETCH 1 (FLAGS UID)
      S: * 1 FETCH (FLAGS () MODSEQ (...) UID 1)
      S: a3 OK ...
      C: a4 UID FETCH 1 (FLAGS RFC822.SIZE)
      S: * 1 FETCH (UID 1 FLAGS () MODSEQ (...) RFC822.SIZE ...
      S: a4 OK ...
      C: a5 FETCH 1 (UID)
      S: * 1 FETCH (UID 1)
      S: a5 OK ...`,
  },
  {
    name: 'conditional STORE: MODIFIED names what was left alone (RFC 7162 §3.1.3)',
    selected: true,
    inbox,
    text: `
      ${second}
      C: a1 FETCH 2 MODSEQ
      S: * OK [HIGHESTMODSEQ ...] ...
      S: * 2 FETCH (MODSEQ (\${seen}))
      S: a1 OK ...
      C:(bob) b1 STORE 2 +FLAGS (\\Flagged)
      S>(bob) b1 OK ...
      C: a2 STORE 1:2 (UNCHANGEDSINCE \${seen}) +FLAGS (\\Seen)
      S: * 1 FETCH (UID 1 FLAGS (\\Seen) MODSEQ (...))
      S> a2 OK [MODIFIED 2] ...
      C: a3 UID STORE 2 (UNCHANGEDSINCE 1) -FLAGS.SILENT (\\Flagged)
      S> a3 OK [MODIFIED 2] ...
      C: a4 STORE 1 (FROB 1) FLAGS ()
      S: a4 BAD ...`,
  },
  {
    name: 'too many keywords: NO [LIMIT] (RFC 9051 §7.1)',
    selected: true,
    inbox,
    mailboxLimits: { maxKeywords: 1 },
    text: `
      C: a1 STORE 1 +FLAGS.SILENT (one)
      S: a1 OK ...
      C: a2 STORE 1 +FLAGS.SILENT (two)
      S: a2 NO [LIMIT] ...`,
  },
  {
    name: 'another session sees new flags, new mail and expunges with its next command (RFC 9051 §5.2)',
    selected: true,
    inbox,
    text: `
      ${second}
      C: a1 STORE 2 +FLAGS (\\Deleted)
      S> a1 OK ...
      C:(bob) b1 NOOP
      S:(bob) * 2 FETCH (UID 2 FLAGS (\\Deleted))
      S:(bob) b1 OK ...
      ! deliver four
      C: a2 EXPUNGE
      S: * 2 EXPUNGE
      S: * 3 EXISTS
      S: a2 OK ...
      C:(bob) b2 NOOP
      S:(bob) * 2 EXPUNGE
      S:(bob) * 3 EXISTS
      S:(bob) b2 OK ...`,
  },
  {
    name: 'no EXPUNGE during FETCH, STORE and SEARCH; numbers hold until then; EXPUNGEISSUED (RFC 9051 §7.5.1, RFC 5530)',
    selected: true,
    inbox,
    text: `
      ${second}
      C: a1 STORE 1 +FLAGS.SILENT (\\Deleted)
      S: a1 OK ...
      C: a2 EXPUNGE
      S: * 1 EXPUNGE
      S: a2 OK ...
      C:(bob) b1 FETCH 1:3 UID
      S:(bob) * 2 FETCH (UID 2)
      S:(bob) * 3 FETCH (UID 3)
      S:(bob) b1 OK [EXPUNGEISSUED] ...
      C:(bob) b2 STORE 3 +FLAGS (\\Seen)
      S:(bob) * 3 FETCH (FLAGS (\\Seen))
      S:(bob) b2 OK ...
      C:(bob) b3 SEARCH ALL
      S:(bob) * SEARCH 2 3
      S:(bob) b3 OK ...
      C:(bob) b4 UID FETCH 3 FLAGS
      S:(bob) * 3 FETCH (UID 3 FLAGS (\\Seen))
      S:(bob) * 1 EXPUNGE
      S:(bob) b4 OK ...
      C:(bob) b5 FETCH 2 UID
      S:(bob) * 2 FETCH (UID 3)
      S:(bob) b5 OK ...`,
  },
  {
    name: 'a pipelined command that names numbers is not overtaken by EXPUNGE (RFC 9051 §5.5)',
    selected: true,
    inbox,
    text: `
      ${second}
      C: a1 STORE 1 +FLAGS.SILENT (\\Deleted)
      S: a1 OK ...
      C: a2 EXPUNGE
      S> a2 OK ...
      C=(bob) b1 NOOP\\r\\nb2 FETCH 3 UID\\r\\n
      S:(bob) b1 OK ...
      S:(bob) * 3 FETCH (UID 3)
      S:(bob) b2 OK ...
      C:(bob) b3 NOOP
      S:(bob) * 1 EXPUNGE
      S:(bob) b3 OK ...`,
  },
  {
    name: 'CLOSE removes nothing where the mailbox is only looked at (RFC 9051 §6.4.1)',
    selected: true,
    inbox,
    text: `
      C: a1 STORE 1 +FLAGS.SILENT (\\Deleted)
      S: a1 OK ...
      C: a2 EXAMINE INBOX
      S> a2 OK [READ-ONLY] ...
      C: a3 CLOSE
      S: a3 OK CLOSE completed
      C: a4 STATUS INBOX (DELETED)
      S: * STATUS "INBOX" (DELETED 1)
      S: a4 OK ...`,
  },
  {
    name: 'EXPUNGE, UID EXPUNGE, CLOSE, UNSELECT (RFC 9051 §6.4, RFC 4315)',
    selected: true,
    inbox,
    text: `
      C: a1 STORE 1:3 +FLAGS.SILENT (\\Deleted)
      S: a1 OK ...
      C: a2 UID EXPUNGE 2,99
      S: * 2 EXPUNGE
      S: a2 OK ...
      C: a3 UID EXPUNGE
      S: a3 BAD ...
      C: a4 UNSELECT
      S: a4 OK ...
      C: a5 SELECT INBOX
      S> * 2 EXISTS
      S> a5 OK ...
      C: a6 STORE 1 -FLAGS.SILENT (\\Deleted)
      S: a6 OK ...
      C: a7 CLOSE
      S: a7 OK CLOSE completed
      C: a8 SELECT INBOX
      S> * 1 EXISTS
      S> a8 OK ...
      C: a9 STORE 1 +FLAGS.SILENT (\\Deleted)
      S: a9 OK ...
      C: a10 EXPUNGE
      S: * 1 EXPUNGE
      S: a10 OK ...`,
  },
  {
    name: 'COPY keeps flags and date and answers COPYUID (RFC 9051 §6.4.7, RFC 4315)',
    selected: true,
    inbox,
    text: `
      C: a1 STORE 2 +FLAGS.SILENT (\\Flagged todo)
      S: a1 OK ...
      C: a2 COPY 2:3 Sent
      S: a2 OK [COPYUID \${validity} 2:3 1:2] COPY completed
      C: a3 COPY 1 nope
      S: a3 NO [TRYCREATE] ...
      C: a4 UID COPY 77 Sent
      S: a4 OK COPY completed
      C: a5 COPY 1 INBOX
      S: * 4 EXISTS
      S: a5 OK [COPYUID ...] ...
      C: a6 SELECT Sent
      S> a6 OK ...
      C: a7 FETCH 1 (FLAGS INTERNALDATE)
      S: * 1 FETCH (FLAGS (\\Flagged todo) INTERNALDATE "03-Feb-2026 04:05:06 +0000")
      S: a7 OK ...`,
  },
  {
    name: 'MOVE: COPYUID first, then EXPUNGE; other sessions see it go (RFC 6851 §4.3, RFC 9051 §6.4.8)',
    selected: true,
    inbox,
    text: `
      ${second}
      C: a1 MOVE 1,3 Trash
      S: * OK [COPYUID \${validity} 1,3 1:2] Moved
      S: * 3 EXPUNGE
      S: * 1 EXPUNGE
      S: a1 OK MOVE completed
      C:(bob) b1 NOOP
      S:(bob) * 3 EXPUNGE
      S:(bob) * 1 EXPUNGE
      S:(bob) b1 OK ...
      C: a2 UID MOVE 2 nope
      S: a2 NO [TRYCREATE] ...
      C: a3 UID MOVE 2 Trash
      S: * OK [COPYUID ...] Moved
      S: * 1 EXPUNGE
      S: a3 OK ...
      C: a4 UID MOVE 2 Trash
      S: a4 OK ...
      C: a5 SELECT Trash
      S> a5 OK ...
      C: a6 UID MOVE 1 Trash
      S: * OK [COPYUID \${trash} 1 4] Moved
      S: * 1 EXPUNGE
      S: * 3 EXISTS
      S: a6 OK ...`,
  },
  {
    name: 'IDLE: new mail, flags and expunges come by themselves; only DONE ends it (RFC 2177)',
    selected: true,
    inbox,
    text: `
      ${second}
      C: a1 IDLE
      S: + idling
      ! deliver four
      S: * 4 EXISTS
      C:(bob) b1 STORE 1 +FLAGS (\\Deleted)
      S>(bob) b1 OK ...
      S: * 1 FETCH (UID 1 FLAGS (\\Deleted))
      C:(bob) b2 EXPUNGE
      S>(bob) b2 OK ...
      S: * 1 EXPUNGE
      C: DONE
      S: a1 OK IDLE completed
      C: a2 IDLE
      S: + idling
      C: NOOP
      S: a2 BAD Expected DONE
      C: a3 NOOP
      S: a3 OK ...`,
  },
  {
    name: 'IDLE without a selected mailbox waits for DONE (RFC 9051 §6.3.13)',
    signedIn: true,
    text: `
      C: a1 IDLE
      S: + idling
      C: done
      S: a1 OK IDLE completed`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));
