import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

const inbox = ['From: a@example.test\r\nSubject: x\r\n\r\nx\r\n', 'From: b@example.test\r\n\r\ny\r\n'];

/** Each command is refused with BAD, and the session goes on. */
function allBad(commands: readonly string[]): string {
  return commands
    .map((command, at) => `\n      C: x${at} ${command}\n      S: x${at} BAD ...`)
    .concat('\n      C: z NOOP\n      S: z OK ...')
    .join('');
}

const deep = (open: string, close: string): string => `${open.repeat(3_000)}${close.repeat(3_000)}`;

const conversations: readonly ImapConversation[] = [
  {
    name: 'wrong sequence sets are BAD (RFC 9051 §9)',
    selected: true,
    inbox,
    limits: { badCommands: 100 },
    text: allBad([
      'FETCH 0 FLAGS',
      'FETCH 3 FLAGS',
      'FETCH 1:3 FLAGS',
      'FETCH 4294967296 FLAGS',
      'FETCH 99999999999999999999999 FLAGS',
      'FETCH 1, FLAGS',
      'FETCH ,1 FLAGS',
      'FETCH 1: FLAGS',
      'FETCH 1::2 FLAGS',
      'FETCH -1 FLAGS',
      'FETCH 1-2 FLAGS',
      'FETCH ** FLAGS',
      'FETCH $1 FLAGS',
      'FETCH "1" FLAGS',
      'UID FETCH 0:* FLAGS',
      'UID FETCH a FLAGS',
      'STORE 1:$ FLAGS ()',
      'SEARCH 0',
      'SEARCH UID 1:0',
      'COPY 5 Sent',
      'MOVE 0 Sent',
      'UID EXPUNGE',
      'UID EXPUNGE 0',
      'SORT (DATE) UTF-8 9',
      'THREAD REFERENCES UTF-8 9',
    ]),
  },
  {
    name: 'unknown charsets: NO [BADCHARSET] in SEARCH, SORT, THREAD and ESEARCH; $ is emptied (RFC 9051 §6.4.4, RFC 5256 §3)',
    selected: true,
    inbox,
    text: `
      C: a1 SEARCH RETURN (SAVE) ALL
      S: a1 OK ...
      C: a2 SEARCH CHARSET KLINGON ALL
      S: a2 NO [BADCHARSET ...
      C: a3 SORT (DATE) KLINGON ALL
      S: a3 NO [BADCHARSET ...
      C: a4 THREAD REFERENCES KLINGON ALL
      S: a4 NO [BADCHARSET ...
      C: a5 ESEARCH CHARSET KLINGON ALL
      S: a5 NO [BADCHARSET ...
      C: a6 SEARCH CHARSET "" ALL
      S: a6 NO [BADCHARSET ...
      C= a7 SEARCH CHARSET GB18030 SUBJECT "\\xff"\\r\\n
      S: a7 BAD ...
      C: a8 SEARCH CHARSET ${'x'.repeat(5_000)} ALL
      S: a8 NO [BADCHARSET ...
      C: a9 NOOP
      S: a9 OK ...`,
  },
  {
    name: 'nesting past the limit is BAD [LIMIT] wherever lists nest, and at once',
    selected: true,
    inbox,
    text: [
      'SEARCH (',
      'SORT (DATE) UTF-8 (',
      'THREAD REFERENCES UTF-8 (',
      'ESEARCH (',
      'UID SEARCH RETURN (UPDATE) (',
    ]
      .map((command, at) => {
        const text = `${command.slice(0, -1)}${deep('(', ')').replace(')', 'ALL)')}`;
        return `\n      C: x${at} ${text}\n      S: x${at} BAD [LIMIT] ...`;
      })
      .concat(
        ['NOT ', 'FUZZY ', 'OR ALL '].map(
          (key, at) => `\n      C: y${at} SEARCH ${key.repeat(3_000)}ALL\n      S: y${at} BAD [LIMIT] ...`,
        ),
      )
      .concat('\n      C: z NOOP\n      S: z OK ...')
      .join(''),
  },
  {
    name: 'lists past the limit are BAD [LIMIT]: keys, criteria, items, tags, comparators, events',
    selected: true,
    inbox,
    text: [
      `SEARCH${' ALL'.repeat(1_001)}`,
      `SORT (${'DATE '.repeat(50)}DATE) UTF-8 ALL`,
      `FETCH 1 (${'UID '.repeat(1_001)}UID)`,
      `CANCELUPDATE${' "a"'.repeat(1_001)}`,
      `COMPARATOR${' x'.repeat(1_001)}`,
      `STORE 1 FLAGS (${'a '.repeat(1_001)}a)`,
      `ENABLE${' X'.repeat(1_001)}`,
      `STATUS INBOX (${'MESSAGES '.repeat(1_001)}MESSAGES)`,
      `ID (${'"a" "b" '.repeat(1_001)}"c" "d")`,
    ]
      .map((command, at) => `\n      C: x${at} ${command}\n      S: x${at} BAD ...`)
      .concat('\n      C: z NOOP\n      S: z OK ...')
      .join(''),
  },
  {
    name: 'commands of RFC 5267, 5255 and 6203 with wrong arguments are BAD, and nothing is followed',
    selected: true,
    inbox,
    limits: { badCommands: 100 },
    text: `${allBad([
      'SEARCH RETURN (UPDATE',
      'SEARCH RETURN (UPDATE (UID) ALL',
      'SEARCH RETURN (UPDATE NIL) ALL',
      'SEARCH RETURN UPDATE ALL',
      'SEARCH RETURN (UPDATE) UPDATE',
      'SORT RETURN (UPDATE) () UTF-8 ALL',
      'SORT RETURN (UPDATE) (DATE REVERSE) UTF-8 ALL',
      'CANCELUPDATE NIL',
      'CANCELUPDATE "a',
      'CANCELUPDATE ("a")',
      'UID CANCELUPDATE "a"',
      'SEARCH FUZZY',
      'SEARCH FUZZY FUZZY',
      'SEARCH RETURN (RELEVANCY RELEVANCY) ALL',
      'LANGUAGE (zh)',
      'LANGUAGE  zh',
      'COMPARATOR (',
      'COMPARATOR  x',
    ])}
      C: e1 STORE 1 +FLAGS.SILENT (\\Flagged)
      S: e1 OK ...`,
  },
  {
    name: 'a tag of a search may be of any form a tag may have, and long; it is told back quoted (RFC 5267 §4.3)',
    selected: true,
    inbox,
    text: `
      C: ${'t'.repeat(200)} UID SEARCH RETURN (UPDATE) FLAGGED
      S: ${'t'.repeat(200)} OK ...
      C: a]b UID SEARCH RETURN (UPDATE) FLAGGED
      S: a]b OK ...
      C: a2 STORE 1 +FLAGS.SILENT (\\Flagged)
      S: * ESEARCH (TAG "${'t'.repeat(200)}") UID ADDTO (0 1)
      S: * ESEARCH (TAG "a]b") UID ADDTO (0 1)
      S: a2 OK ...
      C: a3 CANCELUPDATE "a]b" "${'t'.repeat(200)}"
      S: a3 OK ...`,
  },
  {
    name: 'literals over the limit in new commands: NO [TOOBIG] or BAD, their content is not run (RFC 7888 §4)',
    selected: true,
    inbox,
    text: `
      C= a1 LANGUAGE {70000}\\r\\n
      S: a1 NO [TOOBIG] ...
      C= a2 COMPARATOR {70000}\\r\\n
      S: a2 NO [TOOBIG] ...
      C= a3 SEARCH FUZZY TEXT {70000}\\r\\n
      S: a3 NO [TOOBIG] ...
      C= a4 LANGUAGE {14+}\\r\\nx1 LOGOUT\\r\\nyy\\r\\n
      S: a4 NO [CANNOT] ...
      C= a5 CANCELUPDATE {3+}\\r\\nabc\\r\\n
      S: a5 BAD ...
      C: a6 NOOP
      S: a6 OK ...`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));
