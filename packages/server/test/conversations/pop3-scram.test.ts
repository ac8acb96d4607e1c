import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { ScramClient } from '@hongyan/formats/sasl/scram.ts';
import { LineClient } from '@hongyan/testkit/line-client.ts';
import { pop3Login, pop3Password, startPop3Fixture } from '@hongyan/testkit/pop3-fixture.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const nonce = 'abcdefghijklmnop';

/** Does one exchange and returns the last answer. */
async function exchange(client: LineClient, mechanism: string, scram: ScramClient): Promise<string> {
  client.send(`AUTH ${mechanism} ${base64(scram.clientFirst())}\r\n`);
  const first = (await client.readLine()) ?? '';
  if (!first.startsWith('+ ')) return first;
  client.send(`${base64(scram.clientFinal(Buffer.from(first.slice(2), 'base64')) ?? 'x')}\r\n`);
  const final = (await client.readLine()) ?? '';
  if (!final.startsWith('+ ')) return final;
  assert.ok(scram.accepts(Buffer.from(final.slice(2), 'base64')), 'the server proves that it knows the keys');
  client.send('\r\n');
  return (await client.readLine()) ?? '';
}

test('AUTH SCRAM-SHA-256 in plain, without sending the password (RFC 5034 §4, RFC 7677)', async () => {
  await using pop3 = await startPop3Fixture({ allowPlainLoopback: false });
  await using client = await LineClient.connect({ port: pop3.port });
  await client.readLine();
  const scram = new ScramClient({ login: pop3Login, password: pop3Password, nonce });
  assert.match(await exchange(client, 'SCRAM-SHA-256', scram), /^\+OK Signed in/);
  client.send('STAT\r\n');
  assert.equal(await client.readLine(), '+OK 0 0');
  assert.equal(pop3.imap.authenticator.attempts[0]?.attempt.service, 'pop3');
});

test('SCRAM with a wrong password, and for an unknown login, fails alike (RFC 5802 §9)', async () => {
  await using pop3 = await startPop3Fixture();
  for (const login of [pop3Login, 'nobody@example.test']) {
    await using client = await LineClient.connect({ port: pop3.port });
    await client.readLine();
    const scram = new ScramClient({ login, password: 'wrong', nonce });
    assert.equal(await exchange(client, 'SCRAM-SHA-256', scram), '-ERR [AUTH] Name or password is wrong');
  }
});

test('SCRAM-SHA-256-PLUS binds the TLS channel; another channel is refused (RFC 5802 §6, RFC 9266)', async () => {
  await using pop3 = await startPop3Fixture({ implicitTls: true });
  for (const honest of [false, true]) {
    await using client = await LineClient.connect({ port: pop3.port, tls: true });
    await client.readLine();
    const bytes = honest
      ? (client.socket as TLSSocket).exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))
      : Buffer.alloc(32);
    const binding = { type: 'tls-exporter', bytes };
    const scram = new ScramClient({ login: pop3Login, password: pop3Password, nonce, binding });
    const answer = await exchange(client, 'SCRAM-SHA-256-PLUS', scram);
    assert.match(answer, honest ? /^\+OK / : /^-ERR \[AUTH\]/);
  }
});
