import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

const conversations: readonly ImapConversation[] = [
  {
    name: 'LIST: delimiter, special uses, children, % and * (RFC 9051 §6.3.9, RFC 6154)',
    signedIn: true,
    text: `
      C: a1 LIST "" ""
      S: * LIST (\\Noselect) "/" ""
      S: a1 OK LIST completed
      C: a2 CREATE work/reports
      S: a2 OK [MAILBOXID (\${id})] CREATE completed
      C: a3 LIST "" *
      S: * LIST (\\HasNoChildren) "/" "INBOX"
      S: * LIST (\\HasNoChildren \\Sent) "/" "Sent"
      S: * LIST (\\HasNoChildren \\Trash) "/" "Trash"
      S: * LIST (\\HasChildren) "/" "work"
      S: * LIST (\\HasNoChildren) "/" "work/reports"
      S: a3 OK LIST completed
      C: a4 LIST "" %
      S: * LIST (\\HasNoChildren) "/" "INBOX"
      S> * LIST (\\HasChildren) "/" "work"
      S: a4 OK LIST completed
      C: a5 LIST work/ %
      S: * LIST (\\HasNoChildren) "/" "work/reports"
      S: a5 OK LIST completed
      C: a6 LIST "" inbox
      S: * LIST (\\HasNoChildren) "/" "INBOX"
      S: a6 OK LIST completed
      C: a7 LIST "" nothing*
      S: a7 OK LIST completed`,
  },
  {
    name: 'extended LIST: SUBSCRIBED, SPECIAL-USE, several patterns, RETURN (RFC 5258, RFC 5819, RFC 6154 §5.2)',
    signedIn: true,
    text: `
      C: a1 LIST (SPECIAL-USE) "" *
      S: * LIST (\\HasNoChildren \\Sent) "/" "Sent"
      S: * LIST (\\HasNoChildren \\Trash) "/" "Trash"
      S: a1 OK ...
      C: a2 UNSUBSCRIBE Trash
      S: a2 OK ...
      C: a3 SUBSCRIBE gone/away
      S: a3 OK ...
      C: a4 LIST (SUBSCRIBED) "" *
      S: * LIST (\\HasNoChildren \\Subscribed) "/" "INBOX"
      S: * LIST (\\HasNoChildren \\Sent \\Subscribed) "/" "Sent"
      S: * LIST (\\NonExistent \\HasNoChildren \\Subscribed) "/" "gone/away"
      S: a4 OK ...
      C: a5 LIST (SUBSCRIBED RECURSIVEMATCH) "" %
      S: * LIST (...) "/" "INBOX"
      S: * LIST (...) "/" "Sent"
      S: * LIST (\\NonExistent \\HasChildren) "/" "gone" ("CHILDINFO" ("SUBSCRIBED"))
      S: a5 OK ...
      C: a6 LIST "" (INBOX Tra*) RETURN (SUBSCRIBED STATUS (MESSAGES UIDNEXT))
      S: * LIST (\\HasNoChildren \\Subscribed) "/" "INBOX"
      S: * STATUS "INBOX" (MESSAGES 0 UIDNEXT 1)
      S: * LIST (\\HasNoChildren \\Trash) "/" "Trash"
      S: * STATUS "Trash" (MESSAGES 0 UIDNEXT 1)
      S: a6 OK ...
      C: a7 LIST (RECURSIVEMATCH) "" *
      S: a7 BAD ...
      C: a8 LIST (REMOTE) "" INBOX RETURN (FROB)
      S: a8 BAD Unknown LIST return option`,
  },
  {
    name: 'LSUB tells subscribed names, and levels above them for % (RFC 3501 §6.3.9)',
    signedIn: true,
    text: `
      C: a1 SUBSCRIBE foo/bar
      S: a1 OK ...
      C: a2 LSUB "" foo*
      S: * LSUB () "/" "foo/bar"
      S: a2 OK ...
      C: a3 LSUB "" fo%
      S: * LSUB (\\Noselect) "/" "foo"
      S: a3 OK ...
      C: a4 LSUB "" ""
      S: * LSUB (\\Noselect) "/" ""
      S: a4 OK ...`,
  },
  {
    name: 'names in modified UTF-7 and UTF-8 are the same mailbox (RFC 3501 §5.1.3, RFC 9051 §5.1, RFC 6855)',
    signedIn: true,
    text: `
      C: a1 CREATE &U,BTFw-
      S: a1 OK ...
      C:(new) n0 LOGIN alice@example.test wonderland
      S>(new) n0 OK ...
      C:(new) n1 ENABLE IMAP4rev2
      S>(new) n1 OK ...
      C:(new) n2 LIST "" "台*"
      S:(new) * LIST (\\HasNoChildren) "/" "台北"
      S:(new) n2 OK ...
      C:(new) n3 RENAME "台北" "项目/台北"
      S:(new) n3 OK ...
      C: a2 LIST "" *&U,BTFw-
      S: * LIST (\\HasNoChildren) "/" "&mHl27g-/&U,BTFw-"
      S: a2 OK ...
      C: a3 CREATE &AGE-
      S: a3 NO [CANNOT] Mailbox name is not allowed
      C: a4 SELECT &broken
      S: a4 NO [CANNOT] ...
      C: a5 LIST "" &broken*
      S: a5 OK ...`,
  },
  {
    name: 'CREATE: INBOX and existing names, trailing delimiter, special use (RFC 9051 §6.3.4, RFC 6154 §3)',
    signedIn: true,
    text: `
      C: a1 CREATE inbox
      S: a1 NO [ALREADYEXISTS] ...
      C: a2 CREATE Sent
      S: a2 NO [ALREADYEXISTS] ...
      C: a3 CREATE Archive/ (USE (\\Archive))
      S: a3 OK ...
      C: a4 CREATE Again (USE (\\Archive))
      S: a4 NO [ALREADYEXISTS] ...
      C: a5 CREATE Odd (USE (\\Nope))
      S: a5 NO [USEATTR] ...
      C: a6 CREATE a//b
      S: a6 NO [CANNOT] ...
      C: a7 CREATE ""
      S: a7 NO [CANNOT] ...
      C: a8 LIST (SPECIAL-USE) "" Arch*
      S: * LIST (\\HasNoChildren \\Archive) "/" "Archive"
      S: a8 OK ...`,
  },
  {
    name: 'CREATE and RENAME past the plan: NO [LIMIT] (FLD-01, RFC 5530)',
    signedIn: true,
    folderPlan: { folders: 2, folderLevels: 2 },
    text: `
      C: a1 CREATE one
      S: a1 OK ...
      C: a2 CREATE Sent/b/c
      S: a2 NO [LIMIT] ...
      C: a3 CREATE one/two
      S: a3 OK ...
      C: a4 CREATE three
      S: a4 NO [LIMIT] ...
      C: a5 RENAME one Sent/one
      S: a5 NO [LIMIT] ...
      C: a6 RENAME one/two four/two
      S: a6 NO [LIMIT] ...
      C: a7 RENAME INBOX Sent/b/c
      S: a7 NO [LIMIT] ...
      C: a8 RENAME one/two two
      S: a8 OK ...`,
  },
  {
    name: 'DELETE: INBOX, children, unknown, the selected one (RFC 9051 §6.3.5)',
    signedIn: true,
    text: `
      C: a1 DELETE INBOX
      S: a1 NO [CANNOT] ...
      C: a2 CREATE a/b
      S: a2 OK ...
      C: a3 DELETE a
      S: a3 NO [HASCHILDREN] ...
      C: a4 SELECT a/b
      S> a4 OK ...
      C: a5 DELETE a/b
      S: * OK [CLOSED] ...
      S: a5 OK ...
      C: a6 FETCH 1 FLAGS
      S: a6 BAD ...
      C: a7 DELETE a/b
      S: a7 NO [NONEXISTENT] ...`,
  },
  {
    name: 'a mailbox deleted by another session ends the one that has it selected',
    signedIn: true,
    text: `
      C: a1 CREATE doomed
      S: a1 OK ...
      C:(other) o0 LOGIN alice@example.test wonderland
      S>(other) o0 OK ...
      C:(other) o1 SELECT doomed
      S>(other) o1 OK ...
      C: a2 DELETE doomed
      S: a2 OK ...
      C:(other) o2 NOOP
      S:(other) * BYE Selected mailbox was deleted
      S:(other) o2 NO [NONEXISTENT] ...
      S.(other)`,
  },
  {
    name: 'RENAME moves children along; INBOX keeps its name and loses its messages (RFC 9051 §6.3.6)',
    signedIn: true,
    inbox: ['Subject: one\r\n\r\n1\r\n'],
    text: `
      C: a1 CREATE a/b/c
      S: a1 OK ...
      C: a2 RENAME a/b x/y
      S: a2 OK ...
      C: a3 LIST "" x*
      S: * LIST (\\HasChildren) "/" "x"
      S: * LIST (\\HasChildren) "/" "x/y"
      S: * LIST (\\HasNoChildren) "/" "x/y/c"
      S: a3 OK ...
      C: a4 RENAME INBOX old
      S: a4 OK ...
      C: a5 STATUS INBOX (MESSAGES)
      S: * STATUS "INBOX" (MESSAGES 0)
      S: a5 OK ...
      C: a6 STATUS old (MESSAGES)
      S: * STATUS "old" (MESSAGES 1)
      S: a6 OK ...
      C: a7 RENAME nope x
      S: a7 NO [NONEXISTENT] ...
      C: a8 RENAME x x/y/z
      S: a8 NO ...
      C: a9 RENAME old Sent
      S: a9 NO [ALREADYEXISTS] ...`,
  },
  {
    name: 'STATUS with every item (RFC 9051 §6.3.11, RFC 7162, RFC 7889, RFC 8474)',
    signedIn: true,
    inbox: ['Subject: one\r\n\r\n1\r\n'],
    limits: { appendBytes: 1000 },
    text: `
      C: a1 STATUS inbox (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE HIGHESTMODSEQ APPENDLIMIT MAILBOXID)
      S~ ^\\* STATUS "INBOX" \\(MESSAGES 1 RECENT 0 UIDNEXT 2 UIDVALIDITY \\d+ UNSEEN 1 DELETED 0 SIZE 19 HIGHESTMODSEQ \\d+ APPENDLIMIT 1000 MAILBOXID \\(m\\d+\\)\\)$
      S: a1 OK ...
      C: a2 STATUS nope (MESSAGES)
      S: a2 NO [NONEXISTENT] ...
      C: a3 STATUS INBOX ()
      S: a3 BAD ...
      C: a4 STATUS INBOX (FROB)
      S: a4 BAD Unknown STATUS item`,
  },
  {
    name: 'NAMESPACE and quota (RFC 2342, RFC 9208)',
    signedIn: true,
    quota: { limitBytes: 10_240, limitCount: 5 },
    inbox: ['Subject: one\r\n\r\n1\r\n'],
    text: `
      C: a1 NAMESPACE
      S: * NAMESPACE (("" "/")) (("Other Users/" "/")) (("Shared/" "/"))
      S: a1 OK ...
      C: a2 GETQUOTAROOT INBOX
      S: * QUOTAROOT "INBOX" ""
      S: * QUOTA "" (STORAGE 1 10 MESSAGE 1 5)
      S: a2 OK ...
      C: a3 GETQUOTA ""
      S: * QUOTA "" (STORAGE 1 10 MESSAGE 1 5)
      S: a3 OK ...
      C: a4 GETQUOTA other
      S: a4 NO [NONEXISTENT] ...`,
  },
  {
    name: 'without a limit there is no quota root: a QUOTA has to name a resource (RFC 9208 §7)',
    signedIn: true,
    text: `
      C: a1 GETQUOTAROOT INBOX
      S: * QUOTAROOT "INBOX"
      S: a1 OK ...
      C: a2 GETQUOTA ""
      S: a2 NO [NONEXISTENT] ...`,
  },
  {
    name: 'SELECT and EXAMINE tell what RFC 9051 §6.3.2 and RFC 3501 §6.3.1 ask for; a failed SELECT leaves nothing selected',
    signedIn: true,
    inbox: ['Subject: one\r\n\r\n1\r\n', 'Subject: two\r\n\r\n2\r\n'],
    text: `
      C: a1 SELECT INBOX
      S: * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded $MDNSent $Junk $NotJunk $Phishing)
      S: * OK [PERMANENTFLAGS (\\Answered ... \\*)] ...
      S: * 2 EXISTS
      S: * 0 RECENT
      S: * OK [UIDVALIDITY ...] ...
      S: * OK [UIDNEXT 3] ...
      S: * OK [HIGHESTMODSEQ ...] ...
      S: * OK [MAILBOXID (...)] ...
      S: a1 OK [READ-WRITE] SELECT completed
      C: a2 EXAMINE INBOX
      S: * OK [CLOSED] ...
      S> * OK [PERMANENTFLAGS ()] ...
      S> a2 OK [READ-ONLY] EXAMINE completed
      C: a3 STORE 1 +FLAGS (\\Seen)
      S: a3 NO [CANNOT] ...
      C: a4 EXPUNGE
      S: a4 NO [CANNOT] ...
      C: a5 SELECT nope
      S: * OK [CLOSED] ...
      S: a5 NO [NONEXISTENT] ...
      C: a6 FETCH 1 FLAGS
      S: a6 BAD ...
      C: a7 ENABLE IMAP4rev2
      S: * ENABLED IMAP4rev2
      S: a7 OK ...
      C: a8 SELECT INBOX (CONDSTORE)
      S> * 2 EXISTS
      S: * OK [UIDVALIDITY ...] ...
      S> * LIST (\\HasNoChildren) "/" "INBOX"
      S: a8 OK [READ-WRITE] ...
      C: a9 UNSELECT
      S: a9 OK ...
      C: a10 SELECT INBOX (FROB)
      S: a10 BAD ...`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));
