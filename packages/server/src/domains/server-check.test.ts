import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { type FakeZone, startFakeDns } from '@hongyan/testkit/fake-dns.ts';
import { systemClock } from '../platform/clock.ts';
import { createNodeResolver } from '../platform/dns/node-resolver.ts';
import { checkServer, type ServerCheck } from './server-check.ts';

async function check(zone: FakeZone, port: number): Promise<ServerCheck[]> {
  await using dns = await startFakeDns(zone);
  return await checkServer({
    resolver: createNodeResolver({ servers: [dns.server], timeoutMs: 1_000, tries: 1 }),
    clock: systemClock,
    hostname: 'mail.hongyan.test',
    probeDomain: 'large.test',
    port,
    connectMs: 2_000,
  });
}

test('the server’s name, the way back (RFC 1912 §2.1) and outgoing port 25 are looked at; nothing throws', async () => {
  const server = createServer(socket => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const zone: FakeZone = {
    'mail.hongyan.test': { a: ['192.0.2.1', '192.0.2.2'] },
    '1.2.0.192.in-addr.arpa': { ptr: ['Mail.Hongyan.test'] },
    '2.2.0.192.in-addr.arpa': { ptr: ['host-2.provider.test'] },
    'large.test': { mx: [[10, 'mx.large.test']] },
    'mx.large.test': { a: ['127.0.0.1'] },
  };
  const states = async (of: FakeZone): Promise<string[]> =>
    (await check(of, port)).map(one => `${one.check} ${one.state}`);
  try {
    assert.deepEqual(await states(zone), ['forward ok', 'reverse ok', 'reverse wrong', 'port25 ok']);
    assert.deepEqual(await states({}), ['forward wrong', 'port25 unknown']);
    assert.deepEqual(await states({ 'mail.hongyan.test': { fails: 'servfail' } }), [
      'forward unknown',
      'port25 unknown',
    ]);
  } finally {
    server.close();
    await once(server, 'close');
  }
  assert.ok((await states(zone)).includes('port25 wrong'));
});
