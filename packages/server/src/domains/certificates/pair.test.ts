import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { isMailError } from '../../platform/errors.ts';
import { makeSelfSigned } from '../../platform/tls/self-signed.ts';
import { renewAt } from './issuer.ts';
import { checkPair } from './pair.ts';

const now = Date.UTC(2026, 10, 22);
const own = await makeSelfSigned({ names: ['mail.qinghe.test', '*.shop.qinghe.test'], now });
const other = await makeSelfSigned({ names: ['mail.other.test'], now });

function codeOf(...input: Parameters<typeof checkPair>): string {
  try {
    checkPair(...input);
    return 'good';
  } catch (error) {
    return isMailError(error) ? error.code : String(error);
  }
}

test('SEC-11: an upload is taken when key, names, time and chain are right, and else told what is wrong', () => {
  const pair = checkPair(`bag attributes\n${own.cert}`, own.key, now, 'mail.qinghe.test');
  assert.deepEqual(pair.names, ['mail.qinghe.test', '*.shop.qinghe.test']);
  assert.equal(codeOf(own.cert, own.key, now, 'a.shop.qinghe.test'), 'good');
  assert.equal(codeOf(own.cert, other.key, now), 'certificate.key_mismatch');
  assert.equal(codeOf(own.cert, own.key, now, 'mail.other.test'), 'certificate.names');
  assert.equal(codeOf(own.cert, own.key, now + 900 * 86_400_000), 'certificate.expired');
  assert.equal(codeOf(own.cert, own.key, now - 2 * 86_400_000), 'certificate.expired');
  assert.equal(codeOf(`${own.cert}${other.cert}`, own.key, now), 'certificate.chain');
});

test('SEC-11: what is no PEM, too large or sealed with a password is unreadable, never a crash', () => {
  const sealed = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
  const begin = '-----BEGIN CERTIFICATE-----\n';
  const hostile = [
    '',
    'x',
    begin,
    `${begin}!!!\n-----END CERTIFICATE-----`,
    own.cert.repeat(11),
    'a'.repeat(200_000),
  ];
  for (const cert of hostile) assert.equal(codeOf(cert, own.key, now), 'certificate.unreadable');
  for (const key of ['', 'x', sealed, own.cert, 'a'.repeat(200_000)]) {
    assert.equal(codeOf(own.cert, key, now), 'certificate.unreadable');
  }
});

test('SEC-11: renewal after two thirds of the life', () => {
  assert.equal(renewAt(0, 90), 60);
  assert.equal(renewAt(100, 103), 102);
});
