import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { SmtpFixture, skipTo } from '@hongyan/testkit/smtp-fixture.ts';
import { type ErrorCode, MailError } from '../../src/platform/errors.ts';

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

test('HELO clients get no extensions and no parameters (RFC 5321 §4.1.1.1, §4.1.1.11)', async () => {
  await using smtp = await SmtpFixture.start();
  await smtp.play(`
    S: 220 ...
    C: HELO [192.0.2.7]
    S: 250 mail.test
    C: MAIL FROM:<bob@remote.test> SIZE=100
    S: 555 5.5.4 ...
    C: MAIL FROM:<>
    S: 250 ...
    C: RCPT TO:<Postmaster>
    S: 250 ...
    C: DATA
    S: 354 ...
    C: x
    C: .
    S: 250 ...
    C: MAIL FROM:<bob@remote.test>
    S: 250 ...
    C: HELO again.test
    S: 250 ...
    C: RCPT TO:<alice@example.test>
    S: 503 5.5.1 Send MAIL first
  `);
  assert.equal(smtp.acceptor.accepted[0]?.origin.protocol, 'SMTP');
  assert.equal(smtp.acceptor.accepted[0]?.sender, '');
  assert.equal(smtp.acceptor.accepted[0]?.recipients[0]?.path, 'Postmaster');
});

test('commands out of order are refused and change nothing (RFC 5321 §4.1.4)', async () => {
  await using smtp = await SmtpFixture.start();
  await smtp.play(`
    S: 220 ...
    C: MAIL FROM:<bob@remote.test>
    S: 503 5.5.1 Say EHLO first
    C: EHLO client.test
    S> 250 ...
    C: RCPT TO:<alice@example.test>
    S: 503 ...
    C: DATA
    S: 503 ...
    C: MAIL FROM:<bob@remote.test>
    S: 250 ...
    C: MAIL FROM:<bob@remote.test>
    S: 503 5.5.1 Not during a mail transaction
    C: DATA
    S: 554 5.5.1 No valid recipients
    C: RCPT TO:<unknown@example.test>
    S: 550 ...
    C: DATA
    S: 554 ...
    C: RSET
    S: 250 2.0.0 Ok
    C: RCPT TO:<alice@example.test>
    S: 503 ...
  `);
  assert.equal(smtp.acceptor.open, 0);
});

test('the small verbs (RFC 5321 §4.1.1, §7.3)', async () => {
  await using smtp = await SmtpFixture.start();
  await smtp.play(`
    S: 220 ...
    C: noop whatever
    S: 250 2.0.0 Ok
    C: VRFY alice
    S: 252 2.5.0 ...
    C: VRFY unknown
    S: 252 2.5.0 ...
    C: VRFY
    S: 501 5.5.4 ...
    C: EXPN staff
    S: 502 5.5.1 ...
    C: HELP
    S: 214 2.0.0 Commands: EHLO HELO MAIL ...
    C: RSET now
    S: 501 5.5.4 ...
    C: EHLO
    S: 501 ...
    C: EHLO bad name
    S: 501 5.5.4 ...
    C: EHLO -x.test
    S: 501 5.5.4 ...
    C: AUTH PLAIN
    S: 503 ...
    C: QUIT
    S: 221 ...
    S.
  `);
});

test('paths: quoted local parts, source routes, literals, limits (RFC 5321 §4.1.2, §4.5.3.1)', async () => {
  await using smtp = await SmtpFixture.start();
  const local = 'a'.repeat(65);
  await smtp.play(`
    S: 220 ...
    C: EHLO client.test
    S> 250 ...
    C: MAIL FROM: <"a b"@remote.test>
    S: 250 ...
    C: RCPT TO:<@hop.test,@other.test:"alice"@example.test>
    S: 250 ...
    C: RCPT TO:<bob@[IPv6:2001:db8::1]>
    S: 250 ...
    C: RCPT TO:<bob@[300.1.1.1]>
    S: 501 5.1.3 ...
    C: RCPT TO:bob@example.test
    S: 501 5.1.3 ...
    C: RCPT TO:<>
    S: 501 5.1.3 ...
    C: RCPT TO:<bob>
    S: 501 5.1.3 ...
    C: RCPT TO:<${local}@example.test>
    S: 501 5.5.2 Path too long
    C: DATA
    S: 354 ...
    C: .
    S: 250 ...
  `);
  const [mail] = smtp.acceptor.accepted;
  assert.equal(mail?.sender, '"a b"@remote.test');
  assert.deepEqual(
    mail?.recipients.map(recipient => recipient.path),
    ['alice@example.test', 'bob@[IPv6:2001:db8::1]'],
  );
  assert.equal(mail?.size, 0);
});

