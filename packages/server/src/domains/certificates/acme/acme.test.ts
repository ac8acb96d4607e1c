import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import { FakeClock } from '../../../platform/clock.ts';
import { AcmeClient, AcmeError } from './client.ts';
import { certificateRequest } from './csr.ts';
import { publicJwk, signJws, thumbprint } from './jws.ts';
import type { HttpAnswer, HttpRequest, HttpTransport } from './transport.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const base = 'https://ca.test';
const json = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { 'replay-nonce': 'n', ...headers },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const directory = { newNonce: `${base}/nonce`, newAccount: `${base}/account`, newOrder: `${base}/order` };

function client(answer: (request: HttpRequest) => HttpAnswer, asked: HttpRequest[] = []): AcmeClient {
  const transport: HttpTransport = async request => {
    asked.push(request);
    if (request.url === `${base}/dir`) return json(200, directory);
    if (request.method === 'HEAD') return json(200, '', { 'replay-nonce': 'first' });
    return answer(request);
  };
  const clock = new FakeClock();
  return new AcmeClient({
    directory: `${base}/dir`,
    transport,
    clock,
    accountKey: privateKey,
    accountUrl: null,
  });
}

test('RFC 8555 §6.2, RFC 7518 §3.4: a request is signed with ES256 over header and payload, nonce and URL inside', () => {
  const jws = signJws(privateKey, { nonce: 'n', url: `${base}/x` }, { a: 1 });
  const header = JSON.parse(Buffer.from(jws.protected, 'base64url').toString()) as Record<string, string>;
  assert.deepEqual(header, { alg: 'ES256', nonce: 'n', url: `${base}/x` });
  const key = createPublicKey({ key: { ...publicJwk(privateKey) }, format: 'jwk' });
  const signature = Buffer.from(jws.signature, 'base64url');
  assert.equal(signature.length, 64);
  assert.ok(
    verify(
      'sha256',
      Buffer.from(`${jws.protected}.${jws.payload}`),
      { key, dsaEncoding: 'ieee-p1363' },
      signature,
    ),
  );
  assert.equal(signJws(privateKey, {}, null).payload, '', 'POST-as-GET (§6.3)');
  assert.match(thumbprint(privateKey), /^[\w-]{43}$/);
});

test('RFC 2986, RFC 8555 §7.4: the certification request holds the names and is a DER sequence', () => {
  const csr = certificateRequest(privateKey, ['mail.qinghe.test', 'imap.qinghe.test']);
  assert.equal(csr[0], 0x30);
  assert.ok(csr.includes('mail.qinghe.test') && csr.includes('imap.qinghe.test'));
});

test('RFC 8555 §6.5: a refused nonce is replaced, a bounded number of times', async () => {
  let refusals = 0;
  const refuse = (): HttpAnswer => {
    refusals += 1;
    return refusals <= 2
      ? json(
          400,
          { type: 'urn:ietf:params:acme:error:badNonce', detail: 'old' },
          { 'replay-nonce': `n${refusals}` },
        )
      : json(201, {}, { location: `${base}/me` });
  };
  const account = { contact: null, agreeTerms: true, binding: null };
  assert.equal(await client(refuse).register(account), `${base}/me`);
  const forever = client(() => json(400, { type: 'urn:ietf:params:acme:error:badNonce' }));
  await assert.rejects(
    forever.register(account),
    (error: unknown) => error instanceof AcmeError && error.type === 'badNonce',
  );
});

test('RFC 8555 §6.6: refusals carry their type and the time to wait; nonsense is an error, not a crash', async () => {
  const account = { contact: null, agreeTerms: true, binding: null };
  const limited = client(() =>
    json(429, { type: 'urn:ietf:params:acme:error:rateLimited', detail: 'slow' }, { 'retry-after': '120' }),
  );
  await assert.rejects(limited.register(account), { type: 'rateLimited', retryAfter: 120 });
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const door = { put: async () => undefined, remove: async () => undefined };
  for (const body of ['', '[]', 'null', '{"authorizations":[1]}', '{"authorizations":"x"}', '{"status":7}']) {
    const broken = client(() => json(201, body, { location: `${base}/o` }));
    await assert.rejects(broken.issue(['a.test'], key, door), AcmeError);
  }
});

test('RFC 8555 §8.3: a token that is not base64url is never put anywhere', async () => {
  const put: string[] = [];
  const evil = client(({ url }) =>
    url === `${base}/order`
      ? json(201, { status: 'pending', authorizations: [`${base}/authz`] }, { location: `${base}/o` })
      : json(200, {
          status: 'pending',
          challenges: [{ type: 'http-01', token: '../../etc', url: `${base}/c` }],
        }),
  );
  const door = { put: async (token: string) => void put.push(token), remove: async () => undefined };
  await assert.rejects(evil.issue(['a.test'], privateKey, door), AcmeError);
  assert.deepEqual(put, []);
});
