import { mock, test } from 'node:test';
import { forgetVanished, type ImapFixture, startImapFixture } from '@hongyan/testkit/imap-fixture.ts';

const mails = ['one', 'two', 'three'].map(name => `Subject: ${name}\r\n\r\n${name}\r\n`);

/** Once the account is read for the next time, a mail comes and another connection flags the first. */
async function armNews(imap: ImapFixture): Promise<void> {
  const { accounts } = imap.mail;
  const other = await imap.client();
  await other.ok('SELECT INBOX');
  const read = accounts.read.bind(accounts);
  const spy = mock.method(accounts, 'read', async (...given: Parameters<typeof read>) => {
    spy.mock.restore();
    const result = await read(...given);
    await imap.deliver(['Subject: news\r\n\r\nnews\r\n']);
    await other.ok('UID STORE 1 +FLAGS.SILENT (\\Flagged)');
    await other[Symbol.asyncDispose]();
    return result;
  });
}

async function play(text: string): Promise<void> {
  await using imap = await startImapFixture();
  await imap.deliver(mails);
  const signIn = `
    S: * OK ...
    C: l1 LOGIN alice@example.test wonderland
    S: l1 OK ...
    C: l2 ENABLE QRESYNC
    S> l2 OK ...
    C: l3 SELECT INBOX
    S> * OK [UIDVALIDITY \${validity}] ...
    S> * OK [HIGHESTMODSEQ \${known}] ...
    S> l3 OK ...`;
  const hooks = { news: () => armNews(imap), forget: () => forgetVanished(imap) };
  await imap.play(signIn + text, { hooks });
}

test('SELECT answers with one picture of the mailbox; what came meanwhile is told with the next command (RFC 9051 §6.3.2)', () =>
  play(`
    C: a1 UNSELECT
    S: a1 OK ...
    ! news
    C: a2 SELECT INBOX
    S: * FLAGS ...
    S: * OK [PERMANENTFLAGS ...
    S: * 3 EXISTS
    S: * 0 RECENT
    S: * OK [UIDVALIDITY ...
    S: * OK [UIDNEXT 4] ...
    S: * OK [HIGHESTMODSEQ \${known}] ...
    S: * OK [MAILBOXID ...
    S: a2 OK [READ-WRITE] ...
    C: a3 NOOP
    S: * 4 EXISTS
    S: * 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (...))
    S: a3 OK ...`));

test('no mod-sequence beyond the HIGHESTMODSEQ that SELECT names, nor a number that it does not count (RFC 7162 §3.2.5.1)', () =>
  play(`
    C: a1 UID STORE 2 +FLAGS.SILENT (\\Seen)
    S> a1 OK ...
    C: a2 STORE 3 +FLAGS.SILENT (\\Deleted)
    S> a2 OK ...
    C: a3 EXPUNGE
    S> a3 OK ...
    C: a4 UNSELECT
    S: a4 OK ...
    ! news
    C: a5 SELECT INBOX (QRESYNC (\${validity} \${known}))
    S> * 2 EXISTS
    S> * OK [HIGHESTMODSEQ \${picture}] ...
    S: * OK [MAILBOXID ...
    S: * VANISHED (EARLIER) 3
    S: * 2 FETCH (UID 2 FLAGS (\\Seen) MODSEQ (...))
    S: a5 OK [READ-WRITE] ...
    C: a6 NOOP
    S: * 3 EXISTS
    S: * 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (...))
    S: a6 OK ...`));

test('below the floor, mail that came meanwhile is not said to have vanished (RFC 7162 §3.2.5.2, §3.2.6)', () =>
  play(`
    C: a1 STORE 2 +FLAGS.SILENT (\\Deleted)
    S> a1 OK ...
    C: a2 EXPUNGE
    S> a2 OK ...
    C: a3 UNSELECT
    S: a3 OK ...
    ! forget
    ! news
    C: a4 SELECT INBOX (QRESYNC (\${validity} \${known}))
    S> * VANISHED (EARLIER) 2
    S> a4 OK [READ-WRITE] ...
    C: a5 UID FETCH 1:* (FLAGS) (CHANGEDSINCE \${known} VANISHED)
    S: * VANISHED (EARLIER) 2
    S> * 3 EXISTS
    S> a5 OK ...`));

test('with NOTIFY what came while a mailbox was opened is told without a command (RFC 5465 §3.1, §5.2)', () =>
  play(`
    C: a1 UNSELECT
    S: a1 OK ...
    C: a2 NOTIFY SET (SELECTED (MessageNew (UID FLAGS) MessageExpunge FlagChange))
    S: a2 OK ...
    ! news
    C: a3 SELECT INBOX
    S> * 3 EXISTS
    S> a3 OK [READ-WRITE] ...
    S: * 4 EXISTS
    S: * 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (...))
    S: * 4 FETCH (UID 4 FLAGS () MODSEQ (...))
    C: a4 NOOP
    S: a4 OK ...`));

test('IDLE after SELECT tells what came while the mailbox was opened (RFC 2177 §3)', () =>
  play(`
    C: a1 UNSELECT
    S: a1 OK ...
    ! news
    C: a2 SELECT INBOX
    S> * 3 EXISTS
    S> a2 OK [READ-WRITE] ...
    C: a3 IDLE
    S: + ...
    S: * 4 EXISTS
    S: * 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (...))
    C: DONE
    S: a3 OK ...`));
