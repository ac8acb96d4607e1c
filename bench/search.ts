// Searching a large mailbox with the word index and, for a few needles, by scan; and what the index costs.
// Usage: node bench/search.ts [messages] [--scan]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanMessage } from '../packages/formats/src/message/scan.ts';
import { summarise } from '../packages/formats/src/message/summary.ts';
import { systemScope } from '../packages/server/src/access/scope.ts';
import { defaultConfig } from '../packages/server/src/app/config/load.ts';
import { openHouse } from '../packages/server/src/app/house.ts';
import { appendMessages } from '../packages/server/src/mailbox/append.ts';
import { unlimitedQuota } from '../packages/server/src/mailbox/context.ts';
import { createAccount } from '../packages/server/src/mailbox/create.ts';
import { searchMessages } from '../packages/server/src/mailbox/search.ts';
import type { SearchQuery } from '../packages/server/src/mailbox/search-query.ts';
import type { NewMessage } from '../packages/server/src/mailbox/types.ts';
import { openView } from '../packages/server/src/mailbox/view.ts';
import { systemClock } from '../packages/server/src/platform/clock.ts';
import { silentLog } from '../packages/server/src/platform/log.ts';
import { defaultIndexLimits } from '../packages/server/src/search/context.ts';
import { IndexThread } from '../packages/server/src/search/thread/index-thread.ts';
import { updateIndex } from '../packages/server/src/search/update-index.ts';
import { diskBytes } from './lib/cpu.ts';
import { show, table } from './lib/figures.ts';
import { letter, rareWords } from './lib/letters.ts';

const messages = Number(process.argv[2] ?? 100_000);
const scan = process.argv.includes('--scan');
const runs = 7;

const folder = mkdtempSync(join(tmpdir(), 'hongyan-bench-'));
await using house = await openHouse({
  config: { ...defaultConfig(), data: folder },
  clock: systemClock,
  log: silentLog,
  bootId: 'bench',
});
const scope = systemScope(1, 1, 'bench');
const { search, accounts } = house;
const mailbox = { ...house.mailbox, quotas: unlimitedQuota };
const plain = { ...mailbox };
delete (plain as { search?: unknown }).search;

async function make(n: number): Promise<NewMessage> {
  const body = letter(n);
  await using writer = mailbox.blobs.create(scope.tenantId, body.length);
  await writer.write(body);
  const blob = await writer.seal();
  await mailbox.blobs.lease(scope.tenantId, blob, 'bench', systemClock.now() + 3_600_000);
  return {
    blob,
    summary: summarise(scanMessage(body)),
    prefix: Buffer.from('Return-Path: <x@outside.example>\r\nDelivered-To: bench@example.cn\r\n'),
    flags: { bits: 0, keywords: [] },
    receivedAt: Date.UTC(2026, 0, 1) + n * 60_000,
  };
}

const indexFolder = join(folder, 'tenants', '1', 'search');
await createAccount(mailbox, scope, []);
let bytes = 0;
const atATime = 250;
for (let n = 0; n < messages; n += atATime) {
  const batch = await Promise.all(
    Array.from({ length: Math.min(atATime, messages - n) }, (_, i) => make(n + i)),
  );
  for (const { blob } of batch) bytes += blob.size;
  await appendMessages(mailbox, scope, 1, batch);
}
process.stdout.write(`${messages} messages, ${Math.round(bytes / messages)} bytes each\n`);

const thread = new IndexThread({ clock: systemClock, jobMs: 90_000, idleMs: 60_000, heapMiB: 384 });
const context = {
  accounts,
  blobs: mailbox.blobs,
  search,
  clock: systemClock,
  log: house.log,
  limits: defaultIndexLimits,
};
const before = process.threadCpuUsage();
const started = performance.now();
await updateIndex(context, thread, scope);
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.threadCpuUsage(before);
await thread[Symbol.asyncDispose]();
const indexBytes = diskBytes(indexFolder);
process.stdout.write(
  `indexed in ${seconds.toFixed(1)} s: ${(bytes / seconds / 1e6).toFixed(1)} MB/s, ${(messages / seconds).toFixed(0)} messages/s; ` +
    `${((user + system) / 1e3 / messages).toFixed(3)} ms of the main thread a message; ` +
    `index ${Math.round(indexBytes / messages)} bytes a message, mail ${Math.round((diskBytes(folder) - indexBytes) / messages)}\n`,
);

const view = await openView(mailbox, scope, 1);
const { rare, phrase, common, part, address, number } = rareWords;
const queries: readonly (readonly [string, SearchQuery])[] = [
  ['TEXT, a word', { key: 'text', value: rare }],
  ['TEXT, inside words', { key: 'text', value: part }],
  ['TEXT, two characters', { key: 'text', value: phrase.slice(0, 2) }],
  ['TEXT, four characters', { key: 'text', value: phrase }],
  ['TEXT, one character', { key: 'text', value: phrase.slice(0, 1) }],
  ['TEXT, a common word', { key: 'text', value: common }],
  ['BODY, a number', { key: 'body', value: number }],
  ['TEXT, an address', { key: 'text', value: address }],
  ['SUBJECT, a word', { key: 'subject', value: rare }],
  ['SUBJECT, Chinese', { key: 'subject', value: phrase }],
  ['FROM, an address', { key: 'from', value: address }],
  ['HEADER Message-ID', { key: 'header', field: 'message-id', value: '<letter.4711@outside.example>' }],
];
const rows: string[][] = [];
for (const [name, query] of queries) {
  const times: number[] = [];
  let count = 0;
  for (let run = 0; run < runs; run += 1) {
    const from = performance.now();
    count = (await searchMessages(mailbox, scope, 1, query, view)).length;
    times.push(performance.now() - from);
  }
  const [first = 0, ...warm] = times;
  const row = [name, String(count), first.toFixed(1), show(warm, 1)];
  if (scan) {
    const from = performance.now();
    const all = (await searchMessages(plain, scope, 1, query, view)).length;
    row.push(`${(performance.now() - from).toFixed(0)}${all === count ? '' : ` (${all} found!)`}`);
  }
  rows.push(row);
}
process.stdout.write(
  `${table(['', 'found', 'first, ms', 'then, ms', ...(scan ? ['by scan, ms'] : [])], rows)}\n`,
);
await house[Symbol.asyncDispose]();
rmSync(folder, { recursive: true });
