// What an operation costs in a large mailbox beside a small one, and among many accounts beside few. CPU, not time.
// Usage: node bench/growth.ts [messages in the large mailbox] [accounts] [accounts per file]; 0 leaves a part out.
// `npm run bench -- growth --profile postgres …`: rows in PostgreSQL, whose CPU counts with ours.
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanMessage } from '../packages/formats/src/message/scan.ts';
import { summarise } from '../packages/formats/src/message/summary.ts';
import type { Scope } from '../packages/server/src/access/scope.ts';
import { appendDelivery, appendMessages } from '../packages/server/src/mailbox/append.ts';
import { expungeMessages } from '../packages/server/src/mailbox/expunge.ts';
import { storeFlags } from '../packages/server/src/mailbox/flags.ts';
import { listMailboxes } from '../packages/server/src/mailbox/list.ts';
import { fetchRows } from '../packages/server/src/mailbox/rows.ts';
import { Flag, type NewMessage } from '../packages/server/src/mailbox/types.ts';
import { changesSince, openView } from '../packages/server/src/mailbox/view.ts';
import { ownFiles, sharedFiles } from '../packages/server/src/store/accounts/placement.ts';
import {
  type MailboxHouse,
  makeAccount,
  openBareHouse,
} from '../packages/server/test/store-fixture/mailbox-fixture.ts';
import { cpuSeconds } from './lib/cpu.ts';
import { show, spread, table } from './lib/figures.ts';
import { benchMessage } from './lib/messages.ts';

const [large = 200_000, accounts = 10_000, perFile = 64] = process.argv.slice(2).map(Number);
const small = 1_000;
const few = 10;
const runs = 5;
const database = Number(process.env['HONGYAN_BENCH_DATABASE_PID'] ?? 0);
/** CPU of the database's processes so far, µs; by hundredths of a second. */
const ofDatabase = (): number => (database > 0 ? cpuSeconds([database]) * 1e6 : 0);
const engine = database > 0 ? 'PostgreSQL' : `${perFile} accounts to a file`;

const prepared = Array.from({ length: 500 }, (_, n) => {
  const body = benchMessage(n, 'bench@example.cn');
  return { size: body.length, summary: summarise(scanMessage(body)) };
});
let counter = 0;
function next(): NewMessage {
  counter += 1;
  const one = prepared[counter % prepared.length];
  if (!one) throw new Error('no message was prepared');
  return {
    blob: { hash: hash('sha256', String(counter), 'buffer'), size: one.size },
    summary: { ...one.summary, messageId: `${counter}@bench` },
    prefix: Buffer.alloc(250, 0x52),
    flags: { bits: 0, keywords: [] },
    receivedAt: Date.UTC(2026, 0, 1) + counter * 60_000,
  };
}

/** CPU of one operation, µs. */
async function cost(times: number, operation: (n: number) => Promise<unknown>): Promise<number> {
  const theirs = ofDatabase();
  const before = process.cpuUsage();
  for (let n = 0; n < times; n += 1) await operation(n);
  const { user, system } = process.cpuUsage(before);
  return (user + system + ofDatabase() - theirs) / times;
}

/** Both sides in turn, so that they see the same neighbours. */
async function compare(
  name: string,
  times: number,
  less: (n: number) => Promise<unknown>,
  more: (n: number) => Promise<unknown>,
): Promise<string[]> {
  const [one, two]: [number[], number[]] = [[], []];
  await cost(times, less);
  await cost(times, more);
  for (let run = 0; run < runs; run += 1) {
    one.push(await cost(times, less));
    two.push(await cost(times, more));
  }
  const ratio = spread(two).median / spread(one).median;
  const row = [name, show(one, 0), show(two, 0), ratio.toFixed(2)];
  process.stderr.write(`${row.join(' | ')}\n`);
  return row;
}

interface Side {
  readonly scope: Scope;
  readonly messages: number;
}

type Operation = readonly [name: string, times: number, run: (side: Side, n: number) => Promise<unknown>];

