import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Request } from 'playwright-core';
import { browserMissing } from '../browser.ts';
import { row, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();

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
    page.on('request', request => {
      if (reads(request)) asked.push(methods(request));
    });
    const ahead = page.waitForResponse(
      response => reads(response.request()) && methods(response.request()) === 'Email/get',
    );
    await page.click(row('第一封'));
    await page.frameLocator('.message-frame').getByText('正文 of 第一封').waitFor();
    await ahead;
    assert.deepEqual(asked, ['Email/get Thread/get', 'Email/get']);
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
});
