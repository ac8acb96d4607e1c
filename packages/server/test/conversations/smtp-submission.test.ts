import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SmtpClient } from '@hongyan/testkit/smtp-client.ts';
import { SmtpFixture } from '@hongyan/testkit/smtp-fixture.ts';

const plainAlice = Buffer.from('\0alice@example.test\0wonderland').toString('base64');
const plainWrong = Buffer.from('\0alice@example.test\0looking glass').toString('base64');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('without TLS nobody signs in and nobody sends (RFC 4954 §4, RFC 8314 §3)', async () => {
  await using smtp = await SmtpFixture.start({ profile: 'submission' });
  await smtp.play(`
    S: 220 ...
    C: EHLO client.test
    S> 250 STARTTLS
    C: MAIL FROM:<alice@example.test>
    S: 530 5.7.0 Must issue a STARTTLS command first
    C: AUTH PLAIN ${plainAlice}
    S: 538 5.7.11 ...
  `);
  assert.equal(smtp.authenticator.attempts.length, 0);
});

test('STARTTLS, sign-in, send; nothing said before TLS counts (RFC 3207 §4.2)', async () => {
  await using smtp = await SmtpFixture.start({ profile: 'submission' });
  await smtp.play(`
    S: 220 ...
    C: EHLO before.test
    S> 250 STARTTLS
    C: STARTTLS
    S: 220 2.0.0 Ready to start TLS
    TLS
    C: MAIL FROM:<alice@example.test>
    S: 503 5.5.1 Say EHLO first
    C: AUTH PLAIN ${plainAlice}
    S: 503 ...
    C: EHLO after.test
    S> 250-REQUIRETLS
    S: 250 AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN
    C: STARTTLS
    S: 503 5.5.1 TLS is already active
    C: MAIL FROM:<alice@example.test>
    S: 530 5.7.0 Authentication required
    C: AUTH PLAIN ${plainAlice}
    S: 235 2.7.0 ...
    C: AUTH PLAIN ${plainAlice}
    S: 503 5.5.1 Already authenticated
    C: MAIL FROM:<alice@example.test> REQUIRETLS AUTH=<>
    S: 250 ...
    C: AUTH PLAIN
    S: 503 ...
    C: RCPT TO:<bob@remote.test>
    S: 250 ...
    C: DATA
    S: 354 ...
    C: x
    C: .
    S: 250 ...
  `);
  const [mail] = smtp.acceptor.accepted;
  assert.equal(mail?.origin.kind, 'submission');
  assert.equal(mail?.origin.protocol, 'ESMTPSA');
  assert.equal(mail?.origin.peer.helo, 'after.test');
  assert.equal(
    mail?.origin.principal?.kind === 'account' && mail.origin.principal.login,
    'alice@example.test',
  );
  assert.match(mail?.origin.tls?.version ?? '', /^TLSv1\.[23]$/);
  assert.deepEqual(mail?.senderOptions, { requireTls: true });
  const { connection, ...attempt } = smtp.authenticator.attempts[0]?.attempt ?? assert.fail('no attempt');
  assert.ok(connection, 'so that it can be cut when the password is revoked');
  assert.deepEqual(attempt, {
    service: 'smtp',
    address: '127.0.0.1',
    encrypted: true,
  });
});

test('implicit TLS; PLAIN with and without initial response, LOGIN, cancelling, nonsense (RFC 4954 §4, RFC 4616)', async () => {
  await using smtp = await SmtpFixture.start({ profile: 'submissions', limits: { authFailures: 4 } });
  await smtp.play(`
    S: 220 ...
    C: EHLO client.test
    S> 250 AUTH ...
    C: AUTH PLAIN
    S: 334...
    C: *
    S: 501 5.7.0 Authentication cancelled
    C: AUTH PLAIN
    S: 334...
    C: not base64!
    S: 501 5.5.2 ...
    C: AUTH PLAIN =
    S: 501 5.5.2 ...
    C: AUTH PLAIN ${base64('bob\0alice@example.test\0wonderland')}
    S: 535 5.7.8 ...
    C: AUTH CRAM-MD5
    S: 504 5.5.4 ...
    C: AUTH
    S: 501 ...
    C: AUTH PLAIN a b
    S: 501 ...
    C: AUTH LOGIN
    S: 334 ${base64('Username:')}
    C: ${base64('alice@example.test')}
    S: 334 ${base64('Password:')}
    C: ${base64('wrong')}
    S: 535 5.7.8 ...
    C: AUTH LOGIN ${base64('alice@example.test')}
    S: 334 ${base64('Password:')}
    C: ${base64('wonderland')}
    S: 235 2.7.0 ...
    C: EHLO client.test
    S> 250 AUTH ...
    C: MAIL FROM:<alice@example.test>
    S: 250 ...
  `);
  await smtp.play(`
    S: 220 ...
    C: EHLO client.test
    S> 250 AUTH ...
    C: AUTH PLAIN
    S: 334...
    C: ${plainAlice}
    S: 235 ...
  `);
});

