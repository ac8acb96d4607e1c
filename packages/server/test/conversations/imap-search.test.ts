import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

const inbox = [
  'From: Li Wei <liwei@example.test>\r\nTo: alice@example.test\r\nSubject: =?utf-8?B?5a2j5bqm5oql6KGo?=\r\nDate: Tue, 3 Feb 2026 12:00:00 +0800\r\n\r\n请查收附件。\r\n',
  'From: Bob <bob@example.test>\r\nCc: carol@example.test\r\nSubject: Lunch\r\nDate: Wed, 4 Mar 2026 12:00:00 +0000\r\nX-Mark: yes\r\n\r\nNoodles at noon?\r\n',
  'From: Bob <bob@example.test>\r\nSubject: Re: Lunch\r\n\r\nDumplings instead.\r\n',
];

const conversations: readonly ImapConversation[] = [
  {
    name: 'SEARCH by flag, address, subject, text, header, size, date, set, NOT, OR (RFC 9051 §6.4.4)',
    selected: true,
    inbox,
    text: `
      C: a0 STORE 2 +FLAGS.SILENT (\\Seen todo)
      S: a0 OK ...
      C: a1 SEARCH ALL
      S: * SEARCH 1 2 3
      S: a1 OK SEARCH completed
      C: a2 SEARCH SEEN
      S: * SEARCH 2
      S: a2 OK ...
      C: a3 SEARCH UNKEYWORD todo UNSEEN
      S: * SEARCH 1 3
      S: a3 OK ...
      C: a4 SEARCH FROM bob SUBJECT "re:"
      S: * SEARCH 3
      S: a4 OK ...
      C: a5 SEARCH OR TEXT noodles BODY DUMPLING
      S: * SEARCH 2 3
      S: a5 OK ...
      C: a6 SEARCH HEADER x-mark "" CC carol
      S: * SEARCH 2
      S: a6 OK ...
      C: a7 SEARCH NOT (1:2) SMALLER 100000 LARGER 1
      S: * SEARCH 3
      S: a7 OK ...
      C: a8 SEARCH SENTSINCE 1-Mar-2026 SENTBEFORE 5-Mar-2026
      S: * SEARCH 2
      S: a8 OK ...
      C: a9 SEARCH ON 3-Feb-2026 UID 2:*
      S: * SEARCH 2 3
      S: a9 OK ...
      C: a10 SEARCH RECENT
      S: * SEARCH
      S: a10 OK ...
      C: a11 SEARCH OLD NOT NEW *
      S: * SEARCH 3
      S: a11 OK ...
      C: a12 UID SEARCH KEYWORD todo
      S: * SEARCH 2
      S: a12 OK ...`,
  },
  {
    name: 'Chinese, in UTF-8 and in GBK, as literal and quoted; unknown charset: NO [BADCHARSET] (RFC 9051 §6.4.4)',
    selected: true,
    inbox,
    text: `
      C: a1 SEARCH CHARSET UTF-8 SUBJECT {literal}
      C| 报表
      S: * SEARCH 1
      S: a1 OK ...
      C= a2 SEARCH CHARSET GBK SUBJECT {4+}\\r\\n\\xb1\\xa8\\xb1\\xed\\r\\n
      S: * SEARCH 1
      S: a2 OK ...
      C: a3 SEARCH TEXT "附件"
      S: * SEARCH 1
      S: a3 OK ...
      C: a4 SEARCH CHARSET X-NOPE ALL
      S: a4 NO [BADCHARSET (UTF-8 US-ASCII GB18030 GBK BIG5 ISO-8859-1)] ...
      C= a5 SEARCH CHARSET UTF-8 TEXT "\\xff\\xfe"\\r\\n
      S: a5 BAD ...`,
  },
  {
    name: 'ESEARCH: MIN MAX COUNT ALL, nothing found, rev2 without RETURN (RFC 4731, RFC 9051 §7.3.4)',
    selected: true,
    inbox,
    text: `
      C: a1 SEARCH RETURN (MIN MAX COUNT ALL) FROM example
      S: * ESEARCH (TAG "a1") MIN 1 MAX 3 ALL 1:3 COUNT 3
      S: a1 OK ...
      C: a2 UID SEARCH RETURN () 1,3
      S: * ESEARCH (TAG "a2") UID ALL 1,3
      S: a2 OK ...
      C: a3 SEARCH RETURN (MIN COUNT) FLAGGED
      S: * ESEARCH (TAG "a3") COUNT 0
      S: a3 OK ...
      C: a4 SEARCH RETURN (FROB) ALL
      S: a4 BAD ...
      C: a5 ENABLE IMAP4rev2
      S> a5 OK ...
      C: a6 SEARCH ALL
      S: * ESEARCH (TAG "a6") ALL 1:3
      S: a6 OK ...`,
  },
  {
    name: 'SEARCHRES: SAVE and $ (RFC 5182, RFC 9051 §6.4.4.1)',
    selected: true,
    inbox,
    text: `
      C: a0 FETCH $ UID
      S: a0 OK ...
      C: a1 SEARCH RETURN (SAVE) FROM bob
      S: a1 OK ...
      C: a2 FETCH $ UID
      S: * 2 FETCH (UID 2)
      S: * 3 FETCH (UID 3)
      S: a2 OK ...
      C: a3 UID STORE $ +FLAGS.SILENT (\\Flagged)
      S: a3 OK ...
      C: a4 UID SEARCH $ FLAGGED NOT 2
      S: * SEARCH 3
      S: a4 OK ...
      C: a5 SEARCH RETURN (SAVE MIN) ALL
      S: * ESEARCH (TAG "a5") MIN 1
      S: a5 OK ...
      C: a6 COPY $ Sent
      S: a6 OK [COPYUID \${v} 1 1] ...
      C: a7 SEARCH RETURN (COUNT) CHARSET X-NOPE ALL
      S: a7 NO [BADCHARSET ...
      C: a8 SEARCH RETURN (SAVE) FROB
      S: a8 BAD ...
      C: a9 FETCH $ UID
      S: * 1 FETCH (UID 1)
      S: a9 OK ...`,
  },
  {
    name: 'a search that was to be saved and fails empties $ (RFC 5182 §2.1)',
    selected: true,
    inbox,
    text: `
      C: a1 SEARCH RETURN (SAVE) ALL
      S: a1 OK ...
      C: a2 SEARCH RETURN (SAVE) CHARSET X-NOPE ALL
      S: a2 NO [BADCHARSET ...
      C: a3 FETCH $ UID
      S: a3 OK ...
      C: a4 UID SEARCH RETURN (SAVE) ALL
      S: a4 OK ...
      C: a5 UID SORT RETURN (SAVE) (DATE) X-NOPE ALL
      S: a5 NO [BADCHARSET ...
      C: a6 UID SEARCH $
      S: * SEARCH
      S: a6 OK ...`,
  },
  {
    name: 'SEARCH MODSEQ tells the highest (RFC 7162 §3.1.5)',
    selected: true,
    inbox,
    text: `
      C: a1 STORE 3 +FLAGS.SILENT (\\Seen)
      S: a1 OK ...
      C: a2 FETCH 3 MODSEQ
      S: * OK [HIGHESTMODSEQ ...] ...
      S: * 3 FETCH (MODSEQ (\${last}))
      S: a2 OK ...
      C: a3 SEARCH MODSEQ \${last}
      S: * SEARCH 3 (MODSEQ \${last})
      S: a3 OK ...
      C: a4 SEARCH RETURN (COUNT) MODSEQ 1
      S: * ESEARCH (TAG "a4") COUNT 3 MODSEQ \${last}
      S: a4 OK ...
      C: a5 SEARCH MODSEQ 999999999
      S: * SEARCH
      S: a5 OK ...`,
  },
  {
    name: 'wrong searches are BAD (RFC 9051 §6.4.4)',
    selected: true,
    inbox,
    text: `
      C: a1 SEARCH
      S: a1 BAD ...
      C: a2 SEARCH 9
      S: a2 BAD Invalid message sequence number
      C: a3 SEARCH OR SEEN
      S: a3 BAD ...
      C: a4 SEARCH BEFORE yesterday
      S: a4 BAD ...
      C: a5 SEARCH EMAILID X-odd
      S: * SEARCH
      S: a5 OK ...`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));