function mailboxOperations({ ctx }: MailboxHouse): Operation[] {
  /** Spread over the mailbox, never twice the same. */
  const uid = ({ messages }: Side, n: number): number => 1 + ((n * 7_919) % (messages - 100));
  let step = 0;
  return [
    ['append one', 100, ({ scope }) => appendMessages(ctx, scope, 1, [next()])],
    [
      'set one flag',
      200,
      (side, n) => {
        const at = uid(side, n);
        const mode = (step += 1) % 2 === 0 ? 'add' : 'remove';
        return storeFlags(ctx, side.scope, 1, [[at, at]], {
          mode,
          flags: { bits: Flag.Flagged, keywords: [] },
        });
      },
    ],
    [
      'read 50 rows in the middle',
      50,
      async (side, n) => {
        const from = uid(side, n);
        for await (const _ of fetchRows(ctx, side.scope, 1, [[from, from + 49]], { envelope: true }))
          continue;
      },
    ],
    ['list folders with counts', 200, ({ scope }) => listMailboxes(ctx, scope)],
    ['open the folder again', 50, ({ scope }) => openView(ctx, scope, 1)],
    [
      'what changed since a moment ago',
      100,
      async ({ scope }) => {
        const { modseq } = await ctx.accounts.read(scope, reader => reader.state());
        return changesSince(ctx, scope, 1, modseq - 1);
      },
    ],
    [
      'append and expunge one',
      50,
      async ({ scope }) => {
        const { uids } = await appendMessages(ctx, scope, 1, [next()]);
        const at = uids[0] ?? 1;
        return expungeMessages(ctx, scope, 1, [[at, at]]);
      },
    ],
  ];
}

async function largeMailbox(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-bench-'));
  try {
    await using house = openBareHouse(folder);
    const sides: Side[] = [];
    for (const [index, messages] of [small, large].entries()) {
      const scope = await makeAccount(house, 1 + index);
      for (let at = 0; at < messages; at += 500)
        await appendMessages(house.ctx, scope, 1, Array.from({ length: 500 }, next));
      sides.push({ scope, messages });
    }
    const [less, more] = sides;
    if (!less || !more) return;
    const rows: string[][] = [];
    for (const [name, times, run] of mailboxOperations(house)) {
      rows.push(
        await compare(
          name,
          times,
          n => run(less, n),
          n => run(more, n),
        ),
      );
    }
    const head = ['CPU µs', `${small} messages`, `${large} messages`, 'ratio'];
    process.stdout.write(`${table(head, rows)}\n\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Accounts of a house of their own, and work on them in an order that never comes back soon. */
async function manyAccounts(): Promise<void> {
  const folders = [few, accounts].map(() => mkdtempSync(join(tmpdir(), 'hongyan-bench-')));
  try {
    await using stack = new AsyncDisposableStack();
    const placement = perFile > 1 ? sharedFiles(perFile) : ownFiles;
    const sides: { house: MailboxHouse; scopes: Scope[] }[] = [];
    for (const [index, count] of [few, accounts].entries()) {
      const house = stack.use(openBareHouse(folders[index] ?? '', database > 0 ? {} : { placement }));
      const scopes: Scope[] = [];
      for (let at = 0; at < count; at += 64) {
        const some = Array.from({ length: Math.min(64, count - at) }, (_, n) => 1 + at + n);
        scopes.push(...(await Promise.all(some.map(id => makeAccount(house, id)))));
      }
      sides.push({ house, scopes });
    }
    const [less, more] = sides;
    if (!less || !more) return;
    let step = 0;
    const on = (side: typeof less): [MailboxHouse['ctx'], Scope] => {
      step += 1;
      const scope = side.scopes[(step * 7_919) % side.scopes.length];
      if (!scope) throw new Error('no account was made');
      return [side.house.ctx, scope];
    };
    const deliver = (side: typeof less) => async (): Promise<unknown> => {
      // As they come: a few at a time, each for somebody else.
      const all = Array.from({ length: 40 }, () => {
        const [ctx, scope] = on(side);
        return appendDelivery(ctx, scope, `d${(counter += 1)}`, { role: 'inbox' }, next());
      });
      return Promise.all(all);
    };
    const append = (side: typeof less) => async (): Promise<unknown> => {
      const [ctx, scope] = on(side);
      return appendMessages(ctx, scope, 1, [next()]);
    };
    const list = (side: typeof less) => async (): Promise<unknown> => {
      const [ctx, scope] = on(side);
      return listMailboxes(ctx, scope);
    };
    const rows = [
      await compare('append one', 100, append(less), append(more)),
      await compare('deliver 40 mails at a time', 10, deliver(less), deliver(more)),
      await compare('list folders with counts', 400, list(less), list(more)),
    ];
    const head = [`CPU µs, ${engine}`, `${few} accounts`, `${accounts} accounts`, 'ratio'];
    process.stdout.write(`${table(head, rows)}\n\n`);
    process.stdout.write(`${(process.memoryUsage().rss / 1e6).toFixed(0)} MB resident at the end\n`);
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

if (large > 0) await largeMailbox();
if (accounts > 0) await manyAccounts();
