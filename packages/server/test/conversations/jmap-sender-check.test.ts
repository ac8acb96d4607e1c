import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { openJmapHouse } from '@hongyan/testkit/jmap-house.ts';

type Json = Record<string, unknown>;

test('SenderCheck/get: only our own results count, look-alikes and claims in names are told (RFC 8601 §5)', async () => {
  await using house = await openJmapHouse();
  const alice = house.web.alice.login;
  const client = await house.client(house.web.alice);
  const ids: string[] = [];
  for (const message of [
    'Authentication-Results: mail.hongyan.test; dmarc=pass header.from=out.example; spf=pass smtp.mailfrom=out.example\r\nFrom: A <a@out.example>\r\n',
    'Authentication-Results: elsewhere.test; dmarc=pass\r\nFrom: "boss@hongyan.test" <x@h0ngyan.test>\r\n',
    'From: Bob <bob@hongyan.test>\r\n',
  ]) {
    await house.receive(alice, `${message}Subject: x${ids.length}\r\n\r\nbody\r\n`);
    const { ids: found } = await client.call('Email/query', { filter: { subject: `x${ids.length}` } });
    ids.push(...(found as string[]));
  }
  const { list, notFound } = await client.call('SenderCheck/get', { ids: [...ids, 'e999'] });
  const checks = list as Json[];
  assert.deepEqual(notFound, ['e999']);
  assert.deepEqual(checks[0], {
    id: ids[0],
    verdict: 'verified',
    spf: 'pass',
    dkim: null,
    dmarc: 'pass',
    isExternal: true,
    looksLike: null,
    nameClaims: null,
    unsubscribe: null,
  });
  assert.equal(checks[1]?.['verdict'], 'unchecked');
  assert.equal(checks[1]?.['looksLike'], 'hongyan.test');
  assert.equal(checks[1]?.['nameClaims'], 'boss@hongyan.test');
  assert.equal(checks[2]?.['isExternal'], false);
});

test('SenderCheck/unsubscribe posts once to the address in the mail, and to no other (RFC 8058 §3.2)', async () => {
  await using house = await openJmapHouse();
  const asked: { request: IncomingMessage; body: string }[] = [];
  const list = createServer((request, response) => {
    void text(request).then(body => {
      asked.push({ request, body });
      response.writeHead(request.url === '/moved' ? 302 : 200, { location: '/elsewhere' }).end();
    });
  }).listen(0, '127.0.0.1');
  await once(list, 'listening');
  const { port } = list.address() as AddressInfo;
  try {
    const client = await house.client(house.web.alice);
    const receive = async (name: string, fields: string): Promise<string> => {
      await house.receive(
        house.web.alice.login,
        `${fields}From: l@l.test\r\nSubject: ${name}\r\n\r\nnews\r\n`,
      );
      const { ids } = await client.call('Email/query', { filter: { subject: name } });
      return (ids as string[])[0] ?? '';
    };
    const post = 'List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n';
    // Nobody serves TLS here: the address is refused before anything is sent, or cannot be reached.
    const secure = await receive('secure', `List-Unsubscribe: <https://127.0.0.1:${port}/u>\r\n${post}`);
    assert.equal((await client.call('SenderCheck/unsubscribe', { emailId: secure }))['done'], false);
    const plain = await receive('plain', `List-Unsubscribe: <http://127.0.0.1:${port}/u>\r\n${post}`);
    assert.equal(await client.errorOf('SenderCheck/unsubscribe', { emailId: plain }), 'invalidArguments');
    const unpromised = await receive('page', `List-Unsubscribe: <https://127.0.0.1:${port}/u>\r\n`);
    assert.equal(
      await client.errorOf('SenderCheck/unsubscribe', { emailId: unpromised }),
      'invalidArguments',
    );
    assert.equal(await client.errorOf('SenderCheck/unsubscribe', { emailId: 'e999' }), 'invalidArguments');
    assert.equal(
      await client.errorOf('SenderCheck/unsubscribe', { emailId: secure, url: 'https://x.test/' }),
      'invalidArguments',
    );
    assert.deepEqual(asked, []);
  } finally {
    list.close();
  }
});
