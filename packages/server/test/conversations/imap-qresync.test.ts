import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

const inbox = ['one', 'two', 'three', 'four', 'five'].map(name => `Subject: ${name}\r\n\r\n${name}\r\n`);
const bob = `
  C:(bob) l1 LOGIN alice@example.test wonderland
  S>(bob) l1 OK ...
`;
/** Bob notes what a client remembers of INBOX, in `validity` and `known`. */
const remember = `
  ${bob}
  C:(bob) l2 SELECT INBOX
  S>(bob) * OK [UIDVALIDITY \${validity}] ...
  S>(bob) * OK [HIGHESTMODSEQ \${known}] ...
  S>(bob) l2 OK ...
  C:(bob) l3 ENABLE QRESYNC
  S:(bob) * OK [HIGHESTMODSEQ ...] ...
  S:(bob) * ENABLED QRESYNC
  S:(bob) l3 OK ...
  C:(bob) l4 UNSELECT
  S:(bob) l4 OK ...
`;
const removeTwoAndFour = `
  C: m1 STORE 2,4 +FLAGS.SILENT (\\Deleted)
  S: m1 OK ...
  C: m2 EXPUNGE
  S> m2 OK ...
`;

const conversations: readonly ImapConversation[] = [
  {
    name: 'QRESYNC has to be enabled: SELECT (QRESYNC …) and UID FETCH (… VANISHED) are BAD before (RFC 7162 §3.2.3)',
    signedIn: true,
    inbox,
    text: `
      C: a1 SELECT INBOX (QRESYNC (1 1))
      S: a1 BAD QRESYNC is not enabled
      C: a2 SELECT INBOX (CONDSTORE)
      S> a2 OK ...
      C: a3 UID FETCH 1:* FLAGS (CHANGEDSINCE 1 VANISHED)
      S: a3 BAD QRESYNC is not enabled
      C: a4 ENABLE QRESYNC CONDSTORE
      S: * ENABLED QRESYNC
      S: a4 OK ...
      C: a5 FETCH 1:* FLAGS (CHANGEDSINCE 1 VANISHED)
      S: a5 BAD ...
      C: a6 UID FETCH 1:* FLAGS (VANISHED)
      S: a6 BAD ...`,
  },
  {
    name: 'arguments of QRESYNC that cannot be: BAD, the mailbox stays as it was (RFC 7162 §3.2.5)',
    selected: true,
    inbox,
    text: `
      C: a0 ENABLE QRESYNC
      S> a0 OK ...
      C: a1 SELECT INBOX (QRESYNC (0 1))
      S: a1 BAD ...
      C: a2 SELECT INBOX (QRESYNC (1 0))
      S: a2 BAD ...
      C: a3 SELECT INBOX (QRESYNC (1 1 *))
      S: a3 BAD ...
      C: a4 SELECT INBOX (QRESYNC (1 1 1:5 (1,2 7)))
      S: a4 BAD ...
      C: a5 SELECT INBOX (QRESYNC (1 1 1:5 (1:4000000000 1:4000000000)))
      S: a5 BAD [LIMIT] ...
      C: a6 SELECT INBOX (QRESYNC (1 1) QRESYNC (1 1))
      S: a6 BAD ...
      C: a7 SELECT INBOX (QRESYNC 1 1)
      S: a7 BAD ...
      C: a8 FETCH 1 UID
      S: * 1 FETCH (UID 1)
      S: a8 OK ...`,
  },
  {
    name: 'SELECT (QRESYNC …): VANISHED (EARLIER), then FETCH of what changed; CLOSED before (RFC 7162 §3.2.5.1, §3.2.11)',
    selected: true,
    inbox,
    text: `
      ${remember}
      C: a1 STORE 3 +FLAGS.SILENT (\\Flagged todo)
      S: a1 OK ...
      ${removeTwoAndFour}
      ! deliver six
      C:(bob) b0 SELECT Sent
      S>(bob) b0 OK ...
      C:(bob) b1 SELECT INBOX (QRESYNC (\${validity} \${known}))
      S:(bob) * OK [CLOSED] ...
      S>(bob) * 4 EXISTS
      S>(bob) * OK [HIGHESTMODSEQ \${now}] ...
      S>(bob) * VANISHED (EARLIER) 2,4
      S:(bob) * 2 FETCH (UID 3 FLAGS (\\Flagged todo) MODSEQ (...))
      S:(bob) * 4 FETCH (UID 6 FLAGS () MODSEQ (\${now}))
      S:(bob) b1 OK [READ-WRITE] ...
      C:(bob) b2 NOOP
      S:(bob) b2 OK ...
      C:(bob) b3 EXAMINE INBOX (QRESYNC (\${validity} \${now}))
      S>(bob) * OK [MAILBOXID ...
      S:(bob) b3 OK [READ-ONLY] ...`,
  },
  {
    name: 'SELECT (QRESYNC …) speaks of the known UIDs only (RFC 7162 §3.2.5.1)',
    selected: true,
    inbox,
    text: `
      ${remember}
      C: a1 STORE 1:5 +FLAGS.SILENT (\\Seen)
      S: a1 OK ...
      ${removeTwoAndFour}
      C:(bob) b1 SELECT INBOX (QRESYNC (\${validity} \${known} 3:4,99))
      S>(bob) * VANISHED (EARLIER) 4
      S:(bob) * 2 FETCH (UID 3 FLAGS (\\Seen) MODSEQ (...))
      S:(bob) b1 OK ...`,
  },
  {
    name: 'another UIDVALIDITY: the rest is ignored (RFC 7162 §3.2.5)',
    selected: true,
    inbox,
    text: `
      ${remember}
      ${removeTwoAndFour}
      C:(bob) b1 SELECT INBOX (QRESYNC (7 \${known}))
      S>(bob) * OK [MAILBOXID ...
      S:(bob) b1 OK ...`,
  },
  {
    name: 'once QRESYNC is enabled VANISHED stands for EXPUNGE, of other sessions too, with HIGHESTMODSEQ (RFC 7162 §3.2.7, §3.2.10)',
    selected: true,
    inbox,
    text: `
      C: a1 ENABLE QRESYNC
      S> a1 OK ...
      ${bob}
      C:(bob) b1 SELECT INBOX
      S>(bob) b1 OK ...
      C: a2 STORE 1,3 +FLAGS (\\Deleted)
      S: * 1 FETCH (UID 1 FLAGS (\\Deleted) MODSEQ (...))
      S: * 3 FETCH (UID 3 FLAGS (\\Deleted) MODSEQ (...))
      S: a2 OK ...
      C: a3 UID EXPUNGE 1
      S: * VANISHED 1
      S: a3 OK [HIGHESTMODSEQ \${after}] ...
      C: a4 EXPUNGE
      S: * VANISHED 3
      S: a4 OK [HIGHESTMODSEQ ...] ...
      C: a5 EXPUNGE
      S: a5 OK EXPUNGE completed
      C: a6 UID MOVE 2 Sent
      S: * OK [COPYUID ...] Moved
      S: * VANISHED 2
      S: a6 OK [HIGHESTMODSEQ ...] ...
      C:(bob) b2 NOOP
      S:(bob) * 3 EXPUNGE
      S:(bob) * 2 EXPUNGE
      S:(bob) * 1 EXPUNGE
      S>(bob) b2 OK ...
      C:(bob) b3 STORE 1:2 +FLAGS.SILENT (\\Deleted)
      S:(bob) b3 OK ...
      C:(bob) b4 CLOSE
      S:(bob) b4 OK CLOSE completed
      C: a7 NOOP
      S: * VANISHED 4:5
      S: a7 OK ...`,
  },
  {
    name: 'FETCH that marks \\Seen tells UID and MODSEQ once CONDSTORE is enabled (RFC 7162 §3.2.4)',
    selected: true,
    inbox,
    text: `
      C: a1 ENABLE QRESYNC
      S> a1 OK ...
      C: a2 FETCH 2 BODY[TEXT]
      S: * 2 FETCH (UID 2 FLAGS (\\Seen) MODSEQ (...) BODY[TEXT] {5}
      S: two
      S: )
      S: a2 OK ...
      C: a3 FETCH 2 BODY[TEXT]
      S: * 2 FETCH (BODY[TEXT] {5}
      S: two
      S: )
      S: a3 OK ...`,
  },
  {
    name: 'UID FETCH (CHANGEDSINCE n VANISHED) tells what left the set before what changed in it (RFC 7162 §3.2.6)',
    selected: true,
    inbox,
    text: `
      ${remember}
      ${removeTwoAndFour}
      C: a1 STORE 1 +FLAGS.SILENT (\\Seen)
      S: a1 OK ...
      C:(bob) b1 SELECT INBOX
      S>(bob) b1 OK ...
      C:(bob) b2 UID FETCH 1:3 (FLAGS) (CHANGEDSINCE \${known} VANISHED)
      S:(bob) * VANISHED (EARLIER) 2
      S:(bob) * 1 FETCH (UID 1 FLAGS (\\Seen) MODSEQ (...))
      S:(bob) b2 OK ...
      C:(bob) b3 UID FETCH 1:* (FLAGS) (CHANGEDSINCE \${known} VANISHED)
      S:(bob) * VANISHED (EARLIER) 2,4
      S:(bob) * 1 FETCH (UID 1 FLAGS (\\Seen) MODSEQ (...))
      S:(bob) b3 OK ...`,
  },
  {
    name: 'VANISHED (EARLIER) leaves out what the session still numbers; VANISHED follows for it (RFC 7162 §3.2.10)',
    selected: true,
    inbox,
    text: `
      ${remember}
      C:(bob) b1 SELECT INBOX
      S>(bob) b1 OK ...
      ${removeTwoAndFour}
      C:(bob) b2 UID FETCH 1:* (FLAGS) (CHANGEDSINCE \${known} VANISHED)
      S:(bob) * VANISHED 2,4
      S:(bob) b2 OK ...`,
  },
  {
    name: 'nothing vanishes during UID SEARCH with message numbers (RFC 7162 §3.2.10.2)',
    selected: true,
    inbox,
    text: `
      ${remember}
      C:(bob) b1 SELECT INBOX
      S>(bob) b1 OK ...
      ${removeTwoAndFour}
      C:(bob) b2 UID SEARCH NOT 1
      S:(bob) * SEARCH 3 5
      S:(bob) b2 OK ...
      C:(bob) b3 UID SEARCH UID 3
      S:(bob) * SEARCH 3
      S:(bob) * VANISHED 2,4
      S:(bob) b3 OK ...`,
  },
  {
    name: 'below the floor everything that is not there vanishes, within the known UIDs and past the sequence match (RFC 7162 §3.2.5.2, §3.2.6)',
    selected: true,
    inbox,
    text: `
      ${remember}
      ${removeTwoAndFour}
      ! forget
      C:(bob) b1 SELECT INBOX (QRESYNC (\${validity} \${known}))
      S>(bob) * VANISHED (EARLIER) 2,4
      S:(bob) b1 OK ...
      C:(bob) b2 SELECT INBOX (QRESYNC (\${validity} \${known} 3:5))
      S>(bob) * VANISHED (EARLIER) 4
      S:(bob) b2 OK ...
      C:(bob) b3 SELECT INBOX (QRESYNC (\${validity} \${known} 1:5 (1:2 1,3)))
      S>(bob) * VANISHED (EARLIER) 4
      S:(bob) b3 OK ...
      C:(bob) b4 SELECT INBOX (QRESYNC (\${validity} \${known} 1:5 (1,3,4 1,5,9)))
      S>(bob) * OK [MAILBOXID ...
      S:(bob) b4 OK ...
      C:(bob) b5 UID FETCH 1:4 (FLAGS) (CHANGEDSINCE \${known} VANISHED)
      S:(bob) * VANISHED (EARLIER) 2,4
      S:(bob) b5 OK ...`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));
