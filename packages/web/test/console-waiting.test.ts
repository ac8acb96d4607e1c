import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { consoleEn } from '@hongyan/phrases/console/en.ts';
import { consoleZh } from '@hongyan/phrases/console/zh.ts';
import type { Page, Route } from 'playwright-core';
import { consolePages } from '../src/console/pages.ts';
import { browserMissing } from './browser.ts';
import { ConsoleHouse } from './console-fixture.ts';

const skip = browserMissing();

/** Every page of the navigation while it is read, and when it cannot be: the list is the console's own. */
describe('every page of the console that waits or fails', { skip, timeout: 280_000 }, () => {
  let house: ConsoleHouse;

  before(async () => {
    house = await ConsoleHouse.open();
  });
  after(async () => {
    await house?.[Symbol.asyncDispose]();
  });

  async function visit(page: Page, key: string): Promise<void> {
    await page.evaluate(hash => {
      location.hash = hash;
    }, `#/${key}`);
    await page.waitForSelector(`.console-page[data-page="${key}"]`);
  }

  for (const [language, words] of [
    ['zh', consoleZh],
    ['en', consoleEn],
  ] as const) {
    test(`loading (${language}): nothing, then a line and grey rows, then the page`, async () => {
      await using session = await house.signIn('admin', { language });
      const { page } = session;
      for (const { key } of consolePages) {
        if (key === 'overview') continue;
        const { promise, resolve } = Promise.withResolvers<void>();
        const hold = async (route: Route): Promise<void> => {
          await promise;
          await route.continue();
        };
        await page.route('**/api/v1/**', hold);
        await visit(page, key);
        await page.waitForSelector('.console-page .skeleton');
        assert.equal(await page.locator('.console-page [role=alert]').count(), 0, key);
        resolve();
        await page.waitForSelector('.console-page .skeleton', { state: 'detached' });
        await page.waitForSelector('.console-page .progress-line', { state: 'detached' });
        await page.unroute('**/api/v1/**', hold);
      }
    });

    test(`error (${language}): what is wrong, and another try that works`, async () => {
      await using session = await house.signIn('admin', { language });
      const { page } = session;
      for (const { key } of consolePages) {
        // The overview keeps what was read a moment ago.
        if (key === 'overview') continue;
        await page.route('**/api/v1/**', route => route.abort());
        await visit(page, key);
        const retry = page.locator(`.console-page [role=alert] button:has-text("${words.shell.retry}")`);
        await retry.first().waitFor();
        const said = (await retry.first().locator('..').textContent()) ?? '';
        assert.ok(said.includes(words.shell.unreachable), `${key}: ${said}`);
        await page.unroute('**/api/v1/**');
        // Each part of a page has its own.
        for (let left = await retry.count(); left > 0; left = await retry.count()) {
          await retry.first().click();
          await page.waitForFunction(
            before =>
              document.querySelectorAll('.console-page [role=alert] button').length < before &&
              !document.querySelector('.console-page .progress-line'),
            left,
          );
        }
        await page.waitForSelector('.console-page h1');
      }
    });
  }
});
