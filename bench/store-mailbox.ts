// Cost of the mailbox room alone, without protocols: rows, flags, views, searches. Bodies are summarised, not stored.
// Usage: node bench/store-mailbox.ts [messages in the large mailbox] [appends per run] [bytes of the received prefix]
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanMessage } from '../packages/formats/src/message/scan.ts';
import { summarise } from '../packages/formats/src/message/summary.ts';
import { type Scope, systemScope } from '../packages/server/src/access/scope.ts';
import { appendDelivery, appendMessages } from '../packages/server/src/mailbox/append.ts';
import { type MailboxContext, unlimitedQuota } from '../packages/server/src/mailbox/context.ts';
import { createAccount } from '../packages/server/src/mailbox/create.ts';
import { storeFlags } from '../packages/server/src/mailbox/flags.ts';
import { defaultMailboxLimits } from '../packages/server/src/mailbox/limits.ts';
import { fetchRaw, fetchRows } from '../packages/server/src/mailbox/rows.ts';
import { searchMessages } from '../packages/server/src/mailbox/search.ts';
import type { NewMessage, UidRanges } from '../packages/server/src/mailbox/types.ts';
import { changesSince, openView } from '../packages/server/src/mailbox/view.ts';
import { createNotifier } from '../packages/server/src/notify/notifier.ts';
import { systemClock } from '../packages/server/src/platform/clock.ts';
import { silentLog } from '../packages/server/src/platform/log.ts';
import { openAccountStore } from '../packages/server/src/store/accounts/account-store.ts';
import { assertAccountClean } from '../packages/server/src/store/checker/check-account.ts';
import { diskBytes } from './lib/cpu.ts';
import { percentile, show, table } from './lib/figures.ts';
import { benchMessage } from './lib/messages.ts';

const [large = 100_000, appends = 2_000, prefixBytes = 250] = process.argv.slice(2).map(Number);
const runs = 3;
const all: UidRanges = [[1, 0xffff_ffff]];

const folder = mkdtempSync(join(tmpdir(), 'hongyan-bench-'));
const unused = (): never => {
  throw new Error('this benchmark has no bodies');
};
const nothing = async (): Promise<void> => undefined;

function context(): MailboxContext & AsyncDisposable {
  const accounts = openAccountStore({
    dataFolder: folder,
    bootId: 'bench',
    clock: systemClock,
    log: silentLog,
  });
  return {
    accounts,
    blobs: {
      create: unused,
      read: async () => unused(),
      readTogether: async () => unused(),
      readRange: async () => unused(),
      stream: unused,
      link: nothing,
      release: nothing,
      lease: nothing,
      endLease: nothing,
      [Symbol.asyncDispose]: nothing,
    },
    notifier: createNotifier({ clock: systemClock, log: silentLog }),
    quotas: unlimitedQuota,
    clock: systemClock,
    log: silentLog,
    limits: defaultMailboxLimits,
    [Symbol.asyncDispose]: () => accounts[Symbol.asyncDispose](),
  };
}

/** Summaries are made before the clock runs: parsing belongs to another benchmark. */
const prepared = Array.from({ length: 2_000 }, (_, n) => {
  const body = benchMessage(n, 'bench@example.cn');
  return { size: body.length, summary: summarise(scanMessage(body)) };
});

let counter = 0;
function next(): NewMessage {
  counter += 1;
  const { size, summary } = prepared[counter % prepared.length] ?? unused();
  return {
    blob: { hash: hash('sha256', String(counter), 'buffer'), size },
    summary: { ...summary, messageId: `${counter}@bench` },
    prefix: Buffer.alloc(prefixBytes, 0x52),
    flags: { bits: 0, keywords: [] },
    receivedAt: Date.UTC(2026, 0, 1) + counter * 60_000,
  };
}

const lines: string[][] = [];
async function measure(
  name: string,
  unit: string,
  digits: number,
  run: () => Promise<number>,
): Promise<void> {
  const values: number[] = [];
  const cpu: number[] = [];
  for (let i = 0; i < runs; i += 1) {
    const before = process.cpuUsage();
    const started = performance.now();
    values.push(await run());
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 10 / Math.max(1, performance.now() - started));
  }
  lines.push([name, show(values, digits), unit, `${show(cpu, 0)} %`]);
  process.stdout.write(`${lines.at(-1)?.join(' | ')}\n`);
}

async function seconds(run: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await run();
  return (performance.now() - started) / 1000;
}

async function appendMany(
  ctx: MailboxContext,
  scope: Scope,
  count: number,
  concurrency: number,
): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (left > 0) {
        left -= 1;
        await appendMessages(ctx, scope, 1, [next()]);
      }
    }),
  );
}

async function account(ctx: MailboxContext, id: number): Promise<Scope> {
  const scope = systemScope(1, id, 'bench');
  await createAccount(ctx, scope, []);
  return scope;
}

