import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Request } from 'playwright-core';
import { browserMissing } from '../browser.ts';
import { eventually, row, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();
const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** Names of the methods in a JMAP request. */
const methods = (request: Request): string =>
  (request.postDataJSON() as { methodCalls: [string][] }).methodCalls.map(([name]) => name).join(' ');

describe('opening a mail (REA-03)', { skip, timeout: 240_000 }, () => {
  let web: Webmail;
  before(async () => {
    web = await Webmail.start();
    for (const name of ['第三封', '第二封', '第一封'])
      await web.deliver({ subject: name, text: `正文 of ${name}` });
  });
  after(() => web[Symbol.asyncDispose]());

  test('one request brings the mail and its conversation; the one after it stands without asking for it', async () => {
    await using session = await web.signIn('alice');
    const { page, problems } = session;
    await page.waitForSelector(row('第三封'));
    // What follows from marking it as read is none of this: bodies and conversations.
    const reads = (request: Request): boolean =>
      new URL(request.url()).pathname === '/jmap/api' &&
      (methods(request) === 'Thread/get' || Boolean(request.postData()?.includes('fetchTextBodyValues')));
    const asked: string[] = [];
    let frames = 0;
    page.on('request', request => {
      if (reads(request)) asked.push(methods(request));
      if (request.url().endsWith('/message-frame.html')) frames += 1;
    });
    const ahead = page.waitForResponse(
      response => reads(response.request()) && methods(response.request()) === 'Email/get',
    );
    await page.click(row('第一封'));
    await page.frameLocator('.message-frame').getByText('正文 of 第一封').waitFor();
    await ahead;
    assert.deepEqual(asked, ['Email/get Thread/get', 'Email/get']);
    assert.equal(frames, 1, 'the frame is there before the mail and stays');
    // Without an answer of the server the next one stands all the same.
    const held = Promise.withResolvers<void>();
    await page.route('**/jmap/api', async route => {
      await held.promise;
      await route.continue();
    });
    await page.keyboard.press('j');
    await page.frameLocator('.message-frame').getByText('正文 of 第二封').waitFor();
    held.resolve();
    await page.unrouteAll({ behavior: 'wait' });
    assert.deepEqual(problems, []);
  });

  test('one mail follows another in the same frame, and nothing of the one before stays', async () => {
    const picture = (name: string): string =>
      `<p>Brief</p><img src="cid:p"><img src="https://track.example/${name}">`;
    const attachments = (name: string) => [
      { cid: 'p', filename: `${name}.png`, content: onePixel, contentType: 'image/png' },
    ];
    for (const name of ['三', '二', '一'])
      await web.deliver({ subject: `带图 ${name}`, html: picture('x.png'), attachments: attachments(name) });
    await using session = await web.signIn('alice');
    const { page } = session;
    await page.click(row('带图 一'));
    const frame = page.frameLocator('.message-frame');
    await frame.getByText('Brief').waitFor();
    // Of this mail its pictures are asked for and its details looked at.
    await page.click('.blocked button >> nth=0');
    await page.waitForSelector('.blocked', { state: 'detached' });
    await page.click('.recipients-line button');
    await page.waitForSelector('.message-details');
    const own = await frame.locator('img').first().getAttribute('src');
    const element = await page.$('.message-frame');
    const seen: string[] = [];
    page.on('request', request => seen.push(request.url()));
    await page.keyboard.press('j');
    await page.waitForSelector('.reader h2:has-text("带图 二")');
    // The body is the same, letter by letter: its picture is another one, and the tracker's is not fetched.
    await eventually(async () => (await frame.locator('img').first().getAttribute('src')) !== own);
    await page.waitForSelector('.blocked');
    assert.equal(await page.locator('.message-details').count(), 0);
    const second = await frame.locator('img').first().getAttribute('src');
    await page.keyboard.press('j');
    await page.waitForSelector('.reader h2:has-text("带图 三")');
    await eventually(async () => (await frame.locator('img').first().getAttribute('src')) !== second);
    assert.ok(await element?.evaluate(one => one.isConnected), 'the frame is the same');
    assert.deepEqual(
      seen.filter(url => /message-frame|track\.example/.test(url)),
      [],
    );
  });

  test('while a mail is on its way, nothing of the one before stands in its place', async () => {
    await using session = await web.signIn('alice');
    const { page } = session;
    await page.click(row('第一封'));
    await page.frameLocator('.message-frame').getByText('正文 of 第一封').waitFor();
    const held = Promise.withResolvers<void>();
    await page.route('**/jmap/api', async route => {
      await held.promise;
      await route.continue();
    });
    await web.deliver({ subject: '后来的', text: '后来的正文' });
    await page.keyboard.press('End');
    await page.waitForSelector('.message.pending');
    assert.equal((await page.frameLocator('.message-frame').locator('body').innerText()).trim(), '');
    held.resolve();
    await page.unrouteAll({ behavior: 'wait' });
    await page.waitForSelector('.message.pending', { state: 'detached' });
    assert.equal(await page.locator('.message-frame').count(), 1);
    assert.notEqual((await page.frameLocator('.message-frame').locator('body').innerText()).trim(), '');
  });

  test('whoever answers a mail at once has read it', async () => {
    await web.deliver({ subject: '快问快答', text: '在吗？' });
    await using session = await web.signIn('alice');
    const { page } = session;
    // The conversation does not come before one goes on.
    const held = Promise.withResolvers<void>();
    await page.route('**/jmap/api', async route => {
      const names = methods(route.request());
      if (names === 'Email/get') await held.promise;
      await route.continue();
    });
    await page.click(row('快问快答'));
    await page.frameLocator('.message-frame').getByText('在吗？').waitFor();
    await page.keyboard.press('r');
    await page.waitForSelector('.composer .editor-area');
    await eventually(async () => {
      const [, get] = await web.jmap(
        'alice',
        ['Email/query', { filter: { subject: '快问快答' } }],
        [
          'Email/get',
          { '#ids': { resultOf: '0', name: 'Email/query', path: '/ids' }, properties: ['keywords'] },
        ],
      );
      const [mail] = (get?.['list'] ?? []) as { keywords: Record<string, true> }[];
      return mail?.keywords['$seen'];
    });
    held.resolve();
    await page.unrouteAll({ behavior: 'wait' });
  });
});
