import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailError } from '../../src/platform/errors.ts';
import { type Fault, FaultyFiles, type FaultyOperation } from '../../src/platform/files/faulty-files.ts';
import { nodeFiles } from '../../src/platform/files/node-files.ts';
import { openMasterKey } from '../../src/platform/secrets/master-key.ts';
import { verifyBlobs } from '../../src/store/blobs/check/verify.ts';
import { BlobCollector } from '../../src/store/blobs/garbage/collector.ts';
import {
  localRecipient,
  newMessage,
  openFixture,
  type SpoolFixture,
  temporaryDirectory,
  textBody,
} from '../store-fixture/spool-fixture.ts';

const hour = 60 * 60 * 1000;
/** Small bodies that share packs, some that spill, and one that stands alone. */
const sizes = [10, 4000, 270_000, 4000, 4000, 420_000, 4000, 20_000, 4000, 7];
const bodies = sizes.map((size, seed) => textBody(seed, size));
/** Packs end early, so that the scenario crosses from one to the next. */
const packs = { maxPackBytes: 60_000, packedBytes: 400_000 };

interface Acknowledged {
  readonly hash: Uint8Array;
  readonly body: Buffer;
  readonly queueId: string;
}

async function acceptOne(store: SpoolFixture, n: number): Promise<Acknowledged> {
  const body = bodies[n % bodies.length] ?? Buffer.alloc(0);
  await using writer = store.blobs.create(1);
  for (let at = 0; at < body.length; at += 65_536) await writer.write(body.subarray(at, at + 65_536));
  const ref = await writer.seal();
  const queueId = `q${n}`;
  await store.spool.accept([newMessage(queueId, ref, [localRecipient(10 + n)])]);
  return { hash: ref.hash, body, queueId };
}

/** Accepts 20 messages (each body twice), four at a time; returns those that were acknowledged, and the failures. */
async function scenario(store: SpoolFixture): Promise<{ done: Acknowledged[]; failures: unknown[] }> {
  const done: Acknowledged[] = [];
  const failures: unknown[] = [];
  for (let first = 0; first < 20; first += 4) {
    const group = [0, 1, 2, 3].map(i => acceptOne(store, first + i));
    for (const result of await Promise.allSettled(group)) {
      if (result.status === 'fulfilled') done.push(result.value);
      else failures.push(result.reason);
    }
  }
  return { done, failures };
}

async function assertAllThere(
  store: SpoolFixture,
  done: readonly Acknowledged[],
  label: string,
): Promise<void> {
  const queued = new Set<string>();
  for (const work of await store.spool.claimDue('local', 1000)) queued.add(work.message.queueId);
  for (const { hash, body, queueId } of done) {
    assert.ok(body.equals(await store.blobs.read(1, hash)), `${label}: body of ${queueId}`);
    assert.ok(queued.has(queueId), `${label}: ${queueId} is queued`);
  }
  const report = await verifyBlobs(store.blobs, { deep: false, repair: false });
  const bad = report.problems.filter(problem => problem.kind !== 'pack without row');
  assert.deepEqual(bad, [], label);
}

async function operationsOfScenario(): Promise<readonly FaultyOperation[]> {
  using directory = temporaryDirectory();
  const files = new FaultyFiles(nodeFiles);
  const store = await openFixture(directory.path, { files, packs });
  const { failures } = await scenario(store);
  assert.deepEqual(failures, []);
  await store[Symbol.asyncDispose]();
  return files.operations;
}

async function withFault(n: number, fault: Fault): Promise<void> {
  using directory = temporaryDirectory();
  const label = `operation ${n}, ${fault.kind}`;
  const files = new FaultyFiles(nodeFiles);
  const store = await openFixture(directory.path, { files, packs });
  files.arm(n, fault);
  const { done, failures } = await scenario(store);
  const hit = `${label} (${files.operations[n - 1] ?? 'none'})`;
  for (const failure of failures) {
    assert.ok(isMailError(failure) && failure.temporary, `${hit}: ${String(failure)}`);
  }
  if (fault.kind === 'death') {
    // As a dead process does: nothing is closed in order, and what was not synced is gone.
    await files.loseUnsynced();
    await store.database[Symbol.asyncDispose]();
  } else {
    // One failure concerns those who shared the write; the others, and all who come later, are served.
    assert.ok(done.length >= 16, `${hit}: ${done.length} acknowledged`);
    await assertReadable(store, done, hit);
    await store[Symbol.asyncDispose]();
    await files.loseUnsynced();
  }
  await using again = await openFixture(directory.path, { packs });
  again.clock.advance(hour);
  await assertAllThere(again, done, hit);
  await using collector = new BlobCollector(again.blobs, async (_t, _a, hashes) => hashes, {
    bytesPerSecond: Infinity,
  });
  for (let i = 0; i < 4; i += 1) {
    again.clock.advance(hour);
    await collector.collect();
  }
  await assertReadable(again, done, `${hit}, collected`);
  assert.deepEqual((await verifyBlobs(again.blobs, { deep: true, repair: false })).problems, [], hit);
}

async function assertReadable(
  store: SpoolFixture,
  done: readonly Acknowledged[],
  label: string,
): Promise<void> {
  for (const { hash, body } of done) assert.ok(body.equals(await store.blobs.read(1, hash)), label);
}

const kinds: Fault[] = [
  { kind: 'fail', code: 'store.unavailable' },
  { kind: 'torn', code: 'store.full' },
  { kind: 'death' },
];

for (const fault of kinds) {
  test(`whichever file operation meets "${fault.kind}", nothing acknowledged is lost and nothing needs hands`, async () => {
    const operations = await operationsOfScenario();
    assert.ok(operations.length > 30, `${operations.length} operations`);
    for (const [i, operation] of operations.entries()) {
      // Only a write can be torn; for others that is the same as "fail".
      if (fault.kind === 'torn' && operation !== 'write') continue;
      await withFault(i + 1, fault);
    }
  });
}

test('a full disk: accepting fails with store.full for as long as it lasts, reading goes on, then all is well', async () => {
  using directory = temporaryDirectory();
  const files = new FaultyFiles(nodeFiles);
  await using store = await openFixture(directory.path, { files, packs });
  const first = await acceptOne(store, 1);
  for (let i = 0; i < 10; i += 1) {
    files.arm(1, { kind: 'torn', code: 'store.full' });
    await assert.rejects(acceptOne(store, 3 + i * 10), error => isMailError(error, 'store.full'));
    assert.ok(first.body.equals(await store.blobs.read(1, first.hash)));
  }
  const second = await acceptOne(store, 3);
  assert.ok(second.body.equals(await store.blobs.read(1, second.hash)));
});

test('the master key file appears whole or not at all, whichever operation fails, and is never replaced', async () => {
  for (const fault of kinds) {
    for (let n = 1; n <= 6; n += 1) {
      using directory = temporaryDirectory();
      const path = `${directory.path}/keys/master.key`;
      const files = new FaultyFiles(nodeFiles);
      files.arm(n, fault);
      const before = await openMasterKey(files, path).catch(() => null);
      const after = await openMasterKey(nodeFiles, path);
      if (before) assert.deepEqual(before.derive('x'), after.derive('x'));
      assert.deepEqual((await openMasterKey(nodeFiles, path)).derive('x'), after.derive('x'));
    }
  }
});
