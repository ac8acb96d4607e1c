import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineClient } from '@hongyan/testkit/line-client.ts';
import { Pop3Client } from '@hongyan/testkit/pop3-client.ts';
import {
  type Pop3Conversation,
  playConversation,
  pop3Login,
  pop3Password,
  startPop3Fixture,
} from '@hongyan/testkit/pop3-fixture.ts';
import type { MailboxContext } from '../../src/mailbox/context.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { MailError } from '../../src/platform/errors.ts';
import { ConnectionLimiter } from '../../src/platform/net/connection-limiter.ts';

const conversations: readonly Pop3Conversation[] = [
  {
    name: 'many bad commands in a row end the connection; a good one between them starts the count anew',
    limits: { badCommands: 3 },
    text: `
      S: +OK ...
      C: X
      S: -ERR Unknown command
      C: CAPA
      S> .
      C: X
      S: -ERR ...
      C: TOPTOPTOPTOPTOP
      S: -ERR ...
      C: X
      S: -ERR Too many errors
      S.`,
  },
  {
    name: 'NULs, 8-bit octets, bare line feeds and floods of digits are answered, not obeyed',
    signedIn: true,
    inbox: ['Subject: x\r\n\r\n'],
    text: `
      C= ST\\x00AT\\r\\n
      S: -ERR Unknown command
      C= \\xe4\\xbd\\xa0\\r\\n
      S: -ERR Unknown command
      C: RETR 99999999999999999999
      S: -ERR Invalid arguments
      C: RETR 1e0
      S: -ERR Invalid arguments
      C: DELE -1
      S: -ERR Invalid arguments
      C: TOP 1 9999999999
      S: -ERR Invalid arguments
      C= STAT\\n
      S: +OK 1 14
      C: LANG ../../etc/passwd
      S: -ERR There is no such language`,
  },
];

for (const conversation of conversations) test(conversation.name, () => playConversation(conversation));

test('a command line of 200 KB is refused, the connection kept; one without end is cut off', async () => {
  await using pop3 = await startPop3Fixture();
  await using client = await pop3.client();
  await client.lines.sendBytes(Buffer.from(`STAT ${'x'.repeat(200_000)}\r\nSTAT\r\n`));
  assert.equal((await client.response()).text, 'Line is too long');
  assert.equal((await client.response()).text, '0 0');
  const flood = Buffer.alloc(64 * 1024, 'x');
  for (let count = 0; count < 64 && !client.lines.ended; count += 1) {
    client.lines.socket.write(flood);
    await new Promise(resolve => setImmediate(resolve));
  }
  assert.equal(await client.lines.readToEnd(), '');
});

test('an over-long line inside AUTH is refused and the exchange is over (RFC 5034 §4)', async () => {
  await using pop3 = await startPop3Fixture();
  await using client = await Pop3Client.connect({ port: pop3.port });
  client.lines.send('AUTH PLAIN\r\n');
  assert.equal(await client.lines.readLine(), '+ ');
  client.lines.send(`${'A'.repeat(20_000)}\r\nCAPA\r\n`);
  assert.equal((await client.response()).text, 'Line is too long');
  assert.equal((await client.response()).ok, true);
});

test('a failed sign-in is answered late, each one later than the one before', async () => {
  const clock = new FakeClock();
  await using pop3 = await startPop3Fixture({ clock, limits: { signInDelayMs: 1_000 } });
  await using client = await Pop3Client.connect({ port: pop3.port });
  for (const [attempt, delay] of [1_000, 2_000, 3_000].entries()) {
    await client.ok(`USER ${pop3Login}`);
    client.lines.send('PASS wrong\r\n');
    while (pop3.imap.authenticator.attempts.length <= attempt)
      await new Promise(resolve => setImmediate(resolve));
    await new Promise(resolve => setTimeout(resolve, 10));
    clock.advance(delay - 1);
    await new Promise(resolve => setTimeout(resolve, 10));
    assert.equal(client.lines.peek(), '');
    clock.advance(1);
    assert.equal((await client.response()).code, 'AUTH');
  }
});

test('a signed-in session may be idle for 10 minutes; then it is closed without a word and deletes nothing (RFC 1939 §3)', async () => {
  const clock = new FakeClock();
  await using pop3 = await startPop3Fixture({ clock });
  await pop3.imap.deliver(['Subject: x\r\n\r\n']);
  await using client = await pop3.client();
  await client.ok('DELE 1');
  clock.advance(9 * 60_000 + 59_000);
  await client.ok('NOOP');
  for (let minute = 0; minute < 14; minute += 1) {
    clock.advance(60_000);
    await new Promise(resolve => setTimeout(resolve, 2));
  }
  assert.equal(await client.lines.readToEnd(), '');
  await using again = await pop3.client();
  assert.equal(await again.ok('STAT'), '1 14');
});

