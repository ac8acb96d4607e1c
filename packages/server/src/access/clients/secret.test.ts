import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newClientPassword, readClientPassword, sameVerifier, secretVerifier } from './secret.ts';

test('CLI-04: 16 characters that cannot be taken for each other, never the same twice', () => {
  const made = new Set(Array.from({ length: 200 }, newClientPassword));
  assert.equal(made.size, 200);
  for (const secret of made) assert.match(secret, /^[2-9a-hjkmnp-z]{16}$/);
});

test('a client password may be typed in groups and in capitals', () => {
  const secret = 'abcdefghjkmnpqrs';
  assert.equal(readClientPassword('ABCD-efgh jkmn pqrs'), secret);
  for (const wrong of [
    '',
    'abcdefghjkmnpqr',
    `${secret}t`,
    'abcdefghjkmnpqr0',
    'é'.repeat(16),
    ' '.repeat(99),
  ]) {
    assert.equal(readClientPassword(wrong), null);
  }
});

test('the verifier depends on key, owner and secret', () => {
  const key = Buffer.alloc(32, 1);
  const one = secretVerifier(key, 'client 1/2', 'x');
  assert.ok(sameVerifier(one, secretVerifier(key, 'client 1/2', 'x')));
  assert.ok(!sameVerifier(one, secretVerifier(key, 'client 1/3', 'x')));
  assert.ok(!sameVerifier(one, secretVerifier(key, 'client 1/2', 'y')));
  assert.ok(!sameVerifier(one, secretVerifier(Buffer.alloc(32, 2), 'client 1/2', 'x')));
  assert.ok(!sameVerifier(one, ''));
});
