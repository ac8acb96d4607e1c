// JMAP push: what idle clients cost, and how soon mail that comes over SMTP is announced.
// Usage: node bench/push.ts [--tls] [idle clients of each kind] [accounts] [mails announced]
// With --tls all clients come over TLS; the mails announced are then handed to the flow of this process, not sent over SMTP.
// The clients live in a process of their own: memory is that of the server alone, after garbage collection.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { passwordCredentials } from '../packages/server/src/access/passwords.ts';
import { openJmapHouse } from '../packages/testkit/src/jmap-house.ts';
import { testCertificates } from '../packages/testkit/src/smtp-fixture.ts';
import { housePassword } from '../packages/testkit/src/web-house.ts';
import { percentile, table } from './lib/figures.ts';
import { type Kind, openPush } from './lib/push-client.ts';
import { startHongyan } from './peers/hongyan.ts';

const kinds: readonly Kind[] = ['EventSource', 'WebSocket'];

interface Order {
  readonly kind: Kind;
  readonly port: number;
  readonly logins: readonly string[];
  readonly clients: number;
  readonly tls: boolean;
}

/** The process of the clients: opens what it is told to, says how many are ready, ends when it is cut off. */
async function hold(): Promise<void> {
  const sockets: Socket[] = [];
  process.on('message', (order: Order) => {
    void (async () => {
      for (const socket of sockets.splice(0)) socket.destroy();
      const { kind, port, logins, clients, tls } = order;
      for (let at = 0; at < clients; at += 50) {
        const some = Array.from({ length: Math.min(50, clients - at) }, (_, n) =>
          openPush(kind, port, logins[(at + n) % logins.length] ?? '', housePassword, null, tls),
        );
        sockets.push(...(await Promise.all(some)));
      }
      process.send?.(sockets.length);
    })();
  });
  process.once('disconnect', () => process.exit());
}

/** Octets of this process after everything that nobody holds has been collected. */
async function settledMemory(): Promise<{ readonly heap: number; readonly rss: number }> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 4; round += 1) {
    collect();
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}

async function told(child: ChildProcess, order: Order): Promise<void> {
  child.send(order);
  const [count] = (await once(child, 'message', { signal: AbortSignal.timeout(180_000) })) as [number];
  if (count !== order.clients) throw new Error(`${count} of ${order.clients} clients are there`);
}

async function idle(clients: number, accounts: number, tls: boolean): Promise<void> {
  await using house = await openJmapHouse({}, tls ? { tls: await testCertificates() } : {});
  const { directory, tenant, context } = house.web;
  const credentials = await passwordCredentials(context.passwords, housePassword);
  const logins: string[] = [];
  for (let n = 0; n < accounts; n += 1) {
    const address = `idle${n}@hongyan.test`;
    await directory.createUser(tenant, { address, credentials });
    logins.push(address);
  }
  const child = fork(fileURLToPath(import.meta.url), ['--hold']);
  const port = Number(new URL(house.url).port);
  const rows: string[][] = [];
  try {
    // Every account is open and every password known before anything is measured.
    await told(child, { kind: 'EventSource', port, logins, clients: accounts, tls });
    await told(child, { kind: 'WebSocket', port, logins, clients: accounts, tls });
    await told(child, { kind: 'WebSocket', port, logins, clients: 0, tls });
    for (const kind of kinds) {
      const before = await settledMemory();
      const cpu = process.cpuUsage();
      await told(child, { kind, port, logins, clients, tls });
      const { user, system } = process.cpuUsage(cpu);
      const after = await settledMemory();
      const each = (bytes: number): string => (bytes / clients / 1_024).toFixed(1);
      const opening = ((user + system) / 1_000 / clients).toFixed(2);
      rows.push([kind, each(after.heap - before.heap), each(after.rss - before.rss), opening]);
      await told(child, { kind, port, logins, clients: 0, tls });
    }
  } finally {
    child.disconnect();
  }
  const title = [
    `${clients} idle clients of ${accounts} accounts${tls ? ', TLS' : ''}`,
    'heap KB each',
    'RSS KB each',
    'CPU ms to open',
  ];
  process.stdout.write(`${table(title, rows)}\n\n`);
}

