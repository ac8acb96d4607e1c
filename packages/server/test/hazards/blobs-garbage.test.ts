import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { isMailError } from '../../src/platform/errors.ts';
import { checkAccountBodies } from '../../src/store/blobs/check/account-bodies.ts';
import { verifyBlobs } from '../../src/store/blobs/check/verify.ts';
import { BlobCollector, type StillUsed } from '../../src/store/blobs/garbage/collector.ts';
import {
  localRecipient,
  newMessage,
  openFixture,
  relayRecipient,
  type SpoolFixture,
  storeBody,
  temporaryDirectory,
  textBody,
} from '../store-fixture/spool-fixture.ts';

const hour = 60 * 60 * 1000;
const nobody: StillUsed = async () => [];
const everybody: StillUsed = async (_tenant, _account, hashes) => hashes;
const check = { deep: true, repair: false };

function collector(store: SpoolFixture, stillUsed: StillUsed): BlobCollector {
  return new BlobCollector(store.blobs, stillUsed, { bytesPerSecond: Infinity });
}

/** Lets `count` generations pass and collects in each. */
async function generations(store: SpoolFixture, collect: BlobCollector, count: number): Promise<number> {
  let bodies = 0;
  for (let i = 0; i < count; i += 1) {
    store.clock.advance(hour);
    bodies += (await collect.collect()).bodiesRemoved;
  }
  return bodies;
}

test('a body goes two generations after its last use, not earlier; one still in use stays', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  const body = textBody(1, 4000);
  const { hash } = await storeBody(store.blobs, 1, 10, body);
  await using lying = collector(store, nobody);
  // Nobody has released it: the account is not even asked.
  assert.equal(await generations(store, lying, 5), 0);
  await store.blobs.release(1, 10, [hash]);
  await using honest = collector(store, everybody);
  assert.equal(await generations(store, honest, 5), 0);
  assert.deepEqual(await store.blobs.read(1, hash), body);
  await store.blobs.release(1, 10, [hash]);
  assert.equal(await generations(store, lying, 2), 0);
  assert.deepEqual(await store.blobs.read(1, hash), body);
  assert.equal(await generations(store, lying, 2), 1);
  await using other = await openFixture(directory.path, { clock: store.clock });
  await assert.rejects(other.blobs.read(1, hash), error => isMailError(error, 'message.not_found'));
  assert.deepEqual((await verifyBlobs(store.blobs, check)).problems, []);
});

test('a body linked again while its release is being believed stays', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  const body = textBody(1, 4000);
  const { hash } = await storeBody(store.blobs, 1, 10, body);
  await store.blobs.release(1, 10, [hash]);
  // The account answers "no", and the next delivery comes before the collector acts on that.
  const relinking: StillUsed = async () => {
    await storeBody(store.blobs, 1, 10, body);
    return [];
  };
  await using racing = collector(store, relinking);
  await generations(store, racing, 3);
  await using lying = collector(store, nobody);
  assert.equal(await generations(store, lying, 5), 0);
  assert.deepEqual(await store.blobs.read(1, hash), body);
});

test('a dead body that is stored again comes to life, at any stage of its removal', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  await using lying = collector(store, nobody);
  for (let stage = 0; stage < 6; stage += 1) {
    const body = textBody(stage, 4000);
    const { hash } = await storeBody(store.blobs, 1, 10, body);
    await store.blobs.release(1, 10, [hash]);
    await generations(store, lying, stage);
    await storeBody(store.blobs, 1, 11, body);
    await generations(store, lying, 6);
    assert.deepEqual(await store.blobs.read(1, hash), body, `stage ${stage}`);
  }
});