test('who does not sign in is let go after a minute', async () => {
  const clock = new FakeClock();
  await using pop3 = await startPop3Fixture({ clock });
  await using client = await Pop3Client.connect({ port: pop3.port });
  clock.advance(80_000);
  assert.equal(await client.lines.readToEnd(), '');
});

test('too many connections from one address are turned away with a word (RFC 2449 §8.1.1)', async () => {
  await using pop3 = await startPop3Fixture({ limiter: new ConnectionLimiter({ total: 10, perAddress: 2 }) });
  await using first = await Pop3Client.connect({ port: pop3.port });
  await using second = await Pop3Client.connect({ port: pop3.port });
  await using third = await LineClient.connect({ port: pop3.port });
  assert.equal(await third.readToEnd(), '-ERR [SYS/TEMP] Too many connections, try again later\r\n');
  await first.ok('QUIT');
  await second.ok('QUIT');
});

test('a server that stops says so to idle sessions and lets a command that runs come to its end', async () => {
  const clock = new FakeClock();
  await using pop3 = await startPop3Fixture({ clock, limits: { signInDelayMs: 1_000 } });
  await pop3.imap.deliver(['Subject: x\r\n\r\n']);
  await using idle = await pop3.client();
  await idle.ok('DELE 1');
  await using busy = await Pop3Client.connect({ port: pop3.port });
  busy.lines.send('USER nobody\r\nPASS wrong\r\n');
  while (pop3.imap.authenticator.attempts.length < 2) await new Promise(resolve => setImmediate(resolve));
  const drained = pop3.server.drain(60_000);
  assert.equal(await idle.lines.readToEnd(), '-ERR [SYS/TEMP] Server is stopping, try again later\r\n');
  assert.equal((await busy.response()).ok, true);
  clock.advance(1_000);
  assert.equal((await busy.response()).code, 'AUTH');
  assert.equal((await busy.response()).code, 'SYS/TEMP');
  assert.equal(await drained, 0);
  const server = await pop3.another();
  await using later = await Pop3Client.connect({ port: server.address().port });
  await later.signIn(pop3Login, pop3Password);
  assert.equal(await later.ok('STAT'), '1 14');
});

/** The fixture's stores with bodies that cannot be read: at once, or after the first piece. */
function damaged(mail: MailboxContext, after: number): MailboxContext {
  const { blobs } = mail;
  return {
    ...mail,
    blobs: new Proxy(blobs, {
      get(target, name) {
        if (name === 'stream') {
          return async function* (): AsyncGenerator<Uint8Array> {
            for (let count = 0; count < after; count += 1) {
              yield Buffer.from('Subject: half\r\n');
              await Promise.resolve();
            }
            throw new MailError('store.corrupt');
          };
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
  };
}

test('a damaged message is -ERR; when half of it is sent the connection is cut, never ended as if it were whole', async () => {
  await using pop3 = await startPop3Fixture();
  await pop3.imap.deliver(['Subject: x\r\n\r\n']);
  for (const after of [0, 1]) {
    const server = await pop3.another(damaged(pop3.imap.mail, after));
    await using client = await Pop3Client.connect({ port: server.address().port });
    await client.signIn(pop3Login, pop3Password);
    const answer = await client.command('RETR 1');
    if (after === 0) {
      assert.equal(answer.code, 'SYS/TEMP');
      await client.ok('NOOP');
      await client.ok('QUIT');
    } else {
      assert.ok(!(await client.lines.readToEnd()).includes('\r\n.\r\n'));
    }
  }
});

test('100 messages: listed, fetched pipelined, half of them deleted; the rest keep their unique-ids (RFC 1939 §5, §7)', async () => {
  await using pop3 = await startPop3Fixture();
  const texts = Array.from({ length: 100 }, (_, at) => `Subject: ${at}\r\n\r\n.${'x'.repeat(at * 50)}\r\n`);
  await pop3.imap.deliver(texts);
  const client = await pop3.client();
  const ids = (await client.multi('UIDL')).map(line => line.split(' ')[1]);
  assert.equal(new Set(ids).size, 100);
  const sizes = (await client.multi('LIST')).map(line => Number(line.split(' ')[1]));
  assert.deepEqual(
    sizes,
    texts.map(text => text.length),
  );
  client.lines.send(texts.map((_, at) => `RETR ${at + 1}\r\n`).join(''));
  for (const text of texts) {
    assert.equal((await client.response()).ok, true);
    assert.equal((await client.rest()).map(line => `${line}\r\n`).join(''), text);
  }
  client.lines.send(
    texts.map((_, at) => `${at % 2 === 0 ? 'DELE' : 'NOOP'} ${at % 2 === 0 ? at + 1 : ''}\r\n`).join(''),
  );
  for (const _ of texts) assert.equal((await client.response()).ok, true);
  await client.ok('QUIT');
  await using again = await pop3.client();
  assert.deepEqual(
    (await again.multi('UIDL')).map(line => line.split(' ')[1]),
    ids.filter((_, at) => at % 2 === 1),
  );
});
