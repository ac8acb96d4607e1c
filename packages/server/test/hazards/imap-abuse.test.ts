import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FakeAuthenticator } from '@hongyan/testkit/fake-authenticator.ts';
import { ImapClient } from '@hongyan/testkit/imap-client.ts';
import {
  type ImapConversation,
  imapLogin,
  imapPassword,
  playConversation,
  startImapFixture,
} from '@hongyan/testkit/imap-fixture.ts';
import { LineClient } from '@hongyan/testkit/line-client.ts';
import { FakeClock, systemClock } from '../../src/platform/clock.ts';
import { MailError } from '../../src/platform/errors.ts';
import { silentLog } from '../../src/platform/log.ts';
import { createImapServer } from '../../src/protocols/imap/server.ts';

const conversations: readonly ImapConversation[] = [
  {
    name: 'a literal over the limit of a command: NO [TOOBIG]; its content is never taken for commands (RFC 7888 §4)',
    signedIn: true,
    text: `
      C= a1 SEARCH TEXT {70000}\\r\\n
      S: a1 BAD ...
      C= a2 SELECT {70000}\\r\\n
      S: a2 NO [TOOBIG] ...
      C= a3 SELECT {16+}\\r\\nx1 LOGOUT\\r\\nyyyy\\r\\n
      S: a3 NO [CANNOT] ...
      C: a4 NOOP
      S: a4 OK ...`,
  },
  {
    name: 'an unknown command, or one in the wrong state, is refused before its literal is asked for',
    text: `
      S: * OK ...
      C= a1 FROB {10}\\r\\n
      S: a1 BAD Unknown command
      C= a2 APPEND INBOX {10}\\r\\n
      S: a2 BAD Command is not possible in this state
      C= a3 APPEND INBOX {12+}\\r\\nx1 LOGOUT\\r\\ny\\r\\n
      S: a3 BAD ...
      C: a4 NOOP
      S: a4 OK ...`,
  },
  {
    name: 'a stranger may send less: literals over 4 KiB are refused',
    text: `
      S: * OK ...
      C= a1 LOGIN {5000}\\r\\n
      S: a1 NO [TOOBIG] ...
      C: a2 NOOP
      S: a2 OK ...`,
  },
  {
    name: 'many bad commands in a row end the connection',
    limits: { badCommands: 3 },
    text: `
      S: * OK ...
      C: a1 X
      S: a1 BAD ...
      C: a2 NOOP
      S: a2 OK ...
      C: a3 X
      S: a3 BAD ...
      C: a4 X
      S: a4 BAD ...
      C: a5 X
      S: * BYE Too many bad commands
      S: a5 BAD ...
      S.`,
  },
  {
    name: 'NULs and 8-bit octets in commands are BAD, in mailbox names NO',
    signedIn: true,
    text: `
      C= a1 NO\\x00OP\\r\\n
      S: a1 BAD ...
      C= a2 \\xe4\\xbd\\xa0\\r\\n
      S: a2 BAD ...
      C= a3 SELECT "\\xff"\\r\\n
      S: a3 NO [CANNOT] ...
      C= a4 SELECT {2+}\\r\\na\\x00\\r\\n
      S: a4 BAD NUL in a literal
      C: a5 NOOP
      S: a5 OK ...`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));

async function signedInLines(port: number): Promise<LineClient> {
  const client = await LineClient.connect({ port });
  client.send('l1 LOGIN alice@example.test wonderland\r\nl2 SELECT INBOX\r\n');
  for (;;) {
    const line = await client.readLine();
    if (line?.startsWith('l2 ')) return client;
  }
}

test('a command line of 1 MB: BAD [LIMIT], the connection is kept', async () => {
  await using imap = await startImapFixture();
  await using client = await signedInLines(imap.port);
  await client.sendBytes(Buffer.from(`a1 UID FETCH ${'1,'.repeat(500_000)}1 FLAGS\r\na2 NOOP\r\n`));
  assert.equal(await client.readLine(), 'a1 BAD [LIMIT] Command line is too long');
  assert.equal(await client.readLine(), 'a2 OK NOOP completed');
});

test('an over-long line that ends in a literal: the literal is read over, not executed (RFC 7888 §3)', async () => {
  await using imap = await startImapFixture();
  await using client = await signedInLines(imap.port);
  await client.sendBytes(
    Buffer.from(`a1 SEARCH TEXT "${'x'.repeat(200_000)}" TEXT {13+}\r\nevil LOGOUT\r\n\r\na2 NOOP\r\n`),
  );
  assert.equal(await client.readLine(), 'a1 BAD [LIMIT] Command line is too long');
  assert.equal(await client.readLine(), 'a2 OK NOOP completed');
});

