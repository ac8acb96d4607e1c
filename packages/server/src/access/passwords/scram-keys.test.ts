import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodeScramKeys,
  encodeScramKeys,
  makeScramKeys,
  scramServerSignature,
  verifyScramProof,
} from './scram-keys.ts';

const clientFirstBare = 'n=user,r=rOprNGfwEbeRWgbNEkqO';
const serverFirst = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';
const clientFinalBare = 'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
const authMessage = `${clientFirstBare},${serverFirst},${clientFinalBare}`;
const proof = Buffer.from('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=', 'base64');

test('RFC 7677 §3: the example exchange verifies and gets its signature', async () => {
  const keys = await makeScramKeys('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'), 4096);
  assert.equal(verifyScramProof(keys, authMessage, proof), true);
  assert.equal(
    Buffer.from(scramServerSignature(keys, authMessage)).toString('base64'),
    '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  );
});

test('RFC 5802 §3: a proof of another password, exchange or length is refused', async () => {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
  const keys = await makeScramKeys('pencil', salt, 4096);
  const other = await makeScramKeys('pencils', salt, 4096);
  assert.equal(verifyScramProof(other, authMessage, proof), false);
  assert.equal(verifyScramProof(keys, `${authMessage}x`, proof), false);
  assert.equal(verifyScramProof(keys, authMessage, proof.subarray(1)), false);
  assert.equal(verifyScramProof(keys, authMessage, new Uint8Array()), false);
});

test('RFC 5803: stored keys are read back, broken ones refused', async () => {
  const keys = await makeScramKeys('pencil', new Uint8Array(16), 4096);
  const text = encodeScramKeys(keys);
  assert.deepEqual(Buffer.from(decodeScramKeys(text)?.storedKey ?? []), Buffer.from(keys.storedKey));
  assert.equal(decodeScramKeys(text)?.iterations, 4096);
  for (const bad of [
    '',
    text.slice(0, -8),
    text.replace('4096', '99999999'),
    text.replace('SHA-256', 'SHA-1'),
  ]) {
    assert.equal(decodeScramKeys(bad), null);
  }
});
