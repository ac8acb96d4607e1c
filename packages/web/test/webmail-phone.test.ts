import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axeProblems, browserMissing, phone } from './browser.ts';
import { eventually, row, Webmail } from './webmail-fixture.ts';

const skip = browserMissing();

describe('writing on a phone', { skip, timeout: 300_000 }, () => {
  let web: Webmail;
  before(async () => {
    web = await Webmail.start();
  });
  after(() => web[Symbol.asyncDispose]());

  test('CMP-01: what to look at is shown on tapping 发送; going back keeps the mail, sending on sends it', async () => {
    await using session = await web.signIn('alice', { size: phone });
    const { page, problems } = session;
    await page.tap('.write-pill');
    await page.fill('.recipient-input input', 'buyer@out.example');
    await page.keyboard.press('Enter');
    await page.fill('#compose-subject', '样品');
    await page.tap('.editor-area');
    await page.keyboard.type('附件是报价单。');
    await page.tap('.composer-bar .primary');
    const asked = page.locator('dialog .checks-asked');
    await asked.locator('.check:has-text("不在本企业")').waitFor();
    await asked.locator('.check.warn:has-text("还没有添加")').waitFor();
    assert.deepEqual(await axeProblems(page), []);
    await page.tap('dialog button:has-text("回去修改")');
    await page.waitForSelector('dialog', { state: 'detached' });
    assert.match((await page.textContent('.editor-area')) ?? '', /附件是报价单/);
    await page.tap('.composer-bar .primary');
    await page.tap('dialog button:has-text("仍然发送")');
    await page.waitForSelector('.composer', { state: 'detached' });
    await web.source('alice', '样品');
    assert.deepEqual(problems, []);
  });

  test('an answer without anything odd is sent at once', async () => {
    await web.deliver({ subject: '问价', text: '多少钱？' });
    await using session = await web.signIn('alice', { size: phone });
    const { page, problems } = session;
    await page.tap(row('问价'));
    await page.tap('.reader-bottom button:has-text("回复")');
    await page.waitForSelector('.editor-area');
    await page.tap('.editor-area');
    await page.keyboard.type('三元。');
    await page.tap('.composer-bar .primary');
    await page.waitForSelector('.composer', { state: 'detached' });
    await page.waitForSelector('.toast');
    assert.deepEqual(problems, []);
  });

  test('two hundred recipients leave the details within reach', async () => {
    const to = Array.from({ length: 200 }, (_, n) => `"收件人 ${n}" <p${n}@partner.example>`);
    await web.deliver({ subject: '群发', text: '各位好。', to });
    await using session = await web.signIn('alice', { size: phone });
    const { page, problems } = session;
    await page.tap(row('群发'));
    const details = page.locator('.recipients-line button');
    await details.waitFor();
    const box = await details.boundingBox();
    assert.ok(box && box.x + box.width <= phone.width, JSON.stringify(box));
    await details.tap();
    await page.waitForSelector('.message-details:has-text("p199@partner.example")');
    assert.deepEqual(problems, []);
  });

  test('CMP-06: a scheduled mail that asks for its subject still leaves at its time, not at once', async () => {
    await using session = await web.signIn('alice', { size: phone });
    const { page, problems } = session;
    await page.tap('.write-pill');
    await page.fill('.recipient-input input', 'bob@hongyan.test');
    await page.keyboard.press('Enter');
    await page.tap('.editor-area');
    await page.keyboard.type('明早再看。');
    await page.tap('.composer-bar .menu > button');
    await page.tap('[role=menuitem]:has-text("定时发送")');
    await page.tap('dialog button:has-text("明早")');
    await page.tap('dialog button:has-text("仍然发送")');
    await page.waitForSelector('.composer', { state: 'detached' });
    const waiting = await eventually(async () => {
      const [, get] = await web.jmap(
        'alice',
        ['EmailSubmission/query', { filter: { undoStatus: 'pending' } }],
        ['EmailSubmission/get', { '#ids': { resultOf: '0', name: 'EmailSubmission/query', path: '/ids' } }],
      );
      return ((get?.['list'] ?? []) as { sendAt: string; envelope: { rcptTo: { email: string }[] } }[]).find(
        ({ envelope }) => envelope.rcptTo[0]?.email === 'bob@hongyan.test',
      );
    });
    assert.ok(Date.parse(waiting.sendAt) > Date.now() + 60_000, waiting.sendAt);
    assert.deepEqual(problems, []);
  });

  test('the last mail of a list can be brought above the button for a new one', async () => {
    for (let n = 0; n < 12; n += 1) await web.deliver({ subject: `一屏 ${n}`, text: '好。' });
    await using session = await web.signIn('alice', { size: phone });
    const { page } = session;
    await page.waitForSelector(row('一屏 11'));
    const free = await page.evaluate(async () => {
      const list = document.querySelector('[data-testid=list]');
      list?.scrollTo({ top: list.scrollHeight });
      await new Promise(resolve => setTimeout(resolve, 300));
      const rows = [...document.querySelectorAll('.mail-row[data-mail]')].map(one =>
        one.getBoundingClientRect(),
      );
      const lowest = Math.max(...rows.map(({ bottom }) => bottom));
      return (document.querySelector('.write-pill')?.getBoundingClientRect().top ?? 0) - lowest;
    });
    assert.ok(free >= 0, `${free} px`);
  });

  test('going back puts a mail being written away, then the mail that was read, and closes the folders', async () => {
    await web.deliver({ subject: '返回一步', text: '好。' });
    await using session = await web.signIn('alice', { size: phone });
    const { page, problems } = session;
    await page.tap(row('返回一步'));
    await page.tap('.reader-bottom button:has-text("回复")');
    await page.waitForSelector('.editor-area');
    await page.tap('.editor-area');
    await page.keyboard.type('写到一半');
    await page.goBack();
    await page.waitForSelector('.reader h2:has-text("返回一步")');
    await page.tap('.draft-dock button');
    await page.waitForSelector('.composer.full .editor-area:has-text("写到一半")');
    await page.tap('.composer-bar button:has-text("关闭")');
    await page.waitForSelector('.composer', { state: 'detached' });
    await page.waitForSelector('.reader h2:has-text("返回一步")');
    await page.goBack();
    await page.waitForSelector('[data-testid=list]');
    await page.tap('.folders-button');
    await page.waitForSelector('.drawer');
    await page.goBack();
    await page.waitForSelector('.drawer', { state: 'detached' });
    await page.waitForSelector('[data-testid=list]');
    assert.deepEqual(problems, []);
  });

  test('a turned phone gives its height to the text; the lines above scroll away, the bar stays', async () => {
    await using session = await web.signIn('alice', { size: phone });
    const { page, problems } = session;
    await page.tap('.write-pill');
    await page.fill('.recipient-input input', 'bob@hongyan.test');
    await page.keyboard.press('Enter');
    await page.tap('.editor-area');
    assert.equal(await page.isVisible('.top'), false, 'nothing to search in while one writes');
    // Turned, and most of it under the keyboard.
    await page.setViewportSize({ width: 844, height: 190 });
    await page.keyboard.type('横着写：');
    await page.waitForFunction(() => {
      const caret = document.getSelection()?.focusNode?.parentElement?.getBoundingClientRect();
      const bar = document.querySelector('.composer-bar')?.getBoundingClientRect();
      return caret && bar && bar.top >= 0 && caret.top >= bar.bottom && caret.bottom <= innerHeight;
    });
    await page.setViewportSize({ width: 844, height: 390 });
    assert.deepEqual(await axeProblems(page), []);
    await page.tap('.composer-bar button:has-text("关闭")');
    await page.waitForSelector('.top');
    assert.deepEqual(problems, []);
  });

  test('a turned phone shows one thing at a time: the list, or a mail with what can be done below it', async () => {
    await web.deliver({ subject: '横着读', text: '看得清。' });
    await using session = await web.signIn('alice', { size: phone });
    const { page, problems } = session;
    await page.setViewportSize({ width: 844, height: 390 });
    await page.tap(row('横着读'));
    await page.waitForSelector('.reader-bottom');
    await page.waitForSelector('.list', { state: 'detached' });
    const body = await page.locator('.reader-body').boundingBox();
    assert.ok(body && body.height >= 290 && body.width > 800, JSON.stringify(body));
    assert.deepEqual(await axeProblems(page), []);
    await page.tap('.reader-top button:has-text("返回")');
    await page.locator(row('横着读')).waitFor();
    assert.deepEqual(problems, []);
  });

  test('a keyboard laid over the page leaves the page the room above it', async () => {
    await using session = await web.signIn('alice', { size: phone });
    const { page } = session;
    await page.tap('.write-pill');
    await page.waitForSelector('.editor-area');
    const strip = page.locator('.composer .strip');
    const bottom = async (): Promise<number> => {
      const box = await strip.boundingBox();
      return box ? Math.round(box.y + box.height) : 0;
    };
    const high = await bottom();
    assert.ok(high > 800, String(high));
    /** What a browser with the keyboard over the page says. */
    const cover = (height: number): Promise<void> =>
      page.evaluate(left => {
        const view = globalThis.visualViewport;
        if (!view) throw new Error('no view');
        Object.defineProperty(view, 'height', { configurable: true, get: () => left });
        view.dispatchEvent(new Event('resize'));
      }, height);
    await cover(510);
    assert.ok((await bottom()) <= 510);
    await cover(phone.height);
    assert.equal(await bottom(), high);
  });

  test('the first person stands on the line of the label, and typing goes on beside them', async () => {
    await using session = await web.signIn('alice', { size: phone });
    const { page } = session;
    await page.tap('.write-pill');
    await page.fill('.recipient-input input', 'bob@hongyan.test');
    await page.keyboard.press('Enter');
    const middle = async (selector: string): Promise<number> => {
      const box = await page.locator(selector).first().boundingBox();
      assert.ok(box);
      return box.y + box.height / 2;
    };
    const label = await middle('.compose-line:has(.recipients) > label');
    for (const part of ['.recipient', '.recipient-input', '.compose-more'])
      assert.ok(Math.abs((await middle(part)) - label) < 3, part);
  });
});
