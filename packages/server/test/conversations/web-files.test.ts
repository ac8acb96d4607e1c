import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
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
