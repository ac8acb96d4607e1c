import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openWebHouse, type WebHouse } from '@hongyan/testkit/web-house.ts';

function buildWebmail(house: WebHouse): string {
  const folder = join(house.folder, 'dist');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>mail</title>');
  writeFileSync(join(folder, 'assets', 'app-1a2b3c.js'), 'plain');
  writeFileSync(join(folder, 'assets', 'app-1a2b3c.js.gz'), gzipSync('packed'));
  return folder;
}

test('every answer has the security headers, also errors', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  for (const path of ['/', '/healthz', '/auth/session', '/none', '/%ff']) {
    const response = await fetch(url + path);
    await response.body?.cancel();
    assert.match(
      response.headers.get('content-security-policy') ?? '',
      /default-src 'none'; script-src 'self';/,
      path,
    );
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff', path);
    assert.equal(response.headers.get('x-frame-options'), 'DENY', path);
  }
  assert.deepEqual(await (await fetch(`${url}/healthz`)).json(), { status: 'ok' });
});

test('without a built webmail a page in the reader\u2019s language says that the server runs', async () => {
  await using house = await openWebHouse();
  const url = await house.serve();
  const chinese = await fetch(`${url}/`);
  assert.equal(chinese.headers.get('content-language'), 'zh-CN');
  assert.match(await chinese.text(), /邮件服务器正在运行/);
  const english = await fetch(`${url}/`, { headers: { 'accept-language': 'en-GB,zh;q=0.5' } });
  assert.match(await english.text(), /mail server is running/);
});

test('the webmail: fresh page, history fall-back, immutable and precompressed assets', async () => {
  await using house = await openWebHouse();
  const url = await house.serve([], { webmail: buildWebmail(house) });
  const page = await fetch(`${url}/`);
  assert.equal(page.headers.get('cache-control'), 'no-cache');
  const deep = await fetch(`${url}/mail/inbox/42`, { headers: { accept: 'text/html' } });
  assert.equal(await deep.text(), await page.text());
  const asset = await fetch(`${url}/assets/app-1a2b3c.js`, { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  assert.equal(await asset.text(), 'packed');
  for (const path of ['/assets/none.js', '/jmap/none', '/auth/none', '/mail/data.json']) {
    const accept = path.startsWith('/mail') ? 'application/json' : 'text/html';
    assert.equal((await fetch(url + path, { headers: { accept } })).status, 404, path);
  }
});

test('nothing outside the webmail\u2019s folder is served', async () => {
  await using house = await openWebHouse();
  const url = await house.serve([], { webmail: buildWebmail(house) });
  for (const path of [
    '/..%2fsystem.db',
    '/%2e%2e/system.db',
    '/assets/..%2f..%2fsystem.db',
    '/..%5csystem.db',
  ]) {
    const response = await fetch(url + path, { headers: { accept: '*/*' } });
    assert.ok(response.status >= 400, path);
  }
});

test('DOM-16: where a domain waits for its filing, its hosts show why and nobody signs in there; others open', async () => {
  await using house = await openWebHouse();
  const asked: string[] = [];
  const closedHost = async (host: string): Promise<string | null> => {
    asked.push(host);
    return host.startsWith('mail.qinghe.test') ? '青禾<b>.test' : null;
  };
  const url = await house.serve([], { webmail: buildWebmail(house), closedHost });
  const port = new URL(url).port;
  const ask = async (path: string, host: string, body?: string): Promise<[number, string]> => {
    const outgoing = request(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { host, accept: 'text/html', 'accept-language': 'zh-CN', 'content-type': 'application/json' },
    });
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return [answer.statusCode ?? 0, Buffer.concat(chunks).toString()];
  };
  const shut = `mail.qinghe.test:${port}`;
  for (const path of ['/', '/mail/inbox', '/admin', '/admin/members']) {
    const [status, text] = await ask(path, shut);
    assert.equal(status, 403, path);
    assert.match(text, /青禾&lt;b&gt;\.test 完成备案后/);
    assert.notEqual((await ask(path, 'other.test'))[0], 403, path);
  }
  const body = JSON.stringify({ login: 'alice@hongyan.test', password: 'x' });
  const [status, problem] = await ask('/auth/sign-in', shut, body);
  assert.deepEqual([status, (JSON.parse(problem) as { code: string }).code], [403, 'domain.not_filed']);
  assert.equal((await ask('/auth/sign-on?ticket=x', shut))[0], 403);
  assert.equal((await ask('/auth/sign-in', 'other.test', body))[0], 401);
  asked.length = 0;
  assert.equal((await ask('/healthz', shut))[0], 200);
  assert.equal((await ask('/assets/app-1a2b3c.js', shut))[0], 200);
  assert.deepEqual(asked, [], 'what is no page is not asked about');
});
