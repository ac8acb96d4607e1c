import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { integer, objectIdentifier, tagged, time } from './der.ts';
import { addressOctets, makeSelfSigned } from './self-signed.ts';

const names = ['hongyan.test', 'localhost', '127.0.0.1', '::1'];

test('RFC 5280: the certificate names its hosts, signs itself and is no authority', async () => {
  const now = Date.UTC(2026, 10, 22);
  const { cert, key } = await makeSelfSigned({ names, now });
  const read = new X509Certificate(cert);
  assert.equal(read.subject, 'CN=hongyan.test');
  assert.equal(
    read.subjectAltName,
    'DNS:hongyan.test, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
  );
  assert.equal(read.ca, false);
  assert.equal(read.verify(read.publicKey), true);
  assert.equal(read.checkHost('hongyan.test'), 'hongyan.test');
  assert.equal(read.checkIP('127.0.0.1'), '127.0.0.1');
  assert.equal(read.validFromDate.getTime(), now - 86_400_000);
  assert.equal(read.validToDate.getTime(), now + 824 * 86_400_000);
  assert.match(key, /^-----BEGIN PRIVATE KEY-----/);
  const other = new X509Certificate((await makeSelfSigned({ names, now })).cert);
  assert.notEqual(other.serialNumber, read.serialNumber);
});

test('X.690: lengths, integers, identifiers and times take their shortest form', () => {
  assert.deepEqual([...tagged(0x04, Buffer.alloc(127)).subarray(0, 2)], [0x04, 127]);
  assert.deepEqual([...tagged(0x04, Buffer.alloc(128)).subarray(0, 3)], [0x04, 0x81, 128]);
  assert.deepEqual([...tagged(0x04, Buffer.alloc(300)).subarray(0, 4)], [0x04, 0x82, 1, 44]);
  assert.deepEqual([...integer(Buffer.of(0, 0, 0x80))], [0x02, 2, 0, 0x80]);
  assert.deepEqual([...integer(Buffer.of(0))], [0x02, 1, 0]);
  assert.deepEqual([...objectIdentifier('1.2.840.10045.4.3.2')], [6, 8, 42, 134, 72, 206, 61, 4, 3, 2]);
  assert.equal(
    time(Date.UTC(2049, 11, 31, 23, 59, 59))
      .toString('latin1')
      .slice(2),
    '491231235959Z',
  );
  assert.equal(
    time(Date.UTC(2050, 0, 1))
      .toString('latin1')
      .slice(2),
    '20500101000000Z',
  );
});

test('IP addresses as octets', () => {
  assert.equal(addressOctets('192.0.2.1').toString('hex'), 'c0000201');
  assert.equal(addressOctets('2001:db8::1').toString('hex'), '20010db8000000000000000000000001');
  assert.equal(addressOctets('::').toString('hex'), '0'.repeat(32));
});
