import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from './cpu.ts';
import type { ImapPeer } from './imap-peer.ts';
import { ImapPipe } from './imap-pipe.ts';
import { benchMessage } from './messages.ts';

/** What one piece of work took. */
export interface Taken {
  readonly operations: number;
  readonly seconds: number;
  /** Milliseconds of single commands, where they were timed. */
  readonly latencies?: readonly number[];
  /** CPU seconds of the server, where not all of `run` is the work. */
  readonly cpu?: number;
  /** What the server found or sent, to see that both did the same. */
  readonly check?: string;
}

/** A server with its mailbox filled. */
export interface Filled {
  readonly peer: ImapPeer;
  readonly messages: number;
  /** Rises with everything that is appended or made, so that no two are alike. */
  counter: number;
}

export interface Work {
  readonly name: string;
  /** What an operation is. */
  readonly unit: string;
  readonly run: (filled: Filled) => Promise<Taken>;
  /** CPU is counted until the server has nothing to do any more. */
  readonly untilQuiet?: boolean;
}

const user = 'user0';

/** A signed-in connection; with INBOX selected if `select`. */
export async function session({ peer }: Filled, select: boolean, tls = false): Promise<ImapPipe> {
  const pipe = await ImapPipe.open(tls ? peer.imapsPort : peer.imapPort, tls);
  await pipe.ask(`LOGIN ${peer.login(user)} ${peer.password}`);
  if (select) await pipe.ask('SELECT INBOX');
  return pipe;
}

function appendCommand(mailbox: string, n: number): Buffer {
  const body = benchMessage(n, 'user0@hongyan.test');
  return Buffer.concat([Buffer.from(`APPEND ${mailbox} {${body.length}+}\r\n`), body]);
}

/** Puts `count` messages into a mailbox, many commands at a time. */
async function fill(filled: Filled, pipe: ImapPipe, mailbox: string, count: number): Promise<void> {
  for (let done = 0; done < count; done += 100) {
    const some = Math.min(100, count - done);
    await pipe.batch(Array.from({ length: some }, () => appendCommand(mailbox, filled.counter++)));
  }
}

/** Resolves when the server uses next to no CPU. */
export async function quiet({ peer }: Pick<Filled, 'peer'>): Promise<void> {
  let still = 0;
  for (let round = 0; round < 1_200 && still < 4; round += 1) {
    const before = cpuSeconds(peer.roots);
    await sleep(250);
    still = cpuSeconds(peer.roots) - before <= 0.011 ? still + 1 : 0;
  }
}

/** Fills the INBOX of a fresh server and makes the other mailboxes. */
export async function prepare(peer: ImapPeer, messages: number): Promise<Filled> {
  const filled: Filled = { peer, messages, counter: 0 };
  using pipe = await session(filled, false);
  await fill(filled, pipe, 'INBOX', messages);
  await pipe.ask('CREATE Appended');
  await pipe.ask('CREATE Empty');
  const { text } = await pipe.ask('STATUS INBOX (MESSAGES)', true);
  if (!text.includes(`MESSAGES ${messages}`)) throw new Error(`${peer.name} lost messages: ${text}`);
  await quiet(filled);
  return filled;
}

async function timed(work: () => Promise<Omit<Taken, 'seconds'>>): Promise<Taken> {
  const started = performance.now();
  const taken = await work();
  return { ...taken, seconds: (performance.now() - started) / 1_000 };
}

/** Runs commands one after another over some connections and keeps the time of each. */
async function onEach(
  pipes: readonly ImapPipe[],
  operations: number,
  command: (n: number) => string | Buffer,
): Promise<Taken> {
  const latencies: number[] = [];
  let next = 0;
  return timed(async () => {
    await Promise.all(
      pipes.map(async pipe => {
        while (next < operations) {
          const text = command(next++);
          const started = performance.now();
          await pipe.ask(text);
          latencies.push(performance.now() - started);
        }
      }),
    );
    return { operations, latencies };
  });
}

