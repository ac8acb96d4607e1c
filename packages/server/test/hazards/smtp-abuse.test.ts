import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { FakeClock } from '@hongyan/server/platform/clock.ts';
import { SmtpFixture, skipTo } from '@hongyan/testkit/smtp-fixture.ts';

test('10,000 bad commands in one go: a few answers, then the door', async () => {
  await using smtp = await SmtpFixture.start();
  await using client = await smtp.greeted();
  client.send('XYZZY\r\n'.repeat(10_000));
  const said = (await client.readToEnd()).split('\r\n').filter(line => line !== '');
  assert.equal(said.length, 21);
  assert.ok(said.slice(0, 20).every(line => line === '500 5.5.1 Command not recognized'));
  assert.equal(said[20], '421 4.7.0 Too many errors');
});

test('harvesting addresses ends at the failure limit, and an accepted message resets it', async () => {
  await using smtp = await SmtpFixture.start({ limits: { failures: 5 } });
  const probe = 'RCPT TO:<unknown@example.test>\r\n';
  await using client = await smtp.greeted();
  client.send(
    `MAIL FROM:<b@remote.test>\r\n${probe.repeat(5)}RCPT TO:<a@example.test>\r\nDATA\r\nx\r\n.\r\n`,
  );
  await skipTo(client, /^250 2\.0\.0 Queued/);
  client.send(`MAIL FROM:<b@remote.test>\r\n${probe.repeat(10_000)}`);
  const said = (await client.readToEnd()).split('\r\n').filter(line => line !== '');
  assert.deepEqual(
    said.map(line => line.slice(0, 3)),
    ['250', '550', '550', '550', '550', '550', '550', '421'],
  );
});

test('who tries names out on many connections is told of no name any more, for a while (RFC 5321 §7.3)', async () => {
  const clock = new FakeClock();
  await using smtp = await SmtpFixture.start({
    clock,
    limits: { unknownRecipients: 4, unknownWindowMs: 60_000 },
  });
  const ask = async (...names: readonly string[]): Promise<string[]> => {
    await using client = await smtp.greeted();
    client.send('MAIL FROM:<b@remote.test>\r\n');
    await skipTo(client, /^250 /);
    const said: string[] = [];
    for (const name of names) {
      client.send(`RCPT TO:<${name}@example.test>\r\n`);
      said.push(((await client.readLine()) ?? '').slice(0, 9));
    }
    client.send('QUIT\r\n');
    return said;
  };
  const [unknown, fine, later] = ['550 5.1.1', '250 2.1.5', '450 4.7.1'];
  assert.deepEqual(await ask('unknown', 'alice', 'unknown'), [unknown, fine, unknown]);
  assert.deepEqual(await ask('unknown', 'unknown', 'unknown', 'alice'), [unknown, unknown, later, later]);
  clock.advance(59_999);
  assert.deepEqual(await ask('alice', 'unknown'), [later, later]);
  clock.advance(1);
  assert.deepEqual(await ask('alice', 'unknown'), [fine, unknown]);
});

test('command lines over the limit are refused and skipped, whole or in pieces (RFC 5321 §4.5.3.1.4)', async () => {
  await using smtp = await SmtpFixture.start();
  await using client = await smtp.greeted();
  client.send(`NOOP ${'x'.repeat(2041)}\r\n`);
  assert.equal(await client.readLine(), '250 2.0.0 Ok');
  client.send(`NOOP ${'x'.repeat(2042)}\r\nNOOP\r\n`);
  assert.equal(await client.readLine(), '500 5.5.6 Line too long');
  assert.equal(await client.readLine(), '250 2.0.0 Ok');
  for (let piece = 0; piece < 100; piece += 1) await client.sendBytes(Buffer.alloc(4096, 'y'));
  client.send('\r\nNOOP\r\n');
  assert.equal(await client.readLine(), '500 5.5.6 Line too long');
  assert.equal(await client.readLine(), '250 2.0.0 Ok');
});

test('a command line without end is cut off', async () => {
  await using smtp = await SmtpFixture.start();
  await using client = await smtp.greeted();
  const megabyte = Buffer.alloc(1024 * 1024, 'y');
  for (let count = 0; count < 3 && !client.ended; count += 1) client.socket.write(megabyte);
  assert.equal(await client.readToEnd(), '');
});

test('NULs, control characters and 8-bit bytes in commands are refused (RFC 5321 §4.1.2, RFC 6531 §3.5)', async () => {
  await using smtp = await SmtpFixture.start();
  await smtp.play(String.raw`
    S: 220 ...
    C= EHLO cli\x00ent.test\r\n
    S: 500 5.5.2 Control characters are not allowed
    C= EHLO cli\xe9nt.test\r\n
    S: 501 5.5.4 Give a domain name or address literal
    C= NOOP \xe9\r\n
    S: 500 5.5.2 Only ASCII is allowed here
    C: EHLO client.test
    S> 250 ...
    C= NO\x07OP\r\n
    S: 500 5.5.2 ...
    C= MAIL FROM:<b\x00ob@remote.test>\r\n
    S: 500 5.5.2 ...
    C= MAIL FROM:<b\xc3\xb6b@remote.test>\r\n
    S: 553 5.6.7 Address needs SMTPUTF8
    C= MAIL FROM:<b\xf6b@remote.test> SMTPUTF8\r\n
    S: 501 5.1.7 ...
    C= \xff\xfe\xfd\r\n
    S: 500 ...
    C: MAIL FROM:<bob@remote.test>
    S: 250 ...
    C: RCPT TO:<李伟@example.test>
    S: 553 5.6.7 ...
  `);
});

