import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSpecialAddress, literalAddress } from './addresses.ts';

test('addresses that are no server on the Internet are known in all their spellings (RFC 6890)', () => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:a00:1',
    '64:ff9b::a00:1',
    '2002:7f00:1::',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    'not an address',
  ]) {
    assert.equal(isSpecialAddress(address), true, address);
  }
  for (const address of [
    '8.8.8.8',
    '172.32.0.1',
    '2606:4700::1',
    '64:ff9b::808:808',
    '2002:808:808::1',
    '::ffff:8.8.8.8',
  ]) {
    assert.equal(isSpecialAddress(address), false, address);
  }
});

test('address literals (RFC 5321 §4.1.3)', () => {
  assert.equal(literalAddress('[192.0.2.1]'), '192.0.2.1');
  assert.equal(literalAddress('[IPv6:2001:db8::1]'), '2001:db8::1');
  for (const text of [
    '192.0.2.1',
    '[2001:db8::1]',
    '[IPv6:192.0.2.1]',
    '[IPv6:fe80::1%eth0]',
    '[x]',
    '[]',
    '',
  ]) {
    assert.equal(literalAddress(text), null, text);
  }
});
