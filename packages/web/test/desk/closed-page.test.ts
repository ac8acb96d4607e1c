import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeProblems, browserMissing, phone } from '../browser.ts';
import { eventually, row, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();
const many = 540;
/** What the page takes the server's limit for. */
const atOnce = 200;

describe('webmail: the page is closed in the middle of work on many mails', {
  skip,
  timeout: 240_000,
}, () => {
  let webmail: Webmail;
  before(async () => {
    webmail = await Webmail.start();
    await fill();
  });
  after(() => webmail?.[Symbol.asyncDispose]());

  async function folder(role: string): Promise<{ readonly id: string; readonly totalEmails: number }> {
    const [answer] = await webmail.jmap('alice', ['Mailbox/get', { ids: null }]);
    const list = (answer?.['list'] ?? []) as { id: string; role: string; totalEmails: number }[];
    const found = list.find(one => one.role === role);
    assert.ok(found, role);
    return found;
  }

  async function fill(): Promise<void> {
    const { id } = await folder('inbox');
    const create: Record<string, object> = {};
    for (let at = 0; at < many; at += 1)
      create[`m${at}`] = {
        mailboxIds: { [id]: true },
        subject: `批量 ${at}`,
        from: [{ name: 'Carol', email: 'carol@out.example' }],
        textBody: [{ partId: '1', type: 'text/plain' }],
        bodyValues: { 1: { value: `text ${at}` } },
      };
    const [answer] = await webmail.jmap('alice', ['Email/set', { create }]);
    assert.equal(Object.keys(answer?.['created'] ?? {}).length, many);
  }

  /** A page whose server takes fewer mails at once. */
  async function small(page: Page): Promise<void> {
    await page.context().route('**/jmap/session', async route => {
      const response = await route.fetch();
      const session = (await response.json()) as { capabilities: Record<string, Record<string, unknown>> };
      const core = session.capabilities['urn:ietf:params:jmap:core'];
      session.capabilities['urn:ietf:params:jmap:core'] = { ...core, maxObjectsInSet: atOnce };
      await route.fulfill({ response, json: session });
    });
    await page.reload();
    await page.waitForSelector(row('批量'));
  }

  /**
   * The page hears no more once it comes to the `nth` part; `reaches`: the part itself gets to the server, else the page
   * has not sent it.
   */
  async function losing(page: Page, nth: number, reaches: boolean): Promise<() => Promise<unknown>> {
    const before = '"properties":["id","mailboxIds","keywords"]';
    let lost = false;
    let parts = 0;
    await page.route('**/jmap/api*', async route => {
      if (
        !route
          .request()
          .postData()
          ?.includes(reaches ? '"Email/set"' : before)
      )
        return route.continue();
      parts += 1;
      if (parts !== nth) return route.continue();
      if (reaches) await route.fetch();
      lost = true;
      return undefined;
    });
    return () => eventually(() => Promise.resolve(lost));
  }

  /** Closes the page as a person does who, asked by the browser, goes all the same. Returns what was asked. */
  async function close(page: Page): Promise<string[]> {
    const asked: string[] = [];
    page.on('dialog', dialog => {
      asked.push(dialog.type());
      dialog.accept().catch(() => undefined);
    });
    const gone = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await gone;
    return asked;
  }

  async function reopen(page: Page): Promise<Page> {
    const next = await page.context().newPage();
    await next.goto(webmail.url);
    await next.waitForSelector('[data-testid=list]');
    return next;
  }

  async function chooseAll(page: Page): Promise<void> {
    await page.check(`${row('批量')} >> nth=0 >> input[type=checkbox]`);
    await page.click('.selection-all button');
    await page.waitForSelector(`.selection-bar:has-text("已选全部 ${many} 封")`);
  }

  for (const reaches of [false, true]) {
    const heard = reaches ? 'done but not heard of' : 'not begun';
    test(`540 mails are deleted, the page is closed in the second part (${heard}): it is told, and goes on`, async () => {
      await using session = await webmail.signIn('alice');
      const { page } = session;
      await small(page);
      await chooseAll(page);
      const lost = await losing(page, 2, reaches);
      await page.click('.selection-bar button:has-text("删除")');
      await lost();
      assert.deepEqual(await close(page), ['beforeunload']);
      const next = await reopen(page);
      const toast = `[role=alert] .toast:has-text("上次处理 ${many} 封邮件时页面关掉了，其中 ${many - atOnce} 封")`;
      await next.waitForSelector(toast);
      assert.deepEqual(await axeProblems(next), []);
      assert.equal((await folder('trash')).totalEmails, reaches ? 2 * atOnce : atOnce);
      await next.click('.toast button:has-text("继续处理")');
      await next.waitForSelector(`.toast:has-text("${many} 封邮件都处理完了")`);
      assert.equal((await folder('trash')).totalEmails, many);
      assert.equal((await folder('inbox')).totalEmails, 0);
      // It has been told once, and for all.
      await next.reload();
      await next.waitForSelector('.list .empty');
      assert.equal(await next.locator('.toast').count(), 0);
      // All back, for the next.
      await next.goto(`${webmail.url}#/f/trash`);
      await next.waitForSelector(row('批量'));
      await chooseAll(next);
      await next.click('.selection-bar button:has-text("收件箱")');
      await eventually(async () => (await folder('inbox')).totalEmails === many);
      await next.waitForSelector('.toast button:has-text("撤销")');
    });
  }

  test('what is not wanted any more is put away, and another tab at work is left alone', async () => {
    await using session = await webmail.signIn('alice');
    const { page } = session;
    await small(page);
    await chooseAll(page);
    const lost = await losing(page, 1, false);
    await page.click('.selection-bar button:has-text("删除")');
    await lost();
    const second = await reopen(page);
    await second.waitForSelector(row('批量'));
    await second.waitForTimeout(500);
    assert.equal(await second.locator('.toast').count(), 0, 'the first page is still at it');
    await close(page);
    await second.reload();
    await second.click('[role=alert] .toast button:has-text("关闭")');
    await second.reload();
    await second.waitForSelector(row('批量'));
    await second.waitForTimeout(500);
    assert.equal(await second.locator('.toast').count(), 0);
    assert.equal((await folder('inbox')).totalEmails, many);
  });

  test('a mail that left the list is archived, though the page was closed before the server heard of it', async () => {
    await using session = await webmail.signIn('alice', { size: phone });
    const { page } = session;
    await page.tap(`${row('批量')} >> nth=0`);
    await page.waitForSelector('.reader h2');
    // The request does not get out of the house: what the debugger holds back goes out when the page is closed.
    await page.evaluate(() => {
      const real = globalThis.fetch;
      globalThis.fetch = (url, init) =>
        typeof init?.body === 'string' && init.body.includes('"Email/set"')
          ? new Promise(() => undefined)
          : real(url, init);
    });
    await page.tap('.reader-bottom button:has-text("存档")');
    await page.waitForSelector('.toast:has-text("已存档 1 封")');
    // A phone asks nobody: the page is gone.
    await page.close({ runBeforeUnload: false });
    assert.equal((await folder('archive')).totalEmails, 0);
    await reopen(page);
    await eventually(async () => (await folder('archive')).totalEmails === 1);
  });
});
