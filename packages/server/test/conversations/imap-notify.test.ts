import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

const inbox = ['Subject: one\r\n\r\n1\r\n', 'Subject: two\r\n\r\n2\r\n', 'Subject: three\r\n\r\n3\r\n'];
const bob = `
  C:(bob) l1 LOGIN alice@example.test wonderland
  S>(bob) l1 OK ...
  C:(bob) l2 SELECT INBOX
  S>(bob) l2 OK ...
`;

const conversations: readonly ImapConversation[] = [
  {
    name: 'NOTIFY (selected …): new mail with the items asked for, flags and expunges come between commands (RFC 5465 §5)',
    selected: true,
    inbox,
    text: `
      ${bob}
      C: a1 NOTIFY SET (selected (MessageNew (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)]) MessageExpunge FlagChange))
      S: a1 OK NOTIFY completed
      ! deliver four
      S: * 4 EXISTS
      S: * 4 FETCH (UID 4 BODY[HEADER.FIELDS (SUBJECT)] {17}
      S: Subject: four
      S:
      S: )
      C:(bob) b1 STORE 1 +FLAGS (\\Deleted)
      S>(bob) b1 OK ...
      S: * 1 FETCH (UID 1 FLAGS (\\Deleted))
      C:(bob) b2 EXPUNGE
      S>(bob) b2 OK ...
      S: * 1 EXPUNGE
      C: a2 NOOP
      S: a2 OK ...
      C: a3 IDLE
      S: + idling
      ! deliver five
      S: * 4 EXISTS
      S: * 4 FETCH (UID 5 ...
      S: Subject: five
      S:
      S: )
      C: DONE
      S: a3 OK ...`,
  },
  {
    name: 'NOTIFY (selected-delayed …): expunges wait for a command, unwanted flags are not told (RFC 5465 §6.1)',
    selected: true,
    inbox,
    text: `
      ${bob}
      C: a1 NOTIFY SET (selected-delayed (MessageNew MessageExpunge))
      S: a1 OK ...
      C:(bob) b1 STORE 1 +FLAGS (\\Deleted)
      S>(bob) b1 OK ...
      C:(bob) b2 EXPUNGE
      S>(bob) b2 OK ...
      ! deliver four
      S: * 4 EXISTS
      C: a2 FETCH 2 UID
      S: * 2 FETCH (UID 2)
      S: a2 OK ...
      C: a3 NOOP
      S: * 1 EXPUNGE
      S: a3 OK ...`,
  },
  {
    name: 'NOTIFY of other mailboxes: STATUS at once and when something happens there (RFC 5465 §3.1, §5.2)',
    selected: true,
    inbox,
    text: `
      ${bob}
      C: a1 NOTIFY SET STATUS (mailboxes (Sent nowhere) (MessageNew MessageExpunge))
      S: * STATUS "Sent" (UIDVALIDITY \${validity} UIDNEXT 1 MESSAGES 0)
      S: a1 OK ...
      C:(bob) b1 COPY 1:2 Sent
      S>(bob) b1 OK ...
      S: * STATUS "Sent" (UIDVALIDITY \${validity} UIDNEXT 3 MESSAGES 2)
      C:(bob) b2 COPY 1:2 Trash
      S>(bob) b2 OK ...
      C:(bob) b3 MOVE 1 Sent
      S>(bob) b3 OK ...
      S: * STATUS "Sent" (UIDVALIDITY \${validity} UIDNEXT 4 MESSAGES 3)
      C: a2 NOTIFY NONE
      S: * 1 EXPUNGE
      S: a2 OK ...
      C:(bob) b4 MOVE 1 Sent
      S>(bob) b4 OK ...
      C: a3 NOOP
      S: a3 OK ...`,
  },
  {
    name: 'NOTIFY of flags elsewhere: UNSEEN, with CONDSTORE HIGHESTMODSEQ, only where asked for (RFC 5465 §5.1)',
    signedIn: true,
    inbox,
    text: `
      ${bob}
      C:(bob) b0 COPY 1:2 Sent
      S>(bob) b0 OK ...
      C: a1 NOTIFY SET (inboxes (MessageNew MessageExpunge FlagChange)) (mailboxes Sent (MessageNew MessageExpunge))
      S: a1 OK ...
      C:(bob) b1 STORE 1 +FLAGS (\\Seen)
      S>(bob) b1 OK ...
      S: * STATUS "INBOX" (UIDVALIDITY ... UIDNEXT 4 MESSAGES 3 UNSEEN 2)
      C: a2 ENABLE CONDSTORE
      S> a2 OK ...
      C:(bob) b2 SELECT Sent
      S>(bob) b2 OK ...
      C:(bob) b3 STORE 1 +FLAGS (\\Seen)
      S>(bob) b3 OK ...
      C:(bob) b4 SELECT INBOX
      S>(bob) b4 OK ...
      C:(bob) b5 STORE 2 +FLAGS (\\Flagged)
      S>(bob) b5 OK ...
      S: * STATUS "INBOX" (UIDVALIDITY ... UIDNEXT 4 MESSAGES 3 UNSEEN 2 HIGHESTMODSEQ ...)
      C: a3 NOTIFY NONE
      S: a3 OK ...`,
  },
  {
    name: 'NOTIFY of names: created, renamed with OLDNAME, deleted, subscribed (RFC 5465 §5.4, §5.5)',
    signedIn: true,
    text: `
      ${bob}
      C: a1 NOTIFY SET (personal (MailboxName SubscriptionChange))
      S: a1 OK ...
      C:(bob) b1 CREATE plan
      S:(bob) b1 OK ...
      S: * LIST (\\HasNoChildren) "/" "plan"
      C:(bob) b2 SUBSCRIBE plan
      S:(bob) b2 OK ...
      S: * LIST (\\HasNoChildren \\Subscribed) "/" "plan"
      C:(bob) b3 RENAME plan work
      S:(bob) b3 OK ...
      S: * LIST (...) "/" "work" ("OLDNAME" ("plan"))
      C:(bob) b4 UNSUBSCRIBE work
      S:(bob) b4 OK ...
      C:(bob) b5 DELETE work
      S:(bob) b5 OK ...
      S> * LIST (\\NonExistent \\HasNoChildren) "/" "work"
      C: a2 NOOP
      S: a2 OK ...`,
  },
  {
    name: 'NOTIFY that cannot be: events that belong together, unknown ones, items elsewhere (RFC 5465 §3.1, §5)',
    selected: true,
    inbox,
    text: `
      C: a1 NOTIFY SET (selected (MessageNew))
      S: a1 BAD ...
      C: a2 NOTIFY SET (personal (FlagChange))
      S: a2 BAD ...
      C: a3 NOTIFY SET (personal (AnnotationChange))
      S: a3 NO [BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange)] ...
      C: a4 NOTIFY SET (personal (MessageNew (UID) MessageExpunge))
      S: a4 BAD ...
      C: a5 NOTIFY SET (selected NONE) (selected-delayed NONE)
      S: a5 BAD ...
      C: a6 NOTIFY
      S: a6 BAD ...
      C: a7 NOTIFY SET (everything NONE)
      S: a7 BAD ...
      C: a8 NOTIFY SET (selected NONE)
      S: a8 OK ...
      C: a9 STORE 1 +FLAGS.SILENT (\\Deleted)
      S: a9 OK ...
      C: a10 EXPUNGE
      S: * 1 EXPUNGE
      S: a10 OK ...`,
  },
  {
    name: 'the selected mailbox is deleted while NOTIFY waits: BYE (RFC 5465 §5.4)',
    selected: true,
    text: `
      ${bob}
      C: a0 CREATE gone
      S: a0 OK ...
      C: a1 SELECT gone
      S> a1 OK ...
      C: a2 NOTIFY SET (selected (MessageNew MessageExpunge))
      S: a2 OK ...
      C:(bob) b1 DELETE gone
      S:(bob) b1 OK ...
      S: * BYE ...
      S.`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));