test('a line of a megabyte inside a message passes byte by byte (RFC 5321 §4.5.3.1.6)', async () => {
  await using smtp = await SmtpFixture.start({ acceptor: { maxMessageBytes: 2_000_000 } });
  await using client = await smtp.greeted();
  const line = '.'.repeat(1_000_000);
  client.send(`MAIL FROM:<b@remote.test>\r\nRCPT TO:<a@example.test>\r\nDATA\r\n.${line}\r\n.\r\n`);
  await skipTo(client, /^250 2\.0\.0 Queued/);
  assert.equal(smtp.acceptor.accepted[0]?.body.toString(), `${line}\r\n`);
});

test('a refused message is heard out to its end, but not for ever', async () => {
  await using smtp = await SmtpFixture.start({
    acceptor: { maxMessageBytes: 1000 },
    limits: { discardBytes: 300_000 },
  });
  await using client = await smtp.greeted();
  const start = 'MAIL FROM:<b@remote.test>\r\nRCPT TO:<a@example.test>\r\nDATA\r\n';
  client.send(`${start}${'x\r\n'.repeat(60_000)}.\r\n`);
  assert.equal(await skipTo(client, /^552/), '552 5.3.4 Message too large');
  client.send(`${start}${'x\r\n'.repeat(200_000)}.\r\n`);
  assert.match(await client.readToEnd(), /354 [^\n]*\r\n552 5\.3\.4 Message too large\r\n$/);
  assert.equal(smtp.acceptor.open, 0);
});

test('a huge chunk that nobody wants is not read', async () => {
  await using smtp = await SmtpFixture.start({ limits: { discardBytes: 1000 } });
  await using client = await smtp.greeted();
  client.send('BDAT 1001\r\n');
  assert.match(await client.readToEnd(), /^503 [^\n]*\r\n$/);
});

test('a client that sends but never reads is held back, not buffered', async context => {
  await using smtp = await SmtpFixture.start();
  const write = context.mock.method(Socket.prototype, 'write');
  await using client = await smtp.greeted();
  const sockets = write.mock.calls.map(call => call.this).filter(socket => socket instanceof Socket);
  const server = sockets.find(socket => socket.remotePort === client.socket.localPort);
  assert.ok(server !== undefined);
  client.socket.pause();
  // More than the system's own buffers on both sides can take, with answers twice that size.
  client.socket.write(Buffer.from('NOOP\r\n'.repeat(6_000_000)));
  let unchanged = 0;
  for (let before = -1; unchanged < 10; ) {
    await new Promise(resolve => setTimeout(resolve, 20));
    unchanged = server.bytesRead === before ? unchanged + 1 : 0;
    before = server.bytesRead;
  }
  assert.ok(server.writableLength < 1024 * 1024, `${server.writableLength} bytes wait to be sent`);
});

test('a client that reads late gets every answer', async () => {
  await using smtp = await SmtpFixture.start();
  await using client = await smtp.greeted();
  client.socket.pause();
  const count = 200_000;
  client.send(`${'NOOP\r\n'.repeat(count)}QUIT\r\n`);
  await until(() => client.socket.writableLength === 0 || client.socket.bytesRead > 0);
  client.socket.resume();
  const said = await client.readToEnd();
  assert.equal(said.split('250 2.0.0 Ok\r\n').length - 1, count);
  assert.match(said.slice(-60), /221 [^\n]*\r\n$/);
});

test('connections over the limit per address and in total are refused in SMTP’s words (RFC 5321 §3.8)', async () => {
  await using smtp = await SmtpFixture.start({ limits: { connectionsPerAddress: 2 } });
  await using one = await smtp.greeted();
  await using two = await smtp.greeted();
  await using three = await smtp.connect();
  assert.equal(await three.readToEnd(), '421 4.7.0 Too many connections from your address\r\n');
  one.send('QUIT\r\n');
  await one.readToEnd();
  one.destroy();
  await until(() => smtp.server.connections === 1);
  await using four = await smtp.greeted();
  four.send('NOOP\r\n');
  two.send('NOOP\r\n');
  assert.equal(await four.readLine(), '250 2.0.0 Ok');
  await using full = await SmtpFixture.start({ limits: { connections: 0 } });
  await using five = await full.connect();
  assert.equal(await five.readToEnd(), '421 4.7.0 Too many connections, try again later\r\n');
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = AbortSignal.timeout(10_000);
  while (!condition()) {
    if (deadline.aborted) throw new Error('it did not come to pass');
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