/** A dialogue with an SMTP server. */
async function smtpDialogue(port: number): Promise<(text: string, pattern: RegExp) => Promise<void>> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let heard = '';
  let wake: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1');
    wake();
  });
  socket.unref();
  return async (text, pattern) => {
    heard = '';
    if (text !== '') socket.write(text);
    while (!pattern.test(heard)) {
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  };
}

/** A server to be told of mail by, and how a mail gets there. */
interface Announcing {
  readonly title: string;
  /** Opens a push connection; `heard` is called for each change. */
  readonly open: (kind: Kind, heard: () => void) => Promise<Socket>;
  /** Everything that comes before the end of the message, which is what the time is counted from. */
  readonly begin?: () => Promise<void>;
  /** Ends the message. */
  readonly end: (round: number) => Promise<void>;
}

async function announced({ title, open, begin, end }: Announcing, mails: number): Promise<void> {
  const rows: string[][] = [];
  for (const kind of kinds) {
    let wake: () => void = () => undefined;
    const push = await open(kind, () => wake());
    // Until a WebSocket has been told to push.
    await new Promise(resolve => setTimeout(resolve, 500));
    const times: number[] = [];
    for (let round = 0; round < mails; round += 1) {
      await begin?.();
      const heard = new Promise<void>(resolve => {
        wake = resolve;
      });
      const started = performance.now();
      await end(round);
      await heard;
      times.push(performance.now() - started);
      // What is told of the same mail later is not the next one's.
      await new Promise(resolve => setTimeout(resolve, 250));
    }
    push.destroy();
    const sorted = times.toSorted((a, b) => a - b);
    rows.push([kind, ...[0.5, 0.95, 1].map(share => percentile(sorted, share).toFixed(1))]);
  }
  process.stdout.write(`${table([title, 'median ms', 'p95 ms', 'most ms'], rows)}\n`);
}

async function announcedBySmtp(mails: number): Promise<void> {
  await using server = await startHongyan(['user0']);
  const ask = await smtpDialogue(server.smtpPort);
  await ask('', /^220 /m);
  await ask('EHLO bench.example\r\n', /^250 /m);
  const announcing: Announcing = {
    title: 'end of the message over SMTP to its announcement',
    open: (kind, heard) => openPush(kind, server.webPort, server.login('user0'), server.password, heard),
    async begin() {
      await ask('MAIL FROM:<a@bench.example>\r\n', /^250 /m);
      await ask('RCPT TO:<user0@hongyan.test>\r\n', /^250 /m);
      await ask('DATA\r\n', /^354 /m);
    },
    end: round => ask(`Subject: ${round}\r\n\r\nhello\r\n.\r\n`, /^250 /m),
  };
  await announced(announcing, mails);
}

/** Over TLS server, flow and client are this process, so the time is from the hand-over of the mail on. */
async function announcedOverTls(mails: number): Promise<void> {
  await using house = await openJmapHouse({}, { tls: await testCertificates() });
  const { login } = house.web.alice;
  const port = Number(new URL(house.url).port);
  const announcing: Announcing = {
    title: 'hand-over of a mail to its announcement, TLS',
    open: (kind, heard) => openPush(kind, port, login, housePassword, heard, true),
    end: round => house.receive(login, `Subject: ${round}\r\n\r\nhello\r\n`),
  };
  await announced(announcing, mails);
}

if (process.argv[2] === '--hold') await hold();
else {
  const args = process.argv.slice(2);
  const tls = args.includes('--tls');
  const [clients = 2_000, accounts = 100, mails = 40] = args.filter(arg => arg !== '--tls').map(Number);
  if (clients > 0) await idle(clients, accounts, tls);
  if (mails > 0) await (tls ? announcedOverTls(mails) : announcedBySmtp(mails));
}
