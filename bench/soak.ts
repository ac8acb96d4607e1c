// Hours of mixed work at an even pace: whether memory, handles, CPU for each operation or times grow.
// Usage: node bench/soak.ts [--minutes 60] [--people 20] [--rate 30] [--slices 12]
// Mail comes in over SMTP as fast as people delete it, so that nothing but a leak has a reason to grow.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { LineClient } from '../packages/testkit/src/line-client.ts';
import { cpuSeconds, descendants, diskBytes } from './lib/cpu.ts';
import { percentile, table } from './lib/figures.ts';
import { ImapPipe } from './lib/imap-pipe.ts';
import { letter } from './lib/letters.ts';
import { memoryBytes } from './lib/memory.ts';
import { openPush } from './lib/push-client.ts';
import { startHongyan } from './peers/hongyan.ts';

const { values: given } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    people: { type: 'string', default: '20' },
    rate: { type: 'string', default: '30' },
    slices: { type: 'string', default: '12' },
  },
});
const minutes = Number(given.minutes);
const people = Number(given.people);
/** Operations a second; one is a whole visit: sign in, work, sign out. */
const rate = Number(given.rate);
const slices = Number(given.slices);
/** Mails that a mailbox keeps. */
const kept = 200;

const users = Array.from({ length: people }, (_, n) => `user${n}`);
await using server = await startHongyan(users);
const { password } = server;
let count = 0;

function nextUser(): string {
  count += 1;
  return users[count % users.length] ?? 'user0';
}

async function incoming(): Promise<void> {
  const to = server.login(nextUser());
  await using client = await LineClient.connect({ port: server.smtpPort });
  const say = async (text: string, code: RegExp): Promise<void> => {
    client.send(text);
    await reply(client, code);
  };
  await reply(client, /^220 /);
  await say('EHLO soak.example\r\n', /^250 /);
  await say('MAIL FROM:<sender@partner.example>\r\n', /^250 /);
  await say(`RCPT TO:<${to}>\r\n`, /^250 /);
  await say('DATA\r\n', /^354 /);
  await say(`${letter(count).toString('latin1')}.\r\n`, /^250 /);
  await say('QUIT\r\n', /^221 /);
}

/** Reads lines up to the last one of a reply. */
async function reply(client: LineClient, wanted: RegExp): Promise<void> {
  for (;;) {
    const line = (await client.readLine()) ?? 'hung up';
    if (line[3] === '-') continue;
    if (!wanted.test(line)) throw new Error(`refused: ${line}`);
    return;
  }
}

async function mailProgram(): Promise<void> {
  const user = nextUser();
  using imap = await ImapPipe.open(server.imapPort);
  await imap.ask(`LOGIN ${server.login(user)} ${password}`);
  const { text } = await imap.ask('SELECT INBOX', true);
  const messages = Number(/^\* (\d+) EXISTS/m.exec(text)?.[1] ?? 0);
  if (messages > 0) {
    await imap.ask('FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)');
    await imap.ask(`FETCH ${Math.max(1, messages - 5)}:* (BODY.PEEK[])`);
    await imap.ask(`STORE ${messages} +FLAGS (\\Seen \\Flagged)`);
  }
  await imap.ask('SEARCH TEXT please');
  const draft = letter(count);
  await imap.ask(Buffer.concat([Buffer.from(`APPEND Drafts {${draft.length}+}\r\n`), draft]));
  await imap.ask('SELECT Drafts');
  await imap.batch(['STORE 1:* +FLAGS.SILENT (\\Deleted)', 'EXPUNGE']);
  if (messages > kept) {
    await imap.ask('SELECT INBOX');
    await imap.batch([`STORE 1:${messages - kept} +FLAGS.SILENT (\\Deleted)`, 'EXPUNGE']);
  }
  await imap.ask('LOGOUT');
}

interface Session {
  readonly primaryAccounts: Readonly<Record<string, string>>;
}

const mail = 'urn:ietf:params:jmap:mail';

async function webmail(): Promise<void> {
  const user = nextUser();
  const base = `http://127.0.0.1:${server.webPort}`;
  const authorization = `Basic ${Buffer.from(`${server.login(user)}:${password}`).toString('base64')}`;
  const found = await fetch(`${base}/.well-known/jmap`, { headers: { authorization } });
  const accountId = ((await found.json()) as Session).primaryAccounts[mail];
  const call = async (...methodCalls: unknown[]): Promise<void> => {
    const response = await fetch(`${base}/jmap/api`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ using: ['urn:ietf:params:jmap:core', mail], methodCalls }),
    });
    const text = await response.text();
    if (!response.ok || text.includes('"error"')) throw new Error(`refused: ${text.slice(0, 200)}`);
  };
  const page = { accountId, sort: [{ property: 'receivedAt', isAscending: false }], limit: 50 };
  const ids = { resultOf: 'q', name: 'Email/query', path: '/ids' };
  const properties = ['threadId', 'mailboxIds', 'keywords', 'from', 'subject', 'preview', 'receivedAt'];
  await call(
    ['Mailbox/get', { accountId }, 'm'],
    ['Email/query', page, 'q'],
    ['Email/get', { accountId, '#ids': ids, properties }, 'g'],
  );
  await call(
    ['Email/query', { accountId, filter: { text: 'please' }, limit: 5 }, 'q'],
    ['Email/get', { accountId, '#ids': ids, fetchTextBodyValues: true }, 'g'],
    ['SearchSnippet/get', { accountId, filter: { text: 'please' }, '#emailIds': ids }, 's'],
  );
}

