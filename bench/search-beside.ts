// What filing messages costs while they are indexed beside it: slices in turn with and without the indexer.
// Usage: node bench/search-beside.ts [messages in a slice] [slices]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanMessage } from '../packages/formats/src/message/scan.ts';
import { summarise } from '../packages/formats/src/message/summary.ts';
import { type Scope, systemScope } from '../packages/server/src/access/scope.ts';
import { defaultConfig } from '../packages/server/src/app/config/load.ts';
import { openHouse } from '../packages/server/src/app/house.ts';
import { appendMessages } from '../packages/server/src/mailbox/append.ts';
import { unlimitedQuota } from '../packages/server/src/mailbox/context.ts';
import { createAccount } from '../packages/server/src/mailbox/create.ts';
import { indexStatus } from '../packages/server/src/mailbox/searching/index-status.ts';
import { systemClock } from '../packages/server/src/platform/clock.ts';
import { silentLog } from '../packages/server/src/platform/log.ts';
import { defaultIndexLimits } from '../packages/server/src/search/context.ts';
import { Indexer } from '../packages/server/src/search/indexer.ts';
import { show, table } from './lib/figures.ts';
import { letter } from './lib/letters.ts';

const [perSlice = 800, slices = 6] = process.argv.slice(2).map(Number);
const connections = 10;
const folder = mkdtempSync(join(tmpdir(), 'hongyan-bench-'));
const config = { ...defaultConfig(), data: folder };
await using house = await openHouse({ config, clock: systemClock, log: silentLog, bootId: 'bench' });
const mailbox = { ...house.mailbox, quotas: unlimitedQuota };
const [indexed, plain] = [systemScope(1, 1, 'bench'), systemScope(1, 2, 'bench')];
for (const scope of [indexed, plain]) await createAccount(mailbox, scope, []);
await using indexer = new Indexer({
  accounts: house.accounts,
  blobs: mailbox.blobs,
  search: house.search,
  clock: systemClock,
  log: silentLog,
  limits: defaultIndexLimits,
  everyAccount: async () => [indexed],
});
using _changes = house.notifier.onHomeChange(accountId => {
  if (accountId === indexed.accountId) indexer.changed(accountId);
});

let counter = 0;
async function append(scope: Scope): Promise<void> {
  counter += 1;
  const body = letter(counter);
  await using writer = mailbox.blobs.create(1, body.length);
  await writer.write(body);
  const blob = await writer.seal();
  await mailbox.blobs.lease(1, blob, 'bench', systemClock.now() + 3_600_000);
  const summary = summarise(scanMessage(body));
  const flags = { bits: 0, keywords: [] };
  await appendMessages(mailbox, scope, 1, [
    { blob, summary, prefix: new Uint8Array(0), flags, receivedAt: systemClock.now() },
  ]);
}

async function slice(scope: Scope): Promise<number> {
  const started = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let n = 0; n < perSlice / connections; n += 1) await append(scope);
    }),
  );
  return perSlice / ((performance.now() - started) / 1000);
}

const rates = { beside: [] as number[], alone: [] as number[] };
for (let n = 0; n <= slices; n += 1) {
  const beside = await slice(indexed);
  while ((await indexStatus(mailbox, indexed)).behind > 0)
    await new Promise(resolve => setTimeout(resolve, 50));
  const alone = await slice(plain);
  // The first ones warm up.
  if (n === 0) continue;
  rates.beside.push(beside);
  rates.alone.push(alone);
}
process.stdout.write(
  `${table(
    ['', 'messages filed a second'],
    [
      ['alone', show(rates.alone, 0)],
      ['while they are indexed', show(rates.beside, 0)],
    ],
  )}\n`,
);
rmSync(folder, { recursive: true });
