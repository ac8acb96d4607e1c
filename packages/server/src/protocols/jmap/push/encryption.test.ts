import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import { encryptPush, readPushKeys } from './encryption.ts';
import { readPushUrl } from './post.ts';
import { vapidAuthorization } from './vapid.ts';

const keys = {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
};

test('RFC 8291 §5: the example, octet by octet', () => {
  const read = readPushKeys(keys);
  assert.ok(read);
  const body = encryptPush(read, Buffer.from('When I grow up, I want to be a watermelon'), {
    privateKey: Buffer.from('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw', 'base64url'),
    salt: Buffer.from('DGv6ra1nlYgDCS1FRnbzlw', 'base64url'),
  });
  assert.equal(
    body.toString('base64url'),
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  );
});

test('keys that are none are refused: wrong sizes, no point, not on the curve', () => {
  const off = Buffer.from(keys.p256dh, 'base64url');
  off[64] = (off[64] ?? 0) ^ 1;
  for (const p256dh of ['', 'AAAA', off.toString('base64url'), 'B'.repeat(87), 'B'.repeat(10_000)]) {
    assert.equal(readPushKeys({ ...keys, p256dh }), null);
  }
  assert.equal(readPushKeys({ ...keys, auth: 'AAAA' }), null);
});

test('RFC 8292 §2: the token names the origin and ends within a day; its signature fits the key', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const now = Date.UTC(2026, 0, 1);
  const url = new URL('https://push.example.net/p/1?x=2');
  const header = vapidAuthorization({ privateKey, publicKey: 'PUB' }, url, 'mailto:a@b.test', now);
  const [, head = '', claims = '', signature = '', key = ''] =
    /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=(.+)$/.exec(header) ?? [];
  assert.equal(key, 'PUB');
  assert.deepEqual(JSON.parse(Buffer.from(claims, 'base64url').toString()), {
    aud: 'https://push.example.net',
    exp: now / 1000 + 12 * 3_600,
    sub: 'mailto:a@b.test',
  });
  const fits = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey(privateKey), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  assert.ok(fits);
});

test('RFC 8620 §7.2: only HTTPS, and nothing inside our own network', () => {
  const options = { timeoutMs: 1, allowPrivate: false };
  assert.ok(readPushUrl('https://push.example.net/p/1', options));
  for (const bad of [
    'http://push.example.net/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://10.1.2.3:8443/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::ffff:127.0.0.1]/',
    'https://user:pass@push.example.net/',
    'file:///etc/passwd',
    'gopher://x',
    '',
    `https://x/${'y'.repeat(9_000)}`,
  ]) {
    assert.equal(readPushUrl(bad, options), null, bad);
  }
});