test('an authentication line over the limit is refused and the session goes on (RFC 4954 §4)', async () => {
  await using smtp = await SmtpFixture.start({ profile: 'submissions' });
  await smtp.play(`
    S: 220 ...
    C: EHLO client.test
    S> 250 AUTH ...
    C: AUTH PLAIN
    S: 334...
    C: ${'A'.repeat(12_288)}
    S: 500 5.5.6 Line too long
    C: AUTH PLAIN
    S: 334...
    C: ${'A'.repeat(12_284)}
    S: 501 5.5.2 ...
    C: NOOP
    S: 250 ...
  `);
});

test('three failed sign-ins end the connection', async () => {
  await using smtp = await SmtpFixture.start({ profile: 'submissions' });
  await smtp.play(`
    S: 220 ...
    C: EHLO client.test
    S> 250 AUTH ...
    C: AUTH PLAIN ${plainWrong}
    S: 535 ...
    C: AUTH PLAIN ${plainWrong}
    S: 535 ...
    C: AUTH PLAIN ${plainWrong}
    S: 535 ...
    S: 421 4.7.0 ...
    S.
  `);
});

test('SCRAM-SHA-256 and -PLUS bound by tls-exporter (RFC 5802, 7677, 9266)', async () => {
  await using smtp = await SmtpFixture.start({ profile: 'submission' });
  for (const plus of [null, 'tls-exporter'] as const) {
    for (const [login, password] of [
      ['alice@example.test', 'wonderland'],
      ['李伟@example.test', '鸿雁 secret'],
    ] as const) {
      await using client = await SmtpClient.connect({ port: smtp.port, tls: 'starttls' });
      await client.scram(login, password, plus);
      const sent = await client.send({ from: login, to: ['bob@remote.test'], body: Buffer.from('x\r\n') });
      assert.equal(sent.final?.code, login.startsWith('alice') ? 250 : 553);
      await client.quit();
    }
    await using wrong = await SmtpClient.connect({ port: smtp.port, tls: 'starttls' });
    await assert.rejects(wrong.scram('alice@example.test', 'wrong', plus), /expected 334, got 535/);
    await assert.rejects(wrong.scram('nobody@example.test', 'wrong', plus), /expected 334, got 535/);
  }
  assert.equal(smtp.acceptor.accepted.length, 2);
});

test('loopback may do without TLS when configured, and then without -PLUS', async () => {
  await using smtp = await SmtpFixture.start({ profile: 'submission', allowPlainLoopback: true });
  await smtp.play(`
    S: 220 ...
    C: EHLO client.test
    S> 250 AUTH SCRAM-SHA-256 PLAIN LOGIN
    C: AUTH SCRAM-SHA-256-PLUS
    S: 504 ...
    C: AUTH PLAIN ${plainAlice}
    S: 235 ...
    C: MAIL FROM:<alice@example.test>
    S: 250 ...
  `);
});

test('the MX port offers no AUTH', async () => {
  await using smtp = await SmtpFixture.start({ profile: 'mx' });
  await smtp.play(`
    S: 220 ...
    C: EHLO client.test
    S> 250 STARTTLS
    C: AUTH PLAIN ${plainAlice}
    S: 502 5.5.1 ...
  `);
});

test('users’ programs may call themselves anything (RFC 5321 §4.1.1.1); what is no host name is not passed on', async () => {
  await using smtp = await SmtpFixture.start({ profile: 'submission', allowPlainLoopback: true });
  await smtp.play(String.raw`
    S: 220 ...
    C= EHLO \xc0\xee\xce\xb0 PC\r\n
    S> 250 AUTH ...
    C: AUTH PLAIN ${plainAlice}
    S: 235 ...
    C: MAIL FROM:<alice@example.test>
    S: 250 ...
    C: RCPT TO:<bob@remote.test>
    S: 250 ...
    C: DATA
    S: 354 ...
    C: .
    S: 250 ...
  `);
  assert.equal(smtp.acceptor.accepted[0]?.origin.peer.helo, '[127.0.0.1]');
});