test('a queued message keeps its body, whatever its accounts say; a relayed one lets go when done', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  await using lying = collector(store, nobody);
  const body = textBody(1, 4000);
  await using writer = store.blobs.create(1);
  await writer.write(body);
  const ref = await writer.seal();
  const [work] = await store.spool.accept([
    newMessage('q1', ref, [localRecipient(10), relayRecipient('x@outside.test')]),
  ]);
  await writer[Symbol.asyncDispose]();
  assert.ok(work);
  await store.blobs.release(1, 10, [ref.hash]);
  assert.equal(await generations(store, lying, 6), 0);
  assert.deepEqual(await store.blobs.read(1, ref.hash), body);
  // The account gets it at last, and must find its link.
  const [local = 0, relayed = 0] = work.recipients.map(recipient => recipient.id);
  assert.deepEqual(await store.spool.complete([local]), [local]);
  assert.deepEqual((await checkAccountBodies(store.blobs, 1, 10, [ref.hash], false)).unlinked, []);
  await store.spool.settle([relayed]);
  assert.equal(await generations(store, lying, 6), 1);
});

test('a lease keeps a body until its time', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  await using collect = collector(store, nobody);
  await using writer = store.blobs.create(1);
  await writer.write(textBody(1, 4000));
  const ref = await writer.seal();
  await store.blobs.lease(1, ref, 'upload:1', store.clock.now() + 10 * hour);
  await writer[Symbol.asyncDispose]();
  assert.equal(await generations(store, collect, 9), 0);
  assert.equal(await generations(store, collect, 5), 1);
});

test('a sealed body that is never recorded leaves nothing behind but room that is reclaimed', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path, { packs: { maxPackBytes: 10_000 } });
  for (let i = 0; i < 10; i += 1) {
    await using writer = store.blobs.create(1);
    await writer.write(randomBytes(4000));
    await writer.seal();
  }
  await store.blobs.internals.engine.endPack();
  await using collect = collector(store, nobody);
  await generations(store, collect, 4);
  assert.deepEqual(await store.blobs.internals.engine.list(), []);
});

test('a clock that jumps ahead ages nothing by more than one generation; one set back stops nothing', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  await using lying = collector(store, nobody);
  const { hash } = await storeBody(store.blobs, 1, 10, textBody(1, 4000));
  await store.blobs.release(1, 10, [hash]);
  await lying.collect();
  store.clock.jump(store.clock.now() + 1000 * hour);
  assert.equal((await lying.collect()).bodiesRemoved, 0);
  assert.equal((await lying.collect()).bodiesRemoved, 0);
  store.clock.jump(store.clock.now() - 2000 * hour);
  assert.equal(await generations(store, lying, 6), 1);
});

test('compaction moves what lives, keeps it readable throughout, and removes the old file later', async () => {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path, { packs: { maxPackBytes: 200_000 } });
  const kept: { hash: Uint8Array; body: Buffer }[] = [];
  for (let i = 0; i < 60; i += 1) {
    const body = randomBytes(10_000);
    const { hash } = await storeBody(store.blobs, 1, 10, body);
    if (i % 2 === 0) kept.push({ hash, body });
    else await store.blobs.release(1, 10, [hash]);
  }
  const readAll = async (): Promise<void> => {
    for (const { hash, body } of kept) assert.deepEqual(await store.blobs.read(1, hash), body);
  };
  const keptHashes = new Set(kept.map(({ hash }) => Buffer.from(hash).toString('hex')));
  const used: StillUsed = async (_tenant, _account, hashes) =>
    hashes.filter(hash => keptHashes.has(Buffer.from(hash).toString('hex')));
  await readAll();
  const before = await store.blobs.internals.engine.list();
  await using collect = collector(store, used);
  let compacted = 0;
  for (let i = 0; i < 8; i += 1) {
    store.clock.advance(hour);
    const [result] = await Promise.all([collect.collect(), readAll()]);
    if (compacted === 0 && result.packsCompacted > 0) {
      // Readers elsewhere may still be at the old file.
      assert.equal(result.packsRemoved, 0);
      const now = new Set(await store.blobs.internals.engine.list());
      assert.ok(before.every(pack => now.has(pack)));
    }
    compacted += result.packsCompacted;
  }
  assert.ok(compacted >= 2);
  await readAll();
  assert.deepEqual((await verifyBlobs(store.blobs, check)).problems, []);
  const after = new Set(await store.blobs.internals.engine.list());
  assert.ok(before.filter(pack => !after.has(pack)).length >= 2);
});
