import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

function message(fields: Readonly<Record<string, string>>, text = ''): string {
  return `${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n${text}\r\n`;
}

const inbox = [
  message({
    From: '"Zoe" <bob@example.test>',
    To: 'team: carl@example.test;',
    Date: 'Tue, 03 Feb 2026 10:00:00 +0800',
    Subject: 'Re: report',
  }),
  message(
    {
      From: '=?utf-8?B?5byg5LiJ?= <zhang@example.test>',
      To: 'alice@example.test',
      Date: 'Tue, 03 Feb 2026 01:00:00 +0000',
      Subject: 'Report',
    },
    'a longer text than the others have',
  ),
  message({ From: 'adam@example.test', Cc: 'dora@example.test', Subject: 'agenda' }),
];

const discussion = [
  message({ Subject: 'Lunch', 'Message-ID': '<1@x>', Date: 'Mon, 02 Feb 2026 10:00:00 +0000' }),
  message({ Subject: 'Other', 'Message-ID': '<2@x>', Date: 'Mon, 02 Feb 2026 11:00:00 +0000' }),
  message({
    Subject: 'Re: Lunch',
    'Message-ID': '<3@x>',
    'In-Reply-To': '<"1"@x>',
    Date: 'Mon, 02 Feb 2026 12:00:00 +0000',
  }),
  message({
    Subject: '=?utf-8?B?5Zue5aSN77yabHVuY2g=?=',
    'Message-ID': '<4@x>',
    'In-Reply-To': '<3@x>',
    References: '<1@x> <3@x>',
    Date: 'Mon, 02 Feb 2026 13:00:00 +0000',
  }),
  message({
    Subject: 'Re: Lunch',
    'Message-ID': '<6@x>',
    'In-Reply-To': '<gone@x>',
    References: '<1@x> <gone@x>',
    Date: 'Mon, 02 Feb 2026 14:00:00 +0000',
  }),
];

