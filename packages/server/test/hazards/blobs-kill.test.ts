import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { verifyBlobs } from '../../src/store/blobs/check/verify.ts';
import { BlobCollector } from '../../src/store/blobs/garbage/collector.ts';
import { openFixture, temporaryDirectory } from '../store-fixture/spool-fixture.ts';

const child = fileURLToPath(new URL('../store-fixture/spool-child.ts', import.meta.url));
const rounds = 10;
const hour = 60 * 60 * 1000;

interface Acknowledged {
  readonly queueId: string;
  readonly hash: Buffer;
  readonly digest: string;
}

/** Runs a writing process and kills it a random moment after its first acknowledgement. */
async function runAndKill(directory: string, seed: number): Promise<Acknowledged[]> {
  const running = spawn(process.execPath, [child, directory, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const first = Promise.withResolvers<void>();
  running.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    first.resolve();
  });
  const closed = once(running, 'close');
  await Promise.race([first.promise, closed, sleep(20_000, undefined, { ref: false })]);
  await sleep(Math.random() * 150);
  running.kill('SIGKILL');
  await closed;
  // The last line may be cut: its message was acknowledged all the same, but cannot be named.
  const lines = output
    .slice(0, output.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean);
  return lines.map(line => {
    const [queueId = '', hash = '', digest = ''] = line.split(' ');
    return { queueId, hash: Buffer.from(hash, 'hex'), digest };
  });
}

test(`SIGKILL at ${rounds} random moments, two writers at once: everything acknowledged is there, once and whole`, async () => {
  using directory = temporaryDirectory();
  const all: Acknowledged[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const both = [runAndKill(directory.path, round * 2), runAndKill(directory.path, round * 2 + 1)];
    for (const acknowledged of await Promise.all(both)) {
      assert.ok(acknowledged.length > 0, 'the writer got to work');
      all.push(...acknowledged);
    }
  }
  await using store = await openFixture(directory.path);
  store.clock.jump(Date.now() + hour);
  const queued = new Map<string, number>();
  for (const work of await store.spool.claimDue('local', 1_000_000)) {
    queued.set(work.message.queueId, (queued.get(work.message.queueId) ?? 0) + work.recipients.length);
  }
  for (const { queueId, hash, digest } of all) {
    assert.equal(queued.get(queueId), 1, queueId);
    const body = await store.blobs.read(1, hash);
    assert.equal(createHash('sha256').update(body).digest('hex'), digest, queueId);
  }
  assert.deepEqual((await verifyBlobs(store.blobs, { deep: true, repair: false })).problems, []);
  // The collector takes over what the dead left and loses nothing.
  await using collector = new BlobCollector(store.blobs, async (_t, _a, hashes) => hashes, {
    bytesPerSecond: Infinity,
    deadShare: 0.01,
  });
  for (let i = 0; i < 4; i += 1) {
    store.clock.advance(hour);
    await collector.collect();
  }
  for (const { hash, queueId } of all) assert.ok(await store.blobs.read(1, hash), queueId);
  assert.deepEqual((await verifyBlobs(store.blobs, { deep: true, repair: false })).problems, []);
});