test('parameters of SIZE, 8BITMIME, SMTPUTF8 and DSN reach the delivery (RFC 1870, 6152, 6531, 3461)', async () => {
  await using smtp = await SmtpFixture.start();
  await smtp.play(`
    S: 220 ...
    C: EHLO client.test
    S> 250 ...
    C: MAIL FROM:<李伟@例子.test>
    S: 553 5.6.7 Address needs SMTPUTF8
    C: MAIL FROM:<bob@remote.test> SIZE=1048577
    S: 552 5.3.4 Message too large
    C: MAIL FROM:<bob@remote.test> SIZE=ten
    S: 501 5.5.4 ...
    C: MAIL FROM:<bob@remote.test> SIZE=1 SIZE=1
    S: 501 5.5.4 ...
    C: MAIL FROM:<bob@remote.test> NOSUCH=1
    S: 555 5.5.4 ...
    C: MAIL FROM:<bob@remote.test> REQUIRETLS
    S: 555 5.5.4 ...
    C: MAIL FROM:<李伟@例子.test> smtputf8 BODY=8bitmime SIZE=20 RET=HDRS ENVID=QQ+2B1
    S: 250 ...
    C: RCPT TO:<王芳@example.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;wang+2Bfang@example.test
    S: 250 ...
    C: RCPT TO:<bob@example.test> NOTIFY=NEVER,DELAY
    S: 501 5.5.4 ...
    C: RCPT TO:<bob@example.test> ORCPT=rfc822;a+2
    S: 501 5.5.4 ...
    C: RCPT TO:<bob@example.test> ORCPT=bob@example.test
    S: 501 5.5.4 ...
    C: RCPT TO:<carol@example.test> ORCPT=utf-8;王芳@例子.test
    S: 250 ...
    C: RCPT TO:<bob@example.test> NOTIFY=never
    S: 250 ...
    C: DATA
    S: 354 ...
    C: Subject: 你好
    C: .
    S: 250 ...
  `);
  const [mail] = smtp.acceptor.accepted;
  assert.equal(mail?.sender, '李伟@例子.test');
  assert.equal(mail?.origin.protocol, 'UTF8SMTP');
  assert.deepEqual(mail?.senderOptions, {
    smtputf8: true,
    body: '8BITMIME',
    declaredSize: 20,
    ret: 'HDRS',
    envid: 'QQ+2B1',
  });
  assert.deepEqual(mail?.recipients, [
    {
      path: '王芳@example.test',
      options: { notify: ['SUCCESS', 'DELAY'], orcpt: 'rfc822;wang+2Bfang@example.test' },
    },
    { path: 'carol@example.test', options: { orcpt: 'utf-8;王芳@例子.test' } },
    { path: 'bob@example.test', options: { notify: ['NEVER'] } },
  ]);
  assert.equal(mail?.body.toString(), 'Subject: 你好\r\n');
});

test('pipelined commands are answered in one write per batch, EHLO in one (RFC 2920 §3.2)', async context => {
  await using smtp = await SmtpFixture.start();
  const write = context.mock.method(Socket.prototype, 'write');
  await using client = await smtp.greeted();
  const { localPort } = client.socket;
  const written = (): number =>
    write.mock.calls.filter(call => call.this instanceof Socket && call.this.remotePort === localPort).length;
  assert.equal(written(), 2);
  client.send(
    'MAIL FROM:<b@remote.test>\r\nRCPT TO:<a@example.test>\r\nRCPT TO:<unknown@example.test>\r\nDATA\r\n',
  );
  await skipTo(client, /^354/);
  assert.equal(written(), 3);
  client.send('x\r\n.\r\nMAIL FROM:<b@remote.test>\r\nRSET\r\nNOOP\r\nQUIT\r\n');
  assert.match(await client.readToEnd(), /^250 [^]*250 [^]*250 [^]*250 [^]*221 [^]*$/);
  assert.equal(written(), 4);
  assert.equal(smtp.acceptor.accepted.length, 1);
});

test('more recipients or messages than announced are refused (RFC 9422, RFC 5321 §4.5.3.1.10)', async () => {
  await using smtp = await SmtpFixture.start({
    acceptor: { maxRecipients: 2 },
    limits: { mailsPerConnection: 2 },
  });
  await smtp.play(`
    S: 220 ...
    C: EHLO client.test
    S> 250-LIMITS RCPTMAX=2 MAILMAX=2
    S> 250 ...
    C: MAIL FROM:<bob@remote.test>
    S: 250 ...
    C: RCPT TO:<a@example.test>
    S: 250 ...
    C: RCPT TO:<b@example.test>
    S: 250 ...
    C: RCPT TO:<c@example.test>
    S: 452 4.5.3 Too many recipients
    C: DATA
    S: 354 ...
    C: .
    S: 250 ...
    C: MAIL FROM:<bob@remote.test>
    S: 250 ...
    C: RSET
    S: 250 ...
    C: MAIL FROM:<bob@remote.test>
    S: 421 4.7.0 ...
    S.
  `);
  assert.equal(smtp.acceptor.accepted[0]?.recipients.length, 2);
});

test('failures of the acceptor become their replies and leave the session usable', async () => {
  let failure: Error | null = null;
  const fail = (): void => {
    if (failure !== null) throw failure;
  };
  await using smtp = await SmtpFixture.start({ acceptor: { onSender: fail, onWrite: fail, onCommit: fail } });
  await smtp.play(
    `
    S: 220 ...
    C: EHLO client.test
    S> 250 ...
    ! fail access.denied
    C: MAIL FROM:<bob@remote.test>
    S: 550 5.7.1 Not allowed
    C: RCPT TO:<a@example.test>
    S: 503 ...
    ! fail none
    C: MAIL FROM:<bob@remote.test>
    S: 250 ...
    C: RCPT TO:<a@example.test>
    S: 250 ...
    ! fail message.too_large
    C: DATA
    S: 354 ...
    C: one
    C: two
    C: .
    S: 552 5.3.4 Message too large
    C: DATA
    S: 503 ...
    ! fail none
    C: MAIL FROM:<bob@remote.test>
    S: 250 ...
    C: RCPT TO:<a@example.test>
    S: 250 ...
    C: DATA
    S: 354 ...
    ! fail unnamed
    C: x
    C: .
    S: 451 4.3.0 Local error, try again later
    ! fail none
    C: MAIL FROM:<bob@remote.test>
    S: 250 ...
  `,
    {
      hooks: {
        fail: code => {
          failure =
            code === 'none'
              ? null
              : code === 'unnamed'
                ? new Error('disk on fire')
                : new MailError(code as ErrorCode);
        },
      },
    },
  );
  assert.equal(smtp.acceptor.accepted.length, 0);
});