test('thousands of nested parentheses and NOTs: BAD [LIMIT], at once', async () => {
  await using imap = await startImapFixture();
  await using client = await signedInLines(imap.port);
  for (const [index, nest] of ['('.repeat(50_000), 'NOT '.repeat(20_000), 'OR '.repeat(20_000)].entries()) {
    client.send(`a${index} SEARCH ${nest}ALL\r\n`);
    assert.equal(await client.readLine(), `a${index} BAD [LIMIT] Nested too deeply`);
  }
});

test('a sequence set of 20,000 ranges is answered, one more is BAD [LIMIT]', async () => {
  await using imap = await startImapFixture();
  await using client = await signedInLines(imap.port);
  const set = (count: number): string => Array.from({ length: count }, (_, index) => index * 2 + 1).join(',');
  client.send(`a1 UID FETCH ${set(20_000)} FLAGS\r\na2 UID FETCH ${set(20_001)} FLAGS\r\n`);
  assert.equal(await client.readLine(), 'a1 OK FETCH completed');
  assert.equal(await client.readLine(), 'a2 BAD [LIMIT] Sequence set too long');
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of buffers that are really in use. */
function buffersInUse(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}

test('memory does not grow with the size of an APPEND or a FETCH of 60 MB', async () => {
  await using imap = await startImapFixture();
  await using client = await signedInLines(imap.port);
  const size = 60 * 1024 * 1024;
  const piece = Buffer.alloc(64 * 1024, 'body of a large message\r\n');
  const before = buffersInUse();
  let most = 0;
  client.send(`a1 APPEND INBOX {${size}}\r\n`);
  assert.equal(await client.readLine(), '+ OK');
  for (let sent = 0; sent < size; sent += piece.length) {
    await client.sendBytes(piece);
    if (sent % (4 * 1024 * 1024) === 0) most = Math.max(most, buffersInUse() - before);
  }
  client.send('\r\n');
  assert.equal(await client.readLine(), '* 1 EXISTS');
  assert.match((await client.readLine()) ?? '', /^a1 OK \[APPENDUID/);
  const socket = await new Promise<Socket>(resolve => {
    const other = connect({ port: imap.port, host: '127.0.0.1' }, () => resolve(other));
  });
  socket.write(
    'f0 LOGIN alice@example.test wonderland\r\nf1 SELECT INBOX\r\nf2 FETCH 1 BODY.PEEK[]\r\nf3 LOGOUT\r\n',
  );
  let received = 0;
  for await (const chunk of socket) {
    const grown = received >> 22;
    received += (chunk as Buffer).length;
    if (received >> 22 !== grown) most = Math.max(most, buffersInUse() - before);
  }
  assert.ok(received > size);
  assert.ok(most < 30 * 1024 * 1024, `${most} bytes of buffers`);
});

test('a client that does not read is not sent more than the socket takes; others are served meanwhile', async () => {
  await using imap = await startImapFixture();
  const text = `Subject: big\r\n\r\n${'0123456789abcdef'.repeat(64 * 1024)}\r\n`;
  await imap.deliver(Array.from({ length: 8 }, () => text));
  await using lazy = await signedInLines(imap.port);
  lazy.socket.pause();
  const before = buffersInUse();
  for (let round = 0; round < 20; round++) lazy.send(`f${round} FETCH 1:8 BODY.PEEK[]\r\n`);
  await using client = await imap.client();
  for (let round = 0; round < 20; round++) await client.ok('NOOP');
  const grown = buffersInUse() - before;
  assert.ok(grown < 30 * 1024 * 1024, `${grown} bytes of buffers`);
});

test('a stopping server says BYE to idle sessions and in IDLE', async () => {
  await using imap = await startImapFixture();
  await using quiet = await signedInLines(imap.port);
  await using idling = await signedInLines(imap.port);
  idling.send('a1 IDLE\r\n');
  assert.equal(await idling.readLine(), '+ idling');
  const cut = await imap.server.drain(5_000);
  assert.equal(cut, 0);
  for (const client of [quiet, idling]) {
    assert.equal(await client.readLine(), '* BYE [UNAVAILABLE] Server is stopping');
    assert.equal(await client.readLine(), null);
  }
});

test('an idle stranger is sent away, a signed-in session stays longer (RFC 9051 §5.4)', async () => {
  await using imap = await startImapFixture({ limits: { strangerIdleMs: 60 } });
  await using stranger = await LineClient.connect({ port: imap.port });
  await using member = await signedInLines(imap.port);
  assert.match((await stranger.readLine()) ?? '', /^\* OK/);
  assert.equal(await stranger.readLine(), '* BYE Idle for too long');
  assert.equal(await stranger.readLine(), null);
  member.send('a1 NOOP\r\n');
  assert.equal(await member.readLine(), 'a1 OK NOOP completed');
});

test('a connection that breaks in the middle of an APPEND files nothing and disturbs nobody', async () => {
  await using imap = await startImapFixture();
  await using client = await signedInLines(imap.port);
  const broken = await signedInLines(imap.port);
  broken.send('a1 APPEND INBOX {100000}\r\n');
  assert.equal(await broken.readLine(), '+ OK');
  await broken.sendBytes(Buffer.alloc(50_000, 'x'));
  broken.destroy();
  client.send('a1 STATUS INBOX (MESSAGES)\r\n');
  assert.equal(await client.readLine(), '* STATUS "INBOX" (MESSAGES 0)');
  assert.match((await client.readLine()) ?? '', /^a1 OK/);
});

test('a damaged body: the other messages are told, the answer is NO [CORRUPTION], the session goes on (RFC 5530)', async () => {
  await using imap = await startImapFixture();
  const bodies = ['first', 'second', 'third'].map(
    word => `Subject: ${word}\r\n\r\n${word.repeat(2_000)}\r\n`,
  );
  await imap.deliver(bodies);
  const { blobs } = imap.mail;
  let reads = 0;
  const damaged = {
    ...imap.mail,
    blobs: new Proxy(blobs, {
      get(target, name) {
        if (name === 'readTogether') {
          return async (...args: Parameters<typeof target.readTogether>) =>
            (await target.readTogether(...args)).map((body, at) => (reads === 0 && at === 1 ? null : body));
        }
        if (name === 'read' && ++reads === 1) return () => Promise.reject(new MailError('store.corrupt'));
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
  };
  await using server = await createImapServer({
    host: '127.0.0.1',
    port: 0,
    tlsMode: 'starttls',
    tls: null,
    allowPlainLoopback: true,
    mail: damaged,
    authenticator: new FakeAuthenticator({ [imapLogin]: imapPassword }),
    clock: systemClock,
    log: silentLog,
  });
  await using client = await ImapClient.connect(server.address().port);
  await client.ok(`LOGIN ${imapLogin} ${imapPassword}`);
  await client.ok('SELECT INBOX');
  const { status, code, untagged } = await client.command('FETCH 1:3 BODY.PEEK[TEXT]');
  assert.deepEqual([status, code?.name], ['NO', 'CORRUPTION']);
  const told = untagged.filter(response => response.kind === 'data' && response.name === 'FETCH');
  assert.deepEqual(
    told.map(response => response.kind === 'data' && response.number),
    [1, 3],
  );
  await client.ok('FETCH 1:3 BODY.PEEK[TEXT]');
});

/** Waits until `ready`, letting everything else run. */
async function until(ready: () => boolean): Promise<void> {
  for (let turn = 0; !ready(); turn++) {
    if (turn > 10_000) throw new Error('waited in vain');
    await new Promise(resolve => setImmediate(resolve));
  }
}

test('a failed sign-in is answered late, each one later than the one before', async () => {
  const clock = new FakeClock();
  await using imap = await startImapFixture({ clock, limits: { signInDelayMs: 1_000 } });
  await using client = await LineClient.connect({ port: imap.port });
  await client.readLine();
  for (const [attempt, delay] of [1_000, 2_000, 3_000].entries()) {
    client.send(`a${attempt} LOGIN alice@example.test wrong\r\n`);
    await until(() => imap.authenticator.attempts.length === attempt + 1);
    await new Promise(resolve => setTimeout(resolve, 10));
    clock.advance(delay - 1);
    await new Promise(resolve => setTimeout(resolve, 10));
    assert.equal(client.peek(), '');
    clock.advance(1);
    assert.match((await client.readLine()) ?? '', new RegExp(`^a${attempt} NO \\[AUTHENTICATIONFAILED\\]`));
  }
});

test('a signed-in session may be idle for 30 minutes, also in IDLE (RFC 9051 §5.4)', async () => {
  const clock = new FakeClock();
  await using imap = await startImapFixture({ clock });
  await using quiet = await signedInLines(imap.port);
  await using idling = await signedInLines(imap.port);
  idling.send('a1 IDLE\r\n');
  assert.equal(await idling.readLine(), '+ idling');
  quiet.send('a1 NOOP\r\n');
  assert.match((await quiet.readLine()) ?? '', /^a1 OK/);
  clock.advance(29 * 60_000);
  await new Promise(resolve => setTimeout(resolve, 10));
  assert.equal(quiet.peek() + idling.peek(), '');
  clock.advance(9 * 60_000);
  assert.equal(await quiet.readLine(), '* BYE Idle for too long');
  assert.equal(await idling.readLine(), '* BYE Idle for too long');
});
