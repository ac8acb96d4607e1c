import { mock, test } from 'node:test';
import { startImapFixture } from '@hongyan/testkit/imap-fixture.ts';

const mails = ['one', 'two'].map(name => `Subject: ${name}\r\n\r\n${name}\r\n`);

for (const [command, what] of [
  ['SEARCH RETURN (SAVE) SUBJECT two', 'SEARCH'],
  ['UID SEARCH RETURN (SAVE COUNT) SUBJECT two', 'UID SEARCH'],
  ['SORT RETURN (SAVE) (SUBJECT) UTF-8 ALL', 'SORT'],
] as const) {
  test(`${what} with SAVE that fails while it runs leaves $ empty (RFC 5182 §2.1)`, async () => {
    await using imap = await startImapFixture();
    await imap.deliver(mails);
    const fail = (): void => {
      const { accounts } = imap.mail;
      const spy = mock.method(accounts, 'read', () => {
        spy.mock.restore();
        return Promise.reject(new Error('the disk is gone'));
      });
    };
    await imap.play(
      `
      S: * OK ...
      C: l1 LOGIN alice@example.test wonderland
      S: l1 OK ...
      C: l2 SELECT INBOX
      S> l2 OK ...
      C: a1 SEARCH RETURN (SAVE) ALL
      S: a1 OK ...
      C: a2 FETCH $ (UID)
      S: * 1 FETCH (UID 1)
      S: * 2 FETCH (UID 2)
      S: a2 OK ...
      ! fail
      C: a3 ${command}
      S: a3 NO ...
      C: a4 FETCH $ (UID)
      S: a4 OK ...`,
      { hooks: { fail } },
    );
  });
}
