import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

const bob = `
  S:(bob) * OK ...
  C:(bob) b0 LOGIN bob@example.test wonderland
  S:(bob) b0 OK ...
`;
const carol = `
  S:(carol) * OK ...
  C:(carol) c0 LOGIN carol@example.test wonderland
  S:(carol) c0 OK ...
`;
const eve = `
  S:(eve) * OK ...
  C:(eve) e0 LOGIN eve@elsewhere.test wonderland
  S:(eve) e0 OK ...
`;
/** alice shares `work` with bob. */
function shared(rights: string): string {
  return `
    C: s1 CREATE work
    S: s1 OK ...
    C: s2 SETACL work bob@example.test ${rights}
    S: s2 OK SETACL completed
  `;
}
const seen = 'Other Users/alice@example.test/work';

const conversations: readonly ImapConversation[] = [
  {
    name: 'SETACL, GETACL, DELETEACL, LISTRIGHTS, MYRIGHTS on one’s own folder (RFC 4314 §3)',
    signedIn: true,
    company: true,
    text: `
      ${shared('lrs')}
      C: a1 GETACL work
      S: * ACL "work" "alice@example.test" lrswipkxteacd "bob@example.test" lrs
      S: a1 OK GETACL completed
      C: a2 SETACL work bob@example.test +wi
      S: a2 OK ...
      C: a3 SETACL work bob@example.test -s
      S: a3 OK ...
      C: a4 SETACL work Anyone l
      S: a4 OK ...
      C: a5 GETACL work
      S: * ACL "work" "alice@example.test" lrswipkxteacd "anyone" l "bob@example.test" lrwi
      S: a5 OK ...
      C: a6 DELETEACL work anyone
      S: a6 OK DELETEACL completed
      C: a7 SETACL work bob@example.test ""
      S: a7 OK ...
      C: a8 GETACL work
      S: * ACL "work" "alice@example.test" lrswipkxteacd
      S: a8 OK ...
      C: a9 LISTRIGHTS work bob@example.test
      S: * LISTRIGHTS "work" "bob@example.test" "" l r s w i p k x t e a c d
      S: a9 OK LISTRIGHTS completed
      C: a10 LISTRIGHTS work alice@example.test
      S: * LISTRIGHTS "work" "alice@example.test" lrswipkxteacd
      S: a10 OK ...
      C: a11 MYRIGHTS work
      S: * MYRIGHTS "work" lrswipkxteacd
      S: a11 OK ...`,
  },
  {
    name: 'CLOSE lets a folder go in which one may not expunge, and removes nothing (RFC 4314 §4)',
    signedIn: true,
    company: true,
    text: `
      ${shared('lrst')}
      C: a1 APPEND work (\\Deleted) {literal+}
      C| Subject: x
      C|
      C| x
      S: a1 OK ...
      ${bob}
      C:(bob) b1 SELECT "${seen}"
      S>(bob) b1 OK [READ-WRITE] ...
      C:(bob) b2 CLOSE
      S:(bob) b2 OK CLOSE completed
      C: a2 STATUS work (MESSAGES)
      S: * STATUS "work" (MESSAGES 1)
      S: a2 OK ...`,
  },
  {
    name: 'the obsolete rights c and d stand for k x and t e, and are told with any of them (RFC 4314 §2.1.1)',
    signedIn: true,
    company: true,
    text: `
      ${shared('lrcd')}
      C: a1 GETACL work
      S: * ACL "work" "alice@example.test" lrswipkxteacd "bob@example.test" lrkxtecd
      S: a1 OK ...
      C: a2 SETACL work bob@example.test -d
      S: a2 OK ...
      C: a3 GETACL work
      S: * ACL "work" ... "bob@example.test" lrkxc
      S: a3 OK ...`,
  },
  {
    name: 'SETACL refuses unknown people, another company, the owner, negative and unknown rights (RFC 4314 §3)',
    signedIn: true,
    company: true,
    text: `
      C: a1 CREATE work
      S: a1 OK ...
      C: a2 SETACL work nobody@example.test lr
      S: a2 NO [NONEXISTENT] ...
      C: a3 SETACL work eve@elsewhere.test lr
      S: a3 NO [NONEXISTENT] ...
      C: a4 SETACL work alice@example.test l
      S: a4 NO [CANNOT] ...
      C: a5 SETACL work -bob@example.test l
      S: a5 NO [NONEXISTENT] ...
      C: a6 SETACL work bob@example.test lz
      S: a6 BAD ...
      C: a7 SETACL nowhere bob@example.test l
      S: a7 NO [NONEXISTENT] ...
      C: a8 GETACL work
      S: * ACL "work" "alice@example.test" lrswipkxteacd
      S: a8 OK ...`,
  },
  {
    name: 'a shared folder appears under Other Users with the levels above it; without l it does not (RFC 2342 §5, RFC 4314 §4)',
    signedIn: true,
    company: true,
    text: `
      ${shared('lr')}
      ${bob}
      C:(bob) b1 LIST "" *
      S:(bob) * LIST (\\HasNoChildren) "/" "INBOX"
      S:(bob) * LIST (\\HasNoChildren \\Trash) "/" "Trash"
      S:(bob) * LIST (\\Noselect \\HasChildren) "/" "Other Users"
      S:(bob) * LIST (\\Noselect \\HasChildren) "/" "Other Users/alice@example.test"
      S:(bob) * LIST (\\HasNoChildren) "/" "${seen}"
      S:(bob) b1 OK ...
      C:(bob) b2 LIST "" "Other Users/%"
      S:(bob) * LIST (\\Noselect \\HasChildren) "/" "Other Users/alice@example.test"
      S:(bob) b2 OK ...
      C:(bob) b3 LIST "" "Other Users/%/%" RETURN (MYRIGHTS STATUS (MESSAGES))
      S:(bob) * LIST (\\HasNoChildren) "/" "${seen}"
      S:(bob) * STATUS "${seen}" (MESSAGES 0)
      S:(bob) * MYRIGHTS "${seen}" lr
      S:(bob) b3 OK ...
      C: a1 SETACL work bob@example.test -l
      S: a1 OK ...
      C:(bob) b4 LIST "" "Other Users/*"
      S:(bob) b4 OK ...
      C:(bob) b5 EXAMINE "${seen}"
      S> b5 OK [READ-ONLY] ...`.replace('S> b5', 'S>(bob) b5'),
  },
  {
    name: 'what is not shared looks as if it were not there, for colleagues and for another company (RFC 4314 §6)',
    signedIn: true,
    company: true,
    text: `
      ${shared('lr')}
      ${carol}
      ${eve}
      ${bob}
      C:(carol) c1 SELECT "${seen}"
      S:(carol) c1 NO [NONEXISTENT] ...
      C:(carol) c2 LIST "" "Other Users*"
      S:(carol) c2 OK ...
      C:(carol) c3 MYRIGHTS "${seen}"
      S:(carol) c3 NO [NONEXISTENT] ...
      C:(bob) b1 SELECT "Other Users/alice@example.test/INBOX"
      S:(bob) b1 NO [NONEXISTENT] ...
      C:(bob) b2 STATUS "Other Users/alice@example.test/Trash" (MESSAGES)
      S:(bob) b2 NO [NONEXISTENT] ...
      C: a1 SETACL work anyone lr
      S: a1 OK ...
      C:(carol) c4 STATUS "${seen}" (MESSAGES)
      S:(carol) * STATUS "${seen}" (MESSAGES 0)
      S:(carol) c4 OK ...
      C:(eve) e1 SELECT "${seen}"
      S:(eve) e1 NO [NONEXISTENT] ...
      C:(eve) e2 LIST "" "Other Users*"
      S:(eve) e2 OK ...`,
  },
  {
    name: 'i lets append and copy into a folder: flags that may not be set there are left out (RFC 4314 §4)',
    selected: true,
    company: true,
    text: `
      ${shared('lris')}
      ${bob}
      C:(bob) b1 APPEND "${seen}" (\\Seen \\Flagged \\Deleted $Work) {literal+}
      C|(bob) Subject: one
      C|(bob)
      C|(bob) x
      S>(bob) b1 OK ...
      C: a1 SELECT work
      S> a1 OK ...
      C: a2 FETCH 1 FLAGS
      S: * 1 FETCH (FLAGS (\\Seen))
      S: a2 OK ...`,
  },
  {
    name: 'MOVE between two folders of a colleague needs t and e in the first (RFC 4314 §4, RFC 6851 §4)',
    selected: true,
    company: true,
    inbox: ['Subject: one\r\n\r\n1\r\n'],
    text: `
      ${shared('lri')}
      C: a1 CREATE other
      S: a1 OK ...
      C: a2 SETACL other bob@example.test lri
      S: a2 OK ...
      C: a3 COPY 1 work
      S: a3 OK ...
      ${bob}
      C:(bob) b1 SELECT "${seen}"
      S>(bob) b1 OK ...
      C:(bob) b2 MOVE 1 "Other Users/alice@example.test/other"
      S>(bob) b2 NO [NOPERM] ...
      C: a4 STATUS work (MESSAGES)
      S: * STATUS "work" (MESSAGES 1)
      S: a4 OK ...
      C: a5 SETACL work bob@example.test lrite
      S: a5 OK ...
      C:(bob) b3 MOVE 1 "Other Users/alice@example.test/other"
      S>(bob) b3 OK ...
      C: a6 STATUS work (MESSAGES)
      S: * STATUS "work" (MESSAGES 0)
      S: a6 OK ...`,
  },
  {
    name: 'r lets read, and nothing else: no flags, \\Seen stays, no EXPUNGE, APPEND, COPY, DELETE, CREATE (RFC 4314 §4)',
    selected: true,
    company: true,
    inbox: ['Subject: one\r\n\r\n1\r\n'],
    text: `
      ${shared('lr')}
      C: a1 COPY 1 work
      S: a1 OK ...
      ${bob}
      C:(bob) b1 SELECT "${seen}"
      S>(bob) * OK [PERMANENTFLAGS ()] ...
      S>(bob) b1 OK [READ-ONLY] ...
      C:(bob) b2 FETCH 1 BODY[TEXT]
      S:(bob) * 1 FETCH (BODY[TEXT] {3}
      S:(bob) 1
      S:(bob) )
      S:(bob) b2 OK ...
      C:(bob) b3 FETCH 1 FLAGS
      S:(bob) * 1 FETCH (FLAGS ())
      S:(bob) b3 OK ...
      C:(bob) b4 STORE 1 +FLAGS (\\Flagged)
      S:(bob) b4 NO ...
      C:(bob) b5 EXPUNGE
      S:(bob) b5 NO ...
      C:(bob) b6 APPEND "${seen}" {literal+}
      C|(bob) x
      S:(bob) b6 NO [NOPERM] ...
      C:(bob) b7 COPY 1 "${seen}"
      S:(bob) b7 NO [NOPERM] ...
      C:(bob) b8 CREATE "${seen}/below"
      S:(bob) b8 NO [NOPERM] ...
      C:(bob) b9 DELETE "${seen}"
      S:(bob) b9 NO [NOPERM] ...
      C:(bob) b10 SETACL "${seen}" carol@example.test lr
      S:(bob) b10 NO [NOPERM] ...
      C:(bob) b11 GETACL "${seen}"
      S:(bob) b11 NO [NOPERM] ...
      C:(bob) b12 SEARCH SUBJECT one
      S:(bob) * SEARCH 1
      S:(bob) b12 OK ...`.replaceAll('C|(bob) x', 'C| x'),
  },
  {
    name: 's, w, t and e each let change their part, and flags without a right are left alone (RFC 4314 §4)',
    selected: true,
    company: true,
    inbox: ['Subject: one\r\n\r\n1\r\n', 'Subject: two\r\n\r\n2\r\n'],
    text: `
      ${shared('lrsw')}
      C: a1 COPY 1:2 work
      S: a1 OK ...
      ${bob}
      C:(bob) b1 SELECT "${seen}"
      S>(bob) * OK [PERMANENTFLAGS (\\Answered \\Flagged \\Seen \\Draft ...
      S>(bob) b1 OK [READ-WRITE] ...
      C:(bob) b2 STORE 1 FLAGS (\\Seen \\Deleted $Label)
      S>(bob) * 1 FETCH (FLAGS (\\Seen $Label))
      S:(bob) b2 OK ...
      C:(bob) b3 STORE 1 +FLAGS (\\Deleted)
      S:(bob) b3 NO [NOPERM] ...
      C: a2 SETACL work bob@example.test lrt
      S: a2 OK ...
      C:(bob) b4 STORE 1 FLAGS (\\Deleted)
      S:(bob) * 1 FETCH (FLAGS (\\Deleted \\Seen $Label))
      S:(bob) b4 OK ...
      C:(bob) b5 EXPUNGE
      S:(bob) b5 NO [NOPERM] ...
      C: a3 SETACL work bob@example.test lre
      S: a3 OK ...
      C:(bob) b6 EXPUNGE
      S:(bob) * 1 EXPUNGE
      S:(bob) b6 OK ...
      C:(bob) b7 STORE 1 +FLAGS (\\Seen)
      S:(bob) b7 NO [NOPERM] ...`,
  },
];

for (const conversation of conversations) {
  test(conversation.name, () => playConversation(conversation));
}
