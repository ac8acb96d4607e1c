import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { type SmtpSink, startSmtpSink } from '@hongyan/testkit/smtp-sink.ts';
import { SMTPServer } from 'smtp-server';
import type { Principal } from '../../src/access/scope.ts';
import { createRelay, type Relay } from '../../src/flow/relay/relay.ts';
import { makeSelfSigned } from '../../src/platform/tls/self-signed.ts';
import { type House, openHouse } from '../flow-fixture/house.ts';
import { type OutsideOptions, openOutside } from '../flow-fixture/outside.ts';
import { until } from '../flow-fixture/until.ts';

const plain = 'From: alice@hongyan.test\r\nSubject: out\r\n\r\ntext\r\n';
const zone = {
  'outside.test': { mx: [[10, 'mx.outside.test'] as const] },
  'mx.outside.test': { a: ['127.0.0.1'] },
};

interface Scene extends AsyncDisposable {
  readonly house: House;
  readonly alice: Principal & { kind: 'account' };
  /** Status of the last setback or success. */
  last(): string;
}

async function sceneAt(port: number, options: OutsideOptions = {}): Promise<Scene> {
  const outside = await openOutside(zone, port);
  let relay: Relay | null = null;
  const house = await openHouse({
    relay: (clock, blobs) => (relay = createRelay(outside.context(clock, options), blobs)),
  });
  const alice = await house.addUser('alice@hongyan.test');
  house.start();
  return {
    house,
    alice,
    last() {
      const event = house.trace.findLast(entry => entry.recipient !== null);
      return `${event?.kind} ${event?.diagnostic?.stage} ${event?.diagnostic?.status}`;
    },
    async [Symbol.asyncDispose]() {
      await house[Symbol.asyncDispose]();
      await relay?.[Symbol.asyncDispose]();
      await outside[Symbol.asyncDispose]();
    },
  };
}

/** A server on loopback that does `serve` with every connection. */
async function rawServer(
  serve: (socket: Socket) => void,
): Promise<{ readonly port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const silences: [
  stage: string,
  limit: 'greetingMs' | 'helloMs' | 'mailMs' | 'rcptMs' | 'dataMs' | 'finalMs',
  end: string,
][] = [
  ['CONNECT', 'greetingMs', 'deferred greeting 4.4.1'],
  ['EHLO', 'helloMs', 'deferred hello 4.4.1'],
  ['MAIL', 'mailMs', 'deferred mail 4.4.1'],
  ['RCPT', 'rcptMs', 'deferred rcpt 4.4.1'],
  ['DATA', 'dataMs', 'deferred data 4.4.1'],
  ['DATA-END', 'finalMs', 'deferred final 4.4.1'],
];
for (const [stage, limit, end] of silences) {
  test(`a server that falls silent at ${stage} is given up after its time-out (RFC 5321 §4.5.3.2)`, async () => {
    let asked = false;
    await using sink: SmtpSink = await startSmtpSink({
      extensions: [],
      answer: verb => {
        if (verb !== stage) return undefined;
        asked = true;
        return 'silence';
      },
    });
    const limits = { [limit]: 1000, quitMs: 100 };
    await using it = await sceneAt(sink.port, { limits });
    await it.house.submit(it.alice, ['bob@outside.test'], plain);
    await until(() => asked, 'the server is asked');
    await until(() => {
      it.house.clock.advance(1000);
      return it.last().startsWith('deferred');
    }, 'the attempt ends');
    assert.equal(it.last(), end);
  });
}

test('endless lines and endless replies are cut off, not collected', async () => {
  const flood = Buffer.alloc(64 * 1024, 'x');
  const endless: [name: string, chunk: Buffer][] = [
    ['line', flood],
    ['reply', Buffer.from('220-and more\r\n'.repeat(4000))],
  ];
  for (const [name, chunk] of endless) {
    let sent = 0;
    await using server = await rawServer(socket => {
      const more = (): void => {
        while (!socket.destroyed && sent < 100 * 1024 * 1024) {
          sent += chunk.length;
          if (!socket.write(chunk)) return;
        }
      };
      socket.on('drain', more);
      if (name === 'line') socket.write('220-');
      more();
    });
    await using it = await sceneAt(server.port);
    await it.house.submit(it.alice, ['bob@outside.test'], plain);
    await it.house.dispatcher?.settled();
    assert.equal(it.last(), 'deferred greeting 4.5.0', name);
    assert.ok(sent < 20 * 1024 * 1024, `${name}: ${sent} bytes taken`);
  }
});

test('a reply that the server sent ahead of TLS is not believed (RFC 3207 §6)', async () => {
  const pair = await makeSelfSigned({ names: ['mx.outside.test'], now: Date.now() });
  await using sink = await startSmtpSink({
    tls: pair,
    answer: verb => (verb === 'STARTTLS' ? '220 go\n250-fake\n250 AUTH PLAIN' : undefined),
  });
  await using it = await sceneAt(sink.port, {
    planTls: async () => ({ level: 'required', implicit: false, nameSecure: false }),
  });
  await it.house.submit(it.alice, ['bob@outside.test'], plain);
  await it.house.dispatcher?.settled();
  assert.equal(sink.messages.length, 1);
  assert.match(sink.messages[0]?.mail ?? '', / SIZE=/, 'what was said inside TLS counts');
});

test('a server that does not take the data is given up, and the body is not read into memory', async () => {
  await using server = await rawServer(socket => {
    socket.write('220 hi\r\n');
    let step = 0;
    socket.on('data', () => {
      step += 1;
      if (step < 4) socket.write('250 ok\r\n');
      else if (step === 4) {
        socket.write('354 go\r\n');
        socket.pause();
      }
    });
  });
  await using it = await sceneAt(server.port, { limits: { blockMs: 1000 } });
  const line = `${'x'.repeat(98)}\r\n`;
  await it.house.submit(it.alice, ['bob@outside.test'], `${plain}${line.repeat(300_000)}`);
  await until(() => {
    it.house.clock.advance(1000);
    return it.last().startsWith('deferred');
  }, 'the attempt ends');
  assert.equal(it.last(), 'deferred data 4.4.1');
});

test('many messages to one destination use no more connections than allowed, and each arrives once', async () => {
  let open = 0;
  let most = 0;
  await using sink = await startSmtpSink({
    answer: verb => {
      if (verb === 'CONNECT') most = Math.max(most, (open += 1));
      if (verb === 'QUIT') open -= 1;
      return undefined;
    },
  });
  await using it = await sceneAt(sink.port, { limits: { connectionsPerDestination: 3 } });
  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      it.house.submit(
        it.alice,
        [`u${index}@outside.test`],
        `From: alice@hongyan.test\r\nSubject: ${index}\r\n\r\n`,
      ),
    ),
  );
  await it.house.dispatcher?.settled();
  assert.ok(most <= 3, `${most} connections`);
  assert.equal(new Set(sink.messages.map(message => message.recipients.join())).size, 40);
  assert.equal(sink.messages.length, 40);
});

