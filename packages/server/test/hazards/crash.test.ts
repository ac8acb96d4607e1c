import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImapClient } from '@hongyan/testkit/imap-client.ts';
import { password, ServerFolder, type ServerProcess } from '../whole-server/server-process.ts';

const rounds = Number(process.env['HONGYAN_CRASH_ROUNDS'] ?? 50);
const connections = 8;
const members = ['alice', 'bob', 'admin'] as const;

/** A message that carries its name and the digest of its text, so that a torn one gives itself away. */
function message(name: string, size: number): string {
  const words = Array.from({ length: Math.ceil(size / 65) }, (_, line) =>
    createHash('sha256').update(`${name} ${line}`).digest('hex'),
  );
  const text = `${words.join('\r\n')}\r\n`;
  const digest = createHash('sha256').update(text).digest('hex');
  return `From: out@side.example\r\nSubject: ${name}\r\nMessage-ID: <${name}@side.example>\r\nX-Digest: ${digest}\r\n\r\n${text}`;
}

/** Waits for one reply (its last line) or for the end of the connection (null). */
function reply(socket: Socket, held: { text: string }): Promise<string | null> {
  return new Promise(resolve => {
    const look = (): void => {
      const match = /^(\d{3}) .*\r\n/m.exec(held.text);
      if (!match) return;
      held.text = held.text.slice(match.index + match[0].length);
      end(match[1] ?? '');
    };
    const data = (chunk: Buffer): void => {
      held.text += chunk.toString('latin1');
      look();
    };
    const closed = (): void => end(null);
    const end = (value: string | null): void => {
      socket.off('data', data);
      socket.off('close', closed);
      resolve(value);
    };
    socket.on('data', data);
    socket.on('close', closed);
    if (socket.destroyed) end(null);
    else look();
  });
}

/** Sends messages over one connection until it breaks. Notes each that was answered 250. */
async function sender(port: number, label: string, acknowledged: Map<string, string>): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => undefined);
  const held = { text: '' };
  const ask = (text: string): Promise<string | null> => {
    socket.write(text);
    return reply(socket, held);
  };
  if ((await reply(socket, held)) !== '220' || (await ask('EHLO side.example\r\n')) !== '250') return;
  for (let n = 0; ; n += 1) {
    const name = `${label}-${n}`;
    const member = members[n % members.length] ?? 'alice';
    if ((await ask('MAIL FROM:<out@side.example>\r\n')) === null) return;
    await ask(`RCPT TO:<${member}@hongyan.test>\r\n`);
    if ((await ask('DATA\r\n')) !== '354') return;
    // Small ones share packs, every tenth is long enough for several frames.
    const answer = await ask(`${message(name, n % 10 === 9 ? 300_000 : 2000)}.\r\n`);
    if (answer === null) return;
    if (answer === '250') acknowledged.set(name, member);
  }
}

/** Names of the messages in a member's inbox. Fails on a torn one. */
async function readInbox(server: ServerProcess, member: string): Promise<string[]> {
  await using client = await ImapClient.connect(server.port('imap'));
  await client.command(`LOGIN ${member}@hongyan.test "${password}"`);
  await client.command('EXAMINE INBOX');
  const { untagged } = await client.command('UID FETCH 1:* (BODY.PEEK[])');
  const names: string[] = [];
  for (const response of untagged) {
    const bytes = bodyOf(response);
    if (bytes === null) continue;
    const text = Buffer.from(bytes).toString('latin1');
    const name = /^Subject: (.*)\r$/m.exec(text)?.[1] ?? '';
    const digest = /^X-Digest: (.*)\r$/m.exec(text)?.[1];
    if (digest === undefined) continue;
    const body = text.slice(text.indexOf('\r\n\r\n', text.indexOf('X-Digest')) + 4);
    assert.equal(createHash('sha256').update(body, 'latin1').digest('hex'), digest, `${name} is torn`);
    names.push(name);
  }
  return names;
}

/** Bytes of the BODY[] item of a FETCH response. */
function bodyOf(response: unknown): Uint8Array | null {
  const found = JSON.stringify(response, (_, value: unknown) => (value instanceof Uint8Array ? null : value));
  if (!found.includes('FETCH')) return null;
  const search = (value: unknown): Uint8Array | null => {
    if (value instanceof Uint8Array && value.length > 100) return value;
    if (typeof value !== 'object' || value === null) return null;
    for (const inner of Object.values(value)) {
      const bytes = search(inner);
      if (bytes) return bytes;
    }
    return null;
  };
  return search(response);
}

test(`kill -9 ${rounds} times under load: what was answered 250 is there exactly once, whole, and check is clean`, {
  timeout: 900_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-crash-'));
  try {
    const place = new ServerFolder(folder);
    await place.makeCompany();
    const acknowledged = new Map<string, string>();
    for (let round = 0; round < rounds; round += 1) {
      await using server = await place.start(['--processes', '2']);
      const load = Array.from({ length: connections }, (_, n) =>
        sender(server.port('smtp'), `r${round}c${n}`, acknowledged),
      );
      await sleep(150 + Math.random() * 1200);
      await server.kill();
      await Promise.all(load);
      const check = await place.run(['--json', 'check']);
      assert.equal(check.code, 0, `check after round ${round}: ${check.stdout}${check.stderr}`);
    }
    await using server = await place.start(['--processes', '2']);
    const deadline = Date.now() + 60_000;
    for (;;) {
      const inboxes = await Promise.all(members.map(member => readInbox(server, member)));
      const there = new Map<string, string>();
      members.forEach((member, index) => {
        for (const name of inboxes[index] ?? []) {
          assert.ok(!there.has(name), `${name} is there twice`);
          there.set(name, member);
        }
      });
      const missing = [...acknowledged].filter(([name, member]) => there.get(name) !== member);
      if (missing.length === 0) break;
      assert.ok(
        Date.now() < deadline,
        `lost: ${missing.slice(0, 5).join(' ')} and ${missing.length - 5} more`,
      );
      await sleep(200);
    }
    assert.ok(
      acknowledged.size > rounds,
      `only ${acknowledged.size} messages got through: the test proves nothing`,
    );
    assert.equal(await server.stop(), 0, server.complaints());
    const check = await place.run(['--json', 'check']);
    assert.equal(check.code, 0, check.stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
