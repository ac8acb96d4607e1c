import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeProblems, browserMissing } from './browser.ts';
import { beginMail, eventually, password, row, Webmail } from './webmail-fixture.ts';

const skip = browserMissing();

describe('webmail on a line that breaks', { skip, timeout: 240_000 }, () => {
  let web: Webmail;
  before(async () => {
    web = await Webmail.start();
    await web.jmap('alice', ['Settings/set', { update: { singleton: { undoSeconds: 0 } } }]);
  });
  after(() => web?.[Symbol.asyncDispose]());

  async function write(page: Page, subject: string, text: string): Promise<void> {
    await beginMail(page, 'bob@hongyan.test', subject);
    await page.keyboard.type(text);
  }

  /** Ids of somebody's mails with this subject. */
  async function mails(who: string, subject: string): Promise<readonly string[]> {
    const [found] = await web.jmap(who, ['Email/query', { filter: { subject } }]);
    return found?.['ids'] ?? [];
  }

  async function archive(): Promise<string> {
    const [found] = await web.jmap('alice', ['Mailbox/query', { filter: { role: 'archive' } }]);
    return String(found?.['ids']?.[0]);
  }

  /** Lets the request that sends reach the server and loses its answer; then, with `dead`, everything. */
  async function loseAnswer(page: Page, dead: boolean): Promise<{ readonly heal: () => void }> {
    let state: 'waiting' | 'dead' | 'well' = 'waiting';
    await page.route('**/jmap/**', async route => {
      if (state === 'dead') return route.abort('connectionreset');
      if (state === 'waiting' && (route.request().postData() ?? '').includes('EmailSubmission/set')) {
        state = dead ? 'dead' : 'well';
        await route.fetch();
        return route.abort('connectionreset');
      }
      return route.continue();
    });
    return {
      heal: () => {
        state = 'well';
      },
    };
  }

  test('CMP-01: a mail whose answer got lost on the way has been sent, once', async () => {
    await using session = await web.signIn('alice');
    const { page } = session;
    await write(page, '只发一次', '合同已签。');
    await loseAnswer(page, false);
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.composer', { state: 'detached' });
    await page.waitForSelector('.toast:has-text("已发出")');
    await eventually(async () => (await mails('bob', '只发一次')).length > 0);
    assert.equal((await mails('bob', '只发一次')).length, 1);
  });

  test('CMP-01: sending again after the line was dead asks first, and does not send twice', async () => {
    await using session = await web.signIn('alice');
    const { page } = session;
    await write(page, '断线重发', '第一遍。');
    const line = await loseAnswer(page, true);
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.notice.bad:has-text("连不上服务器")');
    await eventually(async () => (await mails('bob', '断线重发')).length > 0);
    line.heal();
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.composer', { state: 'detached' });
    assert.equal((await mails('bob', '断线重发')).length, 1);
    assert.equal((await mails('alice', '断线重发')).length, 1, 'one in Sent, none left in Drafts');
  });

  test('what is changed after a mail left unnoticed does not replace it: it is another draft', async () => {
    await using session = await web.signIn('alice');
    const { page } = session;
    await write(page, '改了一句', '原话。');
    const line = await loseAnswer(page, true);
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.notice.bad:has-text("连不上服务器")');
    await eventually(async () => (await mails('bob', '改了一句')).length > 0);
    line.heal();
    await page.click('.editor-area');
    await page.keyboard.type('又添一句。');
    const previews = async (): Promise<readonly string[]> => {
      const ids = { resultOf: '0', name: 'Email/query', path: '/ids' };
      const [, get] = await web.jmap(
        'alice',
        ['Email/query', { filter: { subject: '改了一句', hasKeyword: '$draft' } }],
        ['Email/get', { '#ids': ids, properties: ['preview'] }],
      );
      return ((get?.['list'] ?? []) as { preview: string }[]).map(({ preview }) => preview);
    };
    await eventually(async () => (await previews())[0]?.includes('又添一句'));
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.notice.bad:has-text("前面那封已经发出")');
    assert.equal((await mails('bob', '改了一句')).length, 1);
    assert.equal((await previews()).length, 1);
    assert.equal((await mails('alice', '改了一句')).length, 2, 'the mail sent is still there');
  });

  test('a session that ends in the middle of work: signing in over the page, and what was begun goes on', async () => {
    await web.deliver({ subject: '会话之后存档', text: 'x' });
    await using session = await web.signIn('alice');
    const { page } = session;
    await page.waitForSelector(row('会话之后存档'));
    await write(page, '写到一半', '还没写完');
    await page.context().clearCookies();
    await page.keyboard.type('，继续写。');
    const asked = page.locator('dialog:has-text("登录已过期")');
    await asked.waitFor();
    assert.deepEqual(await axeProblems(page), []);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.fill('dialog input[type=password]', '不是密码');
    await page.keyboard.press('Enter');
    await asked.locator('[role=alert]').waitFor();
    await page.fill('dialog input[type=password]', password);
    await page.keyboard.press('Enter');
    await asked.waitFor({ state: 'detached' });
    await eventually(async () => (await web.source('alice', '写到一半')).includes('Subject'));
    assert.match((await page.textContent('.editor-area')) ?? '', /还没写完，继续写。/);
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.composer', { state: 'detached' });
    await eventually(async () => (await mails('bob', '写到一半')).length === 1);

    await page.hover(row('会话之后存档'));
    await page.check(`${row('会话之后存档')} input[type=checkbox]`);
    await page.context().clearCookies();
    // Not with the mouse: what the page looks up by itself may have brought the question already.
    await page.dispatchEvent('.selection-bar button:has-text("存档")', 'click');
    await asked.waitFor();
    await page.fill('dialog input[type=password]', password);
    await page.keyboard.press('Enter');
    await eventually(async () => {
      const filter = { subject: '会话之后存档', inMailbox: await archive() };
      const [found] = await web.jmap('alice', ['Email/query', { filter }]);
      return ((found?.['ids'] ?? []) as string[]).length === 1;
    });
  });
});
