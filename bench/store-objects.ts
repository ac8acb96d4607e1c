// What it costs to keep bodies in a bucket: accepting mail with packs as files and with small bodies in rows, in turn, and
// gathering the rows into objects afterwards. The bucket is a store in memory in another process.
// Usage: node bench/store-objects.ts [messages] [bytes per message] [postgres:// URL of an empty database]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../packages/server/src/platform/clock.ts';
import { nodeFiles } from '../packages/server/src/platform/files/node-files.ts';
import { silentLog } from '../packages/server/src/platform/log.ts';
import { openMasterKey } from '../packages/server/src/platform/secrets/master-key.ts';
import { ObjectPacker } from '../packages/server/src/store/blobs/objects/packer.ts';
import { openDatabase } from '../packages/server/src/store/engines/open-database.ts';
import { readPostgresUrl } from '../packages/server/src/store/engines/postgres/connection-url.ts';
import { type OpenSpool, openSpool } from '../packages/server/src/store/spool/open-spool.ts';
import { newQueueId } from '../packages/server/src/store/spool/queue-id.ts';
import { Bucket } from './lib/bucket.ts';

const [messages = 3000, bytes = 4096] = process.argv.slice(2, 4).map(Number);
const url = process.argv[4];
const concurrency = 10;
const text = readFileSync(new URL('../package-lock.json', import.meta.url)).subarray(0, 200_000);

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

async function accept(store: OpenSpool, n: number): Promise<void> {
  const at = (n * 977) % (text.length - bytes);
  await using writer = store.blobs.create(1, bytes);
  await writer.write(text.subarray(at, at + bytes - 32));
  await writer.write(Buffer.from(`\r\n${n} ${Math.random()}\r\n`));
  const blob = await writer.seal();
  const recipient = {
    kind: 'local',
    accountId: 1 + (n % 100),
    destination: 'alice@hongyan.test',
    address: 'alice@hongyan.test',
  } as const;
  await store.spool.accept([
    {
      queueId: newQueueId(Date.now()),
      tenantId: 1,
      blob,
      reversePath: 'sender@example.org',
      options: {},
      origin: { kind: 'mx', peer: { address: '192.0.2.1', port: 25, helo: 'mx.example.org' } },
      prefix: text.subarray(0, 200),
      summary: text.subarray(0, 600),
      expiresAt: Date.now() + 432_000_000,
      recipients: [recipient],
    },
  ]);
}

async function acceptMany(store: OpenSpool, from: number, count: number): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < count) await accept(store, from + (next += 1));
    }),
  );
}

async function run(kind: 'files' | 'bucket', round: number, bucket: Bucket): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'hongyan-bench-'));
  try {
    const schema = `bench_${kind}_${round}_${process.pid}`;
    const place = url
      ? { target: readPostgresUrl(url), schema, connections: 10 }
      : join(directory, 'spool.db');
    await using database = await openDatabase(place, [], 0);
    const client = bucket.client();
    const options = { prefix: `${schema}/`, mostKeptBytes: 0 };
    await using store = await openSpool({
      database,
      directory: join(directory, 'packs'),
      files: nodeFiles,
      master: await openMasterKey(nodeFiles, join(directory, 'master.key')),
      clock: systemClock,
      log: silentLog,
      ...(kind === 'bucket' && { objects: { client, options } }),
    });
    await acceptMany(store, 0, 500);
    const cpu = process.cpuUsage();
    const started = performance.now();
    await acceptMany(store, 1_000, messages);
    const rate = (messages / (performance.now() - started)) * 1000;
    const line = [
      kind.padEnd(6),
      `${(cpuMs(cpu) / messages).toFixed(3)} ms CPU a mail`,
      `${rate.toFixed(0)} mails/s`,
    ];
    if (store.objects) {
      const right = { held: true, [Symbol.asyncDispose]: async () => undefined };
      await using packer = new ObjectPacker(store.blobs, store.objects, async () => right);
      const before = process.cpuUsage();
      const { bodies } = await packer.round(true);
      line.push(`packing: ${(cpuMs(before) / bodies).toFixed(3)} ms CPU a mail`);
    }
    process.stdout.write(`${line.join('   ')}\n`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

using bucket = await Bucket.start();
process.stdout.write(`${messages} mails of ${bytes} bytes, ${concurrency} at a time\n`);
for (const round of [1, 2]) for (const kind of ['files', 'bucket'] as const) await run(kind, round, bucket);
