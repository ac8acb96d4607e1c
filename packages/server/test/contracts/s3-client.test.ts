import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FakeS3, fakeS3Credentials, type S3Fault } from '@hongyan/testkit/stores/fake-s3.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { type Log, silentLog } from '../../src/platform/log.ts';
import { makeSelfSigned } from '../../src/platform/tls/self-signed.ts';
import { type ListedObject, S3Client, type S3Options } from '../../src/store/engines/s3/client.ts';

function options(fake: FakeS3, more: Partial<S3Options> = {}): S3Options {
  return {
    endpoint: fake.endpoint,
    region: 'us-east-1',
    bucket: fake.bucket,
    pathStyle: true,
    credentials: fakeS3Credentials,
    ca: null,
    timeoutMs: 300,
    attempts: 3,
    connections: 8,
    clock: systemClock,
    log: silentLog,
    ...more,
  };
}

const unavailable = (error: unknown): boolean => isMailError(error, 'store.unavailable');
const megabyte = 1024 * 1024;

async function listed(objects: AsyncIterable<ListedObject>): Promise<ListedObject[]> {
  const all: ListedObject[] = [];
  for await (const object of objects) all.push(object);
  return all;
}

async function exercise(client: S3Client): Promise<void> {
  assert.equal(await client.get('packs/a b.pack', 0, 10), null);
  assert.equal(await client.head('packs/a b.pack'), null);
  const bytes = randomBytes(100_000);
  assert.equal(
    await client.create('packs/a b.pack', bytes.length, [bytes.subarray(0, 7), bytes.subarray(7)]),
    true,
  );
  assert.deepEqual(await client.get('packs/a b.pack', 10, 1000), bytes.subarray(10, 1010));
  assert.deepEqual(await client.get('packs/a b.pack', 99_990, 1000), bytes.subarray(99_990));
  assert.deepEqual(await client.get('packs/a b.pack', 200_000, 10), Buffer.alloc(0));
  assert.equal((await client.head('packs/a b.pack'))?.size, bytes.length);
  const large = randomBytes(20 * megabyte + 1);
  assert.equal(await client.create('packs/large', large.length, [large]), true);
  assert.equal((await client.head('packs/large'))?.size, large.length);
  assert.deepEqual(
    await client.get('packs/large', 8 * megabyte - 5, 10),
    large.subarray(8 * megabyte - 5, 8 * megabyte + 5),
  );
  for (let n = 0; n < 5; n += 1) await client.create(`packs/n${n}`, 1, [Buffer.of(n)]);
  const keys = await listed(client.list('packs/'));
  assert.deepEqual(
    keys.map(({ key, size }) => [key, size]),
    [
      ['packs/a b.pack', 100_000],
      ['packs/large', large.length],
      ...[0, 1, 2, 3, 4].map(n => [`packs/n${n}`, 1]),
    ],
  );
  const later = await listed(client.list('packs/', 'packs/n2'));
  assert.deepEqual(
    later.map(({ key }) => key),
    ['packs/n3', 'packs/n4'],
  );
  await client.remove('packs/large');
  await client.remove('packs/large');
  assert.equal(await client.head('packs/large'), null);
}

test('objects are made, read in ranges, listed in pages and removed, small ones and in parts', async () => {
  await using fake = await FakeS3.start();
  using client = new S3Client(options(fake));
  await exercise(client);
});

test('the same against an independent server', async () => {
  const require = createRequire(import.meta.url);
  // It has no types.
  const S3rver = require('s3rver') as new (
    settings: object,
  ) => {
    run(): Promise<{ port: number }>;
    close(): Promise<void>;
  };
  const directory = mkdtempSync(join(tmpdir(), 'hongyan-s3-'));
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: [{ name: 'mail' }],
  });
  const { port } = await server.run();
  try {
    await using fake = await FakeS3.start();
    const credentials = { accessKey: 'S3RVER', secretKey: 'S3RVER' };
    using client = new S3Client(
      options(fake, { endpoint: `http://127.0.0.1:${port}`, credentials, timeoutMs: 5_000 }),
    );
    await exercise(client);
  } finally {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  }
});

test('an object is never overwritten, but one whose upload was made twice because an answer was lost is ours', async () => {
  await using fake = await FakeS3.start();
  using client = new S3Client(options(fake));
  assert.equal(await client.create('one', 1, [Buffer.of(1)]), true);
  assert.equal(await client.create('one', 1, [Buffer.of(2)]), false);
  assert.deepEqual(fake.objects.get('one')?.bytes, Buffer.of(1));
  fake.plan('forget answer', 1, 'PUT');
  assert.equal(await client.create('two', 1, [Buffer.of(2)]), true);
  const large = randomBytes(9 * megabyte);
  fake.plan('forget answer', 1, 'PUT');
  assert.equal(await client.create('three', large.length, [large]), true);
  assert.ok(fake.objects.get('three')?.bytes.equals(large));
  assert.equal(await client.create('three', large.length, [large]), false);
  assert.equal(fake.uploads.size, 0);
});

