import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressKey, ConnectionLimiter, canonicalAddress } from './connection-limiter.ts';

test('limits hold per address and in total, and leaving makes room', () => {
  const limiter = new ConnectionLimiter({ total: 3, perAddress: 2 });
  assert.equal(limiter.enter('192.0.2.1'), null);
  assert.equal(limiter.enter('::ffff:192.0.2.1'), null);
  assert.equal(limiter.enter('192.0.2.1'), 'per-address');
  assert.equal(limiter.enter('192.0.2.2'), null);
  assert.equal(limiter.enter('192.0.2.3'), 'total');
  limiter.leave('192.0.2.1');
  assert.equal(limiter.enter('192.0.2.1'), null);
  limiter.leave('203.0.113.9');
  assert.equal(limiter.total, 3);
});

test('an IPv6 /64 counts as one address however it is written', () => {
  assert.equal(addressKey('2001:db8:0:1::5'), addressKey('2001:0db8::1:ffff:0:0:9'));
  assert.notEqual(addressKey('2001:db8:0:1::5'), addressKey('2001:db8:0:2::5'));
  assert.equal(addressKey('fe80::1%eth0'), addressKey('fe80::2'));
  assert.equal(addressKey('::1'), '0:0:0:0');
  assert.equal(canonicalAddress('::ffff:10.0.0.1'), '10.0.0.1');
  assert.equal(canonicalAddress('::ffff:a00:1'), '::ffff:a00:1');
});
