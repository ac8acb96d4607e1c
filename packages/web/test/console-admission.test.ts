import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { password } from '../../server/test/whole-server/server-process.ts';
import { axeProblems, browserMissing, phone } from './browser.ts';
import { api, ConsoleHouse, row, typeSignIn } from './console-fixture.ts';
import { totp } from './totp.ts';

const skip = browserMissing();
const chosen = 'geese fly south 8';

/** Activation links and the demand for a second factor, as administrators and members meet them. */
describe('getting in for the first time', { skip, timeout: 240_000 }, () => {
  let house: ConsoleHouse;

  before(async () => {
    house = await ConsoleHouse.open();
  });
  after(async () => {
    await house?.[Symbol.asyncDispose]();
  });

  /** Opens a link as its owner does and chooses a password. */
  async function activate(page: Page, words: { readonly submit: string }): Promise<void> {
    await page.fill('input[name=password]', chosen);
    await page.fill('input[name=again]', chosen);
    await page.click(`button:has-text("${words.submit}")`);
    await page.waitForSelector('[data-testid=list]');
  }

  test('MBX-03: a member added with a link opens it on the phone, chooses a password, and is in; once', async () => {
    await using session = await house.signIn();
    const { page, problems } = session;
    await house.visit(page, 'members/add');
    await page.getByLabel('姓名', { exact: true }).fill('林晓舟');
    await page.waitForSelector('text=linxiaozhou@hongyan.test 可以使用。');
    assert.deepEqual(await axeProblems(page), []);
    await page.click('.detail-actions button.primary');
    const link = (await page.textContent('.made-link'))?.trim() ?? '';
    assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/activate\/[\w-]{43}$/);
    await page.waitForSelector('.console-once img.qr');
    await page.click('.detail-actions button:has-text("完成")');
    await row(page, '林晓舟').locator('text=未激活').waitFor();

    await using owner = await house.page(new URL(link).pathname, { size: phone });
    await owner.page.waitForSelector('h1:has-text("林晓舟，欢迎")');
    assert.deepEqual(await axeProblems(owner.page), []);
    const wide = await owner.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false, 'nothing is cut on a phone');
    await owner.page.fill('input[name=password]', '12345678');
    await owner.page.fill('input[name=again]', '12345678');
    await owner.page.click('button:has-text("设置密码并登录")');
    await owner.page.waitForSelector('[role=alert]:has-text("太常见")');
    await activate(owner.page, { submit: '设置密码并登录' });

    await using thief = await house.page(new URL(link).pathname, { language: 'en' });
    await thief.page.waitForSelector('[role=alert]:has-text("This link was used")');
    await page.reload();
    await row(page, '林晓舟').waitFor();
    assert.equal(await row(page, '林晓舟').locator('text=未激活').count(), 0);
    assert.deepEqual(problems, []);
  });

  test('a link in place of a new password, in English; withdrawn before it is used, it opens nothing', async () => {
    await using session = await house.signIn('admin', { language: 'en' });
    const { page } = session;
    const { items } = await api<{ items: { id: number }[] }>(page, 'GET', '/members?q=bob');
    await house.visit(page, `members/${items[0]?.id}`);
    await page.click('.detail-drawer button:has-text("Reset password")');
    await page.click('dialog button:has-text("Make a link for a new password")');
    const link = (await page.textContent('.made-link'))?.trim() ?? '';
    await page.click('dialog button:has-text("Done")');
    await using bob = await house.page(new URL(link).pathname, { language: 'en' });
    await bob.page.waitForSelector('h1:has-text("Choose a new password")');
    await page.reload();
    await page.click('button:has-text("Withdraw link")');
    await page.waitForSelector('button:has-text("Withdraw link")', { state: 'detached' });
    await bob.page.fill('input[name=password]', chosen);
    await bob.page.fill('input[name=again]', chosen);
    await bob.page.click('button:has-text("Set password and sign in")');
    await bob.page.waitForSelector('[role=alert]:has-text("does not exist")');
  });

  test('a demand for a second factor without grace: setting it up is part of signing in, webmail and console', async () => {
    await using session = await house.signIn();
    const { page } = session;
    await house.visit(page, 'sign-in');
    const card = page.locator('.card, section', { has: page.locator('h2:has-text("要求二次验证")') }).last();
    await card.getByLabel('所有成员', { exact: true }).check();
    await card.getByLabel('宽限天数').fill('0');
    assert.deepEqual(await axeProblems(page), []);
    await card.locator('button.primary').click();
    await page.waitForSelector('text=已保存');

    for (const [login, path, inside, language] of [
      ['alice@hongyan.test', '/', '[data-testid=list]', 'zh'],
      ['admin@hongyan.test', '/admin', '.console-page h1', 'en'],
    ] as const) {
      await using person = await house.page(path, { language, ...(path === '/' ? { size: phone } : {}) });
      await typeSignIn(person.page, login, password);
      const secret = (await person.page.textContent('.secret')) ?? '';
      assert.deepEqual(await axeProblems(person.page), []);
      await person.page.fill('input[name=code]', '000000');
      await person.page.keyboard.press('Enter');
      await person.page.waitForSelector('[role=alert]');
      await person.page.fill('input[name=code]', totp(secret));
      await person.page.keyboard.press('Enter');
      await person.page.waitForSelector('.recovery-codes li');
      assert.equal(await person.page.locator('.recovery-codes li').count(), 10);
      await person.page.click('.sign-in-form button.primary');
      await person.page.waitForSelector(inside);
    }
    await house.visit(page, 'members/without-factor');
    await page.reload();
    await row(page, 'bob@hongyan.test').locator('text=未开启').waitFor();
    await page.getByLabel('二次验证').selectOption('true');
    await row(page, 'alice@hongyan.test').locator('text=已开启').waitFor();
    assert.equal(await row(page, 'bob@hongyan.test').count(), 0);
  });
});
