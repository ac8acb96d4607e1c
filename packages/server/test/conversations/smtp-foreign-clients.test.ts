import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { SmtpFixture } from '@hongyan/testkit/smtp-fixture.ts';
import { createTransport } from 'nodemailer';

const credentials = { user: 'alice@example.test', pass: 'wonderland' };

/** Why a test with a program that is not installed is skipped. */
function missing(program: string): string | false {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
    ? false
    : `${program} is not installed`;
}

/** A command line taken apart at white space. */
function words(text: string): string[] {
  return text.split(/\s+/);
}

/** Runs a program to its end with `input` on its standard input. */
async function run(
  program: string,
  args: readonly string[],
  input = '',
): Promise<{ code: number; output: string }> {
  const child = spawn(program, args, { timeout: 20_000 });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.end(input);
  const code = await new Promise<number>(resolve => child.on('close', status => resolve(status ?? -1)));
  return { code, output };
}

for (const authMethod of ['PLAIN', 'LOGIN']) {
  test(`nodemailer sends with STARTTLS and AUTH ${authMethod}`, async () => {
    await using smtp = await SmtpFixture.start({ profile: 'submission' });
    const transport = createTransport({
      host: '127.0.0.1',
      port: smtp.port,
      requireTLS: true,
      tls: { rejectUnauthorized: false },
      auth: credentials,
      authMethod,
    });
    const sent = await transport.sendMail({
      from: 'alice@example.test',
      to: ['bob@remote.test', 'carol@remote.test'],
      subject: '问候',
      text: '你好\n.\n..end',
      dsn: { id: 'abc+1', return: 'headers', notify: ['failure', 'delay'], recipient: 'bob@remote.test' },
    });
    transport.close();
    assert.match(sent.response, /^250 2\.0\.0 Queued as fake1$/);
    const [mail] = smtp.acceptor.accepted;
    assert.equal(mail?.origin.protocol, 'ESMTPSA');
    assert.deepEqual(
      mail?.recipients.map(recipient => recipient.path),
      ['bob@remote.test', 'carol@remote.test'],
    );
    assert.equal(mail?.senderOptions.ret, 'HDRS');
    assert.match(mail?.body.toString() ?? '', /\r\nSubject: =\?UTF-8\?/);
  });
}

test('nodemailer sends over implicit TLS to a UTF-8 address, many mails on one connection', async () => {
  await using smtp = await SmtpFixture.start({ profile: 'submissions' });
  const transport = createTransport({
    host: '127.0.0.1',
    port: smtp.port,
    secure: true,
    pool: true,
    maxConnections: 1,
    tls: { rejectUnauthorized: false },
    auth: credentials,
  });
  for (let count = 0; count < 3; count += 1) {
    await transport.sendMail({ from: 'alice@example.test', to: '王芳@remote.test', text: `mail ${count}` });
  }
  transport.close();
  assert.equal(smtp.acceptor.accepted.length, 3);
  assert.equal(new Set(smtp.acceptor.accepted.map(mail => mail.origin.peer.port)).size, 1);
  assert.equal(smtp.acceptor.accepted[0]?.origin.protocol, 'UTF8SMTPSA');
  assert.equal(smtp.acceptor.accepted[0]?.recipients[0]?.path, '王芳@remote.test');
});

test('curl sends with STARTTLS and signs in', { skip: missing('curl') }, async () => {
  await using smtp = await SmtpFixture.start({ profile: 'submission' });
  const { code, output } = await run(
    'curl',
    words(`--silent --show-error --insecure --ssl-reqd --url smtp://127.0.0.1:${smtp.port}/client.test
      --user ${credentials.user}:${credentials.pass} --mail-from alice@example.test --mail-rcpt bob@remote.test
      --upload-file -`),
    'Subject: from curl\r\n\r\n.hello\r\n',
  );
  assert.equal(code, 0, output);
  const [mail] = smtp.acceptor.accepted;
  assert.equal(mail?.body.toString(), 'Subject: from curl\r\n\r\n.hello\r\n');
  assert.equal(mail?.origin.protocol, 'ESMTPSA');
});

for (const mechanism of ['PLAIN', 'LOGIN']) {
  test(`swaks sends with STARTTLS and AUTH ${mechanism}`, { skip: missing('swaks') }, async () => {
    await using smtp = await SmtpFixture.start({ profile: 'submission' });
    const { code, output } = await run(
      'swaks',
      words(`--server 127.0.0.1 --port ${smtp.port} --tls --pipeline
        --auth ${mechanism} --auth-user ${credentials.user} --auth-password ${credentials.pass}
        --from alice@example.test --to bob@remote.test,unknown@remote.test,carol@remote.test`),
    );
    assert.equal(code, 0, output);
    assert.equal(smtp.acceptor.accepted[0]?.recipients.length, 2);
  });
}

test('swaks is refused with a wrong password', { skip: missing('swaks') }, async () => {
  await using smtp = await SmtpFixture.start({ profile: 'submissions' });
  const { code, output } = await run(
    'swaks',
    words(`--server 127.0.0.1 --port ${smtp.port} --tlsc --auth PLAIN --auth-user ${credentials.user}
      --auth-password wrong --from alice@example.test --to bob@remote.test`),
  );
  assert.equal(code, 28, output);
  assert.match(output, /535 5\.7\.8/);
});
