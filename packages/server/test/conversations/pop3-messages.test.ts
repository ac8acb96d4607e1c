import { test } from 'node:test';
import { type Pop3Conversation, playConversation } from '@hongyan/testkit/pop3-fixture.ts';

const letters = [
  'Subject: one\r\n\r\nline 1\r\nline 2\r\nline 3\r\n',
  'Subject: dots\r\n\r\n.\r\n..two\r\n.three\r\nend',
  'Subject: empty\r\n\r\n',
];

const conversations: readonly Pop3Conversation[] = [
  {
    name: 'STAT and LIST: sizes in octets, deleted messages left out, numbers stay (RFC 1939 §5)',
    inbox: letters,
    signedIn: true,
    text: `
      C: STAT
      S: +OK 3 96
      C: LIST
      S: +OK 3 messages (96 octets)
      S: 1 40
      S: 2 38
      S: 3 18
      S: .
      C: LIST 2
      S: +OK 2 38
      C: LIST 4
      S: -ERR No such message
      C: LIST 0
      S: -ERR Invalid arguments
      C: DELE 2
      S: +OK Message 2 will be deleted
      C: LIST
      S: +OK 2 messages (58 octets)
      S: 1 40
      S: 3 18
      S: .
      C: LIST 2
      S: -ERR Message was deleted in this session
      C: STAT
      S: +OK 2 58`,
  },
  {
    name: 'RETR: dots at line starts are doubled, the end mark has a line of its own (RFC 1939 §3, §5)',
    inbox: letters,
    signedIn: true,
    text: `
      C: RETR 2
      S: +OK 38 octets
      S: Subject: dots
      S:
      S: ..
      S: ...two
      S: ..three
      S: end
      S: .
      C: RETR 3
      S: +OK 18 octets
      S: Subject: empty
      S:
      S: .
      C: RETR 4
      S: -ERR No such message
      C: RETR
      S: -ERR Invalid arguments
      C: RETR 1 2
      S: -ERR Invalid arguments`,
  },
  {
    name: 'TOP: header, empty line, so many lines; all of them when there are fewer (RFC 1939 §7)',
    inbox: letters,
    signedIn: true,
    text: `
      C: TOP 1 0
      S: +OK ...
      S: Subject: one
      S:
      S: .
      C: TOP 1 2
      S: +OK ...
      S: Subject: one
      S:
      S: line 1
      S: line 2
      S: .
      C: TOP 2 1
      S: +OK ...
      S: Subject: dots
      S:
      S: ..
      S: .
      C: TOP 2 999999999
      S> end
      S: .
      C: TOP 1
      S: -ERR Invalid arguments
      C: TOP 1 -1
      S: -ERR Invalid arguments
      C: TOP 9 1
      S: -ERR No such message`,
  },
  {
    name: 'UIDL: the same unique-ids in every session, never given again (RFC 1939 §7)',
    inbox: letters,
    signedIn: true,
    text: `
      C: UIDL
      S: +OK ...
      S: 1 \${first}
      S: 2 \${second}
      S: 3 \${third}
      S: .
      C: UIDL 2
      S: +OK 2 \${second}
      C: DELE 2
      S: +OK ...
      C: UIDL 2
      S: -ERR Message was deleted in this session
      C: DELE 3
      S: +OK ...
      C: UIDL
      S: +OK ...
      S: 1 \${first}
      S: .
      C: QUIT
      S: +OK ...
      S.
      ! deliver four
      C:(later) USER alice@example.test
      S:(later) +OK mail.test...
      S:(later) +OK ...
      C:(later) PASS wonderland
      S:(later) +OK ...
      C:(later) UIDL
      S:(later) +OK ...
      S:(later) 1 \${first}
      S~(later) ^2 \\d+-4$
      S:(later) .`,
  },
  {
    name: 'DELE twice is refused; RSET takes the marks off; QUIT then removes nothing (RFC 1939 §5)',
    inbox: letters,
    signedIn: true,
    text: `
      C: DELE 1
      S: +OK ...
      C: DELE 1
      S: -ERR Message was deleted in this session
      C: RETR 1
      S: -ERR Message was deleted in this session
      C: TOP 1 1
      S: -ERR Message was deleted in this session
      C: RSET
      S: +OK 3 messages (96 octets)
      C: RETR 1
      S: +OK ...
      S> .
      C: QUIT
      S: +OK Goodbye
      S.
      C:(later) USER alice@example.test
      S:(later) +OK mail.test...
      S:(later) +OK ...
      C:(later) PASS wonderland
      S:(later) +OK Signed in, 3 messages (96 octets)`,
  },
  {
    name: 'the listing stays as it was at the beginning: new mail is for the next session (RFC 1939 §3)',
    inbox: letters,
    signedIn: true,
    text: `
      ! deliver new
      C: STAT
      S: +OK 3 96
      C: RETR 4
      S: -ERR No such message`,
  },
  {
    name: 'a message that an IMAP client has removed meanwhile is -ERR; deleting it is no fault',
    inbox: letters,
    signedIn: true,
    text: `
      ! expunge 2
      C: STAT
      S: +OK 3 96
      C: RETR 2
      S: -ERR Message was removed meanwhile by another program
      C: TOP 2 0
      S: -ERR Message was removed meanwhile by another program
      C: DELE 2
      S: +OK ...
      C: DELE 1
      S: +OK ...
      C: QUIT
      S: +OK Goodbye
      S.
      C:(later) USER alice@example.test
      S:(later) +OK mail.test...
      S:(later) +OK ...
      C:(later) PASS wonderland
      S:(later) +OK Signed in, 1 messages (18 octets)`,
  },
  {
    name: 'a header in UTF-8 is told in encoded-words, and as it is to clients that say UTF8 (RFC 6856 §2.1, RFC 6858)',
    inbox: ['From: 张三 <用户@example.test>\r\nSubject: 你好\r\n\r\n正文\r\n'],
    text: `
      S: +OK ...
      C: USER alice@example.test
      S: +OK ...
      C: PASS wonderland
      S: +OK ...
      C: RETR 1
      S: +OK ...
      S: From: =?UTF-8?B?5byg5LiJ?= <invalid@internationalized-address.invalid>
      S: Subject: =?UTF-8?B?5L2g5aW9?=
      S:
      S: 正文
      S: .
      C: TOP 1 0
      S: +OK ...
      S: From: =?UTF-8?B?5byg5LiJ?= <invalid@internationalized-address.invalid>
      S: Subject: =?UTF-8?B?5L2g5aW9?=
      S:
      S: .
      C: QUIT
      S: +OK ...
      S.
      C:(new) UTF8
      S:(new) +OK mail.test...
      S:(new) +OK ...
      C:(new) USER alice@example.test
      S:(new) +OK ...
      C:(new) PASS wonderland
      S:(new) +OK ...
      C:(new) RETR 1
      S:(new) +OK ...
      S:(new) From: 张三 <用户@example.test>
      S:(new) Subject: 你好
      S:(new)
      S:(new) 正文
      S:(new) .`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));
