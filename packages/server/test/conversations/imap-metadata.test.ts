import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

const conversations: readonly ImapConversation[] = [
  {
    name: 'SETMETADATA and GETMETADATA: values are kept, replaced and removed, names in any case (RFC 5464 §4.2, §4.3)',
    signedIn: true,
    text: `
      C: a1 SETMETADATA INBOX (/private/Comment "mine" /shared/comment "ours")
      S: a1 OK SETMETADATA completed
      C: a2 GETMETADATA INBOX /PRIVATE/comment
      S: * METADATA "INBOX" (/private/comment "mine")
      S: a2 OK GETMETADATA completed
      C: a3 GETMETADATA INBOX (/shared/comment /private/comment /private/none)
      S: * METADATA "INBOX" (/private/comment "mine" /shared/comment "ours" /private/none NIL)
      S: a3 OK ...
      C: a4 SETMETADATA INBOX (/private/comment NIL)
      S: a4 OK ...
      C: a5 GETMETADATA INBOX /private/comment
      S: * METADATA "INBOX" (/private/comment NIL)
      S: a5 OK ...
      C: a6 SETMETADATA INBOX (/private/comment {literal})
      C| two
      C| lines
      S: a6 OK ...
      C: a7 GETMETADATA INBOX /private/comment
      S: * METADATA "INBOX" (/private/comment {10}
      S: two
      S: lines)
      S: a7 OK ...`,
  },
  {
    name: 'the special use of a mailbox is an annotation, which clients cannot set (RFC 6154 §4)',
    signedIn: true,
    text: `
      C: a1 GETMETADATA Sent (/private/specialuse /private/comment)
      S: * METADATA "Sent" (/private/specialuse "\\\\Sent" /private/comment NIL)
      S: a1 OK ...
      C: a2 GETMETADATA INBOX /private/specialuse
      S: * METADATA "INBOX" (/private/specialuse NIL)
      S: a2 OK ...
      C: a3 SETMETADATA INBOX (/private/comment "x" /private/SpecialUse "\\\\Junk")
      S: a3 NO [CANNOT] ...
      C: a4 GETMETADATA INBOX (/private/comment /private/specialuse)
      S: * METADATA "INBOX" (/private/comment NIL /private/specialuse NIL)
      S: a4 OK ...`,
  },
  {
    name: 'MAXSIZE leaves out long values and says how long; DEPTH looks below an entry (RFC 5464 §4.2.1, §4.2.2)',
    signedIn: true,
    text: `
      C: a1 SETMETADATA INBOX (/private/a "1" /private/a/b "22" /private/a/b/c "333" /private/ab "4444")
      S: a1 OK ...
      C: a2 GETMETADATA (DEPTH 1) INBOX /private/a
      S: * METADATA "INBOX" (/private/a "1" /private/a/b "22")
      S: a2 OK ...
      C: a3 GETMETADATA INBOX (DEPTH infinity) (/private)
      S: * METADATA "INBOX" (/private/a "1" /private/a/b "22" /private/a/b/c "333" /private/ab "4444")
      S: a3 OK ...
      C: a4 GETMETADATA (MAXSIZE 2 DEPTH infinity) INBOX /private/a
      S: * METADATA "INBOX" (/private/a "1" /private/a/b "22")
      S: a4 OK [METADATA LONGENTRIES 3] ...`,
  },
  {
    name: 'annotations of the server: private ones are the person’s, shared ones nobody’s to set (RFC 5464 §4.1)',
    signedIn: true,
    company: true,
    text: `
      C: a1 SETMETADATA "" (/private/vendor/x "1")
      S: a1 OK ...
      C: a2 GETMETADATA "" /private/vendor/x
      S: * METADATA "" (/private/vendor/x "1")
      S: a2 OK ...
      C: a3 SETMETADATA "" (/shared/comment "x")
      S: a3 NO [NOPERM] ...
      S:(bob) * OK ...
      C:(bob) b0 LOGIN bob@example.test wonderland
      S:(bob) b0 OK ...
      C:(bob) b1 GETMETADATA "" /private/vendor/x
      S:(bob) * METADATA "" (/private/vendor/x NIL)
      S:(bob) b1 OK ...`,
  },
  {
    name: 'limits of size and number are told, and nothing of a refused command is kept (RFC 5464 §4.3)',
    signedIn: true,
    mailboxLimits: { maxAnnotations: 2, maxAnnotationBytes: 4 },
    text: `
      C: a1 SETMETADATA INBOX (/private/a "1" /private/b "12345")
      S: a1 NO [METADATA MAXSIZE 4] ...
      C: a2 GETMETADATA INBOX /private/a
      S: * METADATA "INBOX" (/private/a NIL)
      S: a2 OK ...
      C: a3 SETMETADATA INBOX (/private/a "1" /private/b "2" /private/c "3")
      S: a3 NO [METADATA TOOMANY] ...
      C: a4 SETMETADATA INBOX (/private/a "1" /private/b "2")
      S: a4 OK ...
      C: a5 SETMETADATA INBOX (/private/a "2")
      S: a5 OK ...
      C: a6 SETMETADATA INBOX (/other/a "2")
      S: a6 BAD ...
      C: a7 SETMETADATA INBOX (/private/a* "2")
      S: a7 BAD ...
      C: a8 SETMETADATA INBOX (/private//a "2")
      S: a8 BAD ...
      C: a9 SETMETADATA nowhere (/private/a "2")
      S: a9 NO [NONEXISTENT] ...`,
  },
  {
    name: 'annotations follow a renamed folder and go with a deleted one (RFC 5464 §4.1)',
    signedIn: true,
    text: `
      C: a1 CREATE old
      S: a1 OK ...
      C: a2 SETMETADATA old (/shared/comment "x")
      S: a2 OK ...
      C: a3 RENAME old new
      S: a3 OK ...
      C: a4 GETMETADATA new /shared/comment
      S: * METADATA "new" (/shared/comment "x")
      S: a4 OK ...
      C: a5 DELETE new
      S: a5 OK ...
      C: a6 CREATE new
      S: a6 OK ...
      C: a7 GETMETADATA new /shared/comment
      S: * METADATA "new" (/shared/comment NIL)
      S: a7 OK ...`,
  },
  {
    name: 'in a shared folder r lets have private annotations, w shared ones; each sees only their own private ones (RFC 5464 §3)',
    signedIn: true,
    company: true,
    text: `
      C: s1 CREATE work
      S: s1 OK ...
      C: s2 SETACL work bob@example.test lr
      S: s2 OK ...
      C: a1 SETMETADATA work (/private/comment "alice" /shared/comment "all")
      S: a1 OK ...
      S:(bob) * OK ...
      C:(bob) b0 LOGIN bob@example.test wonderland
      S:(bob) b0 OK ...
      C:(bob) b1 SETMETADATA "Other Users/alice@example.test/work" (/private/comment "bob")
      S:(bob) b1 OK ...
      C:(bob) b2 GETMETADATA "Other Users/alice@example.test/work" (/private/comment /shared/comment)
      S:(bob) * METADATA "Other Users/alice@example.test/work" (/private/comment "bob" /shared/comment "all")
      S:(bob) b2 OK ...
      C:(bob) b3 SETMETADATA "Other Users/alice@example.test/work" (/shared/comment "no")
      S:(bob) b3 NO [NOPERM] ...
      C: a2 GETMETADATA work /private/comment
      S: * METADATA "work" (/private/comment "alice")
      S: a2 OK ...`,
  },
];

for (const conversation of conversations) {
  test(conversation.name, () => playConversation(conversation));
}
