import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SmtpFixture, skipTo } from '@hongyan/testkit/smtp-fixture.ts';

/** Ends of message that some servers have taken for CRLF.CRLF. */
const falseEnds = [
  '\n.\n',
  '\n.\r\n',
  '\r\n.\n',
  '\r.\r',
  '\r.\r\n',
  '\r\n.\r',
  '\r\r\n.\r\r\n',
  '\n\r\n.\n\r\n',
  '\r\n.\0\r\n',
  '\r\n.\r\r\n',
  '\n.\r\r\n',
];

const envelope = 'MAIL FROM:<b@remote.test>\r\nRCPT TO:<a@example.test>\r\nDATA\r\n';

for (const end of falseEnds) {
  test(`${JSON.stringify(end)} does not end a message and nothing behind it is a command (RFC 5321 §4.1.1.4)`, async () => {
    await using smtp = await SmtpFixture.start();
    for (const oneByOne of [false, true]) {
      await using client = await smtp.greeted();
      client.send(envelope);
      await skipTo(client, /^354/);
      const message = `first${end}MAIL FROM:<evil@remote.test>\r\nRCPT TO:<a@example.test>\r\nDATA\r\nsecond`;
      if (oneByOne) for (const char of message) await client.sendBytes(Buffer.from(char, 'latin1'));
      else client.send(message);
      client.send('\r\n.\r\nNOOP\r\n');
      // With a NUL behind the dot all line ends are sound: it is one message with an odd line.
      assert.match(
        (await client.readLine()) ?? '',
        end.includes('\0') ? /^250 2\.0\.0 Queued/ : /^550 5\.5\.2 /,
      );
      assert.equal(await client.readLine(), '250 2.0.0 Ok');
    }
    assert.equal(smtp.acceptor.accepted.length, end.includes('\0') ? 2 : 0);
    assert.equal(smtp.acceptor.open, 0);
  });
}

test('a bare line feed does not end a command either', async () => {
  await using smtp = await SmtpFixture.start();
  await smtp.play(String.raw`
    S: 220 ...
    C= EHLO client.test\n
    S: 500 5.5.2 Lines must end in CRLF
    C= NOOP\rMAIL FROM:<x@y.test>\r\n
    S: 500 5.5.2 Control characters are not allowed
    C: NOOP
    S: 250 ...
  `);
});

test('commands sent along with STARTTLS are dropped (RFC 3207 §4.2)', async () => {
  await using smtp = await SmtpFixture.start();
  await using client = await smtp.greeted();
  client.send(
    'STARTTLS\r\nEHLO injected.test\r\nMAIL FROM:<evil@remote.test>\r\nRCPT TO:<a@example.test>\r\n',
  );
  assert.equal(await client.readLine(), '220 2.0.0 Ready to start TLS');
  await client.startTls();
  client.send('RCPT TO:<a@example.test>\r\nEHLO real.test\r\nMAIL FROM:<b@remote.test>\r\n');
  assert.equal(await client.readLine(), '503 5.5.1 Say EHLO first');
  await skipTo(client, /^250 REQUIRETLS/);
  assert.match((await client.readLine()) ?? '', /^250 2\.1\.0/);
  client.send('QUIT\r\n');
  assert.match(await client.readToEnd(), /^221/);
});

test('plain text that arrives after the go-ahead for TLS ends the connection, not the protection', async () => {
  await using smtp = await SmtpFixture.start();
  await using client = await smtp.greeted();
  client.send('STARTTLS\r\n');
  assert.match((await client.readLine()) ?? '', /^220/);
  client.send('EHLO injected.test\r\nMAIL FROM:<evil@remote.test>\r\n');
  const rest = await client.readToEnd();
  assert.doesNotMatch(rest, /^250/m);
  assert.equal(smtp.acceptor.open, 0);
});

test('what is pipelined behind QUIT is not looked at', async () => {
  await using smtp = await SmtpFixture.start();
  await using client = await smtp.greeted();
  client.send(`QUIT\r\n${envelope}x\r\n.\r\n${'\0garbage\r\n'.repeat(1000)}`);
  assert.match(await client.readToEnd(), /^221 [^\n]*\r\n$/);
  assert.equal(smtp.acceptor.accepted.length, 0);
});

test('garbage pipelined behind a message is refused command by command', async () => {
  await using smtp = await SmtpFixture.start();
  await using client = await smtp.greeted();
  client.send(`${envelope}x\r\n.\r\n\r\n.\r\nSubject: y\r\nQUIT\r\n`);
  await skipTo(client, /^354/);
  assert.match(
    await client.readToEnd(),
    /^250 [^\n]*\r\n500 [^\n]*\r\n500 [^\n]*\r\n500 [^\n]*\r\n221 [^\n]*\r\n$/,
  );
  assert.equal(smtp.acceptor.accepted.length, 1);
});
