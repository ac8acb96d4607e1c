import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { browserMissing } from '../browser.ts';
import { row, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();

/** Buttons that lie beyond the right edge of what they stand in. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.reader-tools button')]
      .filter(button => {
        const bar = button.closest('.reader-tools');
        return bar !== null && button.getBoundingClientRect().right > bar.getBoundingClientRect().right;
      })
      .map(button => button.textContent),
  );
}

describe('webmail: screens of all widths', { skip, timeout: 240_000 }, () => {
  let web: Webmail;
  before(async () => {
    web = await Webmail.start();
    await web.deliver({
      subject: 'For every width',
      text: 'x',
      to: ['alice@hongyan.test', 'bob@hongyan.test'],
    });
  });
  after(() => web[Symbol.asyncDispose]());

  for (const language of ['zh', 'en'] as const)
    test(`what can be done with an open mail is in reach, in the bar or in its menu (${language})`, async () => {
      await using session = await web.signIn('alice', { language });
      const { page, problems } = session;
      await page.click(row('For every width'));
      await page.waitForSelector('.reader-tools');
      const more = page.locator(
        '.reader-tools button:has-text("更多"), .reader-tools button:has-text("More")',
      );
      const all = language === 'zh' ? '全部回复' : 'Reply all';
      const later = language === 'zh' ? '转为待办' : 'To-do';
      // Down and up again: what was put away comes back.
      for (const width of [1920, 1440, 1366, 1280, 1200, 1024, 800, 1280, 1920]) {
        await page.setViewportSize({ width, height: 800 });
        await page.waitForFunction(wanted => innerWidth === wanted, width);
        await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve))));
        assert.deepEqual(await cutOff(page), [], `${width}`);
        const bar = await page.locator('.reader-tools > button').allTextContents();
        await more.click();
        const menu = await page.locator('.reader-tools [role=menu] [role^=menuitem]').allTextContents();
        for (const action of [all, later])
          assert.equal(bar.includes(action), !menu.includes(action), `${action} at ${width}`);
        if (width === 1920) assert.ok(bar.includes(all) && bar.includes(later));
        if (width === 800) assert.ok(menu.includes(all) && menu.includes(later));
        await page.keyboard.press('Escape');
      }
      assert.deepEqual(problems, []);
    });

  for (const language of ['zh', 'en'] as const)
    test(`on the sheet of keys no key lies over words, and every key is drawn as one (${language})`, async () => {
      await using session = await web.signIn('alice', { language });
      const { page } = session;
      await page.waitForSelector(row('For every width'));
      await page.keyboard.press('?');
      await page.waitForSelector('.key-sheet');
      for (const width of [1440, 1280, 1024, 390]) {
        await page.setViewportSize({ width, height: 800 });
        await page.waitForFunction(wanted => innerWidth === wanted, width);
        const over = await page.evaluate(() =>
          [...document.querySelectorAll('.key-sheet dl > div')]
            .filter(line => {
              const words = line.querySelector('dd')?.getBoundingClientRect().left ?? 0;
              return [...line.querySelectorAll('kbd')].some(key => key.getBoundingClientRect().right > words);
            })
            .map(line => line.textContent),
        );
        assert.deepEqual(over, [], `${width}`);
      }
      const lines = await page
        .locator('.key-sheet dt')
        .evaluateAll(all => all.map(one => one.querySelectorAll('kbd').length));
      assert.ok(lines.every(keys => keys > 0));
    });
});
