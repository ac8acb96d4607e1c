import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRestHouse } from '@hongyan/testkit/rest-house.ts';

test('GET /session says who is signed in, in which company, and what they administer (SEC-04)', async () => {
  await using house = await openRestHouse();
  const alice = await house.as(house.web.alice);
  const answer = await alice('GET', '/session');
  assert.equal(answer.status, 200, answer.text);
  const session = answer.json();
  assert.equal(session['login'], 'alice@hongyan.test');
  assert.equal((session['administrator'] as Record<string, unknown>)['role'], 'owner');
  const bob = await house.as(house.web.bob);
  assert.equal((await bob('GET', '/session')).json()['administrator'], null);
  const nobody = await house.as(null);
  const refused = await nobody('GET', '/session', { headers: { 'accept-language': 'zh-CN' } });
  assert.equal(refused.status, 401);
  assert.deepEqual(refused.json(), {
    type: 'urn:hongyan:error:auth.required',
    title: '请先登录。',
    status: 401,
    code: 'auth.required',
  });
});

test('what the API does not have is 404, a wrong method 405 with Allow; OPTIONS and HEAD answer', async () => {
  await using house = await openRestHouse();
  const alice = await house.as(house.web.alice);
  assert.equal((await alice('GET', '/nothing')).json()['code'], 'api.not_found');
  const wrong = await alice('DELETE', '/session');
  assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'GET, HEAD, OPTIONS']);
  assert.equal((await alice('OPTIONS', '/session')).status, 204);
  const head = await alice('HEAD', '/session');
  assert.deepEqual([head.status, head.text], [200, '']);
});

test('an answer has an ETag, and is not sent again to those who have it (RFC 9110 §13.1.2)', async () => {
  await using house = await openRestHouse();
  const alice = await house.as(house.web.alice);
  const tag = (await alice('GET', '/session')).headers.get('etag') ?? '';
  assert.match(tag, /^"[\w-]{27}"$/);
  assert.equal((await alice('GET', '/session', { headers: { 'if-none-match': tag } })).status, 304);
});

test('the OpenAPI document needs no sign-in and names every operation', async () => {
  await using house = await openRestHouse();
  const nobody = await house.as(null);
  const document = (await nobody('GET', '/openapi.json')).json();
  assert.equal(document['openapi'], '3.1.1');
  const paths = document['paths'] as Record<string, Record<string, { operationId: string }>>;
  assert.equal(paths['/session']?.['get']?.operationId, 'session.get');
});
