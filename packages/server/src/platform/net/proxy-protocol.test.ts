import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseProxyHeader } from './proxy-protocol.ts';

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

function v2(command: number, family: number, body: Buffer): Buffer {
  const header = Buffer.from([0x20 | command, family, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([signature, header, body]);
}

const ipv4Body = Buffer.from([192, 0, 2, 7, 198, 51, 100, 9, 0x30, 0x39, 0, 25, 1, 0, 0]);

test('version 1 headers', () => {
  const text = 'PROXY TCP4 192.0.2.7 198.51.100.9 12345 25\r\n';
  assert.deepEqual(parseProxyHeader(Buffer.from(`${text}EHLO x\r\n`)), {
    kind: 'proxied',
    length: text.length,
    source: { address: '192.0.2.7', port: 12_345 },
    destination: { address: '198.51.100.9', port: 25 },
  });
  assert.equal(parseProxyHeader(Buffer.from('PROXY TCP6 2001:db8::1 ::1 1 25\r\n')).kind, 'proxied');
  assert.deepEqual(parseProxyHeader(Buffer.from('PROXY UNKNOWN whatever\r\n')), {
    kind: 'local',
    length: 24,
  });
  for (const wrong of [
    'EHLO x\r\n',
    'PROXY TCP4 192.0.2.7 198.51.100.9 12345\r\n',
    'PROXY TCP4 ::1 ::1 1 2\r\n',
    'PROXY TCP4 192.0.2.7 198.51.100.9 99999 25\r\n',
    'PROXY TCP4 192.0.2.7 198.51.100.9 1 25 x\r\n',
    'PROXY TCP5 192.0.2.7 198.51.100.9 1 25\r\n',
    `PROXY ${'x'.repeat(110)}`,
    '\0',
  ]) {
    assert.equal(parseProxyHeader(Buffer.from(wrong)).kind, 'invalid', wrong);
  }
});

test('version 2 headers, TLVs ignored', () => {
  assert.deepEqual(parseProxyHeader(v2(1, 0x11, ipv4Body)), {
    kind: 'proxied',
    length: 31,
    source: { address: '192.0.2.7', port: 12_345 },
    destination: { address: '198.51.100.9', port: 25 },
  });
  const ipv6 = parseProxyHeader(v2(1, 0x21, Buffer.alloc(36, 0x20)));
  assert.equal(ipv6.kind === 'proxied' && ipv6.source.address, '2020:2020:2020:2020:2020:2020:2020:2020');
  assert.equal(parseProxyHeader(v2(0, 0, Buffer.alloc(0))).kind, 'local');
  assert.equal(parseProxyHeader(v2(1, 0x31, Buffer.alloc(216))).kind, 'local');
  assert.equal(parseProxyHeader(v2(2, 0x11, ipv4Body)).kind, 'invalid');
  assert.equal(parseProxyHeader(v2(1, 0x11, ipv4Body.subarray(0, 11))).kind, 'invalid');
  assert.equal(parseProxyHeader(v2(1, 0x11, Buffer.alloc(5000))).kind, 'invalid');
});

test('a header that comes in pieces is waited for; arbitrary bytes never throw', () => {
  for (const whole of [
    v2(1, 0x11, ipv4Body),
    Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.9 12345 25\r\n'),
  ]) {
    for (let length = 0; length < whole.length; length += 1) {
      assert.equal(parseProxyHeader(whole.subarray(0, length)).kind, 'incomplete', `${length} bytes`);
    }
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, signed) => {
      parseProxyHeader(signed ? Buffer.concat([signature, bytes]) : Buffer.from(bytes));
    }),
  );
});
