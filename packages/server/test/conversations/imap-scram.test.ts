import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { ScramClient } from '@hongyan/formats/sasl/scram.ts';
import { imapLogin, imapPassword, startImapFixture } from '@hongyan/testkit/imap-fixture.ts';
import { LineClient } from '@hongyan/testkit/line-client.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Does one exchange and returns the tagged answer. */
async function exchange(client: LineClient, mechanism: string, scram: ScramClient): Promise<string> {
  client.send(`s1 AUTHENTICATE ${mechanism} ${base64(scram.clientFirst())}\r\n`);
  const first = (await client.readLine()) ?? '';
  if (!first.startsWith('+ ')) return first;
  client.send(`${base64(scram.clientFinal(Buffer.from(first.slice(2), 'base64')) ?? 'x')}\r\n`);
  const final = (await client.readLine()) ?? '';
  if (!final.startsWith('+ ')) return final;
  assert.ok(scram.accepts(Buffer.from(final.slice(2), 'base64')), 'the server proves that it knows the keys');
  client.send('\r\n');
  return (await client.readLine()) ?? '';
}

test('AUTHENTICATE SCRAM-SHA-256 in plain, without sending the password (RFC 5802, RFC 7677)', async () => {
  await using imap = await startImapFixture({ allowPlainLoopback: false });
  await using client = await LineClient.connect({ port: imap.port });
  await client.readLine();
  const scram = new ScramClient({ login: imapLogin, password: imapPassword, nonce: 'abcdefghijklmnop' });
  assert.match(
    await exchange(client, 'SCRAM-SHA-256', scram),
    /^s1 OK \[CAPABILITY .*\] AUTHENTICATE completed$/,
  );
  client.send('a1 SELECT INBOX\r\n');
  assert.match((await client.readLine()) ?? '', /^\* FLAGS/);
});

test('SCRAM with a wrong password, and for an unknown login, fails alike (RFC 5802 §9)', async () => {
  await using imap = await startImapFixture();
  for (const login of [imapLogin, 'nobody@example.test']) {
    await using client = await LineClient.connect({ port: imap.port });
    await client.readLine();
    const scram = new ScramClient({ login, password: 'wrong', nonce: 'abcdefghijklmnop' });
    assert.equal(
      await exchange(client, 'SCRAM-SHA-256', scram),
      's1 NO [AUTHENTICATIONFAILED] Authentication failed',
    );
  }
});

test('SCRAM-SHA-256-PLUS binds the TLS channel; another channel is refused (RFC 5802 §6, RFC 9266)', async () => {
  await using imap = await startImapFixture({ implicitTls: true });
  for (const honest of [true, false]) {
    await using client = await LineClient.connect({ port: imap.port, tls: true });
    await client.readLine();
    const bytes = honest
      ? (client.socket as TLSSocket).exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))
      : Buffer.alloc(32);
    const binding = { type: 'tls-exporter', bytes };
    const scram = new ScramClient({
      login: imapLogin,
      password: imapPassword,
      nonce: 'abcdefghijklmnop',
      binding,
    });
    const answer = await exchange(client, 'SCRAM-SHA-256-PLUS', scram);
    if (honest) assert.match(answer, /^s1 OK /);
    else assert.match(answer, /^s1 NO \[AUTHENTICATIONFAILED\]/);
  }
});
