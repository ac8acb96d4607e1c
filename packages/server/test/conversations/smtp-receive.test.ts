import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SmtpFixture } from '@hongyan/testkit/smtp-fixture.ts';

test('a mail in one transaction (RFC 5321 §4.1.1, appendix D.1)', async () => {
  await using smtp = await SmtpFixture.start();
  const { id } = await smtp.play(`
    S: 220 mail.test ESMTP ...
    C: EHLO client.test
    S: 250-mail.test
    S: 250-PIPELINING
    S: 250-SIZE 1048576
    S: 250-8BITMIME
    S: 250-SMTPUTF8
    S: 250-CHUNKING
    S: 250-BINARYMIME
    S: 250-DSN
    S: 250-ENHANCEDSTATUSCODES
    S: 250-LIMITS RCPTMAX=100 MAILMAX=1000
    S: 250 STARTTLS
    C: MAIL FROM:<bob@remote.test>
    S: 250 2.1.0 ...
    C: RCPT TO:<alice@example.test>
    S: 250 2.1.5 ...
    C: RCPT TO:<unknown@example.test>
    S: 550 5.1.1 No such user here
    C: RCPT TO:<full@example.test>
    S: 452 4.2.2 Mailbox is full
    C: DATA
    S: 354 ...
    C: Subject: hi
    C=
    C: 
    C: ..leading dot
    C: .
    S: 250 2.0.0 Queued as \${id}
    C: QUIT
    S: 221 2.0.0 mail.test closing connection
    S.
  `);
  const [mail] = smtp.acceptor.accepted;
  assert.equal(mail?.queueId, id);
  assert.equal(mail?.body.toString(), 'Subject: hi\r\n\r\n.leading dot\r\n');
  assert.equal(mail?.sender, 'bob@remote.test');
  assert.deepEqual(mail?.recipients, [{ path: 'alice@example.test', options: {} }]);
  const { port, ...peer } = mail?.origin.peer ?? { port: 0 };
  assert.ok(port > 0);
  assert.deepEqual(
    { ...mail?.origin, peer },
    {
      kind: 'mx',
      principal: null,
      peer: { address: '127.0.0.1', helo: 'client.test' },
      tls: null,
      protocol: 'ESMTP',
    },
  );
  assert.equal(smtp.acceptor.open, 0);
});
