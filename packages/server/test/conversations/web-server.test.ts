import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { test } from 'node:test';
import { openWeb } from '@hongyan/server/protocols/web/server.ts';
import { openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { testCertificates } from '@hongyan/testkit/smtp-fixture.ts';
import { housePassword, openWebHouse } from '@hongyan/testkit/web-house.ts';

interface Answer {
  readonly status: number | undefined;
  readonly headers: Record<string, string | string[] | undefined>;
}

function ask(url: string, body: string, servername: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      rejectUnauthorized: false,
      servername,
      agent: false,
    };
    const request = httpsRequest(url, options, response => {
      response
        .resume()
        .once('end', () => resolve({ status: response.statusCode, headers: response.headers }));
    });
    request.once('error', reject).end(body);
  });
}

test('own TLS: with and without a server name; the cookie is Secure and bound to the host', async () => {
  await using house = await openWebHouse();
  const url = await house.serve([], { tls: await testCertificates() });
  const body = JSON.stringify({ login: 'alice@hongyan.test', password: housePassword });
  for (const name of ['mail.hongyan.test', '']) {
    const { status, headers } = await ask(`${url}/auth/sign-in`, body, name);
    assert.equal(status, 200);
    assert.match(
      String(headers['set-cookie']),
      /^__Host-hongyan=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    );
    assert.ok(headers['strict-transport-security']);
  }
});

test('own TLS: noise instead of a handshake ends that connection only', async () => {
  await using house = await openWebHouse();
  const url = await house.serve([], { tls: await testCertificates() });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'close');
  const { status } = await ask(`${url}/auth/sign-in`, '{}', '');
  assert.equal(status, 422);
});

test('draining ends event streams and idle connections, so that the server stops at once', async () => {
  const house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const url = client.session.eventSourceUrl.replace(/\?.*/, '?types=*&closeafter=no&ping=0');
  const stream = await fetch(url, { headers: { authorization: client.authorization } });
  const reader = stream.body?.getReader();
  await reader?.read();
  await house[Symbol.asyncDispose]();
  let ended = false;
  try {
    ended = (await reader?.read())?.done === true;
  } catch {
    ended = true;
  }
  assert.ok(ended);
});

test('requests that HTTP does not allow are refused', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const raw = async (text: string): Promise<string> => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(text);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    return answer.slice(0, 12);
  };
  assert.equal(await raw('GET / HTTP/1.1\r\n\r\n'), 'HTTP/1.1 400');
  assert.equal(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`), 'HTTP/1.1 431');
  const smuggled =
    'POST /auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
  assert.equal(await raw(smuggled), 'HTTP/1.1 400');
  // RFC 9110 §7.8: an Upgrade that is not served is not heeded.
  for (const [path, status] of [
    ['/', 200],
    ['/nowhere', 404],
  ] as const) {
    const asked = `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: upgrade, close\r\n\r\n`;
    assert.equal(await raw(asked), `HTTP/1.1 ${status}`);
  }
});

test('addresses share what the web answers and its modules; they end with the last of them', async () => {
  await using house = await openWebHouse();
  let made = 0;
  let drained = 0;
  const web = await openWeb(house.context, {}, [
    () => {
      made += 1;
      return {
        register: app => app.get('/count', async () => ({ made })),
        drain: () => void (drained += 1),
      };
    },
  ]);
  const listen = { host: '127.0.0.1', port: 0 };
  await using plain = await web.listen(listen);
  await using encrypted = await web.listen({ ...listen, tls: await testCertificates() });
  const count = async (): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${plain.address().port}/count`)).json();
  assert.deepEqual(await count(), { made: 1 });
  assert.equal((await ask(`https://127.0.0.1:${encrypted.address().port}/count`, '{}', '')).status, 404);
  await assert.rejects(web.listen({ host: '127.0.0.1', port: plain.address().port }), { code: 'EADDRINUSE' });
  await encrypted.drain(0);
  assert.equal(drained, 0);
  assert.deepEqual(await count(), { made: 1 }, 'the other address serves on');
  await plain.drain(0);
  assert.equal(drained, 1);
  await assert.rejects(count());
});
