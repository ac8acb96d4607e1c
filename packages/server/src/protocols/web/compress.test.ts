import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import Fastify from 'fastify';
import { chooseCoding, registerCompression } from './compress.ts';

const codings: readonly (readonly [string | undefined, string | null])[] = [
  [undefined, null],
  ['', null],
  ['identity', null],
  ['gzip, deflate', 'gzip'],
  ['gzip, deflate, br, zstd', 'zstd'],
  ['ZSTD;q=0.5, gzip', 'zstd'],
  ['zstd;q=0, gzip;q=0.8', 'gzip'],
  ['zstd; q=0.000 , gzip;q=0', null],
  ['*', 'zstd'],
  ['*;q=0', null],
  ['*, zstd;q=0', 'gzip'],
  ['br', null],
];
for (const [accepted, coding] of codings)
  test(`Accept-Encoding: ${accepted} → ${coding} (RFC 9110 §12.5.3)`, () =>
    assert.equal(chooseCoding(accepted), coding));

const long = JSON.stringify({ list: Array.from({ length: 200 }, (_, n) => ({ id: n, subject: '报价单' })) });

async function ask(path: string, coding: string) {
  await using server = Fastify();
  registerCompression(server);
  server.get('/long', (_, reply) => reply.type('application/json').send(long));
  server.get('/problem', (_, reply) => reply.code(400).type('application/problem+json').send(long));
  server.get('/short', (_, reply) => reply.type('application/json').send('{"a":1}'));
  server.get('/page', (_, reply) => reply.type('text/html').send(long));
  server.get('/bytes', (_, reply) => reply.type('application/json').send(Buffer.from(long)));
  return await server.inject({ url: path, headers: { 'accept-encoding': coding } });
}

test('JSON is sent in the coding that is welcome, with its own length, and caches are told', async () => {
  for (const [coding, open] of [
    ['zstd', zstdDecompressSync],
    ['gzip', gunzipSync],
  ] as const) {
    for (const path of ['/long', '/problem']) {
      const answer = await ask(path, coding);
      assert.equal(answer.headers['content-encoding'], coding);
      assert.equal(answer.headers['vary'], 'accept-encoding');
      assert.equal(Number(answer.headers['content-length']), answer.rawPayload.length);
      assert.ok(answer.rawPayload.length * 5 < Buffer.byteLength(long));
      assert.equal(open(answer.rawPayload).toString(), long);
    }
  }
});

test('whoever takes no coding gets JSON as it is, and caches are told as well', async () => {
  const answer = await ask('/long', 'identity');
  assert.equal(answer.headers['content-encoding'], undefined);
  assert.equal(answer.headers['vary'], 'accept-encoding');
  assert.equal(answer.body, long);
});

test('what is short, no JSON or no text is left as it is', async () => {
  for (const path of ['/short', '/page', '/bytes']) {
    const answer = await ask(path, 'zstd, gzip');
    assert.equal(answer.headers['content-encoding'], undefined, path);
    assert.equal(answer.headers['vary'], undefined, path);
  }
});
