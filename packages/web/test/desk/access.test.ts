import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeProblems, browserMissing } from '../browser.ts';
import { openSettings, row, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();
/** A desk's screen of 1280×800 at 200 %. */
const zoomed = { width: 640, height: 400 };
const modes = [
  { language: 'zh', dark: false },
  { language: 'en', dark: true },
] as const;

describe('webmail: for everybody, with any device', { skip, timeout: 300_000 }, () => {
  let webmail: Webmail;
  before(async () => {
    webmail = await Webmail.start();
    await webmail.deliver({
      from: 'Ingrid <ingrid@nord.example>',
      subject: 'Price list',
      text: 'Please.',
      attachments: [{ filename: 'a.txt', content: 'text' }],
    });
  });
  after(async () => {
    await webmail?.[Symbol.asyncDispose]();
  });

  const focused = (page: Page): Promise<string> =>
    page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.textContent");

  for (const mode of modes) {
    test(`axe is content with each page of the settings and each dialog on it, ${mode.language}, ${mode.dark ? 'dark' : 'light'}`, async () => {
      await using session = await webmail.signIn('alice', mode);
      const { page, problems } = session;
      for (const section of ['general', 'writing', 'receiving', 'labels', 'clients', 'account']) {
        await openSettings(page, section);
        assert.deepEqual(await axeProblems(page), [], section);
        const opening = page.locator('.settings-body .settings-card button:enabled:visible');
        for (let at = 0; at < (await opening.count()); at += 1) {
          const button = opening.nth(at);
          if ((await button.and(page.locator('[type=submit], .danger')).count()) > 0) continue;
          await button.focus();
          const name = await focused(page);
          await page.keyboard.press('Enter');
          const dialog = page.locator('dialog[open]');
          if (
            await dialog.waitFor({ timeout: 1500 }).then(
              () => false,
              () => true,
            )
          ) {
            await openSettings(page, section);
            continue;
          }
          assert.deepEqual(await axeProblems(page), [], `${section}: ${name}`);
          await page.keyboard.press('Escape');
          await dialog.waitFor({ state: 'detached' });
          assert.equal(
            await focused(page),
            name,
            `${section}: the focus goes back to what opened the dialog`,
          );
        }
      }
      assert.deepEqual(problems, []);
    });

    test(`axe is content with each menu and dialog of the mail screen, ${mode.language}, ${mode.dark ? 'dark' : 'light'}; Esc gives the focus back`, async () => {
      await using session = await webmail.signIn('alice', mode);
      const { page, problems } = session;
      await page.click(row('Price list'));
      await page.waitForSelector('.reader h2');
      const menus = page.locator('button[aria-haspopup=menu]:visible');
      for (let at = 0; at < (await menus.count()); at += 1) {
        await menus.nth(at).focus();
        const name = await focused(page);
        await page.keyboard.press('Enter');
        await page.waitForSelector('[role=menu]');
        assert.deepEqual(await axeProblems(page), [], `menu ${name}`);
        await page.keyboard.press('Escape');
        await page.waitForSelector('[role=menu]', { state: 'detached' });
        assert.equal(await focused(page), name, 'the focus goes back');
      }
      await page.keyboard.press('?');
      await page.waitForSelector('dialog[open]');
      assert.deepEqual(await axeProblems(page), [], 'keys');
      await page.keyboard.press('Escape');
      await page.waitForSelector('dialog', { state: 'detached' });
      await page.keyboard.press('/');
      await page.keyboard.type('from:ing');
      assert.deepEqual(await axeProblems(page), [], 'search panel');
      assert.deepEqual(problems, []);
    });
  }

  test('a reader of the screen hears what each row, folder and field is, and what was done', async () => {
    await using session = await webmail.signIn('alice');
    const { page } = session;
    await page.waitForSelector(row('Price list'));
    const list = await page.locator('.list').ariaSnapshot();
    assert.match(list, /grid "收件箱"/);
    assert.match(list, /gridcell ".*Ingrid，Price list，.*有附件/);
    const folders = await page.locator('nav.folders').ariaSnapshot();
    for (const name of ['收件箱', '待办邮件', '草稿箱', '已发送', '存档', '垃圾邮件'])
      assert.match(folders, new RegExp(`button "${name}`), name);
    await page.keyboard.press('c');
    await page.waitForSelector('.composer.full .editor-area');
    const composer = await page.locator('.composer.full').ariaSnapshot();
    for (const name of ['收件人', '主题'])
      assert.match(composer, new RegExp(`(?:textbox|combobox) "${name}`), name);
    assert.match(composer, /textbox "(?:正文|邮件正文)/);
    await page.keyboard.press('Escape');
    await page.waitForSelector('.composer.full', { state: 'detached' });
    await page.focus('.list [role=row] >> nth=0');
    await page.keyboard.press('s');
    await page.keyboard.press('t');
    await page.waitForSelector('[role=status] .toast');
    await page.keyboard.press('z');
    await page.waitForSelector('[role=status] .toast:has-text("已撤销")');
  });

  test('at 200 % nothing is cut off; without motion nothing moves; in forced colours states are seen', async () => {
    await using session = await webmail.signIn('alice', { size: zoomed });
    const { page, problems } = session;
    const fits = async (where: string): Promise<void> => {
      assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, where);
    };
    await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
    await page.waitForSelector(row('Price list'));
    await fits('list');
    await page.click(row('Price list'));
    await page.waitForSelector('.reader h2');
    await fits('reader');
    for (const section of ['general', 'writing', 'receiving', 'labels', 'clients', 'account']) {
      await openSettings(page, section);
      await fits(section);
    }
    const moving = await page.evaluate(`[...document.querySelectorAll('*')].filter(node => {
      const style = getComputedStyle(node);
      const seconds = text => Math.max(...text.split(',').map(part => parseFloat(part)));
      return seconds(style.transitionDuration) > 0.01 || seconds(style.animationDuration) > 0.01;
    }).map(node => node.className)`);
    assert.deepEqual(moving, []);
    // A switch that is on differs from one that is off, with the colours of the system alone.
    await openSettings(page, 'general');
    const looks = await page.evaluate(`[...document.querySelectorAll('.switch')].map(node => {
      const style = getComputedStyle(node);
      const knob = getComputedStyle(node, '::after');
      return [node.checked, style.backgroundColor + knob.transform + knob.backgroundColor];
    })`);
    const by = (on: boolean): Set<unknown> =>
      new Set((looks as [boolean, string][]).filter(([is]) => is === on).map(([, look]) => look));
    for (const look of by(true)) assert.equal(by(false).has(look), false, 'on and off look alike');
    assert.deepEqual(problems, []);
  });
});
