import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { defaultRestLimits } from '@hongyan/server/protocols/rest/context.ts';
import { download } from '@hongyan/server/protocols/rest/kit/answer.ts';
import { defineOperation, type Operation } from '@hongyan/server/protocols/rest/kit/operation.ts';
import { nullable, object } from '@hongyan/server/protocols/rest/kit/schema.ts';
import { openRestHouse } from '@hongyan/testkit/rest-house.ts';
import { Type } from 'typebox';

const echo: Operation = defineOperation({
  id: 'test.echo',
  method: 'POST',
  path: '/echo/{id}',
  tag: 'Test',
  summary: 'Says it again',
  status: 200,
  function: 'groups',
  params: object({ id: Type.Integer({ minimum: 1 }) }),
  query: object({ flag: Type.Optional(Type.Boolean()), words: Type.Optional(Type.Array(Type.String())) }),
  body: object({ name: Type.String({ maxLength: 10 }), note: Type.Optional(nullable(Type.String())) }),
  response: object({ name: Type.String(), flag: nullable(Type.Boolean()), words: Type.Array(Type.String()) }),
  run: async (_ctx, { body, query }) => ({
    name: body.name,
    flag: query.flag ?? null,
    words: query.words ?? [],
  }),
});

const count: Operation = defineOperation({
  id: 'test.count',
  method: 'POST',
  path: '/count',
  tag: 'Test',
  summary: 'Counts octets',
  function: 'groups',
  upload: { types: ['text/csv'], maxOctets: 100_000 },
  response: object({ octets: Type.Integer() }),
  async run(_ctx, call) {
    let octets = 0;
    for await (const chunk of call.upload as AsyncIterable<Uint8Array>) octets += chunk.byteLength;
    return { octets };
  },
});

const stream: Operation = defineOperation({
  id: 'test.stream',
  method: 'GET',
  path: '/stream',
  tag: 'Test',
  summary: 'A file',
  function: 'groups',
  download: ['text/csv'],
  run: async () =>
    download(
      'text/csv',
      '名单 "1".csv',
      (async function* () {
        for (let i = 0; i < 1_000; i += 1) yield `${i}\r\n`;
      })(),
    ),
});

const leak: Operation = defineOperation({
  id: 'test.leak',
  method: 'GET',
  path: '/leak',
  tag: 'Test',
  summary: 'Says more than it should',
  function: 'groups',
  response: object({ name: Type.String() }),
  run: async () => ({ name: 'x', secret: 'hunter2' }),
});

const operations = [echo, count, stream, leak];
const json = { 'content-type': 'application/json' };

