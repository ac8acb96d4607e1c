import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { LineClient } from '@hongyan/testkit/line-client.ts';
import { SmtpClient } from '@hongyan/testkit/smtp-client.ts';
import { SmtpFixture, skipTo, testCertificates } from '@hongyan/testkit/smtp-fixture.ts';
import { makeSelfSigned } from '../../src/platform/tls/self-signed.ts';

const header = 'PROXY TCP4 203.0.113.9 198.51.100.1 40000 25\r\n';
const mail = 'MAIL FROM:<b@remote.test>\r\nRCPT TO:<a@example.test>\r\nDATA\r\nx\r\n.\r\n';

test('behind a trusted proxy the peer is who the proxy says, and counts by that address', async () => {
  await using smtp = await SmtpFixture.start({
    proxiesTrusted: ['127.0.0.0/8'],
    limits: { connectionsPerAddress: 1 },
  });
  await using client = await smtp.connect();
  for (const char of header) await client.sendBytes(Buffer.from(char));
  client.send(`EHLO client.test\r\n${mail}`);
  await skipTo(client, /Queued/);
  assert.deepEqual(smtp.acceptor.accepted[0]?.origin.peer, {
    address: '203.0.113.9',
    port: 40_000,
    helo: 'client.test',
  });
  await using second = await smtp.connect();
  second.send(header);
  assert.match(await second.readToEnd(), /^421 4\.7\.0 Too many connections from your address/);
  await using third = await smtp.connect();
  third.send(header.replace('203.0.113.9', '203.0.113.10'));
  assert.match((await third.readLine()) ?? '', /^220 /);
});

test('a trusted proxy must say who it brings; anybody else’s header is just a bad command', async () => {
  await using smtp = await SmtpFixture.start({ proxiesTrusted: ['127.0.0.1'] });
  await using silent = await smtp.connect();
  silent.send('EHLO client.test\r\n');
  assert.equal(await silent.readToEnd(), '');
  await using open = await SmtpFixture.start({ proxiesTrusted: ['192.0.2.0/24', '2001:db8::/32'] });
  await using client = await open.connect();
  client.send(header);
  await client.readLine();
  assert.match((await client.readLine()) ?? '', /^500 /);
});

test('TLS may begin in the packet of the proxy header', async () => {
  await using smtp = await SmtpFixture.start({ profile: 'submissions', proxiesTrusted: ['127.0.0.1'] });
  const plain = connect(smtp.port, '127.0.0.1');
  let prefix = header;
  const prefixing = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _, done) {
      plain.write(Buffer.concat([Buffer.from(prefix), chunk]), () => done());
      prefix = '';
    },
  });
  plain.on('data', chunk => prefixing.push(chunk));
  const client = connectTls({ socket: prefixing, rejectUnauthorized: false });
  const [greeting] = (await once(client, 'data')) as [Buffer];
  assert.match(greeting.toString(), /^220 /);
  plain.destroy();
});

test('certificates go by server name and are replaced without a restart', async () => {
  const store = await testCertificates();
  const before = await makeSelfSigned({ names: ['mail.test'], now: Date.now() });
  const other = await makeSelfSigned({ names: ['other.test'], now: Date.now() });
  store.reload([before, other]);
  await using smtp = await SmtpFixture.start({ profile: 'submissions' });
  const subject = async (servername: string): Promise<unknown> => {
    await using client = await LineClient.connect({ port: smtp.port, tls: true, tlsOptions: { servername } });
    return (client.socket as TLSSocket).getPeerCertificate().subject.CN;
  };
  assert.equal(await subject('other.test'), 'other.test');
  assert.equal(await subject('unknown.test'), 'mail.test');
  const after = await makeSelfSigned({ names: ['new.test'], now: Date.now() });
  store.reload([after]);
  assert.equal(await subject('other.test'), 'new.test');
});

test('both channel bindings are the same on both sides (RFC 5929 §4.1, RFC 9266 §2)', async () => {
  await using smtp = await SmtpFixture.start({ profile: 'submissions' });
  await using exporter = await SmtpClient.connect({ port: smtp.port, tls: 'implicit' });
  await exporter.scram('alice@example.test', 'wonderland', 'tls-exporter');
  await using endPoint = await SmtpClient.connect({ port: smtp.port, tls: 'implicit' });
  await endPoint.scram('alice@example.test', 'wonderland', 'tls-server-end-point');
  assert.equal(smtp.authenticator.attempts.filter(attempt => attempt.success).length, 2);
});

test('a client that hangs up half-way leaves nothing behind; one that only stops sending is still answered', async () => {
  await using smtp = await SmtpFixture.start();
  await using half = await smtp.greeted();
  half.send(mail.replace('.\r\n', ''));
  await skipTo(half, /^354/);
  half.destroy();
  await using polite = await smtp.greeted();
  polite.send(`${mail}QUIT\r\n`);
  polite.end();
  await skipTo(polite, /Queued/);
  assert.match(await polite.readToEnd(), /^221 /);
  polite.destroy();
  await smtp.server.drain(5000);
  assert.equal(smtp.acceptor.open, 0);
  assert.equal(smtp.acceptor.accepted.length, 1);
});
