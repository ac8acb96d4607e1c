import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerFolder } from '../whole-server/server-process.ts';

const megabyte = 1024 * 1024;
const line = `${'0123456789'.repeat(7)}\r\n`;
const block = Buffer.from(line.repeat(Math.floor(megabyte / line.length)));

/** Resident memory of a process, bytes. */
function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}

/** Sends a message of `megabytes` to alice and resolves with the most memory the server had meanwhile. */
async function send(port: number, pid: number, megabytes: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1' });
  let text = '';
  let wake: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    wake();
  });
  // Whoever resets the connection after QUIT has the whole message; before, the wait below finds out.
  socket.on('error', () => undefined);
  socket.on('close', () => wake());
  const until = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(text)) {
      assert.ok(!socket.closed, `the server closed the connection: ${text}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
    text = '';
  };
  await until(/^220 .*\r\n/m);
  socket.write('EHLO side.example\r\n');
  await until(/^250 .*\r\n/m);
  socket.write('MAIL FROM:<a@side.example>\r\nRCPT TO:<alice@hongyan.test>\r\nDATA\r\n');
  await until(/^354 .*\r\n/m);
  socket.write('Subject: large\r\n\r\n');
  let peak = 0;
  for (let count = 0; count < megabytes; count += 1) {
    if (!socket.write(block)) await new Promise(resolve => socket.once('drain', resolve));
    peak = Math.max(peak, residentBytes(pid));
  }
  socket.write('.\r\n');
  await until(/^250 .*\r\n/m);
  socket.end('QUIT\r\n');
  return Math.max(peak, residentBytes(pid));
}

/** Fresh servers that get a chance. */
const attempts = 4;

/** By how much the memory of a fresh server grows, in bytes, while it takes a message of 100 MB. */
async function growth(place: ServerFolder): Promise<number> {
  await using server = await place.start(['--processes', '1']);
  // The first messages warm up the runtime: its own growth is not the large one's.
  let before = 0;
  for (let round = 0; round < 3; round += 1) {
    before = Math.max(before, await send(server.port('smtp'), server.pid, 30));
  }
  await sleep(200);
  return (await send(server.port('smtp'), server.pid, 100)) - before;
}

test('a message of 100 MB grows the memory of the whole server by less than 20 MB', {
  skip: platform() === 'linux' ? false : 'reads /proc',
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-large-'));
  try {
    const place = new ServerFolder(folder, '[limits]\nmax_message_size = "150 MB"\n');
    await place.makeCompany();
    // When the collector runs is chance. A server that keeps the message grows by 100 MB every time; one that does
    // not stays below the bound, if not at once then with the next.
    const growths: number[] = [];
    while (growths.length < attempts && !growths.some(grown => grown < 20 * megabyte))
      growths.push(await growth(place));
    const shown = growths.map(grown => (grown / megabyte).toFixed(1)).join(', ');
    assert.ok(
      growths.some(grown => grown < 20 * megabyte),
      `grew by ${shown} MB`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
