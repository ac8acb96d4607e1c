// SMTP in → mailbox, ours beside Postfix → LMTP → Dovecot, alternating, on this machine.
import { availableParallelism, cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import { cpuSeconds, diskBytes } from './lib/cpu.ts';
import { percentile, show, spread, table } from './lib/figures.ts';
import { ImapCounter, waitForMail } from './lib/imap-count.ts';
import { benchMessage } from './lib/messages.ts';
import { smtpLoad } from './lib/smtp-load.ts';
import type { Subject } from './lib/subject.ts';
import { startHongyan } from './peers/hongyan.ts';
import { postfixDovecotMissing, startPostfixDovecot } from './peers/postfix-dovecot.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '2000' },
    runs: { type: 'string', default: '3' },
    connections: { type: 'string', default: '10' },
    users: { type: 'string', default: '10' },
    only: { type: 'string' },
  },
});
const messages = Math.min(20_000, Number(values.messages));
const runs = Math.min(9, Number(values.runs));
const connections = Math.min(100, Number(values.connections));
const users = Array.from({ length: Math.min(100, Number(values.users)) }, (_, n) => `user${n}`);

interface Figures {
  readonly acceptRate: number;
  readonly deliveredRate: number;
  readonly cpuPerThousand: number;
  readonly bytesPerMessage: number;
  readonly p50: number;
  readonly p99: number;
}

/** Sends the load to a fresh server and waits until all of it can be seen over IMAP. */
async function measure(start: (users: readonly string[]) => Promise<Subject>): Promise<Figures> {
  await using subject = await start(users);
  const counters = await Promise.all(
    users.map(user => ImapCounter.open(subject.imapPort, subject.login(user), subject.password)),
  );
  const recipient = (n: number): string => `${users[n % users.length]}@hongyan.test`;
  // One message each first: folders, caches and processes exist afterwards in both.
  await smtpLoad({
    host: '127.0.0.1',
    port: subject.smtpPort,
    connections: 2,
    messages: users.length,
    recipient,
    body: (n, to) => benchMessage(1_000_000 + n, to),
  });
  await waitForMail(counters, users.length, 60);
  const before = { cpu: cpuSeconds(subject.roots), disk: diskBytes(subject.storage), at: performance.now() };
  const load = await smtpLoad({
    host: '127.0.0.1',
    port: subject.smtpPort,
    connections,
    messages,
    recipient,
    body: benchMessage,
  });
  if (load.accepted !== messages) throw new Error(`${subject.name} accepted ${load.accepted} of ${messages}`);
  await waitForMail(counters, messages + users.length, 120);
  const seconds = (performance.now() - before.at) / 1000;
  const cpu = cpuSeconds(subject.roots) - before.cpu;
  for (const counter of counters) counter[Symbol.dispose]();
  await subject.settle?.();
  return {
    acceptRate: messages / load.seconds,
    deliveredRate: messages / seconds,
    cpuPerThousand: (cpu * 1000) / messages,
    bytesPerMessage: (diskBytes(subject.storage) - before.disk) / messages,
    p50: percentile(load.latencies, 0.5),
    p99: percentile(load.latencies, 0.99),
  };
}

const missing = postfixDovecotMissing();
if (missing) process.stdout.write(`Postfix → Dovecot is skipped: ${missing}\n`);
const all = [
  { name: 'Hongyan', start: startHongyan },
  ...(missing ? [] : [{ name: 'Postfix → Dovecot mdbox', start: startPostfixDovecot }]),
];
const subjects = all.filter(subject => !values.only || subject.name.toLowerCase().includes(values.only));
const results = new Map<string, Figures[]>(subjects.map(subject => [subject.name, []]));
for (let run = 0; run < runs; run += 1) {
  for (const subject of subjects) {
    const figures = await measure(subject.start);
    results.get(subject.name)?.push(figures);
    process.stdout.write(
      `run ${run + 1}, ${subject.name}: accept ${figures.acceptRate.toFixed(0)}/s, delivered ${figures.deliveredRate.toFixed(0)}/s\n`,
    );
  }
}
const columns: readonly (readonly [string, (figures: Figures) => number, number])[] = [
  ['accepted/s', figures => figures.acceptRate, 0],
  ['delivered/s', figures => figures.deliveredRate, 0],
  ['CPU s per 1,000', figures => figures.cpuPerThousand, 2],
  ['250 after, p50 ms', figures => figures.p50, 1],
  ['p99 ms', figures => figures.p99, 1],
  ['bytes on disk', figures => figures.bytesPerMessage, 0],
];
const rows = [...results].map(([name, list]) => [
  name,
  ...columns.map(([, pick, digits]) => show(list.map(pick), digits)),
]);
const [ours, theirs] = [...results.values()];
if (ours && theirs) {
  rows.push([
    'ratio',
    ...columns.map(
      ([, pick]) => `${(spread(ours.map(pick)).median / spread(theirs.map(pick)).median).toFixed(2)} ×`,
    ),
  ]);
}
process.stdout.write(`
${messages} messages of about 4.1 KB (every second one Chinese), ${connections} connections, ${users.length} mailboxes, ${runs} runs alternating; median (min–max).
Client and server share ${availableParallelism()} × ${cpus()[0]?.model ?? 'CPU'}, Linux ${release()}, Node ${process.versions.node}; loopback, no TLS, durability on for both.

${table(['', ...columns.map(([name]) => name)], rows)}
`);