const works = { incoming, 'mail program': mailProgram, webmail } as const;
type Work = keyof typeof works;
/** Of ten visits. */
const mix: readonly Work[] = [
  'incoming',
  'webmail',
  'incoming',
  'mail program',
  'incoming',
  'webmail',
  'incoming',
  'mail program',
  'incoming',
  'webmail',
];

interface Slice {
  readonly visits: number;
  readonly failed: number;
  readonly cpuMs: number;
  readonly times: Readonly<Record<Work, readonly number[]>>;
  readonly memory: number;
  readonly handles: number;
  readonly disk: number;
}

function openHandles(): number {
  let handles = 0;
  for (const pid of descendants(server.roots)) {
    try {
      handles += readdirSync(`/proc/${pid}/fd`).length;
    } catch {
      // Ended meanwhile.
    }
  }
  return handles;
}

let turn = 0;
let complaint = '';

async function slice(seconds: number): Promise<Slice> {
  const times: Record<Work, number[]> = { incoming: [], 'mail program': [], webmail: [] };
  const running = new Set<Promise<void>>();
  const cpu = cpuSeconds(server.roots);
  const started = performance.now();
  let visits = 0;
  let failed = 0;
  for (; performance.now() - started < seconds * 1_000; visits += 1) {
    const name = mix[turn++ % mix.length] ?? 'incoming';
    const begun = performance.now();
    const visit = works[name]()
      .then(() => void times[name].push(performance.now() - begun))
      .catch((error: unknown) => {
        failed += 1;
        complaint = `${name}: ${String(error)}`;
      })
      .finally(() => running.delete(visit));
    running.add(visit);
    // An even pace, and never more at once than twenty people.
    await sleep(Math.max(0, started + ((visits + 1) / rate) * 1_000 - performance.now()));
    while (running.size >= 20) await Promise.race(running);
  }
  await Promise.all(running);
  const cpuMs = ((cpuSeconds(server.roots) - cpu) * 1_000) / visits;
  return {
    visits,
    failed,
    cpuMs,
    times,
    memory: memoryBytes(server.roots),
    handles: openHandles(),
    disk: diskBytes(server.storage),
  };
}

// People who only wait: a quarter of them in IDLE, a quarter by push.
const idle: Disposable[] = [];
for (const user of users.slice(0, Math.ceil(people / 4))) {
  const pipe = await ImapPipe.open(server.imapPort);
  await pipe.ask(`LOGIN ${server.login(user)} ${password}`);
  await pipe.ask('SELECT INBOX');
  await pipe.idle();
  idle.push(pipe);
  await openPush('EventSource', server.webPort, server.login(user), password, null);
}

const rows: string[][] = [];
const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(0);
for (let n = 0; n < slices; n += 1) {
  const found = await slice((minutes * 60) / slices);
  const load = readFileSync('/proc/loadavg', 'utf8').split(' ')[0] ?? '';
  const ms = (work: Work): string => {
    const sorted = found.times[work].toSorted((a, b) => a - b);
    return [0.5, 0.99].map(share => percentile(sorted, share).toFixed(0)).join(' / ');
  };
  const row = [
    (((n + 1) * minutes) / slices).toFixed(0),
    `${found.visits}`,
    `${found.failed}`,
    found.cpuMs.toFixed(1),
    megabytes(found.memory),
    `${found.handles}`,
    megabytes(found.disk),
    ms('incoming'),
    ms('mail program'),
    ms('webmail'),
    load,
  ];
  rows.push(row);
  process.stderr.write(`${row.join(' | ')}${complaint && `  ${complaint}`}\n`);
  complaint = '';
}
for (const pipe of idle) pipe[Symbol.dispose]();
await sleep(30_000);
const head = [
  'minutes',
  'visits',
  'failed',
  'CPU ms each',
  'memory MB (PSS)',
  'handles',
  'disk MB',
  'incoming p50 / p99 ms',
  'mail program',
  'webmail',
  'load',
];
process.stdout.write(`${table(head, rows)}\n\n`);
process.stdout.write(
  `30 s after the last visit: ${megabytes(memoryBytes(server.roots))} MB, ${openHandles()} handles, ${megabytes(diskBytes(server.storage))} MB on disk\n`,
);
process.exit();