try {
  await using ctx = context();
  let id = 0;
  for (const concurrency of [1, 10]) {
    const scope = await account(ctx, (id += 1));
    await measure(`append, ${concurrency} at a time`, 'per s', 0, async () => {
      return appends / (await seconds(() => appendMany(ctx, scope, appends, concurrency)));
    });
  }
  const fan = await Promise.all(Array.from({ length: 200 }, (_, n) => account(ctx, 1_000 + n)));
  await measure('one mail to 200 accounts', 'ms', 0, async () => {
    const message = next();
    return (
      1000 *
      (await seconds(async () => {
        await Promise.all(
          fan.map(scope => appendDelivery(ctx, scope, `d${counter}`, { role: 'inbox' }, message)),
        );
      }))
    );
  });

  const scope = await account(ctx, 999);
  const filling = await seconds(async () => {
    for (let at = 0; at < large; at += 500) {
      await appendMessages(ctx, scope, 1, Array.from({ length: Math.min(500, large - at) }, next));
    }
  });
  lines.push([`filling ${large}, 500 a transaction`, (large / filling).toFixed(0), 'per s', '']);
  await ctx.accounts.release(scope);
  const path = await ctx.accounts.path(scope);
  lines.push(['account file', (diskBytes(join(path, '..')) / 1e6).toFixed(0), 'MB in all accounts', '']);

  await measure('openView, file closed before', 'ms', 2, async () => {
    await ctx.accounts.release(scope);
    return 1000 * (await seconds(async () => void (await openView(ctx, scope, 1))));
  });
  await measure(
    'openView, warm',
    'ms',
    3,
    async () => 1000 * (await seconds(async () => void (await openView(ctx, scope, 1)))),
  );
  await measure('fetchRaw 1:*, envelope and structure', 'rows/s', 0, async () => {
    let count = 0;
    const time = await seconds(async () => {
      for await (const { rows } of fetchRaw(ctx, scope, 1, all, { envelope: true, bodyStructure: true }))
        count += rows.length;
    });
    return count / time;
  });
  await measure('fetchRaw 1:*, flags, date, size', 'rows/s', 0, async () => {
    let count = 0;
    const time = await seconds(async () => {
      for await (const { rows } of fetchRaw(ctx, scope, 1, all, {})) count += rows.length;
    });
    return count / time;
  });
  await measure('fetchRows 1:*, everything', 'rows/s', 0, async () => {
    let count = 0;
    const columns = { envelope: true, bodyStructure: true, parts: true, preview: true };
    const time = await seconds(async () => {
      for await (const rows of fetchRows(ctx, scope, 1, all, columns)) count += rows.length;
    });
    return count / time;
  });
  for (const concurrency of [1, 10]) {
    await measure(`storeFlags of one, ${concurrency} at a time: p50`, 'ms', 3, async () => {
      const times: number[] = [];
      let left = 2_000;
      await Promise.all(
        Array.from({ length: concurrency }, async () => {
          while (left > 0) {
            left -= 1;
            const uid = 1 + ((left * 7919) % large);
            const started = performance.now();
            const flags = { bits: 1, keywords: [] };
            const mode = left % 2 === 0 ? 'add' : 'remove';
            await storeFlags(ctx, scope, 1, [[uid, uid]], { mode, flags });
            times.push(performance.now() - started);
          }
        }),
      );
      return percentile(
        times.toSorted((a, b) => a - b),
        0.5,
      );
    });
  }
  await measure('100 flag changes, then changesSince', 'ms', 2, async () => {
    const { modseq } = await openView(ctx, scope, 1);
    const uids: UidRanges = Array.from({ length: 100 }, (_, n) => [1 + n * 977, 1 + n * 977] as const);
    await storeFlags(ctx, scope, 1, uids, {
      mode: 'set',
      flags: { bits: counter++ % 2 === 0 ? 4 : 5, keywords: [] },
    });
    return 1000 * (await seconds(async () => void (await changesSince(ctx, scope, 1, modseq))));
  });
  await measure('STORE 1:* +Answered', 'rows/s', 0, async () => {
    const flags = { bits: 2, keywords: [] };
    const mode = counter++ % 2 === 0 ? 'add' : 'remove';
    return large / (await seconds(async () => void (await storeFlags(ctx, scope, 1, all, { mode, flags }))));
  });
  const view = await openView(ctx, scope, 1);
  for (const [name, query] of [
    ['SEARCH UNSEEN', { key: 'flag', flag: '\\Seen', set: false }],
    ['SEARCH SINCE', { key: 'date', of: 'received', is: 'since', day: Date.UTC(2026, 1, 1) }],
    ['SEARCH LARGER', { key: 'larger', size: 4_300 }],
    ['SEARCH SUBJECT 报价单', { key: 'subject', value: '报价单' }],
  ] as const) {
    await measure(
      name,
      'ms',
      1,
      async () => 1000 * (await seconds(async () => void (await searchMessages(ctx, scope, 1, query, view)))),
    );
  }
  await measure(
    'checker',
    'ms',
    0,
    async () => 1000 * (await seconds(() => assertAccountClean(ctx.accounts, scope))),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`\n${table(['work', 'median (min–max)', 'unit', 'CPU'], lines)}\n`);
