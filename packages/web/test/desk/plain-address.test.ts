import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browserMissing, openPage } from '../browser.ts';
import { beginMail, password, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();

/** What browsers keep from pages at a plain http address of a network. */
const withhold = `for (const [of, name] of [
  [Crypto.prototype, 'randomUUID'], [Crypto.prototype, 'subtle'], [Navigator.prototype, 'locks'],
  [Navigator.prototype, 'clipboard'], [Navigator.prototype, 'serviceWorker'], [Navigator.prototype, 'storage'],
  [window, 'caches'],
]) delete of[name];`;

describe('webmail: at an address that browsers do not trust', { skip, timeout: 120_000 }, () => {
  let webmail: Webmail;
  before(async () => {
    webmail = await Webmail.start();
  });
  after(async () => {
    await webmail?.[Symbol.asyncDispose]();
  });

  test('one signs in, writes, attaches, sends, and comes back to a draft, without what is only lent to https', async () => {
    const { page, problems } = await openPage(webmail.browser);
    await page.addInitScript(withhold);
    await page.goto(webmail.url);
    await page.fill('input[name=username]', 'alice@hongyan.test');
    await page.fill('input[name=password]', password);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-testid=list]');
    assert.equal(
      await page.evaluate('typeof crypto.randomUUID + typeof navigator.locks'),
      'undefinedundefined',
    );
    await beginMail(page, 'bob@hongyan.test', '局域网');
    await page.keyboard.type('从内网寄出');
    await page
      .locator('.strip input[type=file]')
      .setInputFiles([{ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('text') }]);
    await page.waitForSelector('.strip-file:has-text("a.txt"):not(:has(progress))');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.toast:has-text("后发出")');
    assert.match(await webmail.source('bob', '局域网'), /a\.txt/);
    await page.evaluate("location.hash = '#/f/sent'");
    await page.click('.mail-row:has-text("局域网")');
    await page.click('.reader-tools button:has-text("更多")');
    await page.click('[role=menuitem]:has-text("查看原文")');
    await page.click('dialog button:has-text("复制")');
    await page.waitForSelector('dialog button:has-text("已复制")');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    await page.focus('input[type=search]');
    await page.keyboard.press('Control+v');
    assert.match(await page.inputValue('input[type=search]'), /alice@hongyan\.test/);
    await page.fill('input[type=search]', '');
    await page.evaluate('document.activeElement.blur()');
    await beginMail(page, 'bob@hongyan.test', '没写完');
    await page.keyboard.type('写到一半');
    await page.keyboard.press('Control+s');
    await page.waitForSelector('.save-note:has-text("草稿已存到服务器")');
    await page.reload();
    await page.evaluate("location.hash = '#/f/drafts'");
    await page.click('.mail-row:has-text("没写完")');
    await page.waitForSelector('.composer.full .editor-area:has-text("写到一半")');
    problems.splice(0, problems.length, ...problems.filter(text => !text.includes('401')));
    assert.deepEqual(problems, []);
    await page.context().close();
  });
});
