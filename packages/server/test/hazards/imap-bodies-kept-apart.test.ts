import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { scanMessage } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import { ownScope } from '@hongyan/server/access/scope.ts';
import { appendMessages } from '@hongyan/server/mailbox/append.ts';
import { type ImapFixture, imapPassword, startImapFixture } from '@hongyan/testkit/imap-fixture.ts';

const owners = [
  { login: 'alice@example.test', tenantId: 1, accountId: 1 },
  { login: 'bob@example.test', tenantId: 1, accountId: 2 },
  { login: 'eve@elsewhere.test', tenantId: 2, accountId: 5 },
] as const;
type Owner = (typeof owners)[number];

const count = 150;

/** Octets that follow from a seed and that nothing compresses; without NUL and line ends. */
function noise(seed: string, length: number): Buffer {
  return createHash('shake256', { outputLength: length })
    .update(seed)
    .digest()
    .map(octet => (octet < 0x20 ? octet + 0x20 : octet)) as Buffer;
}

/** Letters of all kinds that are stored differently: compressed, as they are, small, and longer than most. */
function letter({ login }: Owner, n: number): Buffer {
  const head = Buffer.from(`Subject: ${n} of ${login}\r\n\r\n`);
  const length = n % 29 === 0 ? 40_000 : 300 + ((n * 397) % 5_000);
  const text = n % 3 === 0 ? noise(`${login} ${n}`, length) : Buffer.alloc(length, `${login} ${n} `);
  return Buffer.concat([head, text, Buffer.from('\r\n')]);
}

async function fill({ mail }: ImapFixture, owner: Owner): Promise<void> {
  const { tenantId, accountId, login } = owner;
  const scope = ownScope({ kind: 'account', tenantId, accountId, login });
  await using stack = new AsyncDisposableStack();
  const messages = [];
  for (let n = 1; n <= count; n += 1) {
    const bytes = letter(owner, n);
    const writer = stack.use(mail.blobs.create(tenantId, bytes.length));
    await writer.write(bytes);
    messages.push({
      blob: await writer.seal(),
      summary: summarise(scanMessage(bytes)),
      // A prefix makes a copy of its own of a message: with and without, as deliveries and uploads are.
      prefix: n % 5 === 0 ? Buffer.from(`X-To: ${login}\r\n`) : Buffer.alloc(0),
      flags: { bits: 0, keywords: [] },
      receivedAt: 1_770_000_000_000,
    });
  }
  await appendMessages(mail, scope, 1, messages);
}

/** What FETCH has to say of all messages. */
function expected(owner: Owner): Buffer {
  const answers = Array.from({ length: count }, (_, at) => {
    const n = at + 1;
    const prefix = Buffer.from(n % 5 === 0 ? `X-To: ${owner.login}\r\n` : '');
    const whole = Buffer.concat([prefix, letter(owner, n)]);
    return [Buffer.from(`* ${n} FETCH (UID ${n} BODY[] {${whole.length}}\r\n`), whole, Buffer.from(')\r\n')];
  });
  return Buffer.concat(answers.flat());
}

/** Asks for all bodies and takes them in small sips with pauses, so that output stays in the server while others are served. */
async function readSlowly(port: number, { login }: Owner, rounds: number): Promise<Buffer> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const commands = Array.from({ length: rounds }, (_, at) => `f${at} FETCH 1:* (UID BODY.PEEK[])`);
  socket.write(
    [`l LOGIN ${login} ${imapPassword}`, 's SELECT INBOX', ...commands, 'o LOGOUT', ''].join('\r\n'),
  );
  const parts: Buffer[] = [];
  for await (const part of socket) {
    parts.push(part as Buffer);
    if (parts.length % 8 === 0) await new Promise(resolve => setImmediate(resolve));
  }
  return Buffer.concat(parts);
}

test('bodies of several people who read slowly at once come whole and to nobody else (RFC 9051 §7.5.2)', async () => {
  await using imap = await startImapFixture({ company: true });
  for (const owner of owners) await fill(imap, owner);
  const rounds = 2;
  const readers = [...owners, ...owners];
  const heard = await Promise.all(readers.map(owner => readSlowly(imap.port, owner, rounds)));
  for (const [at, owner] of readers.entries()) {
    const all = heard[at] ?? Buffer.alloc(0);
    const wanted = expected(owner);
    let from = 0;
    for (let round = 0; round < rounds; round += 1) {
      const start = all.indexOf('* 1 FETCH (', from);
      assert.ok(start >= from, `${owner.login}: answer ${round}`);
      assert.ok(all.subarray(start, start + wanted.length).equals(wanted), `${owner.login}: bodies`);
      from = start + wanted.length;
      assert.ok(all.subarray(from).toString('latin1').startsWith(`f${round} OK `), `${owner.login}: end`);
    }
    for (const other of owners) if (other !== owner) assert.ok(!all.includes(other.login), owner.login);
  }
});
