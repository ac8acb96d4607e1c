// What a client that idles costs the server in memory: each kind in a server process of its own, started for it, so that
// nothing takes the place that another kind has left. The clients live in a third process.
// Usage: node bench/idle-memory.ts [--clients n] [--accounts n] [--kinds event-source,web-socket,imap] [--carriers plain,tls]
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { passwordCredentials } from '../packages/server/src/access/passwords.ts';
import { imapLogin, imapPassword, startImapFixture } from '../packages/testkit/src/imap-fixture.ts';
import { openJmapHouse } from '../packages/testkit/src/jmap-house.ts';
import { testCertificates } from '../packages/testkit/src/smtp-fixture.ts';
import { housePassword } from '../packages/testkit/src/web-house.ts';
import { table } from './lib/figures.ts';
import { ImapPipe } from './lib/imap-pipe.ts';
import { openPush } from './lib/push-client.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    clients: { type: 'string', default: '2000' },
    accounts: { type: 'string', default: '500' },
    kinds: { type: 'string', default: 'event-source,web-socket,imap' },
    carriers: { type: 'string', default: 'plain,tls' },
  },
});

interface Setting {
  readonly kind: string;
  readonly tls: boolean;
  readonly clients: number;
  readonly accounts: number;
}

interface Door {
  readonly port: number;
  readonly logins: readonly string[];
}

interface Memory {
  readonly heap: number;
  readonly pages: number;
  readonly resident: number;
}

async function openClient({ kind, tls }: Setting, { port }: Door, login: string): Promise<unknown> {
  if (kind === 'imap') {
    const pipe = await ImapPipe.open(port, tls);
    await pipe.ask(`LOGIN ${login} ${imapPassword}`);
    await pipe.ask('SELECT INBOX');
    await pipe.idle();
    return pipe;
  }
  return openPush(kind === 'web-socket' ? 'WebSocket' : 'EventSource', port, login, housePassword, null, tls);
}

/** The process of the clients: opens as many as it is told to, and ends with the process that started it. */
function hold(setting: Setting): void {
  const open: unknown[] = [];
  process.on('message', ({ door, clients }: { door: Door; clients: number }) => {
    void (async () => {
      for (let at = 0; at < clients; at += 50) {
        const some = Array.from({ length: Math.min(50, clients - at) }, (_, n) =>
          openClient(setting, door, door.logins[(at + n) % door.logins.length] ?? ''),
        );
        open.push(...(await Promise.all(some)));
      }
      process.send?.(open.length);
    })();
  });
  process.once('disconnect', () => process.exit());
}

/** What a process says next; throws when it ends without a word. */
async function told(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('a process of the measurement has ended');
  });
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  return message;
}

/** Octets of this process after everything that nobody holds has been collected. */
async function settledMemory(): Promise<Memory> {
  for (let round = 0; round < 5; round += 1) {
    globalThis.gc?.();
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  const { heapUsed, heapTotal, external } = process.memoryUsage();
  // Memory of no file: what is mapped of the program is there once for all processes.
  const rollup = readFileSync('/proc/self/smaps_rollup', 'utf8');
  const resident = Number(/^Anonymous:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  return { heap: heapUsed + external, pages: heapTotal + external, resident: resident * 1_024 };
}

async function openDoor({ kind, tls, accounts }: Setting): Promise<Door> {
  if (kind === 'imap') {
    const fixture = await startImapFixture(tls ? { implicitTls: true } : {});
    return { port: fixture.port, logins: [imapLogin] };
  }
  const house = await openJmapHouse({}, tls ? { tls: await testCertificates() } : {});
  const { directory, tenant, context } = house.web;
  const credentials = await passwordCredentials(context.passwords, housePassword);
  const logins: string[] = [];
  for (let n = 0; n < accounts; n += 1) {
    const address = `idle${n}@hongyan.test`;
    await directory.createUser(tenant, { address, credentials });
    logins.push(address);
  }
  return { port: Number(new URL(house.url).port), logins };
}

/** The process of the server: measures before and after, and says what a client took. */
async function serve(setting: Setting): Promise<void> {
  const door = await openDoor(setting);
  const child = fork(fileURLToPath(import.meta.url), ['hold', JSON.stringify(setting)]);
  const open = async (clients: number): Promise<void> => {
    child.send({ door, clients });
    await told(child);
  };
  const empty = await settledMemory();
  // Half of them are there before the other half is measured: what a process needs once is not theirs.
  await open(setting.clients / 2);
  const before = await settledMemory();
  const cpu = process.cpuUsage();
  await open(setting.clients / 2);
  const { user, system } = process.cpuUsage(cpu);
  const after = await settledMemory();
  child.disconnect();
  const halves = setting.clients / 2;
  process.send?.([
    (after.heap - before.heap) / halves / 1_024,
    (after.pages - before.pages) / halves / 1_024,
    (after.resident - empty.resident) / setting.clients / 1_024,
    (after.resident - before.resident) / halves / 1_024,
    (user + system) / 1_000 / halves,
  ]);
  process.exit();
}

const [role, text = '{}'] = positionals;
if (role === 'hold') hold(JSON.parse(text) as Setting);
else if (role === 'serve') await serve(JSON.parse(text) as Setting);
else {
  const [clients, accounts] = [Number(values.clients), Number(values.accounts)];
  const rows: string[][] = [];
  for (const kind of values.kinds.split(',')) {
    for (const carrier of values.carriers.split(',')) {
      const setting: Setting = { kind, tls: carrier === 'tls', clients, accounts };
      const execArgv = ['--expose-gc'];
      const server = fork(fileURLToPath(import.meta.url), ['serve', JSON.stringify(setting)], { execArgv });
      const figures = (await told(server)) as number[];
      rows.push([`${kind}, ${carrier}`, ...figures.map(figure => figure.toFixed(figure < 10 ? 2 : 1))]);
    }
  }
  const title = [
    `${clients} idle clients`,
    'live heap and buffers, KB each',
    'pages of the heap and buffers, KB each',
    'resident, all of them, from an empty process, KB each',
    'resident, the second half, KB each',
    'CPU ms to open',
  ];
  process.stdout.write(`${table(title, rows)}\n`);
}
