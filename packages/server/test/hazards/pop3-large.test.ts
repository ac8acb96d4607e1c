import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { scanMessage } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import {
  type Pop3Fixture,
  pop3Login,
  pop3Password,
  startPop3Fixture,
} from '@hongyan/testkit/pop3-fixture.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import type { MailboxContext } from '../../src/mailbox/context.ts';
import { getMailbox } from '../../src/mailbox/list.ts';
import { until } from '../flow-fixture/until.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const megabyte = 1024 * 1024;
const header = 'Subject: large\r\n\r\n';
const lines = `${'0123456789'.repeat(7)}\r\n.\r\n..x\r\n`;
const block = Buffer.from(lines.repeat(Math.floor(megabyte / lines.length)));

/** Files a message of so many blocks without ever holding it; returns its SHA-256. */
async function deliverLarge({ imap: { mail, scope } }: Pop3Fixture, blocks: number): Promise<string> {
  const inbox = await getMailbox(mail, scope, ['INBOX']);
  const hash = createHash('sha256').update(header);
  await using writer = mail.blobs.create(scope.tenantId);
  await writer.write(Buffer.from(header));
  for (let count = 0; count < blocks; count += 1) {
    // No two blocks alike, so that compressing does not make the message small.
    const own = Buffer.concat([Buffer.from(`${count}\r\n`), block]);
    hash.update(own);
    await writer.write(own);
  }
  const blob = await writer.seal();
  const summary = summarise(scanMessage(Buffer.from(header)));
  const message = { blob, summary, prefix: Buffer.alloc(0), flags: { bits: 0, keywords: [] }, receivedAt: 1 };
  await appendMessages(mail, scope, inbox?.id ?? 0, [message]);
  return hash.digest('hex');
}

async function signedIn(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.write(`USER ${pop3Login}\r\nPASS ${pop3Password}\r\n`);
  let said = '';
  while (!said.includes('Signed in')) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    said += chunk.toString();
  }
  return socket;
}

const reader = fileURLToPath(new URL('../pop3-fixture/read-message.ts', import.meta.url));

test('a message of 60 MB comes whole and dot-stuffed, and memory does not grow with it (RFC 1939 §5)', async () => {
  await using pop3 = await startPop3Fixture();
  const small = await deliverLarge(pop3, 2);
  const large = await deliverLarge(pop3, 60);
  const child = spawn(process.execPath, [reader, String(pop3.port), pop3Login, pop3Password, '1', '2'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peak = 0;
  // What is alive, not what the collector has not come to yet.
  const looking = setInterval(() => {
    collectGarbage();
    peak = Math.max(peak, process.memoryUsage().arrayBuffers);
  }, 20);
  const hashes: string[] = [];
  const peaks: number[] = [];
  for await (const line of createInterface(child.stdout)) {
    hashes.push(line);
    peaks.push(peak);
    peak = 0;
  }
  clearInterval(looking);
  assert.deepEqual(hashes, [small, large]);
  const [, most = 0] = peaks;
  // Pieces on their way, however slow the reader: far from the 60 MB of who keeps the message.
  assert.ok(most > 0 && most < 30 * megabyte, `${(most / megabyte).toFixed(1)} MB were alive`);
});

test('who does not read is not read for: of a large message only so much is fetched as fits on the way', async () => {
  await using pop3 = await startPop3Fixture();
  await deliverLarge(pop3, 60);
  const { blobs } = pop3.imap.mail;
  let fetched = 0;
  let ended = false;
  const counting: MailboxContext = {
    ...pop3.imap.mail,
    blobs: new Proxy(blobs, {
      get(target, name) {
        if (name === 'stream') {
          return async function* (...args: Parameters<typeof blobs.stream>): AsyncGenerator<Uint8Array> {
            try {
              for await (const chunk of target.stream(...args)) {
                fetched += chunk.length;
                yield chunk;
              }
            } finally {
              ended = true;
            }
          };
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
  };
  const server = await pop3.another(counting);
  const socket = await signedIn(server.address().port);
  socket.pause();
  socket.write('RETR 1\r\n');
  let last = -1;
  for (let still = 0; still < 20; still = fetched === last ? still + 1 : 0) {
    last = fetched;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  assert.ok(fetched > 0 && fetched < 20 * megabyte, `${fetched} octets were fetched`);
  assert.equal(ended, false);
  // Gone in the middle of it: reading ends, and so does the session.
  socket.destroy();
  await until(() => ended && server.connections === 0, 'the session ends');
  assert.ok(fetched < 20 * megabyte);
});