test('bodies: too large, too deep, not JSON, not UTF-8, wrong types, unknown properties; nothing is converted', async () => {
  await using house = await openRestHouse({ operations });
  const alice = await house.as(house.web.alice);
  const send = async (raw: string | Uint8Array<ArrayBuffer>, headers = json): Promise<[number, unknown]> => {
    const answer = await alice('POST', '/echo/1', { raw, headers });
    return [answer.status, answer.json()['code']];
  };
  const invalid = [422, 'input.invalid'];
  assert.deepEqual(await send(JSON.stringify({ name: 'x'.repeat(1_000_000) })), [413, 'api.body_too_large']);
  assert.deepEqual(await send('['.repeat(100_000) + ']'.repeat(100_000)), invalid);
  assert.deepEqual(await send('{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000)), invalid);
  assert.deepEqual(await send('{"name":'), invalid);
  assert.deepEqual(await send(''), invalid);
  assert.deepEqual(await send(new Uint8Array([0x22, 0xff, 0xfe, 0x22])), invalid);
  assert.deepEqual(await send('{"name":1}'), invalid);
  assert.deepEqual(await send('null'), invalid);
  assert.deepEqual(await send('{"name":"x","__proto__":{"note":"y"}}'), invalid);
  assert.deepEqual(await send('{"name":"x"}', { 'content-type': 'text/plain' }), [415, 'api.media_type']);
  const answer = await alice('POST', '/echo/1?flag=true&words=a&words=b', { body: { name: 'x' } });
  assert.deepEqual([answer.status, answer.json()], [200, { name: 'x', flag: true, words: ['a', 'b'] }]);
  const problems = await alice('POST', '/echo/1', { body: { name: 'x'.repeat(11), note: 1, other: true } });
  assert.deepEqual(
    problems
      .json<{ problems: { field: string; rule: string }[] }>()
      .problems.map(one => `${one.field} ${one.rule}`)
      .sort(),
    ['/name maxLength', '/note type', '/other unknown'],
  );
});

test('parameters: not numbers, out of range, unknown, repeated, not decodable', async () => {
  await using house = await openRestHouse({ operations });
  const alice = await house.as(house.web.alice);
  const paths = [
    '/echo/0',
    '/echo/1e3',
    '/echo/99999999999999999',
    '/echo/x',
    '/echo/1?flag=yes',
    '/echo/1?other=1',
  ];
  for (const path of [...paths, '/echo/1?flag=true&flag=false', '/echo/1?__proto__=1', '/echo/%E0%A4%A']) {
    const answer = await alice('POST', path, { body: { name: 'x' } });
    assert.ok(answer.status === 422 || answer.status === 400, `${path}: ${answer.status}`);
    assert.equal(answer.headers.get('content-type')?.split(';')[0], 'application/problem+json', path);
  }
});

test('headers: broken tokens, keys, tags and huge lists are refused and nothing breaks', async () => {
  await using house = await openRestHouse({ operations });
  const alice = await house.as(house.web.alice);
  const body = { name: 'x' };
  const post = async (headers: Record<string, string>): Promise<number> =>
    (await alice('POST', '/echo/1', { body, headers })).status;
  assert.equal(await post({ authorization: `Bearer hy_${'x'.repeat(10_000)}` }), 401);
  assert.equal(await post({ authorization: 'Bearer hy_x' }), 401);
  assert.equal(await post({ authorization: 'Basic YWxpY2U6eA==' }), 401);
  assert.equal(await post({ authorization: 'Bearer' }), 401);
  assert.equal(await post({ 'idempotency-key': 'x'.repeat(256) }), 422);
  assert.equal(await post({ 'idempotency-key': 'a b' }), 422);
  assert.equal(await post({ 'if-match': '"x"' }), 422);
  assert.equal(await post({ 'accept-language': 'zh;q=NaN,,,;;;en;q=-1' }), 200);
  const bare = await house.as(null);
  const { token } = { token: `hongyan=${'x'.repeat(43)}` };
  assert.equal(
    (await bare('POST', '/echo/1', { body, headers: { cookie: token, 'x-hongyan': '1' } })).status,
    401,
  );
  const list = Array.from({ length: 500 }, (_, i) => `"${i}"`).join(',');
  assert.equal((await alice('GET', '/stream', { headers: { 'if-none-match': list } })).status, 200);
});

test('a page of another site changes nothing with the cookie (no X-Hongyan header, other Origin)', async () => {
  await using house = await openRestHouse({ operations });
  const alice = await house.as(house.web.alice);
  for (const headers of [
    { 'x-hongyan': '1', origin: 'https://evil.test' },
    { 'x-hongyan': '1', 'sec-fetch-site': 'cross-site' },
  ]) {
    const answer = await alice('POST', '/echo/1', { body: { name: 'x' }, headers });
    assert.deepEqual([answer.status, answer.json()['code']], [403, 'access.denied']);
  }
});

test('the kit refuses by itself what the operation’s function is not granted for, whatever the operation does', async () => {
  await using house = await openRestHouse({ operations });
  assert.equal((await (await house.as(null))('POST', '/echo/1', { body: { name: 'x' } })).status, 401);
  assert.equal(
    (await (await house.as(house.web.bob))('POST', '/echo/1', { body: { name: 'x' } })).status,
    403,
  );
  assert.equal((await (await house.as(house.web.bob))('GET', '/stream')).status, 403);
});

test('uploads: streamed, cut at the limit with or without a length, other types refused', async () => {
  await using house = await openRestHouse({ operations });
  const alice = await house.as(house.web.alice);
  const csv = { 'content-type': 'text/csv; charset=gbk' };
  const fine = await alice('POST', '/count', { raw: 'x'.repeat(100_000), headers: csv });
  assert.deepEqual(fine.json(), { octets: 100_000 });
  assert.equal((await alice('POST', '/count', { raw: 'x'.repeat(100_001), headers: csv })).status, 413);
  assert.equal((await alice('POST', '/count', { raw: 'x', headers: json })).status, 415);
  const { hostname, port } = new URL(house.url);
  const { startSession } = await import('@hongyan/server/access/sessions.ts');
  const { token } = await startSession(house.web.context.sessions, house.web.alice, {
    kind: 'browser',
    keep: true,
    label: '',
    address: '',
    provenAt: house.web.clock.now(),
  });
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.setEncoding('utf8').on('data', chunk => {
      text += String(chunk);
      if (text.includes('api.body_too_large')) socket.destroy();
    });
    socket.on('close', () => resolve(text)).on('error', reject);
    socket.write(
      `POST /api/v1/count HTTP/1.1\r\nHost: ${hostname}:${port}\r\nCookie: hongyan=${token}\r\nX-Hongyan: 1\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const chunk = `ffff\r\n${'x'.repeat(0xffff)}\r\n`;
    socket.write(chunk.repeat(3));
  });
  assert.match(answer, /^HTTP\/1\.1 413/);
});

test('downloads run nothing in a browser and keep their name', async () => {
  await using house = await openRestHouse({ operations });
  const alice = await house.as(house.web.alice);
  const file = await alice('GET', '/stream');
  assert.equal(file.text.split('\r\n').length, 1_001);
  assert.equal(file.headers.get('content-security-policy'), "default-src 'none'; sandbox");
  assert.equal(
    file.headers.get('content-disposition'),
    `attachment; filename="____1_.csv"; filename*=UTF-8''%E5%90%8D%E5%8D%95%20%221%22.csv`,
  );
});

test('an answer that says more than its schema does not leave', async () => {
  await using house = await openRestHouse({ operations });
  const alice = await house.as(house.web.alice);
  const answer = await alice('GET', '/leak');
  assert.equal(answer.status, 500);
  assert.ok(!answer.text.includes('hunter2'));
});

test('limits: 429 with Retry-After for a person, and for an address before anybody signs in', async () => {
  const limits = {
    ...defaultRestLimits,
    callerBurst: 3,
    callerPerMinute: 60,
    addressBurst: 8,
    addressPerMinute: 60,
  };
  await using house = await openRestHouse({ operations, context: { limits } });
  const [alice, bob, nobody] = [
    await house.as(house.web.alice),
    await house.as(house.web.bob),
    await house.as(null),
  ];
  for (let i = 0; i < 3; i += 1) assert.equal((await alice('GET', '/stream')).status, 200);
  const limited = await alice('GET', '/stream');
  assert.deepEqual(
    [limited.status, limited.json()['code'], limited.headers.get('retry-after')],
    [429, 'api.rate_limited', '1'],
  );
  assert.equal((await bob('GET', '/stream')).status, 403);
  house.web.clock.advance(1_000);
  assert.equal((await alice('GET', '/stream')).status, 200);
  for (let i = 0; i < 3; i += 1) assert.equal((await nobody('GET', '/stream')).status, 401);
  assert.equal((await nobody('GET', '/stream')).status, 429);
});
