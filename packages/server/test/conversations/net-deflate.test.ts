import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw, type InflateRaw } from 'node:zlib';
import { DeflatedSocket } from '../../src/platform/net/deflated-socket.ts';

interface Pair extends AsyncDisposable {
  readonly ours: DeflatedSocket;
  readonly theirs: Socket;
  readonly send: DeflateRaw;
  readonly heard: InflateRaw;
}

async function pair(): Promise<Pair> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const theirs = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [plain] = (await once(server, 'connection')) as [Socket];
  const send = createDeflateRaw({ flush: constants.Z_SYNC_FLUSH });
  const heard = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH });
  send.pipe(theirs);
  theirs.pipe(heard);
  theirs.on('error', () => undefined);
  const ours = new DeflatedSocket(plain);
  ours.on('error', () => undefined);
  return {
    ours,
    theirs,
    send,
    heard,
    async [Symbol.asyncDispose]() {
      ours.destroy();
      theirs.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

test('what is written arrives at once and whole, in both directions (RFC 4978 §3)', async () => {
  await using both = await pair();
  both.ours.cork();
  both.ours.write('* OK ');
  both.ours.write(Buffer.from('hello\r\n'));
  both.ours.uncork();
  assert.equal(String((await once(both.heard, 'data'))[0]), '* OK hello\r\n');
  both.send.write('a1 NOOP\r\n');
  assert.equal(String((await once(both.ours, 'data'))[0]), 'a1 NOOP\r\n');
});

test('a bomb is inflated only as far as somebody reads', async () => {
  await using both = await pair();
  for (let at = 0; at < 64; at++) both.send.write(Buffer.alloc(1024 * 1024));
  await once(both.ours, 'readable');
  assert.ok(both.ours.readableLength < 256 * 1024, String(both.ours.readableLength));
});

test('the peer hangs up: the end comes after all it has sent; damage destroys', async () => {
  await using both = await pair();
  both.send.write('last words');
  both.send.end();
  let text = '';
  for await (const chunk of both.ours) text += String(chunk);
  assert.equal(text, 'last words');
  await using other = await pair();
  other.theirs.write(Buffer.alloc(64, 0xff));
  other.ours.resume();
  await new Promise(resolve => other.ours.once('close', resolve));
  assert.ok(other.ours.destroyed);
});

test('destroySoon closes when everything has been written', async () => {
  await using both = await pair();
  both.ours.write(Buffer.alloc(300_000, 0x61));
  both.ours.destroySoon();
  let size = 0;
  for await (const chunk of both.heard) size += (chunk as Buffer).length;
  assert.equal(size, 300_000);
});