test('a foreign server (npm smtp-server) takes mail with STARTTLS and AUTH, and refuses as it likes', async () => {
  const pair = await makeSelfSigned({ names: ['mx.outside.test'], now: Date.now() });
  const taken: { to: string[]; text: string; secure: boolean }[] = [];
  const server = new SMTPServer({
    ...pair,
    onAuth: (auth, _session, done) =>
      done(null, { user: auth.username === 'u' && auth.password === 'p' ? 'u' : undefined }),
    onRcptTo: (address, _session, done) => {
      if (!address.address.startsWith('bad')) return done();
      return done(Object.assign(new Error('5.1.1 nobody here'), { responseCode: 550 }));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(path => path.address);
        taken.push({ to, text: Buffer.concat(chunks).toString(), secure: session.secure });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  const listener = server.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const smartHost = {
    host: '127.0.0.1',
    port,
    tls: 'required',
    auth: { username: 'u', password: 'p' },
  } as const;
  try {
    await using it = await sceneAt(port, { smartHost });
    await it.house.submit(it.alice, ['bob@outside.test', 'bad@outside.test'], `${plain}.\r\n..\r\n`);
    await it.house.dispatcher?.settled();
    assert.deepEqual(
      taken.map(({ to, secure }) => [to, secure]),
      [[['bob@outside.test'], true]],
    );
    assert.ok(taken[0]?.text.endsWith(`${plain}.\r\n..\r\n`));
    const [report = ''] = await it.house.messages('alice@hongyan.test');
    assert.match(report, /Status: 5\.1\.1/);
  } finally {
    await new Promise<void>(resolve => {
      server.close(resolve);
    });
  }
});

/** Takes everything up to the message, answers its first bytes with `reply` and hangs up; `chunked` by BDAT. */
function impatient(reply: string, chunked: boolean): (socket: Socket) => void {
  return socket => {
    socket.write('220 hi\r\n');
    let answered = false;
    socket.on('data', (bytes: Buffer) => {
      const text = bytes.toString('latin1');
      if (answered) return;
      if (text.startsWith('EHLO'))
        socket.write(chunked ? '250-hi\r\n250-CHUNKING\r\n250 BINARYMIME\r\n' : '250 hi\r\n');
      else if (text.startsWith('DATA')) socket.write('354 go\r\n');
      else if (text.startsWith('MAIL') || text.startsWith('RCPT')) socket.write('250 ok\r\n');
      else {
        answered = true;
        socket.end(reply);
      }
    });
  };
}

for (const [reply, end] of [
  ['552 5.3.4 too big for us\r\n', 'failed data 5.3.4'],
  ['554-no\r\n554 never\r\n', 'failed data 5.0.0'],
  ['452 4.3.1 disk full\r\n', 'deferred data 4.3.1'],
  ['250 2.0.0 taken\r\n', 'deferred data 4'],
] as const) {
  for (const chunked of [false, true]) {
    test(`RFC 5321 §4.2.1: an answer while the message is sent, before the server hangs up, counts: ${reply.slice(0, 3)} to ${chunked ? 'BDAT' : 'DATA'}`, async () => {
      await using server = await rawServer(impatient(reply, chunked));
      await using it = await sceneAt(server.port);
      const body = `${'x'.repeat(98)}\r\n`.repeat(100_000);
      const options = chunked ? { options: { body: 'BINARYMIME' } as const } : {};
      await it.house.submit(it.alice, ['bob@outside.test'], plain + body, options);
      await until(() => /^(?:failed|deferred|notified)/.test(it.last()), 'the attempt ends');
      const event = it.house.trace.find(one => one.kind === 'failed' || one.kind === 'deferred');
      const { stage, status } = event?.diagnostic ?? {};
      assert.ok(`${event?.kind} ${stage} ${status}`.startsWith(end), `${event?.kind} ${stage} ${status}`);
    });
  }
}
