import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

const inbox = [
  'From: bob@example.test\r\nSubject: cherry\r\nDate: Tue, 3 Feb 2026 12:00:00 +0000\r\n\r\none\r\n',
  'From: bob@example.test\r\nSubject: apple\r\nDate: Wed, 4 Feb 2026 12:00:00 +0000\r\n\r\ntwo\r\n',
  'From: eve@example.test\r\nSubject: banana\r\nDate: Thu, 5 Feb 2026 12:00:00 +0000\r\n\r\nthree\r\n',
  'From: bob@example.test\r\nSubject: date\r\nDate: Fri, 6 Feb 2026 12:00:00 +0000\r\n\r\nfour\r\n',
];

const bobOpens = `
      S:(bob) * OK ...
      C:(bob) b1 LOGIN alice@example.test wonderland
      S:(bob) b1 OK ...
      C:(bob) b2 SELECT INBOX
      S>(bob) b2 OK ...`;

const conversations: readonly ImapConversation[] = [
  {
    name: 'UPDATE: own and others’ changes of flags add to and remove from a SEARCH (RFC 5267 §4.3.3, §4.3.4)',
    selected: true,
    inbox,
    text: `
      C: a1 UID SEARCH RETURN (UPDATE COUNT) FLAGGED
      S: * ESEARCH (TAG "a1") UID COUNT 0
      S: a1 OK ...
      C: a2 STORE 2:3 +FLAGS.SILENT (\\Flagged)
      S: * ESEARCH (TAG "a1") UID ADDTO (0 2:3)
      S: a2 OK ...${bobOpens}
      C:(bob) b3 STORE 3 -FLAGS.SILENT (\\Flagged)
      S:(bob) b3 OK ...
      C: a3 NOOP
      S: * 3 FETCH (UID 3 FLAGS ())
      S: * ESEARCH (TAG "a1") UID REMOVEFROM (0 3)
      S: a3 OK ...
      C: a4 STORE 1 +FLAGS.SILENT (\\Seen)
      S: a4 OK ...`,
  },
  {
    name: 'UPDATE: an expunged message leaves the result before it may lose its number (RFC 5267 §4.3.4, appendix A.3)',
    selected: true,
    inbox,
    text: `
      C: a1 SEARCH RETURN (UPDATE ALL) ALL
      S: * ESEARCH (TAG "a1") ALL 1:4
      S: a1 OK ...${bobOpens}
      C:(bob) b3 UID STORE 2 +FLAGS.SILENT (\\Deleted)
      S:(bob) b3 OK ...
      C:(bob) b4 EXPUNGE
      S:(bob) * 2 EXPUNGE
      S:(bob) b4 OK ...
      C: a2 FETCH 1 UID
      S: * 1 FETCH (UID 1)
      S: * ESEARCH (TAG "a1") REMOVEFROM (0 2)
      S: a2 OK ...
      C: a3 NOOP
      S: * 2 EXPUNGE
      S: a3 OK ...`,
  },
  {
    name: 'UPDATE: new messages are added after EXISTS, with the items of UPDATE (…) (RFC 5267 §4.3.3, RFC 5465 §7)',
    selected: true,
    inbox,
    text: `
      C: a1 SEARCH RETURN (COUNT UPDATE (UID FLAGS)) FROM bob
      S: * ESEARCH (TAG "a1") COUNT 3
      S: a1 OK ...
      C: a2 APPEND INBOX {literal}
      C| From: bob@example.test
      C| Subject: elder
      C|
      C| x
      C|
      S: * 5 EXISTS
      S: * 5 FETCH (UID 5 FLAGS ())
      S: * ESEARCH (TAG "a1") ADDTO (0 5)
      S: a2 OK ...
      C: a3 APPEND INBOX {literal}
      C| From: eve@example.test
      C|
      C| x
      C|
      S: * 6 EXISTS
      S: a3 OK ...`,
  },
  {
    name: 'UPDATE: no FETCH of a message that came into the result by a flag (RFC 5465 §7)',
    selected: true,
    inbox,
    text: `
      C: a1 SEARCH RETURN (UPDATE (UID)) FLAGGED
      S: a1 OK ...
      C: a2 STORE 1 +FLAGS.SILENT (\\Flagged)
      S: * ESEARCH (TAG "a1") ADDTO (0 1)
      S: a2 OK ...`,
  },
  {
    name: 'UPDATE in IDLE (RFC 5267 §4.3.2)',
    selected: true,
    inbox,
    text: `
      C: a1 UID SEARCH RETURN (UPDATE) UNSEEN
      S: a1 OK ...${bobOpens}
      C: a2 IDLE
      S: + idling
      C:(bob) b3 STORE 4 +FLAGS.SILENT (\\Seen)
      S:(bob) b3 OK ...
      S: * 4 FETCH (UID 4 FLAGS (\\Seen))
      S: * ESEARCH (TAG "a1") UID REMOVEFROM (0 4)
      C: DONE
      S: a2 OK ...`,
  },
  {
    name: 'UPDATE of a SORT tells places, neighbours together (RFC 5267 §4.3.3)',
    selected: true,
    inbox,
    text: `
      C: a1 STORE 1:4 +FLAGS.SILENT (\\Seen)
      S: a1 OK ...
      C: a2 UID SORT RETURN (UPDATE ALL) (SUBJECT) UTF-8 SEEN
      S: * ESEARCH (TAG "a2") UID ALL 2:3,1,4
      S: a2 OK ...
      C: a3 STORE 2,3,4 -FLAGS.SILENT (\\Seen)
      S: * ESEARCH (TAG "a2") UID REMOVEFROM (4 4 1 2:3)
      S: a3 OK ...
      C: a4 STORE 3:4 +FLAGS.SILENT (\\Seen)
      S: * ESEARCH (TAG "a2") UID ADDTO (1 3 3 4)
      S: a4 OK ...
      C: a5 STORE 2 +FLAGS.SILENT (\\Seen)
      S: * ESEARCH (TAG "a2") UID ADDTO (1 2)
      S: a5 OK ...`,
  },
  {
    name: 'UPDATE of a SORT: new mail finds its place, an expunged one leaves it, in message numbers (RFC 5267 §4.3)',
    selected: true,
    inbox,
    text: `
      C: a1 SORT RETURN (UPDATE ALL) (REVERSE DATE) UTF-8 ALL
      S: * ESEARCH (TAG "a1") ALL 4,3,2,1
      S: a1 OK ...
      C: a2 STORE 2 +FLAGS.SILENT (\\Deleted)
      S: a2 OK ...
      C: a3 EXPUNGE
      S: * ESEARCH (TAG "a1") REMOVEFROM (3 2)
      S: * 2 EXPUNGE
      S: a3 OK ...
      C: a4 APPEND INBOX {literal}
      C| From: bob@example.test
      C| Date: Thu, 5 Feb 2026 18:00:00 +0000
      C|
      C| x
      C|
      S: * 4 EXISTS
      S: * ESEARCH (TAG "a1") ADDTO (2 4)
      S: a4 OK ...`,
  },
  {
    name: 'CANCELUPDATE ends the updates of one search, not of others; unknown tags (RFC 5267 §4.3.5)',
    selected: true,
    inbox,
    text: `
      C: a1 UID SEARCH RETURN (UPDATE) FLAGGED
      S: a1 OK ...
      C: a2 UID SEARCH RETURN (UPDATE) UNFLAGGED
      S: a2 OK ...
      C: a3 CANCELUPDATE "a1"
      S: a3 OK No further updates
      C: a4 STORE 1 +FLAGS.SILENT (\\Flagged)
      S: * ESEARCH (TAG "a2") UID REMOVEFROM (0 1)
      S: a4 OK ...
      C: a5 CANCELUPDATE "a1" "a2"
      S: a5 NO [NONEXISTENT] ...
      C: a6 STORE 1 -FLAGS.SILENT (\\Flagged)
      S: a6 OK ...
      C: a7 CANCELUPDATE a2
      S: a7 BAD ...
      C: a8 CANCELUPDATE
      S: a8 BAD ...
      C: a9 UNSELECT
      S: a9 OK ...
      C: a10 CANCELUPDATE "a2"
      S: a10 BAD ...`,
  },
  {
    name: 'UPDATE with a tag that is in use is BAD; without UPDATE the tag is free (RFC 5267 §4.3)',
    selected: true,
    inbox,
    text: `
      C: b1 UID SEARCH RETURN (UPDATE COUNT) DELETED
      S: * ESEARCH (TAG "b1") UID COUNT 0
      S: b1 OK ...
      C: b1 SORT RETURN (UPDATE) (DATE) UTF-8 FLAGGED
      S: b1 BAD Tag is in use
      C: b1 SEARCH RETURN (UPDATE) ALL
      S: b1 BAD Tag is in use
      C: b1 ESEARCH RETURN (UPDATE) ALL
      S: b1 BAD Tag is in use
      C: b1 SEARCH RETURN (COUNT) ALL
      S: * ESEARCH (TAG "b1") COUNT 4
      S: b1 OK ...`,
  },
  {
    name: 'NOUPDATE when there are too many, or too much to keep in order; other options are honoured (RFC 5267 §4.3.1)',
    selected: true,
    inbox,
    limits: { searchContexts: 2, sortedContextMessages: 3 },
    text: `
      C: a1 SORT RETURN (UPDATE COUNT) (DATE) UTF-8 ALL
      S: * ESEARCH (TAG "a1") COUNT 4
      S: * NO [NOUPDATE "a1"] Too many messages to keep in order
      S: a1 OK ...
      C: a2 SORT RETURN (UPDATE) (DATE) UTF-8 FROM bob
      S: a2 OK ...
      C: a3 SEARCH RETURN (UPDATE) ALL
      S: a3 OK ...
      C: a4 UID SEARCH RETURN (UPDATE MIN) ALL
      S: * ESEARCH (TAG "a4") UID MIN 1
      S: * NO [NOUPDATE "a4"] Too many contexts
      S: a4 OK ...
      C: a5 CANCELUPDATE "a3"
      S: a5 OK ...
      C: a6 UID SEARCH RETURN (UPDATE COUNT) OLDER 5
      S: * ESEARCH (TAG "a6") UID COUNT 4
      S: * NO [NOUPDATE "a6"] ...
      S: a6 OK ...
      C: a7 UID SEARCH RETURN (UPDATE) FLAGGED
      S: a7 OK ...`,
  },
  {
    name: 'message numbers of a followed search stay those of its time; 1:* of UIDs goes with the mailbox (RFC 5267 §4.3)',
    selected: true,
    inbox,
    text: `
      C: a1 UID SEARCH RETURN (UPDATE) 3:4 UNFLAGGED
      S: a1 OK ...
      C: a2 UID SEARCH RETURN (UPDATE) UID 4:*
      S: a2 OK ...
      C: a3 STORE 1 +FLAGS.SILENT (\\Deleted)
      S: a3 OK ...
      C: a4 EXPUNGE
      S: * 1 EXPUNGE
      S: a4 OK ...
      C: a5 STORE 1,3 +FLAGS.SILENT (\\Flagged)
      S: * ESEARCH (TAG "a1") UID REMOVEFROM (0 4)
      S: a5 OK ...
      C: a6 APPEND INBOX {literal}
      C| From: x@example.test
      C|
      C| x
      C|
      S: * 4 EXISTS
      S: * ESEARCH (TAG "a2") UID ADDTO (0 5)
      S: a6 OK ...`,
  },
  {
    name: 'updates end when another mailbox is selected, and tags are free again (RFC 5267 §4.3)',
    selected: true,
    inbox,
    text: `
      C: a1 UID SEARCH RETURN (UPDATE) FLAGGED
      S: a1 OK ...
      C: a2 SELECT INBOX
      S> a2 OK ...
      C: a3 STORE 1 +FLAGS.SILENT (\\Flagged)
      S: a3 OK ...
      C: a1 UID SEARCH RETURN (UPDATE COUNT) FLAGGED
      S: * ESEARCH (TAG "a1") UID COUNT 1
      S: a1 OK ...`,
  },
  {
    name: 'CONTEXT is a hint; UPDATE and PARTIAL do not meet; wrong options are BAD (RFC 5267 §4.2, §4.4)',
    selected: true,
    inbox,
    text: `
      C: a1 SEARCH RETURN (CONTEXT COUNT) ALL
      S: * ESEARCH (TAG "a1") COUNT 4
      S: a1 OK ...
      C: a2 UID SEARCH RETURN (UPDATE PARTIAL 1:2 CONTEXT) UNSEEN
      S: * ESEARCH (TAG "a2") UID PARTIAL (1:2 1:2)
      S: a2 OK ...
      C: a3 STORE 4 +FLAGS.SILENT (\\Seen)
      S: * ESEARCH (TAG "a2") UID REMOVEFROM (0 4)
      S: a3 OK ...
      C: a4 SEARCH RETURN (PARTIAL 1:2 ALL) ALL
      S: a4 BAD ...
      C: a5 SEARCH RETURN (UPDATE UPDATE) ALL
      S: a5 BAD ...
      C: a6 SEARCH RETURN (UPDATE (FROB)) ALL
      S: a6 BAD ...
      C: a7 SEARCH RETURN (UPDATE () ALL
      S: a7 BAD ...
      C: a8 SEARCH RETURN (PARTIAL 100:200) ALL
      S: * ESEARCH (TAG "a8") PARTIAL (100:200 NIL)
      S: a8 OK ...`,
  },
  {
    name: 'UPDATE of ESEARCH follows the selected mailbox alone, which its updates name (RFC 7377 §2.1)',
    selected: true,
    inbox,
    text: `
      C: a0 COPY 1 Sent
      S: a0 OK ...
      C: a1 ESEARCH IN (personal) RETURN (UPDATE COUNT) UNSEEN
      S: * ESEARCH (TAG "a1" MAILBOX "INBOX" UIDVALIDITY \${v}) UID COUNT 4
      S: * ESEARCH (TAG "a1" MAILBOX "Sent" UIDVALIDITY \${w}) UID COUNT 1
      S: a1 OK ...
      C: a2 STORE 1 +FLAGS.SILENT (\\Seen)
      S: * ESEARCH (TAG "a1" MAILBOX "INBOX" UIDVALIDITY \${v}) UID REMOVEFROM (0 1)
      S: a2 OK ...
      C: a3 UNSELECT
      S: a3 OK ...
      C: a4 ESEARCH IN (personal) RETURN (UPDATE COUNT) UNSEEN
      S: a4 BAD ...`,
  },
  {
    name: 'UPDATE with QRESYNC and UIDONLY: VANISHED, UIDFETCH and UIDs (RFC 5267 §4.3.2, RFC 9586 §3)',
    selected: true,
    inbox,
    text: `
      C: a0 ENABLE QRESYNC UIDONLY
      S: * OK [HIGHESTMODSEQ ...] ...
      S: * ENABLED QRESYNC UIDONLY
      S: a0 OK ...
      C: a1 UID SEARCH RETURN (UPDATE (FLAGS)) UNSEEN
      S: a1 OK ...
      C: a2 UID STORE 2 +FLAGS.SILENT (\\Deleted)
      S: * 2 UIDFETCH (MODSEQ (\${m}))
      S: a2 OK ...
      C: a3 UID EXPUNGE 2
      S: * ESEARCH (TAG "a1") UID REMOVEFROM (0 2)
      S: * VANISHED 2
      S: a3 OK ...
      C: a4 APPEND INBOX {literal}
      C| From: x@example.test
      C|
      C| x
      C|
      S: * 4 EXISTS
      S: * 5 UIDFETCH (FLAGS () MODSEQ (...))
      S: * ESEARCH (TAG "a1") UID ADDTO (0 5)
      S: a4 OK ...
      C: a5 SEARCH RETURN (UPDATE) ALL
      S: a5 BAD [UIDREQUIRED] ...`,
  },
  {
    name: 'contexts and NOTIFY: nothing is told that NOTIFY NONE keeps back (RFC 5465 §5)',
    selected: true,
    inbox,
    text: `
      C: a1 NOTIFY NONE
      S: a1 OK ...
      C: a2 UID SEARCH RETURN (UPDATE) ALL
      S: a2 OK ...${bobOpens}
      C:(bob) b3 APPEND INBOX {literal}
      C| From: x@example.test
      C|
      C| x
      C|
      S:(bob) * 5 EXISTS
      S:(bob) b3 OK ...
      C: a3 FETCH 1 UID
      S: * 1 FETCH (UID 1)
      S: a3 OK ...
      C: a4 NOTIFY SET (selected (MessageNew MessageExpunge))
      S: * 5 EXISTS
      S: * ESEARCH (TAG "a2") UID ADDTO (0 5)
      S: a4 OK ...`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));
