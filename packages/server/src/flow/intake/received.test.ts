import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Origin } from '../types.ts';
import { deliveryFields, receivedField } from './received.ts';

const origin: Origin = {
  kind: 'mx',
  principal: null,
  peer: { address: '2001:db8::7', port: 25, helo: 'mx.example.test' },
  tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
  protocol: 'ESMTPS',
};
const receipt = { hostname: 'mail.hongyan.test', queueId: 'q1', recipient: 'bob@hongyan.test', at: 0 };

test('the Received field says from, by, with, id, for and when (RFC 5321 §4.4, RFC 3848)', () => {
  assert.equal(
    receivedField(origin, receipt),
    'Received: from mx.example.test ([IPv6:2001:db8::7])\r\n' +
      '\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384)\r\n' +
      '\tby mail.hongyan.test (Hongyan) with ESMTPS id q1\r\n' +
      '\tfor <bob@hongyan.test>;\r\n' +
      '\tThu, 1 Jan 1970 00:00:00 +0000\r\n',
  );
});

test('nothing that a client says can end the field or put another one in', () => {
  for (const helo of ['a\r\nX: y', 'a b', 'x'.repeat(256), '(', '']) {
    const field = receivedField({ ...origin, peer: { ...origin.peer, helo } }, receipt);
    assert.match(field, /^Received: from \[IPv6:2001:db8::7\] \(/, helo);
  }
  const tls = { version: 'a)\r\nX: y', cipher: '(' };
  assert.equal(
    receivedField({ ...origin, tls }, receipt)
      .split('\r\n')
      .filter(line => /^\S/.test(line)).length,
    1,
  );
  assert.equal(deliveryFields('a\r\nX: y@z', 'b\n@c').match(/\r\n/g)?.length, 2);
});

test('several recipients, and those in UTF-8, are not named (RFC 5321 §7.6)', () => {
  assert.ok(!receivedField(origin, { ...receipt, recipient: null }).includes('for <'));
  assert.ok(!receivedField(origin, { ...receipt, recipient: '鲍@x.test' }).includes('for <'));
});
