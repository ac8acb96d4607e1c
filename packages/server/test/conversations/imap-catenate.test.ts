import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

const inbox = [
  'Subject: plain\r\nFrom: a@example.test\r\n\r\nfirst body\r\n',
  'Subject: two parts\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\none\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>two\r\n--b--\r\n',
];

const conversations: readonly ImapConversation[] = [
  {
    name: 'CATENATE of URLs alone: a header with fields picked, and a part, octets as FETCH BODY[] gives them (RFC 4469 §3)',
    selected: true,
    inbox,
    text: `
      C: a0 STATUS INBOX (UIDVALIDITY)
      S: * STATUS "INBOX" (UIDVALIDITY \${validity})
      S: a0 OK ...
      C: a1 APPEND INBOX (\\Seen) CATENATE (URL "/INBOX/;UID=1/;SECTION=HEADER.FIELDS%20(SUBJECT)" URL /INBOX;UIDVALIDITY=\${validity}/;UID=2/;SECTION=1)
      S: * 3 EXISTS
      S: a1 OK [APPENDUID \${validity} 3] APPEND completed
      C: a2 FETCH 3 BODY.PEEK[]
      S: * 3 FETCH (BODY[] {21}
      S: Subject: plain
      S:
      S: one)
      S: a2 OK ...`,
  },
  {
    name: 'CATENATE of texts and URLs in turn, synchronizing or not; a URL may itself be a literal (RFC 4469 §5)',
    selected: true,
    inbox,
    text: `
      C= a1 APPEND INBOX CATENATE (TEXT {13+}\\r\\nSubject: x\\r\\n\\r URL {13+}\\r\\n/INBOX/;UID=2 TEXT {3+}\\r\\nend)\\r\\n
      S: * 3 EXISTS
      S: a1 OK [APPENDUID \${validity} 3] ...
      C: a2 FETCH 3 RFC822.SIZE
      S: * 3 FETCH (RFC822.SIZE 166)
      S: a2 OK ...
      C= a3 APPEND INBOX CATENATE (URL {29+}\\r\\n/INBOX/;UID=1/;SECTION=HEADER TEXT {5+}\\r\\nhello)\\r\\n
      S: * 4 EXISTS
      S: a3 OK [APPENDUID \${validity} 4] ...
      C: a4 FETCH 4 BODY.PEEK[TEXT]
      S: * 4 FETCH (BODY[TEXT] {5}
      S: hello)
      S: a4 OK ...`,
  },
  {
    name: 'CATENATE: a URL without mailbox is one of the selected mailbox, PARTIAL cuts octets (RFC 5092 §7)',
    selected: true,
    inbox,
    text: `
      C: a1 APPEND INBOX CATENATE (URL ;UID=1/;SECTION=HEADER URL ;UID=1/;SECTION=TEXT/;PARTIAL=6.4)
      S: * 3 EXISTS
      S: a1 OK ...
      C: a2 FETCH 3 BODY.PEEK[TEXT]
      S: * 3 FETCH (BODY[TEXT] {4}
      S: body)
      S: a2 OK ...`,
  },
  {
    name: 'CATENATE: [BADURL] names the first URL that cannot be had; nothing is appended, the session goes on (RFC 4469 §4.1)',
    selected: true,
    inbox,
    text: `
      C: a1 APPEND INBOX CATENATE (URL /INBOX/;UID=1 URL /INBOX/;UID=99 URL /nope/;UID=1)
      S: a1 NO [BADURL /INBOX/;UID=99] ...
      C: a2 APPEND INBOX CATENATE (URL imap://elsewhere.example/INBOX/;UID=1)
      S: a2 NO [BADURL imap://elsewhere.example/INBOX/;UID=1] ...
      C: a3 APPEND INBOX CATENATE (URL /INBOX;UIDVALIDITY=1/;UID=1)
      S: a3 NO [BADURL ...] ...
      C: a4 APPEND INBOX CATENATE (URL "/INBOX/;UID=1/;SECTION=7]\\\\")
      S: a4 NO [BADURL /INBOX/;UID=1/;SECTION=7%5D%5C] ...
      C= a5 APPEND INBOX CATENATE (URL /nope/;UID=1 TEXT {15+}\\r\\na6 LOGOUT\\r\\nxyz TEXT {3+}\\r\\nend)\\r\\n
      S: a5 NO [BADURL /nope/;UID=1] ...
      C: a7 STATUS INBOX (MESSAGES)
      S: * STATUS "INBOX" (MESSAGES 2)
      S: a7 OK ...`,
  },
  {
    name: 'CATENATE with MULTIAPPEND: all or none (RFC 3502, RFC 4469 §3)',
    selected: true,
    inbox,
    text: `
      C= a1 APPEND INBOX CATENATE (URL /INBOX/;UID=1) (\\\\Seen) {3+}\\r\\nabc CATENATE (TEXT {3+}\\r\\ndef URL /INBOX/;UID=2)\\r\\n
      S: * 5 EXISTS
      S: a1 OK [APPENDUID \${validity} 3:5] ...
      C= a2 APPEND INBOX {3+}\\r\\nabc CATENATE (URL /INBOX/;UID=77)\\r\\n
      S: a2 NO [BADURL /INBOX/;UID=77] ...
      C: a3 STATUS INBOX (MESSAGES)
      S: * STATUS "INBOX" (MESSAGES 5)
      S: a3 OK ...`,
  },
  {
    name: 'CATENATE: what is malformed is BAD and its texts are read over (RFC 4469 §5)',
    selected: true,
    inbox,
    text: `
      C: a1 APPEND INBOX CATENATE ()
      S: a1 BAD ...
      C: a2 APPEND INBOX CATENATE (URL /INBOX/;UID=1
      S: a2 BAD ...
      C: a3 APPEND INBOX CATENATE (TEXT abc)
      S: a3 BAD ...
      C= a4 APPEND INBOX CATENATE (TEXT {3+}\\r\\nabc nonsense {12+}\\r\\na5 LOGOUT\\r\\n)\\r\\n
      S: a4 BAD ...
      C= a6 APPEND INBOX CATENATE (TEXT {0+}\\r\\n)\\r\\n
      S: a6 NO [CANNOT] Message is empty
      C= a7 APPEND INBOX CATENATE (URL /INBOX/;UID=1){3+}\\r\\nabc\\r\\n
      S: a7 BAD ...
      C: a8 NOOP
      S: a8 OK ...`,
  },
  {
    name: 'REPLACE takes CATENATE: the old message may be a part of the new one (RFC 8508 §3, RFC 4469)',
    selected: true,
    inbox,
    text: `
      C= a1 UID REPLACE 1 INBOX CATENATE (URL /INBOX/;UID=1/;SECTION=HEADER TEXT {3+}\\r\\nnew)\\r\\n
      S: * OK [APPENDUID \${validity} 3] Replacement is filed
      S: * 1 EXPUNGE
      S: * 2 EXISTS
      S: a1 OK ...
      C: a2 UID FETCH 3 BODY.PEEK[TEXT]
      S: * 2 FETCH (UID 3 BODY[TEXT] {3}
      S: new)
      S: a2 OK ...`,
  },
];

for (const conversation of conversations) {
  test(conversation.name, async () => {
    await playConversation(conversation);
  });
}
