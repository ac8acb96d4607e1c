import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ImapResponse } from '@hongyan/formats/imap/output/response.ts';
import { ImapClient } from '@hongyan/testkit/imap-client.ts';
import { password, ServerFolder, type ServerProcess } from '../whole-server/server-process.ts';

// The second time, on PostgreSQL, is about its rows: the rest of a crash is the same.
const usual = process.env['HONGYAN_TEST_POSTGRES'] === undefined ? 50 : 15;
const rounds = Number(process.env['HONGYAN_CRASH_ROUNDS'] ?? usual);
const connections = 8;
/** Most messages that are answered 250 before a kill. */
const mostPerRound = 60;
/** Rounds after which the files are checked before the server starts on them again. */
const roundsPerCheck = 5;
/** What one round may take on the slowest machine, ms: how long all takes is a matter of how many there are. */
const roundMs = 120_000;
/** The queue stands still when nothing of it was delivered for so long, ms. */
const stillMs = 120_000;
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
async function sender(
  port: number,
  label: string,
  acknowledge: (name: string, member: string) => void,
): Promise<void> {
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
    // Small ones share packs, every twentieth is long enough for several frames.
    const answer = await ask(`${message(name, n % 20 === 19 ? 200_000 : 2000)}.\r\n`);
    if (answer === null) return;
    if (answer === '250') acknowledge(name, member);
  }
}

/** Messages fetched at a time when a mailbox is read. */
const slice = 100;

/** Names of the messages in a member's inbox. Fails on a torn one. */
async function readInbox(server: ServerProcess, member: string): Promise<string[]> {
  await using client = await ImapClient.connect(server.port('imap'));
  await client.ok(`LOGIN ${member}@hongyan.test "${password}"`);
  const { untagged: facts } = await client.ok('EXAMINE INBOX');
  const total = facts.find(fact => fact.kind === 'data' && fact.name === 'EXISTS');
  const count = total?.kind === 'data' ? (total.number ?? 0) : 0;
  const names: string[] = [];
  for (let first = 1; first <= count; first += slice) {
    const last = Math.min(first + slice - 1, count);
    const { untagged } = await client.ok(`FETCH ${first}:${last} (BODY.PEEK[])`);
    for (const response of untagged) names.push(...nameOf(bodyOf(response)));
  }
  return names;
}

/** Name of a message of ours, after a look at its digest; nothing for other mail. */
function nameOf(bytes: Uint8Array | null): string[] {
  if (bytes === null) return [];
  const text = Buffer.from(bytes).toString('latin1');
  const digest = /^X-Digest: (.*)\r$/m.exec(text)?.[1];
  if (digest === undefined) return [];
  const name = /^Subject: (.*)\r$/m.exec(text)?.[1] ?? '';
  const body = text.slice(text.indexOf('\r\n\r\n', text.indexOf('X-Digest')) + 4);
  assert.equal(createHash('sha256').update(body, 'latin1').digest('hex'), digest, `${name} is torn`);
  return [name];
}

/** Bytes of the BODY[] item of a FETCH response; null for other responses. */
function bodyOf(response: ImapResponse): Uint8Array | null {
  if (response.kind !== 'data' || response.name !== 'FETCH') return null;
  const [items] = response.values;
  if (items?.type !== 'list') return null;
  const at = items.items.findIndex(item => item.type === 'atom' && item.text === 'BODY[]');
  const value = items.items[at + 1];
  return value?.type === 'string' ? value.octets : null;
}

/** Waits until nothing of the queue is left to be delivered. Fails when it stands still. */
async function untilDelivered(place: ServerFolder): Promise<void> {
  let [before, deadline] = ['', 0];
  for (;;) {
    const { stdout } = await place.run(['--json', 'queue', 'list']);
    if (!stdout.includes('"recipients"')) return;
    if (stdout !== before) [before, deadline] = [stdout, Date.now() + stillMs];
    assert.ok(Date.now() < deadline, `still in the queue: ${stdout.slice(0, 300)}`);
    await sleep(500);
  }
}

/** Sends over several connections until some number of messages was answered 250 and a moment is over; then kills. */
async function crash(server: ServerProcess, round: number, acknowledged: Map<string, string>): Promise<void> {
  const wanted = Math.floor(Math.random() * mostPerRound);
  let answered = 0;
  const enough = Promise.withResolvers<void>();
  const acknowledge = (name: string, member: string): void => {
    acknowledged.set(name, member);
    answered += 1;
    if (answered >= wanted) enough.resolve();
  };
  const load = Promise.all(
    Array.from({ length: connections }, (_, n) => sender(server.port('smtp'), `r${round}c${n}`, acknowledge)),
  );
  if (wanted > 0) await Promise.race([enough.promise, load, sleep(roundMs, undefined, { ref: false })]);
  // Not at the moment of an answer: anywhere between two.
  await sleep(Math.random() * 100);
  await server.kill();
  await load;
}

test(`kill -9 ${rounds} times under load: what was answered 250 is there exactly once, whole, and check is clean`, {
  timeout: (rounds + 10) * roundMs,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-crash-'));
  try {
    const place = new ServerFolder(folder);
    await place.makeCompany();
    const acknowledged = new Map<string, string>();
    for (let round = 0; round < rounds; round += 1) {
      await using server = await place.start(['--processes', '2']);
      await crash(server, round, acknowledged);
      if ((round + 1) % roundsPerCheck !== 0) continue;
      const check = await place.run(['--json', 'check']);
      assert.equal(check.code, 0, `check after round ${round}: ${check.stdout}${check.stderr}`);
    }
    await using server = await place.start(['--processes', '2']);
    await untilDelivered(place);
    const there = new Map<string, string>();
    for (const member of members) {
      for (const name of await readInbox(server, member)) {
        assert.ok(!there.has(name), `${name} is there twice`);
        there.set(name, member);
      }
    }
    const missing = [...acknowledged].filter(([name, member]) => there.get(name) !== member);
    assert.deepEqual(missing.slice(0, 5), [], `${missing.length} of ${acknowledged.size} are lost`);
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