async function many(filled: Filled, count: number): Promise<Disposable & { readonly pipes: ImapPipe[] }> {
  const pipes = await Promise.all(Array.from({ length: count }, () => session(filled, true)));
  return {
    pipes,
    [Symbol.dispose]() {
      for (const pipe of pipes) pipe[Symbol.dispose]();
    },
  };
}

const sync = '(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)';

/** A number that is as good as random and the same for both servers. */
function spreadOut(n: number, below: number): number {
  return (Math.imul(n + 1, 0x9e3779b1) >>> 0) % below;
}

function store(n: number, messages: number): string {
  return `STORE ${1 + spreadOut(n, messages)} ${n % 2 === 0 ? '+' : '-'}FLAGS (\\Flagged)`;
}

function mixedCommand(filled: Filled, n: number): string | Buffer {
  const at = 1 + spreadOut(n, filled.messages - 20);
  const kind = n % 20;
  if (kind < 6) return `FETCH ${at}:${at + 19} ${sync}`;
  if (kind < 12) return `FETCH ${at} (UID BODY.PEEK[])`;
  if (kind < 16) return store(n, filled.messages);
  if (kind < 18) return appendCommand('Appended', filled.counter++);
  return kind === 18 ? 'NOOP' : 'STATUS Empty (MESSAGES UNSEEN UIDNEXT)';
}

function search(name: string, key: string, times: number): Work {
  return {
    name,
    unit: 'search',
    run: async filled => {
      using pipe = await session(filled, true);
      return await timed(async () => {
        let check = '';
        for (let n = 0; n < times; n += 1) {
          const { text } = await pipe.ask(`UID SEARCH CHARSET UTF-8 ${key}`, true);
          check = `${text.split('\r\n')[0]?.split(' ').slice(2).length ?? 0} found`;
        }
        return { operations: times, check };
      });
    },
  };
}

async function freshSelects(filled: Filled): Promise<Taken> {
  const pipes = await Promise.all(Array.from({ length: 50 }, () => session(filled, false)));
  const taken = await timed(async () => {
    const latencies: number[] = [];
    for (const pipe of pipes) {
      const started = performance.now();
      await pipe.ask('SELECT INBOX');
      latencies.push(performance.now() - started);
    }
    return { operations: pipes.length, latencies };
  });
  for (const pipe of pipes) pipe[Symbol.dispose]();
  return taken;
}

async function firstSync(filled: Filled): Promise<Taken> {
  using pipe = await session(filled, false);
  const mailbox = `Fresh${filled.counter++}`;
  const count = 2_000;
  await pipe.ask(`CREATE ${mailbox}`);
  await fill(filled, pipe, mailbox, count);
  await quiet(filled);
  await pipe.ask(`SELECT ${mailbox}`);
  const before = cpuSeconds(filled.peer.roots);
  const taken = await timed(async () => {
    const { bytes } = await pipe.ask(`FETCH 1:* ${sync}`);
    return { operations: count, check: `${bytes} octets` };
  });
  return { ...taken, cpu: cpuSeconds(filled.peer.roots) - before };
}

async function resync(filled: Filled): Promise<Taken> {
  using changer = await session(filled, true);
  using asker = await session(filled, false);
  await asker.ask('ENABLE QRESYNC');
  const { text } = await asker.ask('SELECT INBOX', true);
  const validity = /UIDVALIDITY (\d+)/.exec(text)?.[1];
  const modseq = /HIGHESTMODSEQ (\d+)/.exec(text)?.[1];
  const at = 1 + spreadOut(filled.counter++, filled.messages - 100);
  await changer.batch([
    `STORE ${at}:${at + 99} +FLAGS.SILENT (\\Answered)`,
    `STORE ${at}:${at + 99} -FLAGS.SILENT (\\Answered)`,
  ]);
  const taken = await timed(async () => {
    const latencies: number[] = [];
    let check = '';
    for (let n = 0; n < 100; n += 1) {
      const started = performance.now();
      const answer = await asker.ask(`SELECT INBOX (QRESYNC (${validity} ${modseq}))`, true);
      latencies.push(performance.now() - started);
      check = `${answer.text.split(' FETCH (').length - 1} changes`;
    }
    return { operations: 100, latencies, check };
  });
  return taken;
}

