// IMAP, ours beside Dovecot (mdbox): the same mail, the same commands, in turn, on this machine.
import { availableParallelism, cpus, loadavg, release } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cpuSeconds } from './lib/cpu.ts';
import { percentile, show, spread, table } from './lib/figures.ts';
import type { ImapPeer } from './lib/imap-peer.ts';
import { ImapPipe } from './lib/imap-pipe.ts';
import { type Filled, prepare, quiet, type Taken, type Work, works } from './lib/imap-works.ts';
import { memoryBytes } from './lib/memory.ts';
import { dovecotMissing, startDovecot } from './peers/dovecot.ts';
import { startHongyan } from './peers/hongyan.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '10000' },
    runs: { type: 'string', default: '3' },
    idle: { type: 'string', default: '1000' },
    /** Only works whose name contains this. */
    works: { type: 'string', default: '' },
    only: { type: 'string', default: '' },
    /** Options for the Node process of our server, separated by blanks. */
    node: { type: 'string', default: '' },
  },
});
const messages = Math.max(200, Math.min(200_000, Number(values.messages)));
const runs = Math.max(1, Math.min(9, Number(values.runs)));
const idlers = Math.min(5_000, Number(values.idle));
const nodeOptions = values.node === '' ? [] : values.node.split(' ');

interface Figures {
  readonly rate: number;
  /** CPU milliseconds of the server for one operation. */
  readonly cpu: number;
  readonly p50: number;
  readonly p99: number;
}

async function measure(filled: Filled, work: Work): Promise<Figures & Pick<Taken, 'check'>> {
  const before = cpuSeconds(filled.peer.roots);
  const { operations, seconds, latencies = [], check, cpu: own } = await work.run(filled);
  if (work.untilQuiet) await quiet(filled);
  const cpu = ((own ?? cpuSeconds(filled.peer.roots) - before) * 1_000) / operations;
  const sorted = latencies.toSorted((a, b) => a - b);
  const figures = {
    rate: operations / seconds,
    cpu,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
  };
  return check === undefined ? figures : { ...figures, check };
}

/** Memory of one connection that idles in a small mailbox, kilobytes. */
async function idleMemory(peer: ImapPeer, tls: boolean): Promise<number> {
  const before = memoryBytes(peer.roots);
  const pipes: ImapPipe[] = [];
  for (let n = 0; n < idlers; n += 1) {
    const pipe = await ImapPipe.open(tls ? peer.imapsPort : peer.imapPort, tls);
    pipes.push(pipe);
    await pipe.ask(`LOGIN ${peer.login('user1')} ${peer.password}`);
    await pipe.ask('SELECT INBOX');
    await pipe.idle();
  }
  await sleep(3_000);
  const after = memoryBytes(peer.roots);
  for (const pipe of pipes) pipe[Symbol.dispose]();
  await sleep(1_500);
  return (after - before) / idlers / 1_024;
}

function ratio(ours: readonly number[], theirs: readonly number[]): string {
  const value = spread(ours).median / spread(theirs).median;
  return Number.isFinite(value) ? `${value.toFixed(2)} ×` : '–';
}

const missing = dovecotMissing();
if (missing) process.stdout.write(`Dovecot is skipped: ${missing}\n`);
const starts = [
  { name: 'hongyan', start: () => startHongyan(['user0', 'user1'], nodeOptions) },
  ...(missing ? [] : [{ name: 'dovecot', start: startDovecot }]),
].filter(({ name }) => name.includes(values.only));

await using stack = new AsyncDisposableStack();
const subjects: Filled[] = [];
for (const { start } of starts) {
  const peer = stack.use(await start());
  const before = cpuSeconds(peer.roots);
  const started = performance.now();
  subjects.push(await prepare(peer, messages));
  const seconds = (performance.now() - started) / 1_000;
  const cpu = ((cpuSeconds(peer.roots) - before) * 1_000) / messages;
  process.stdout.write(
    `${peer.name}: ${messages} messages filed, until quiet ${seconds.toFixed(1)} s, ${cpu.toFixed(2)} ms CPU each\n`,
  );
}
const chosen = works.filter(work => work.name.includes(values.works));
const loads: number[] = [];
const rows: string[][] = [];
for (const work of chosen) {
  const results = new Map<Filled, Figures[]>(subjects.map(subject => [subject, []]));
  const checks = new Set<string>();
  for (let run = 0; run < runs; run += 1) {
    for (const subject of subjects) {
      const { check, ...figures } = await measure(subject, work);
      results.get(subject)?.push(figures);
      if (check !== undefined) checks.add(`${subject.peer.name} ${check}`);
    }
    loads.push(loadavg()[0] ?? 0);
  }
  const [ours = [], theirs = []] = [...results.values()];
  const digits = (list: readonly number[]): number => (spread(list).median < 10 ? 3 : 1);
  const cells = (pick: (figures: Figures) => number): string[] => {
    const lists = [ours.map(pick), theirs.map(pick)].filter(list => list.length > 0);
    return [0, 1].map(at => {
      const list = lists[at];
      return list === undefined || Number.isNaN(list[0]) ? '–' : show(list, digits(list));
    });
  };
  const compare = (pick: (figures: Figures) => number): string => ratio(ours.map(pick), theirs.map(pick));
  const row = [
    `${work.name}${work.untilQuiet ? ', until quiet' : ''}`,
    ...cells(each => each.cpu),
    compare(each => each.cpu),
    ...cells(each => each.rate),
    compare(each => each.rate),
    ...cells(each => each.p50),
    ...cells(each => each.p99),
  ];
  rows.push(row);
  process.stdout.write(`${row.join(' | ')}  ${[...checks].join('; ')}\n`);
}
process.stdout.write(`
${messages} messages of about 4.1 KB (every second one Chinese), ${runs} runs in turn; median (min–max).
Client and servers share ${availableParallelism()} × ${cpus()[0]?.model ?? 'CPU'}, Linux ${release()}, Node ${process.versions.node}; loopback, no TLS. Load average ${show(loads, 1)}.

${table(['', 'CPU ms each, ours', 'Dovecot', 'ratio', 'rate/s, ours', 'Dovecot', 'ratio', 'p50 ms, ours', 'Dovecot', 'p99 ms, ours', 'Dovecot'], rows)}
`);
if (idlers > 0) {
  const memory: string[][] = [];
  for (const tls of [false, true]) {
    const row = [tls ? 'TLS' : 'plain'];
    for (const { start } of starts) {
      // A server of its own for each: what the works before have left in memory would hide what connections take.
      await using peer = await start();
      row.push((await idleMemory(peer, tls)).toFixed(1));
    }
    memory.push(row);
  }
  process.stdout.write(
    `${table([`memory of each of ${idlers} idle connections, KB (PSS)`, ...starts.map(({ name }) => name)], memory)}\n`,
  );
}
