// Cost of accepting mail in the store alone: body into a pack, one spool transaction, both synced to disk.
// Usage: node bench/store-accept.ts [messages per run] [bytes per message] [postgres:// URL of an empty database]
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../packages/server/src/platform/clock.ts';
import { nodeFiles } from '../packages/server/src/platform/files/node-files.ts';
import { silentLog } from '../packages/server/src/platform/log.ts';
import { openMasterKey } from '../packages/server/src/platform/secrets/master-key.ts';
import { openDatabase } from '../packages/server/src/store/engines/open-database.ts';
import { readPostgresUrl } from '../packages/server/src/store/engines/postgres/connection-url.ts';
import { openSpool } from '../packages/server/src/store/spool/open-spool.ts';
import { newQueueId } from '../packages/server/src/store/spool/queue-id.ts';

const [messages = 4000, bytes = 4096] = process.argv.slice(2, 4).map(Number);
const url = process.argv[4] ?? process.env['HONGYAN_TEST_POSTGRES'];

/** Text that compresses about as mail does: half English, half Chinese prose of this project's own licence and names. */
function sampleText(): Buffer {
  const words = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8').slice(0, 200_000);
  const chinese = '鸿雁传书，云中谁寄锦书来？会议改到周五下午三点，请各部门准时参加并带上季度报告。';
  return Buffer.from(words.replaceAll(/"integrity": "[^"]{40}/g, `${chinese}"`));
}

function directoryBytes(path: string): number {
  let total = 0;
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) total += statSync(join(entry.parentPath, entry.name)).size;
  }
  return total;
}

interface Result {
  readonly rate: number;
  readonly cpuMs: number;
  readonly p50: number;
  readonly p99: number;
}

async function run(concurrency: number, text: Buffer, directory: string, encrypt: boolean): Promise<Result> {
  const schema = `bench_${concurrency}_${encrypt ? 'yes' : 'no'}`;
  const place = url ? { target: readPostgresUrl(url), schema, connections: 10 } : join(directory, 'spool.db');
  await using database = await openDatabase(place, [], 0);
  const master = await openMasterKey(nodeFiles, join(directory, 'master.key'));
  const store = await openSpool({
    database,
    directory: join(directory, 'packs'),
    files: nodeFiles,
    master,
    clock: systemClock,
    log: silentLog,
    packs: { encrypt },
  });
  const times: number[] = [];
  let next = 0;
  const acceptOne = async (n: number): Promise<void> => {
    const started = performance.now();
    const at = (n * 977) % (text.length - bytes);
    await using writer = store.blobs.create(1, bytes);
    await writer.write(text.subarray(at, at + bytes - 32));
    await writer.write(Buffer.from(`\r\n${n} ${Math.random()}\r\n`));
    const blob = await writer.seal();
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
        recipients: [
          {
            kind: 'local',
            accountId: 1 + (n % 100),
            destination: 'alice@hongyan.test',
            address: 'alice@hongyan.test',
          },
        ],
      },
    ]);
    times.push(performance.now() - started);
  };
  const count = concurrency === 1 ? Math.ceil(messages / 4) : messages;
  // Warm up: compiled code and a first pack, outside the measurement.
  for (let n = 0; n < 1000; n += concurrency) {
    await Promise.all(Array.from({ length: concurrency }, (_, i) => acceptOne(n + i)));
  }
  times.length = 0;
  const cpu = process.cpuUsage();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < count) await acceptOne(100_000 + (next += 1));
    }),
  );
  const elapsed = performance.now() - started;
  const used = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  await store[Symbol.asyncDispose]();
  return {
    rate: (count / elapsed) * 1000,
    cpuMs: (used.user + used.system) / 1000 / count,
    p50: times[count >> 1] ?? 0,
    p99: times[Math.floor(count * 0.99)] ?? 0,
  };
}

const text = sampleText();
process.stdout.write(
  'concurrency  encrypted  messages/s  CPU ms/message   p50 ms   p99 ms  disk bytes/message\n',
);
for (const encrypt of [true, false]) {
  for (const concurrency of [1, 10, 50]) {
    const directory = mkdtempSync(join(tmpdir(), 'hongyan-bench-'));
    try {
      const { rate, cpuMs, p50, p99 } = await run(concurrency, text, directory, encrypt);
      const count = concurrency === 1 ? Math.ceil(messages / 4) : messages;
      const disk = directoryBytes(directory) / (count + 1000);
      process.stdout.write(
        `${String(concurrency).padStart(11)}  ${(encrypt ? 'yes' : 'no').padStart(9)}  ${rate.toFixed(0).padStart(10)}  ` +
          `${cpuMs.toFixed(3).padStart(14)}  ${p50.toFixed(2).padStart(7)}  ${p99.toFixed(2).padStart(7)}  ${disk.toFixed(0).padStart(18)}\n`,
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  }
}
