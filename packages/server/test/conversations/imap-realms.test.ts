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
    name: 'only one’s own mailboxes have special uses: nobody’s deleted mail goes to a Trash of others (RFC 6154 §2)',
    signedIn: true,
    company: true,
    text: `
      C: a1 LIST (SPECIAL-USE) "" *
      S: * LIST (\\HasNoChildren \\Sent) "/" "Sent"
      S: * LIST (\\HasNoChildren \\Trash) "/" "Trash"
      S: a1 OK ...
      C: a2 LIST "" "Shared/Sales/Tr%" RETURN (SPECIAL-USE)
      S: * LIST (\\HasNoChildren) "/" "Shared/Sales/Trash"
      S: a2 OK ...
      C: a3 GETMETADATA "Shared/Sales/Trash" /private/specialuse
      S: * METADATA "Shared/Sales/Trash" (/private/specialuse NIL)
      S: a3 OK ...`,
  },
  {
    name: 'a mailbox several people use appears under Shared by its name, with what each may do (RFC 2342 §5, PUB-02)',
    signedIn: true,
    company: true,
    text: `
      C: a1 LIST "" "Shared*"
      S: * LIST (\\Noselect \\HasChildren) "/" "Shared"
      S: * LIST (\\Noselect \\HasChildren) "/" "Shared/Sales"
      S: * LIST (\\HasNoChildren) "/" "Shared/Sales/INBOX"
      S: * LIST (\\HasNoChildren) "/" "Shared/Sales/Trash"
      S: a1 OK ...
      C: a2 CREATE "Shared/Sales/offers/2026"
      S: a2 OK [MAILBOXID (m\${id}-4)] ...
      C: a3 APPEND "Shared/Sales/inbox" (\\Seen) {literal+}
      C| Subject: x
      C| 
      C| hello
      S: a3 OK [APPENDUID ...
      C: a4 SELECT "Shared/Sales/INBOX"
      S> a4 OK [READ-WRITE] ...
      C: a5 MOVE 1 "Shared/Sales/offers/2026"
      S: * OK [COPYUID ...
      S: * 1 EXPUNGE
      S: a5 OK ...
      C: a6 RENAME "Shared/Sales/offers" "Shared/Sales/bids"
      S: a6 OK ...
      C: a7 STATUS "Shared/Sales/bids/2026" (MESSAGES UNSEEN)
      S: * STATUS "Shared/Sales/bids/2026" (MESSAGES 1 UNSEEN 0)
      S: a7 OK ...
      C: a8 MYRIGHTS "Shared/Sales/bids"
      S: * MYRIGHTS "Shared/Sales/bids" lrswipkxtecd
      S: a8 OK ...
      ${carol}
      C:(carol) c1 MYRIGHTS "Shared/Sales/bids"
      S:(carol) * MYRIGHTS "Shared/Sales/bids" lr
      S:(carol) c1 OK ...
      C:(carol) c2 SELECT "Shared/Sales/bids/2026"
      S>(carol) c2 OK [READ-ONLY] ...
      C:(carol) c3 CREATE "Shared/Sales/mine"
      S:(carol) c3 NO [NOPERM] ...
      ${bob}
      C:(bob) b1 SELECT "Shared/Sales/INBOX"
      S:(bob) b1 NO [NONEXISTENT] ...`,
  },
  {
    name: 'COPY and MOVE between accounts: text, flags and date stay, UIDs are told (RFC 9051 §6.4.7, RFC 6851)',
    selected: true,
    company: true,
    inbox: ['Subject: one\r\n\r\n1\r\n', 'Subject: two\r\n\r\n2\r\n', 'Subject: three\r\n\r\n3\r\n'],
    text: `
      C: a1 STORE 1 FLAGS (\\Flagged $Label)
      S> a1 OK ...
      C: a2 COPY 1,3 "Shared/Sales/INBOX"
      S~ ^a2 OK \\[COPYUID \\d+ 1,3 1:2\\] COPY completed$
      C: a3 MOVE 2 "Shared/Sales/INBOX"
      S~ ^\\* OK \\[COPYUID \\d+ 2 3\\] Moved$
      S: * 2 EXPUNGE
      S: a3 OK ...
      C: a4 SELECT "Shared/Sales/INBOX"
      S> a4 OK ...
      C: a5 FETCH 1:3 (FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (SUBJECT)] EMAILID)
      S: * 1 FETCH (FLAGS (\\Flagged $Label) INTERNALDATE "03-Feb-2026 04:05:06 +0000" BODY[HEADER.FIELDS (SUBJECT)] {16}
      S: Subject: one
      S: 
      S~ ^ EMAILID \\(e1-4\\)\\)$
      S> * 2 FETCH ...
      S> * 3 FETCH ...
      S> a5 OK ...
      C: a6 COPY 1 INBOX
      S~ ^a6 OK \\[COPYUID \\d+ 1 4\\] COPY completed$
      C: a7 UID SEARCH EMAILID e1-4
      S: * SEARCH 1
      S: a7 OK ...
      C: a8 UID SEARCH EMAILID e1
      S: * SEARCH
      S: a8 OK ...`,
  },
  {
    name: 'i alone lets put messages in, without the flags one may not set; TRYCREATE names what is missing (RFC 4314 §4)',
    selected: true,
    company: true,
    inbox: ['Subject: one\r\n\r\n1\r\n'],
    text: `
      ${shared('lri')}
      ${bob}
      C:(bob) b1 APPEND "${seen}" (\\Seen \\Flagged) {literal+}
      C| Subject: x
      C| 
      C| hello
      S:(bob) b1 OK [APPENDUID ...
      C:(bob) b2 APPEND "Other Users/alice@example.test/nowhere" {literal+}
      C| x
      S:(bob) b2 NO [TRYCREATE] ...
      C: a1 SELECT work
      S> a1 OK ...
      C: a2 FETCH 1 FLAGS
      S: * 1 FETCH (FLAGS ())
      S: a2 OK ...`,
  },
  {
    name: 'k lets make folders, which inherit who may do what; x lets delete and rename them (RFC 4314 §3, §4)',
    signedIn: true,
    company: true,
    text: `
      ${shared('lrkx')}
      ${bob}
      C:(bob) b1 CREATE "${seen}/below"
      S:(bob) b1 OK ...
      C:(bob) b2 MYRIGHTS "${seen}/below"
      S:(bob) * MYRIGHTS "${seen}/below" lrkxc
      S:(bob) b2 OK ...
      C:(bob) b3 RENAME "${seen}/below" "${seen}/other"
      S:(bob) b3 OK ...
      C:(bob) b4 RENAME "${seen}/other" "Other Users/alice@example.test/top"
      S:(bob) b4 NO [NOPERM] ...
      C:(bob) b5 RENAME "${seen}/other" mine
      S:(bob) b5 NO [CANNOT] ...
      C:(bob) b6 CREATE "Other Users/alice@example.test/top"
      S:(bob) b6 NO [NOPERM] ...
      C:(bob) b7 CREATE "Other Users/nobody@example.test/x"
      S:(bob) b7 NO [CANNOT] ...
      C:(bob) b8 DELETE "${seen}/other"
      S:(bob) b8 OK ...
      C: a1 LIST "" work*
      S: * LIST (\\HasNoChildren) "/" "work"
      S: a1 OK ...`,
  },
  {
    name: 'subscriptions are the reader’s own; \\Seen is shared by all who may set it (RFC 4314 §4)',
    selected: true,
    company: true,
    inbox: ['Subject: one\r\n\r\n1\r\n'],
    text: `
      ${shared('lrs')}
      C: a1 COPY 1 work
      S: a1 OK ...
      ${bob}
      C:(bob) b1 SUBSCRIBE "${seen}"
      S:(bob) b1 OK ...
      C:(bob) b2 LIST (SUBSCRIBED) "" "Other Users/*"
      S:(bob) * LIST (\\HasNoChildren \\Subscribed) "/" "${seen}"
      S:(bob) b2 OK ...
      C:(bob) b3 LSUB "" "Other Users/*"
      S:(bob) * LSUB () "/" "${seen}"
      S:(bob) b3 OK ...
      C: a2 LIST (SUBSCRIBED) "" work
      S: a2 OK ...
      C:(bob) b4 SELECT "${seen}"
      S>(bob) b4 OK ...
      C:(bob) b5 FETCH 1 BODY[TEXT]
      S>(bob) b5 OK ...
      C: a3 STATUS work (UNSEEN)
      S: * STATUS "work" (UNSEEN 0)
      S: a3 OK ...
      C:(bob) b6 UNSUBSCRIBE "${seen}"
      S:(bob) b6 OK ...
      C:(bob) b7 LSUB "" "Other Users/*"
      S:(bob) b7 OK ...`,
  },
  {
    name: 'IDLE, QRESYNC and NOTIFY work in folders of others (RFC 2177, RFC 7162, RFC 5465)',
    selected: true,
    company: true,
    inbox: ['Subject: one\r\n\r\n1\r\n', 'Subject: two\r\n\r\n2\r\n'],
    text: `
      ${shared('lrste')}
      C: a1 COPY 1 work
      S: a1 OK ...
      ${bob}
      C:(bob) b1 ENABLE QRESYNC
      S:(bob) * ENABLED QRESYNC
      S:(bob) b1 OK ...
      C:(bob) b2 SELECT "${seen}"
      S>(bob) * OK [UIDVALIDITY \${validity}] ...
      S>(bob) * OK [HIGHESTMODSEQ \${modseq}] ...
      S>(bob) b2 OK ...
      C:(bob) b3 IDLE
      S:(bob) + idling
      C: a2 COPY 2 work
      S: a2 OK ...
      S:(bob) * 2 EXISTS
      C:(bob) DONE
      S>(bob) b3 OK ...
      C:(bob) b4 STORE 1 +FLAGS (\\Deleted)
      S>(bob) b4 OK ...
      C:(bob) b5 EXPUNGE
      S:(bob) * VANISHED 1
      S:(bob) b5 OK ...
      C:(bob) b6 SELECT "${seen}" (QRESYNC (\${validity} \${modseq}))
      S>(bob) * VANISHED (EARLIER) 1
      S:(bob) * 1 FETCH (UID 2 ...
      S:(bob) b6 OK ...
      C:(bob) b7 UNSELECT
      S:(bob) b7 OK ...
      C:(bob) b8 NOTIFY SET (subtree "Other Users" (MessageNew MessageExpunge))
      S:(bob) b8 OK ...
      C: a3 COPY 1 work
      S: a3 OK ...
      S~(bob) ^\\* STATUS "${seen}" \\(.*MESSAGES 2.*\\)$`,
  },
  {
    name: 'who loses the right to read while a folder is selected is told so and let go (RFC 4314 §5.1.1)',
    signedIn: true,
    company: true,
    text: `
      ${shared('lr')}
      ${bob}
      C:(bob) b1 SELECT "${seen}"
      S>(bob) b1 OK ...
      C: a1 DELETEACL work bob@example.test
      S: a1 OK ...
      C:(bob) b2 NOOP
      S>(bob) * BYE ...`,
  },
  {
    name: 'quota roots: a shared mailbox has its own, of a colleague only the name is told (RFC 9208 §4.1)',
    signedIn: true,
    company: true,
    quota: { limitBytes: 1_024_000, limitCount: null },
    text: `
      ${shared('lr')}
      ${bob}
      C: a1 GETQUOTAROOT "Shared/Sales/INBOX"
      S: * QUOTAROOT "Shared/Sales/INBOX" "Shared/Sales"
      S: * QUOTA "Shared/Sales" (STORAGE 0 1000)
      S: a1 OK ...
      C: a2 GETQUOTA "Shared/Sales"
      S: * QUOTA "Shared/Sales" (STORAGE 0 1000)
      S: a2 OK ...
      C:(bob) b1 GETQUOTAROOT "${seen}"
      S:(bob) * QUOTAROOT "${seen}" "Other Users/alice@example.test"
      S:(bob) b1 OK ...
      C:(bob) b2 GETQUOTA "Other Users/alice@example.test"
      S:(bob) b2 NO [NOPERM] ...`,
  },
  {
    name: 'ESEARCH looks into shared folders by name; personal means one’s own (RFC 7377 §2.2)',
    selected: true,
    company: true,
    inbox: ['Subject: one\r\n\r\n1\r\n'],
    text: `
      C: a1 COPY 1 "Shared/Sales/INBOX"
      S: a1 OK ...
      C: a2 ESEARCH IN (personal) SUBJECT one
      S: * ESEARCH (TAG "a2" MAILBOX "INBOX" ...
      S: a2 OK ...
      C: a3 ESEARCH IN (subtree Shared) SUBJECT one
      S: * ESEARCH (TAG "a3" MAILBOX "Shared/Sales/INBOX" ...
      S: a3 OK ...`,
  },
];

for (const conversation of conversations) {
  test(conversation.name, () => playConversation(conversation));
}
