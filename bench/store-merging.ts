// What it costs to merge small objects of a bucket into large ones, as fast as it goes: CPU, rate and requests. Bodies do not
// compress. The bucket is a store in memory in another process.
// Usage: node bench/store-merging.ts [objects] [bytes per object] [rounds]
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../packages/server/src/platform/clock.ts';
import { nodeFiles } from '../packages/server/src/platform/files/node-files.ts';
import { silentLog } from '../packages/server/src/platform/log.ts';
import { openMasterKey } from '../packages/server/src/platform/secrets/master-key.ts';
import { ObjectMerger } from '../packages/server/src/store/blobs/objects/merger.ts';
import { openDatabase } from '../packages/server/src/store/engines/open-database.ts';
import { openSpool } from '../packages/server/src/store/spool/open-spool.ts';
import { Bucket } from './lib/bucket.ts';

const [objects = 500, bytes = 100_000, rounds = 3] = process.argv.slice(2, 5).map(Number);

const byName = (a: string, b: string): number => a.localeCompare(b);

async function run(bucket: Bucket, round: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'hongyan-bench-'));
  try {
    await using database = await openDatabase(join(directory, 'spool.db'), [], 0);
    await using store = await openSpool({
      database,
      directory: join(directory, 'packs'),
      files: nodeFiles,
      master: await openMasterKey(nodeFiles, join(directory, 'master.key')),
      clock: systemClock,
      log: silentLog,
      objects: { client: bucket.client(), options: { prefix: `round-${round}/`, mostKeptBytes: 0 } },
    });
    if (!store.objects) throw new Error('no bucket');
    for (let n = 0; n < objects; n += 1) {
      await using writer = store.blobs.create(1, bytes);
      await writer.write(randomBytes(bytes));
      await store.blobs.link(1, 1, [await writer.seal()]);
    }
    await store.objects.endPack();
    await bucket.requests();
    const merger = new ObjectMerger(store.blobs, store.objects, { bytesPerSecond: Infinity });
    const cpu = process.cpuUsage();
    const started = performance.now();
    const merged = await merger.round(true, () => true, new AbortController().signal);
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const requests = [...(await bucket.requests())].map(([method, n]) => `${method} ${n}`).toSorted(byName);
    const line = [
      `${merged.packs} into ${merged.objects}`,
      `${(merged.bytes / 1e6).toFixed(1)} MB`,
      `${(merged.packs / seconds).toFixed(0)} objects/s`,
      `${(merged.bytes / 1e6 / seconds).toFixed(1)} MB/s`,
      `${((user + system) / 1000 / merged.packs).toFixed(2)} ms CPU an object`,
      requests.join(', '),
    ];
    process.stdout.write(`${line.join('   ')}\n`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

using bucket = await Bucket.start();
process.stdout.write(`${objects} objects of ${bytes} bytes\n`);
for (let round = 1; round <= rounds; round += 1) await run(bucket, round);