const passing: S3Fault[] = ['error 500', 'slow down', 'silence', 'dribble', 'cut', 'wrong range', 'reset'];
for (const fault of passing) {
  test(`a read that meets “${fault}” is tried again, and gives up clearly when it goes on`, async () => {
    await using fake = await FakeS3.start();
    using client = new S3Client(options(fake));
    const bytes = randomBytes(5_000);
    await client.create('key', bytes.length, [bytes]);
    fake.plan(fault, 1, 'GET');
    assert.deepEqual(await client.get('key', 100, 2_000), bytes.subarray(100, 2_100));
    fake.plan(fault, 3, 'GET');
    await assert.rejects(client.get('key', 100, 2_000), unavailable);
    assert.equal(client.away, true);
  });
}

test('a server that ignores ranges is refused instead of believed', async () => {
  await using fake = await FakeS3.start();
  using client = new S3Client(options(fake));
  await client.create('key', 100, [randomBytes(100)]);
  fake.plan('whole', 1, 'GET');
  await assert.rejects(client.get('key', 10, 20), unavailable);
});

test('while the store is away everybody is told at once, and a probe finds it back', async () => {
  await using fake = await FakeS3.start();
  using client = new S3Client(options(fake));
  await client.create('key', 1, [Buffer.of(7)]);
  fake.away = true;
  await assert.rejects(client.get('key', 0, 1), unavailable);
  const asked = fake.log.length;
  for (let n = 0; n < 50; n += 1) await assert.rejects(client.get('key', 0, 1), unavailable);
  assert.equal(fake.log.length, asked);
  fake.away = false;
  const deadline = performance.now() + 10_000;
  while (client.away && performance.now() < deadline) {
    await client.get('key', 0, 1).catch(() => new Promise(resolve => setTimeout(resolve, 50)));
  }
  assert.deepEqual(await client.get('key', 0, 1), Buffer.of(7));
});

test('wrong keys, a wrong region and a missing bucket are told apart in the log, without the secret', async () => {
  await using fake = await FakeS3.start();
  const lines: string[] = [];
  const note = (event: string, fields?: object): void =>
    void lines.push(`${event} ${JSON.stringify(fields)}`);
  const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log };
  const cases: [Partial<S3Options>, string][] = [
    [{ credentials: { accessKey: 'nobody', secretKey: 'hidden' } }, 'InvalidAccessKeyId'],
    [{ credentials: { ...fakeS3Credentials, secretKey: 'hidden' } }, 'SignatureDoesNotMatch'],
    [{ region: 'cn-north-1' }, 'AuthorizationHeaderMalformed'],
    [{ bucket: 'elsewhere' }, 'NoSuchBucket'],
  ];
  for (const [more, code] of cases) {
    using client = new S3Client(options(fake, { ...more, log }));
    await assert.rejects(client.get('key', 0, 1), unavailable);
    assert.ok(lines.at(-1)?.includes(code), `${code}: ${lines.at(-1)}`);
  }
  assert.ok(!lines.join('\n').includes('hidden'));
});

test('a certificate of the operator’s own is trusted when it is given, and only then', async () => {
  const { cert, key } = await makeSelfSigned({ names: ['localhost'], now: Date.now() });
  await using fake = await FakeS3.start({ tls: { cert, key } });
  using client = new S3Client(options(fake, { ca: cert }));
  assert.equal(await client.create('key', 1, [Buffer.of(1)]), true);
  using wary = new S3Client(options(fake));
  await assert.rejects(wary.get('key', 0, 1), unavailable);
});

test('uploads that were never ended are given up after their time', async () => {
  await using fake = await FakeS3.start();
  using client = new S3Client(options(fake));
  fake.uploads.set('old', { key: 'packs/1', mark: undefined, parts: new Map(), begun: 1_000 });
  fake.uploads.set('new', { key: 'packs/2', mark: undefined, parts: new Map(), begun: 9_000 });
  fake.uploads.set('other', { key: 'elsewhere/1', mark: undefined, parts: new Map(), begun: 1_000 });
  assert.equal(await client.abortUploads('packs/', 5_000), 1);
  assert.deepEqual([...fake.uploads.keys()], ['new', 'other']);
});