const conversations: readonly ImapConversation[] = [
  {
    name: 'SORT by each criterion, REVERSE, ties as in the mailbox (RFC 5256 §3)',
    selected: true,
    inbox,
    text: `
      C: a1 SORT (SUBJECT) UTF-8 ALL
      S: * SORT 3 1 2
      S: a1 OK SORT completed
      C: a2 SORT (REVERSE SUBJECT) UTF-8 ALL
      S: * SORT 1 2 3
      S: a2 OK ...
      C: a3 SORT (SUBJECT DATE) US-ASCII ALL
      S: * SORT 3 2 1
      S: a3 OK ...
      C: a4 SORT (FROM) UTF-8 ALL
      S: * SORT 3 1 2
      S: a4 OK ...
      C: a5 SORT (TO) UTF-8 ALL
      S: * SORT 3 2 1
      S: a5 OK ...
      C: a6 SORT (REVERSE CC) UTF-8 ALL
      S: * SORT 3 1 2
      S: a6 OK ...
      C: a7 SORT (REVERSE SIZE) UTF-8 ALL
      S: * SORT 2 1 3
      S: a7 OK ...
      C: a8 UID SORT (ARRIVAL) UTF-8 UID 2:3
      S: * SORT 2 3
      S: a8 OK ...
      C: a9 SORT (DATE) UTF-8 TEXT "nowhere"
      S: * SORT
      S: a9 OK ...
      C: a10 SORT (DATE) UTF-8 ALL
      S: * SORT 2 1 3
      S: a10 OK ...`,
  },
  {
    name: 'SORT by names as they are shown (RFC 5957 §3)',
    selected: true,
    inbox,
    text: `
      C: a1 SORT (DISPLAYFROM) UTF-8 ALL
      S: * SORT 3 1 2
      S: a1 OK ...
      C: a2 SORT (DISPLAYTO) UTF-8 ALL
      S: * SORT 3 2 1
      S: a2 OK ...`,
  },
  {
    name: 'SORT needs a charset it knows and criteria it knows (RFC 5256 §3)',
    selected: true,
    inbox,
    text: `
      C: a1 SORT (SUBJECT) KLINGON ALL
      S: a1 NO [BADCHARSET ...] ...
      C: a2 SORT (COLOUR) UTF-8 ALL
      S: a2 BAD ...
      C: a3 SORT () UTF-8 ALL
      S: a3 BAD ...
      C: a4 SORT (SUBJECT) UTF-8
      S: a4 BAD ...
      C: a5 SORT (REVERSE REVERSE DATE) UTF-8 ALL
      S: a5 BAD ...
      C: a6 SORT (DATE) UTF-8 99
      S: a6 BAD ...
      C: a7 SORT (DATE) GB18030 FROM {literal}
      C| 张三
      S: * SORT
      S: a7 OK ...
      C: a8 SORT (DATE) UTF-8 FROM {literal}
      C| 张三
      S: * SORT 2
      S: a8 OK ...
      C: a9 SORT (DATE DATE DATE DATE DATE DATE DATE DATE DATE DATE DATE DATE DATE DATE DATE DATE DATE DATE DATE DATE DATE) UTF-8 ALL
      S: a9 BAD [LIMIT] ...`,
  },
  {
    name: 'extended SORT: MIN, MAX, COUNT, ALL in sorted order, SAVE, PARTIAL (RFC 5267 §3, RFC 9394 §3.1)',
    selected: true,
    inbox,
    text: `
      C: a1 SORT RETURN () (SUBJECT) UTF-8 ALL
      S: * ESEARCH (TAG "a1") ALL 3,1:2
      S: a1 OK ...
      C: a2 UID SORT RETURN (MIN MAX COUNT) (SUBJECT) UTF-8 ALL
      S: * ESEARCH (TAG "a2") UID MIN 3 MAX 2 COUNT 3
      S: a2 OK ...
      C: a3 UID SORT RETURN (SAVE MIN MAX) (SUBJECT) UTF-8 ALL
      S: * ESEARCH (TAG "a3") UID MIN 3 MAX 2
      S: a3 OK ...
      C: a4 FETCH $ UID
      S: * 2 FETCH (UID 2)
      S: * 3 FETCH (UID 3)
      S: a4 OK ...
      C: a5 SORT RETURN (PARTIAL 1:2) (SUBJECT) UTF-8 ALL
      S: * ESEARCH (TAG "a5") PARTIAL (1:2 3,1)
      S: a5 OK ...`,
  },
  {
    name: 'SEARCH RETURN (PARTIAL …) from both ends, past the end, with SAVE and COUNT (RFC 9394 §3.1, §3.2)',
    selected: true,
    inbox: [...inbox, ...inbox],
    text: `
      C: a1 UID SEARCH RETURN (PARTIAL 2:3) ALL
      S: * ESEARCH (TAG "a1") UID PARTIAL (2:3 2:3)
      S: a1 OK ...
      C: a2 SEARCH RETURN (PARTIAL -1:-2 COUNT) ALL
      S: * ESEARCH (TAG "a2") COUNT 6 PARTIAL (-1:-2 5:6)
      S: a2 OK ...
      C: a3 SEARCH RETURN (PARTIAL 5:100) ALL
      S: * ESEARCH (TAG "a3") PARTIAL (5:100 5:6)
      S: a3 OK ...
      C: a4 SEARCH RETURN (PARTIAL -7:-9) ALL
      S: * ESEARCH (TAG "a4") PARTIAL (-7:-9 NIL)
      S: a4 OK ...
      C: a5 SEARCH RETURN (SAVE MAX PARTIAL 1:2) ALL
      S: * ESEARCH (TAG "a5") MAX 6 PARTIAL (1:2 1:2)
      S: a5 OK ...
      C: a6 SEARCH RETURN (COUNT) $
      S: * ESEARCH (TAG "a6") COUNT 3
      S: a6 OK ...
      C: a7 SEARCH RETURN (ALL PARTIAL 1:2) ALL
      S: a7 BAD ...
      C: a8 SEARCH RETURN (PARTIAL 0:2) ALL
      S: a8 BAD ...
      C: a9 SEARCH RETURN (PARTIAL -1:2) ALL
      S: a9 BAD ...
      C: a10 SEARCH RETURN (PARTIAL 1:2 PARTIAL 3:4) ALL
      S: a10 BAD ...`,
  },
  {
    name: 'UID FETCH (PARTIAL …): the first, the last, and of those changed since (RFC 9394 §3.4)',
    selected: true,
    inbox: [...inbox, ...inbox],
    text: `
      C: a1 UID FETCH 2:* (UID) (PARTIAL 1:2)
      S: * 2 FETCH (UID 2)
      S: * 3 FETCH (UID 3)
      S: a1 OK ...
      C: a2 UID FETCH 1:* (UID) (PARTIAL -1:-2)
      S: * 5 FETCH (UID 5)
      S: * 6 FETCH (UID 6)
      S: a2 OK ...
      C: a3 UID FETCH 1:* (UID) (PARTIAL 7:9)
      S: a3 OK ...
      C: a4 FETCH 6 MODSEQ
      S: * OK [HIGHESTMODSEQ ...] ...
      S: * 6 FETCH (MODSEQ (\${known}))
      S: a4 OK ...
      C: a5 STORE 1:3 +FLAGS.SILENT (\\Seen)
      S> a5 OK ...
      C: a6 UID FETCH 1:* (FLAGS) (CHANGEDSINCE \${known} PARTIAL -1:-1)
      S: * 3 FETCH (UID 3 FLAGS (\\Seen) MODSEQ (...))
      S: a6 OK ...
      C: a7 FETCH 1:* (UID) (PARTIAL 1:2)
      S: a7 BAD ...`,
  },
  {
    name: 'THREAD by references and by subject, of UIDs too, and what it does not know (RFC 5256 §3)',
    selected: true,
    inbox: discussion,
    text: `
      C: a1 THREAD REFERENCES UTF-8 ALL
      S: * THREAD (1 (3 4)(5))(2)
      S: a1 OK THREAD completed
      C: a2 THREAD ORDEREDSUBJECT UTF-8 ALL
      S: * THREAD (1 (3)(4)(5))(2)
      S: a2 OK ...
      C: a3 STORE 2 +FLAGS.SILENT (\\Deleted)
      S: a3 OK ...
      C: a4 EXPUNGE
      S: * 2 EXPUNGE
      S: a4 OK ...
      C: a5 UID THREAD REFERENCES US-ASCII UID 3:*
      S: * THREAD ((3 4)(5))
      S: a5 OK ...
      C: a6 THREAD REFERENCES UTF-8 SUBJECT nowhere
      S: * THREAD
      S: a6 OK ...
      C: a7 THREAD REFS UTF-8 ALL
      S: a7 BAD ...
      C: a8 THREAD REFERENCES KLINGON ALL
      S: a8 NO [BADCHARSET ...] ...
      C: a9 THREAD REFERENCES UTF-8
      S: a9 BAD ...`,
  },
  {
    name: 'nothing is expunged during SORT and THREAD, but after their UID forms (RFC 5256 §3)',
    selected: true,
    inbox,
    text: `
      C:(bob) l1 LOGIN alice@example.test wonderland
      S>(bob) l1 OK ...
      C:(bob) l2 SELECT INBOX
      S>(bob) l2 OK ...
      C: a1 STORE 1 +FLAGS.SILENT (\\Deleted)
      S: a1 OK ...
      C: a2 EXPUNGE
      S> a2 OK ...
      C:(bob) b1 SORT (ARRIVAL) UTF-8 ALL
      S:(bob) * SORT 2 3
      S:(bob) b1 OK ...
      C:(bob) b2 THREAD ORDEREDSUBJECT UTF-8 ALL
      S:(bob) * THREAD (2)(3)
      S:(bob) b2 OK ...
      C:(bob) b3 UID SORT (ARRIVAL) UTF-8 ALL
      S:(bob) * SORT 2 3
      S:(bob) * 1 EXPUNGE
      S:(bob) b3 OK ...`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));
