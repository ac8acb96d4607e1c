// A process that accepts mail into a directory as quickly as it can and reports what it acknowledged, one line each,
// until it is killed. Usage: node spool-child.ts DIRECTORY SEED
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openBare } from '@hongyan/testkit/stores/databases.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { nodeFiles } from '../../src/platform/files/node-files.ts';
import { silentLog } from '../../src/platform/log.ts';
import { openSpool } from '../../src/store/spool/open-spool.ts';
import { localRecipient, newMessage, testMaster, textBody } from './spool-fixture.ts';

const [directory = '', seed = '0'] = process.argv.slice(2);
const database = await openBare(join(directory, 'spool.db'));
const store = await openSpool({
  database,
  directory: join(directory, 'packs'),
  files: nodeFiles,
  master: testMaster,
  clock: systemClock,
  log: silentLog,
  packs: { maxPackBytes: 400_000, packedBytes: 500_000 },
});
const sizes = [100, 4000, 4000, 30_000, 4000, 4000, 300_000, 4000, 4000, 600_000];

async function acceptForEver(lane: number): Promise<never> {
  for (let n = 0; ; n += 1) {
    const body = textBody(Number(seed) * 100_000 + lane * 10_000 + n, sizes[n % sizes.length] ?? 1);
    await using writer = store.blobs.create(1);
    for (let at = 0; at < body.length; at += 65_536) await writer.write(body.subarray(at, at + 65_536));
    const ref = await writer.seal();
    const queueId = `q-${seed}-${lane}-${n}`;
    await store.spool.accept([newMessage(queueId, ref, [localRecipient(1 + lane)])]);
    const digest = createHash('sha256').update(body).digest('hex');
    // A synchronous write to the pipe: what the parent reads was really acknowledged.
    writeSync(1, `${queueId} ${Buffer.from(ref.hash).toString('hex')} ${digest}\n`);
  }
}

await Promise.all([0, 1, 2, 3, 4].map(acceptForEver));
