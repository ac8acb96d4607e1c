import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

const inbox = [
  'From: li@example.test\r\nSubject: quarterly sales report\r\n\r\nfigures\r\n',
  'From: li@example.test\r\nSubject: report for the quarterly meeting\r\n\r\nsales are up\r\n',
  'From: quarterly@example.test\r\nSubject: hello\r\n\r\nthe report is late\r\n',
  'From: wang@example.test\r\nSubject: lunch\r\n\r\nsee the sales report\r\n',
  'From: wang@example.test\r\nSubject: =?utf-8?B?5bm05bqm55qE6ZSA5ZSu5oql5ZGK?=\r\n\r\nx\r\n',
];

const conversations: readonly ImapConversation[] = [
  {
    name: 'FUZZY finds the words of a text in any order; without it the text as it stands (RFC 6203 §3)',
    selected: true,
    inbox,
    text: `
      C: a1 SEARCH SUBJECT "quarterly report"
      S: * SEARCH
      S: a1 OK ...
      C: a2 SEARCH FUZZY SUBJECT "report quarterly"
      S: * SEARCH 1 2
      S: a2 OK ...
      C: a3 SEARCH FUZZY TEXT "Quarterly, Report!" NOT FUZZY BODY "sales"
      S: * SEARCH 1 3
      S: a3 OK ...
      C: a4 SEARCH FUZZY (SUBJECT "report" FROM "li") UNSEEN
      S: * SEARCH 1 2
      S: a4 OK ...
      C: a5 SEARCH OR FUZZY SUBJECT "hello world" FUZZY SUBJECT lunch
      S: * SEARCH 4
      S: a5 OK ...`,
  },
  {
    name: 'FUZZY finds Chinese with other characters between the words (RFC 6203 §3)',
    selected: true,
    inbox,
    text: `
      C: a1 SEARCH CHARSET UTF-8 SUBJECT {literal}
      C| 年度销售报告
      S: * SEARCH
      S: a1 OK ...
      C: a2 SEARCH CHARSET UTF-8 FUZZY SUBJECT {literal}
      C| 年度销售报告
      S: * SEARCH 5
      S: a2 OK ...`,
  },
  {
    name: 'FUZZY of keys that are no text is exact (RFC 6203 §5)',
    selected: true,
    inbox,
    text: `
      C: a1 SEARCH FUZZY UID 2:3
      S: * SEARCH 2 3
      S: a1 OK ...
      C: a2 SEARCH FUZZY FUZZY (NOT 1:4)
      S: * SEARCH 5
      S: a2 OK ...
      C: a3 SEARCH RETURN (ALL RELEVANCY) FUZZY UNSEEN
      S: * ESEARCH (TAG "a3") ALL 1:5 RELEVANCY (100 100 100 100 100)
      S: a3 OK ...`,
  },
  {
    name: 'RELEVANCY: the subject counts more than the body, the text as it is more than its words (RFC 6203 §4)',
    selected: true,
    inbox,
    text: `
      C: a1 UID SEARCH RETURN (RELEVANCY ALL) FUZZY TEXT "sales report"
      S: * ESEARCH (TAG "a1") UID ALL 1:2,4 RELEVANCY (100 30 60)
      S: a1 OK ...
      C: a2 SEARCH RETURN (RELEVANCY COUNT) FUZZY SUBJECT "sales report"
      S: * ESEARCH (TAG "a2") COUNT 1 RELEVANCY (100)
      S: a2 OK ...
      C: a3 SEARCH RETURN (RELEVANCY ALL) FUZZY TEXT "nothing like it"
      S: * ESEARCH (TAG "a3") RELEVANCY ()
      S: a3 OK ...
      C: a4 SEARCH RETURN (RELEVANCY ALL) OR FUZZY SUBJECT "hello" FROM wang
      S: * ESEARCH (TAG "a4") ALL 3:5 RELEVANCY (100 1 1)
      S: a4 OK ...`,
  },
  {
    name: 'SORT by RELEVANCY, the most relevant first, and the first of them by PARTIAL (RFC 6203 §6)',
    selected: true,
    inbox,
    text: `
      C: a1 SORT (RELEVANCY) UTF-8 FUZZY TEXT "sales report"
      S: * SORT 1 4 2
      S: a1 OK ...
      C: a2 SORT RETURN (RELEVANCY ALL) (REVERSE RELEVANCY) UTF-8 FUZZY TEXT "sales report"
      S: * ESEARCH (TAG "a2") ALL 2,4,1 RELEVANCY (30 60 100)
      S: a2 OK ...
      C: a3 UID SORT RETURN (PARTIAL 1:2 RELEVANCY) (RELEVANCY) UTF-8 FUZZY TEXT "sales report"
      S: * ESEARCH (TAG "a3") UID PARTIAL (1:2 1,4) RELEVANCY (100 60)
      S: a3 OK ...`,
  },
  {
    name: 'RELEVANCY without FUZZY is BAD (RFC 6203 §4, §6)',
    selected: true,
    inbox,
    text: `
      C: a1 SEARCH RETURN (RELEVANCY) TEXT x
      S: a1 BAD ...
      C: a2 SORT (RELEVANCY) UTF-8 TEXT x
      S: a2 BAD ...
      C: a3 SORT RETURN (RELEVANCY) (DATE) UTF-8 TEXT x
      S: a3 BAD ...
      C: a4 SEARCH FUZZY
      S: a4 BAD ...
      C: a5 ESEARCH RETURN (RELEVANCY) TEXT x
      S: a5 BAD ...
      C: a6 ESEARCH RETURN (ALL RELEVANCY) FUZZY SUBJECT "report sales"
      S: * ESEARCH (TAG "a6" MAILBOX "INBOX" UIDVALIDITY \${v}) UID ALL 1 RELEVANCY (50)
      S: a6 OK ...`,
  },
  {
    name: 'FUZZY nested past the limit is BAD with LIMIT (RFC 6203 §8)',
    selected: true,
    text: `
      C: a1 SEARCH ${'FUZZY '.repeat(2_000)}ALL
      S: a1 BAD [LIMIT] ...
      C: a2 SEARCH FUZZY TEXT "${'word '.repeat(2_000)}"
      S: * SEARCH
      S: a2 OK ...`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));
