import { test } from 'node:test';
import { type ImapConversation, playConversation } from '@hongyan/testkit/imap-fixture.ts';

const inbox = ['Subject: one\r\n\r\n1\r\n', 'Subject: two\r\n\r\n2\r\n', 'Subject: three\r\n\r\n3\r\n'];
function inboxBytes(...indexes: readonly number[]): number {
  return indexes.reduce((sum, index) => sum + (inbox[index]?.length ?? 0), 0);
}

/** work, work/a, work/a/b hold 1, 1 and 2 of the messages. */
const folders = `
  C: f1 CREATE work/a/b
  S: f1 OK ...
  C: f2 COPY 1 work
  S: f2 OK ...
  C: f3 COPY 2 work/a
  S: f3 OK ...
  C: f4 COPY 2:3 work/a/b
  S: f4 OK ...
  C: f5 SUBSCRIBE work/a
  S: f5 OK ...
`;

const conversations: readonly ImapConversation[] = [
  {
    name: 'ESEARCH IN: one answer for each mailbox that has something, with its name and UIDVALIDITY (RFC 7377 §2.1)',
    selected: true,
    inbox,
    text: `
      ${folders}
      C: a1 ESEARCH IN (personal) SUBJECT two
      S~ ^\\* ESEARCH \\(TAG "a1" MAILBOX "INBOX" UIDVALIDITY \\d+\\) UID ALL 2$
      S~ ^\\* ESEARCH \\(TAG "a1" MAILBOX "work/a" UIDVALIDITY \\d+\\) UID ALL 1$
      S~ ^\\* ESEARCH \\(TAG "a1" MAILBOX "work/a/b" UIDVALIDITY \\d+\\) UID ALL 1$
      S: a1 OK ESEARCH completed
      C: a2 ESEARCH IN (subtree work) RETURN (COUNT MAX) ALL
      S: * ESEARCH (TAG "a2" MAILBOX "work" UIDVALIDITY ...) UID MAX 1 COUNT 1
      S: * ESEARCH (TAG "a2" MAILBOX "work/a" UIDVALIDITY ...) UID MAX 1 COUNT 1
      S: * ESEARCH (TAG "a2" MAILBOX "work/a/b" UIDVALIDITY ...) UID MAX 2 COUNT 2
      S: a2 OK ...
      C: a3 ESEARCH IN (subtree-one work) ALL
      S: * ESEARCH (TAG "a3" MAILBOX "work" ...
      S: * ESEARCH (TAG "a3" MAILBOX "work/a" ...
      S: a3 OK ...
      C: a4 ESEARCH IN (mailboxes (work/a/b nowhere inbox) inboxes) UID *
      S: * ESEARCH (TAG "a4" MAILBOX "INBOX" UIDVALIDITY ...) UID ALL 3
      S: * ESEARCH (TAG "a4" MAILBOX "work/a/b" UIDVALIDITY ...) UID ALL 2
      S: a4 OK ...
      C: a5 ESEARCH IN (subscribed) RETURN (PARTIAL 1:1) SUBJECT two
      S: * ESEARCH (TAG "a5" MAILBOX "INBOX" UIDVALIDITY ...) UID PARTIAL (1:1 2)
      S: * ESEARCH (TAG "a5" MAILBOX "work/a" UIDVALIDITY ...) UID PARTIAL (1:1 1)
      S: a5 OK ...
      C: a6 ESEARCH IN (personal) SUBJECT nothing
      S: a6 OK ...`,
  },
  {
    name: 'ESEARCH of the selected mailbox: numbers and SAVE work there and nowhere else (RFC 7377 §2.2)',
    selected: true,
    inbox,
    text: `
      C: a1 ESEARCH 1:2
      S: * ESEARCH (TAG "a1" MAILBOX "INBOX" UIDVALIDITY ...) UID ALL 1:2
      S: a1 OK ...
      C: a2 ESEARCH IN (selected) RETURN (SAVE) SUBJECT two
      S: a2 OK ...
      C: a3 FETCH $ UID
      S: * 2 FETCH (UID 2)
      S: a3 OK ...
      C: a4 ESEARCH IN (personal) RETURN (SAVE) ALL
      S: a4 BAD ...
      C: a5 ESEARCH IN (personal) 1
      S: a5 BAD ...
      C: a6 ESEARCH IN (personal) $
      S: a6 BAD ...
      C: a7 ESEARCH IN (selected-delayed) ALL
      S: a7 BAD ...
      C: a8 ESEARCH IN (subtree) ALL
      S: a8 BAD ...
      C: a9 ESEARCH IN (personal (x y)) ALL
      S: a9 BAD ...
      C: a10 UNSELECT
      S: a10 OK ...
      C: a11 ESEARCH ALL
      S: a11 BAD ...
      C: a12 ESEARCH IN (inboxes) ALL
      S: * ESEARCH (TAG "a12" MAILBOX "INBOX" UIDVALIDITY ...) UID ALL 1:3
      S: a12 OK ...`,
  },
  {
    name: 'STATUS (DELETED-STORAGE): what EXPUNGE would free (RFC 9208 §4.1.4)',
    selected: true,
    inbox,
    text: `
      C: a1 STATUS INBOX (DELETED DELETED-STORAGE)
      S: * STATUS "INBOX" (DELETED 0 DELETED-STORAGE 0)
      S: a1 OK ...
      C: a2 STORE 1,3 +FLAGS.SILENT (\\Deleted)
      S: a2 OK ...
      C: a3 STATUS INBOX (DELETED DELETED-STORAGE)
      S: * STATUS "INBOX" (DELETED 2 DELETED-STORAGE ${inboxBytes(0, 2)})
      S: a3 OK ...
      C: a4 LIST "" INBOX RETURN (STATUS (DELETED-STORAGE))
      S: * LIST ...
      S: * STATUS "INBOX" (DELETED-STORAGE ${inboxBytes(0, 2)})
      S: a4 OK ...`,
  },
  {
    name: 'MYRIGHTS and LIST RETURN (MYRIGHTS): INBOX cannot be deleted (RFC 4314 §3.5, RFC 8440 §3)',
    signedIn: true,
    text: `
      C: a1 MYRIGHTS inbox
      S: * MYRIGHTS "INBOX" lrswipkteacd
      S: a1 OK ...
      C: a2 LIST "" S* RETURN (MYRIGHTS)
      S: * LIST (\\HasNoChildren \\Sent) "/" "Sent"
      S: * MYRIGHTS "Sent" lrswipkxteacd
      S: a2 OK ...
      C: a3 MYRIGHTS nowhere
      S: a3 NO [NONEXISTENT] ...`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));