/** All works, in the order in which they are done. */
export const works: readonly Work[] = [
  {
    name: 'login and logout',
    unit: 'login',
    run: filled =>
      timed(async () => {
        const operations = 60;
        for (let n = 0; n < operations; n += 1) {
          using pipe = await session(filled, false);
          await pipe.ask('LOGOUT').catch(() => null);
        }
        return { operations };
      }),
  },
  { name: 'sign-in, then SELECT', unit: 'SELECT', run: freshSelects },
  {
    name: 'SELECT again',
    unit: 'SELECT',
    run: async filled => {
      using pipe = await session(filled, true);
      const select = (): string => 'SELECT INBOX';
      // Code that was just loaded costs several times what it costs afterwards: with both, it is not counted.
      await onEach([pipe], 3_000, select);
      const before = cpuSeconds(filled.peer.roots);
      const taken = await onEach([pipe], 1_000, select);
      return { ...taken, cpu: cpuSeconds(filled.peer.roots) - before };
    },
  },
  {
    name: 'FETCH sync, warm',
    unit: 'message',
    run: async filled => {
      using pipe = await session(filled, true);
      await pipe.ask(`FETCH 1:* ${sync}`);
      return await timed(async () => {
        for (let n = 0; n < 3; n += 1) await pipe.ask(`FETCH 1:* ${sync}`);
        return { operations: filled.messages * 3 };
      });
    },
  },
  { name: 'FETCH sync, first time', unit: 'message', run: firstSync },
  {
    name: 'FETCH bodies',
    unit: 'message',
    run: async filled => {
      using pipe = await session(filled, true);
      return await timed(async () => {
        const { bytes } = await pipe.ask('FETCH 1:* (UID BODY.PEEK[])');
        return { operations: filled.messages, check: `${bytes} octets` };
      });
    },
  },
  {
    name: 'STORE, 1 connection',
    unit: 'STORE',
    run: async filled => {
      using pipe = await session(filled, true);
      return await onEach([pipe], 1_000, n => store(n, filled.messages));
    },
  },
  {
    name: 'STORE, 10 connections',
    unit: 'STORE',
    run: async filled => {
      using ten = await many(filled, 10);
      return await onEach(ten.pipes, 3_000, n => store(n, filled.messages));
    },
  },
  {
    name: 'APPEND, 1 connection',
    unit: 'APPEND',
    untilQuiet: true,
    run: async filled => {
      using pipe = await session(filled, false);
      return await onEach([pipe], 300, () => appendCommand('Appended', filled.counter++));
    },
  },
  {
    name: 'APPEND, 10 connections',
    unit: 'APPEND',
    untilQuiet: true,
    run: async filled => {
      using ten = await many(filled, 10);
      return await onEach(ten.pipes, 1_500, () => appendCommand('Appended', filled.counter++));
    },
  },
  search('SEARCH SUBJECT', 'SUBJECT "quotation 77"', 20),
  search('SEARCH TEXT', 'TEXT "sender7@"', 2),
  search('SEARCH TEXT, Chinese', `TEXT {${Buffer.byteLength('报价单 77')}+}\r\n报价单 77`, 2),
  { name: 'QRESYNC of 100 changes', unit: 'SELECT', run: resync },
  {
    name: 'mixed, 20 connections',
    unit: 'command',
    run: async filled => {
      using twenty = await many(filled, 20);
      return await onEach(twenty.pipes, 3_000, n => mixedCommand(filled, n));
    },
  },
];
