import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeProblems, browserMissing, phone } from '../browser.ts';
import { row, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const modes = [
  { language: 'zh', dark: false, more: '更多: 项目' },
  { language: 'en', dark: true, more: 'More: 项目' },
] as const;

describe('webmail: axe on layers over the mail screen', { skip, timeout: 300_000 }, () => {
  let webmail: Webmail;
  before(async () => {
    webmail = await Webmail.start();
    await webmail.jmap('alice', ['Mailbox/set', { create: { project: { name: '项目' } } }]);
    await webmail.deliver({
      from: 'Ingrid <ingrid@nord.example>',
      subject: 'Price list',
      text: 'Please.',
      attachments: [
        { filename: 'a.txt', content: 'text' },
        { filename: 'b.png', content: picture, contentType: 'image/png' },
      ],
    });
  });
  after(async () => {
    await webmail?.[Symbol.asyncDispose]();
  });

  const content = async (page: Page, where: string): Promise<void> =>
    assert.deepEqual(await axeProblems(page), [], where);

  for (const { more, ...mode } of modes) {
    const name = `${mode.language}, ${mode.dark ? 'dark' : 'light'}`;

    test(`the composer: full, in a window, put away, with a file, ${name}`, async () => {
      await using session = await webmail.signIn('alice', mode);
      const { page, problems } = session;
      await page.keyboard.press('c');
      await page.waitForSelector('.composer.full .editor-area');
      await page.keyboard.type('bob@hongyan.test');
      await page.waitForSelector('[role=listbox] [role=option]');
      await content(page, 'suggestions');
      await page.keyboard.press('Enter');
      await page
        .locator('.composer .strip input[type=file]')
        .setInputFiles([{ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('text') }]);
      await page.waitForSelector('.strip-file:not(:has(progress))');
      await content(page, 'full');
      const menus = page.locator('.composer button[aria-haspopup=menu]:visible');
      for (let at = 0; at < (await menus.count()); at += 1) {
        await menus.nth(at).focus();
        await page.keyboard.press('Enter');
        await page.waitForSelector('.composer [role=menu]');
        await content(page, `menu ${at}`);
        await page.keyboard.press('Escape');
        await page.waitForSelector('.composer [role=menu]', { state: 'detached' });
      }
      await page.click(`.composer-bar button:has-text("${mode.language === 'zh' ? '弹出窗口' : 'Pop out'}")`);
      await page.waitForSelector('.composer.window');
      await content(page, 'window');
      await page.click('.composer.window [aria-label="最小化"], .composer.window [aria-label="Minimise"]');
      await page.waitForSelector('.draft-dock button');
      await content(page, 'put away');
      assert.deepEqual(problems, []);
    });

    test(`folder dialogs and previews of files, ${name}`, async () => {
      await using session = await webmail.signIn('alice', mode);
      const { page, problems } = session;
      const opening = page.locator(`button[aria-label="${more}"]`);
      await opening.focus();
      await page.keyboard.press('Enter');
      const count = await page.locator('[role=menuitem]').count();
      assert.ok(count >= 3);
      await page.keyboard.press('Escape');
      for (let at = 0; at < count; at += 1) {
        await opening.focus();
        await page.keyboard.press('Enter');
        await page.waitForSelector('[role=menuitem]:focus');
        for (let step = 0; step < at; step += 1) await page.keyboard.press('ArrowDown');
        const what = await page.locator('[role=menuitem]:focus').textContent();
        await page.keyboard.press('Enter');
        const asked = await page.waitForSelector('dialog[open]', { timeout: 3000 }).then(
          () => true,
          () => false,
        );
        if (!asked) continue;
        await content(page, `dialog ${what}`);
        await page.keyboard.press('Escape');
        await page.waitForSelector('dialog', { state: 'detached' });
        assert.equal(await page.locator(':focus').getAttribute('aria-label'), more, `${what}`);
      }
      await page.click(row('Price list'));
      await page.waitForSelector('.reader h2');
      for (const file of ['a.txt', 'b.png']) {
        const preview = page.locator(
          `.reader :is(button, a):text-matches("^(预览|Preview)$") >> nth=${file === 'a.txt' ? 0 : 1}`,
        );
        await preview.focus();
        await page.keyboard.press('Enter');
        await page.waitForSelector('dialog[open]');
        await content(page, file);
        await page.keyboard.press('Escape');
        await page.waitForSelector('dialog', { state: 'detached' });
        assert.match((await page.locator(':focus').textContent()) ?? '', /预览|Preview/, file);
      }
      assert.deepEqual(problems, []);
    });
  }

  test('on a phone: composer with its options and a file', async () => {
    for (const { more: _, ...mode } of modes) {
      await using session = await webmail.signIn('alice', { ...mode, size: phone });
      const { page } = session;
      await page.tap('.write-pill');
      await page.waitForSelector('.composer.full .editor-area');
      await content(page, 'composer');
      await page.tap('.composer-bar button[aria-haspopup=menu] >> nth=0');
      await page.waitForSelector('[role=menu]');
      await content(page, 'options');
    }
  });
});
