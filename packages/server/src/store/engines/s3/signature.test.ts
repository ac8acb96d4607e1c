import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amzDate, authorization, encodeKey, sha256Hex, signatureOf } from './signature.ts';

const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const empty = sha256Hex();
const common = { query: [], at: Date.UTC(2013, 4, 24), region: 'us-east-1', payloadHash: empty };
const host = 'examplebucket.s3.amazonaws.com';

test('signatures are those of the examples in the Amazon S3 documentation of Signature Version 4', () => {
  const date = { 'x-amz-date': '20130524T000000Z' };
  const get = { host, range: 'bytes=0-9', 'x-amz-content-sha256': empty, ...date };
  assert.equal(
    signatureOf({ ...common, method: 'GET', path: '/test.txt', headers: get }, secretKey),
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  );
  const payloadHash = sha256Hex('Welcome to Amazon S3.');
  const put = {
    date: 'Fri, 24 May 2013 00:00:00 GMT',
    host,
    'x-amz-content-sha256': payloadHash,
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    ...date,
  };
  assert.equal(
    signatureOf(
      { ...common, method: 'PUT', path: `/${encodeKey('test$file.text')}`, headers: put, payloadHash },
      secretKey,
    ),
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  );
  const list = { host, 'x-amz-content-sha256': empty, ...date };
  const query = [
    ['prefix', 'J'],
    ['max-keys', '2'],
  ] as const;
  assert.equal(
    signatureOf({ ...common, method: 'GET', path: '/', headers: list, query }, secretKey),
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  );
});

test('the header names key, scope and signed headers, and never the secret', () => {
  const headers = { host, 'x-amz-content-sha256': empty, 'x-amz-date': amzDate(common.at) };
  const credentials = { accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey };
  const text = authorization({ ...common, method: 'GET', path: '/', headers }, credentials);
  assert.match(
    text,
    /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/20130524\/us-east-1\/s3\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=[0-9a-f]{64}$/,
  );
  assert.ok(!text.includes(secretKey));
});

test('keys are encoded piece by piece', () => {
  assert.equal(encodeKey("a b/ü(1)*'!/~x-_."), 'a%20b/%C3%BC%281%29%2A%27%21/~x-_.');
});
