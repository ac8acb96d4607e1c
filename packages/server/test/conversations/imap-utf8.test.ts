import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

const inbox = ['From: li@example.test\r\nSubject: 报表\r\n\r\nx\r\n'];

const conversations: readonly ImapConversation[] = [
  {
    name: 'UTF-8 in quoted strings goes out only after ENABLE UTF8=ACCEPT (RFC 6855 §3)',
    signedIn: true,
    text: `
      C: a1 CREATE "&Xtd2xA-"
      S: a1 OK ...
      C: a2 LIST "" "&Xtd2xA-"
      S: * LIST (\\HasNoChildren) "/" "&Xtd2xA-"
      S: a2 OK ...
      C: a3 ENABLE UTF8=ACCEPT
      S: * ENABLED UTF8=ACCEPT
      S: a3 OK ...
      C: a4 LIST "" "廗*"
      S: * LIST (\\HasNoChildren) "/" "廗盄"
      S: a4 OK ...`,
  },
  {
    name: 'octets that are no UTF-8 in a quoted string are BAD once UTF8=ACCEPT is enabled (RFC 6855 §3)',
    signedIn: true,
    text: `
      C= a1 CREATE "\\xff\\xfe"\\r\\n
      S: a1 NO [CANNOT] ...
      C: a2 ENABLE UTF8=ACCEPT
      S> a2 OK ...
      C= a3 CREATE "\\xff\\xfe"\\r\\n
      S: a3 BAD ...
      C= a4 CREATE "\\xe6\\x8a\\xa5\\xe8\\xa1\\xa8"\\r\\n
      S: a4 OK ...
      C= a5 LIST "" "\\xe6\\x8a\\xa5%"\\r\\n
      S: * LIST (\\HasNoChildren) "/" "报表"
      S: a5 OK ...
      C= a6 CREATE "\\xe6\\x8a"\\r\\n
      S: a6 BAD ...`,
  },
  {
    name: 'SEARCH with CHARSET is BAD once UTF8=ACCEPT is enabled; IMAP4rev2 alone allows it (RFC 6855 §3, RFC 9051 §6.4.4)',
    selected: true,
    inbox,
    text: `
      C: a1 ENABLE IMAP4rev2
      S> a1 OK ...
      C: a2 SEARCH CHARSET UTF-8 SUBJECT "报表"
      S: * ESEARCH (TAG "a2") ALL 1
      S: a2 OK ...
      C: a3 ENABLE UTF8=ACCEPT
      S> a3 OK ...
      C: a4 SEARCH CHARSET UTF-8 SUBJECT "报表"
      S: a4 BAD ...
      C: a5 SEARCH SUBJECT "报表"
      S: * ESEARCH (TAG "a5") ALL 1
      S: a5 OK ...
      C: a6 UID SORT (SUBJECT) UTF-8 SUBJECT "报表"
      S: * SORT 1
      S: a6 OK ...`,
  },
  {
    name: 'mailbox names hold no controls and no line or paragraph separators (RFC 6855 §3, RFC 5198 §2)',
    signedIn: true,
    text: `
      C: a1 ENABLE UTF8=ACCEPT
      S> a1 OK ...
      C= a2 CREATE "a\\xe2\\x80\\xa8b"\\r\\n
      S: a2 NO [CANNOT] ...
      C= a3 CREATE "a\\xe2\\x80\\xa9b"\\r\\n
      S: a3 NO [CANNOT] ...
      C= a4 CREATE "a\\xc2\\x85b"\\r\\n
      S: a4 NO [CANNOT] ...
      C= a5 CREATE "a\\x7fb"\\r\\n
      S: a5 NO [CANNOT] ...
      C= a6 CREATE "a\\x01b"\\r\\n
      S: a6 NO [CANNOT] ...`,
  },
  {
    name: 'broken modified UTF-7 names nothing and makes nothing: NO (RFC 3501 §5.1.3)',
    signedIn: true,
    text: `
      C: a1 SELECT "&Xtd2xA"
      S: a1 NO ...
      C: a2 CREATE "&Xtd2x"
      S: a2 NO [CANNOT] ...
      C: a3 CREATE "&AGE-"
      S: a3 NO [CANNOT] ...
      C: a4 CREATE "x&-y"
      S: a4 OK ...
      C: a5 LIST "" "x&-y"
      S: * LIST (\\HasNoChildren) "/" "x&-y"
      S: a5 OK ...
      C: a6 CREATE "&2Dw-"
      S: a6 NO [CANNOT] ...
      C: a7 RENAME "x&-y" "&***-"
      S: a7 NO [CANNOT] ...
      C: a8 SUBSCRIBE "&Xtd2x"
      S: a8 NO [CANNOT] ...
      C: a9 NOOP
      S: a9 OK ...`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));
