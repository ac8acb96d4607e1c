import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { browserMissing, phone } from './browser.ts';
import { beginMail, eventually, row, Webmail } from './webmail-fixture.ts';

const skip = browserMissing();

describe('nothing written is lost', { skip, timeout: 300_000 }, () => {
  let web: Webmail;
  before(async () => {
    web = await Webmail.start();
  });
  after(() => web?.[Symbol.asyncDispose]());

  const uploads = '**/jmap/upload/**';
  const api = '**/jmap/api**';
  const methods = (route: Route): string => route.request().postData() ?? '';

  async function attach(page: Page, name: string, text: string): Promise<void> {
    await page.setInputFiles('.composer .strip input[type=file]', {
      name,
      mimeType: 'text/plain',
      buffer: Buffer.from(text),
    });
  }

  /** Ids of somebody's drafts with this subject. */
  async function drafts(subject: string): Promise<readonly string[]> {
    const [found] = await web.jmap('alice', ['Email/query', { filter: { subject, hasKeyword: '$draft' } }]);
    return found?.['ids'] ?? [];
  }

  const fileOf = async (subject: string): Promise<string | undefined> => {
    const ids = { resultOf: '0', name: 'Email/query', path: '/ids' };
    const [, get] = await web.jmap(
      'alice',
      ['Email/query', { filter: { subject, hasKeyword: '$draft' } }],
      ['Email/get', { '#ids': ids, properties: ['attachments'] }],
    );
    const list = (get?.['list'] ?? []) as { attachments: { name: string }[] }[];
    return list[0]?.attachments[0]?.name;
  };

  for (const size of [undefined, phone]) {
    test(`CMP-04: a file still on its way when the page is closed goes on by itself (${size ? 'phone' : 'desk'})`, async () => {
      const subject = size ? '手机上传' : '电脑上传';
      await using session = await web.signIn('alice', size ? { size } : {});
      const { page, problems } = session;
      if (size) {
        await page.tap('.write-pill');
        await page.fill('.composer #compose-subject', subject);
      } else await beginMail(page, 'bob@hongyan.test', subject);
      // On its way for good.
      await page.route(uploads, () => undefined);
      const begun = page.waitForRequest(uploads);
      await attach(page, '样品.txt', '第三版');
      await begun;
      // The browser asks before the page goes; the person goes all the same.
      const asked: string[] = [];
      page.on('dialog', dialog => {
        asked.push(dialog.type());
        dialog.accept().catch(() => undefined);
      });
      await page.reload();
      assert.deepEqual(asked, ['beforeunload']);
      await page.unroute(uploads);
      await page.reload();
      await page.waitForSelector(
        '.composer .strip-file:has-text("样品.txt"):not(:has(progress)):not(.failed)',
      );
      await eventually(async () => (await fileOf(subject)) === '样品.txt');
      await eventually(async () => (await drafts(subject)).length === 1);
      // The second time nobody has touched the page, and the browser tells that it did not ask.
      assert.deepEqual(
        problems.filter(text => !text.includes('beforeunload')),
        [],
      );
    });
  }

  test('CMP-04: files that were cut off go on when the network is back', async () => {
    await using session = await web.signIn('alice');
    const { page } = session;
    await beginMail(page, 'bob@hongyan.test', '断网上传');
    await page.context().setOffline(true);
    await attach(page, '断网.txt', '一');
    await page.waitForSelector('.strip-file.failed:has-text("断网.txt")');
    await page.context().setOffline(false);
    await page.waitForSelector('.strip-file:has-text("断网.txt"):not(:has(progress)):not(.failed)');
    await eventually(async () => (await fileOf('断网上传')) === '断网.txt');
  });

  test('closing a mail whose files are on their way puts it into the bar until they are there', async () => {
    await using session = await web.signIn('alice');
    const { page } = session;
    await beginMail(page, 'bob@hongyan.test', '关早了');
    const held: Route[] = [];
    await page.route(uploads, route => void held.push(route));
    const begun = page.waitForRequest(uploads);
    await attach(page, '大图.txt', '图');
    await begun;
    await page.click('.composer-bar button:has-text("关闭")');
    await page.waitForSelector('.toast:has-text("还在上传")');
    await page.waitForSelector('.draft-dock button:has-text("关早了")');
    await eventually(() => Promise.resolve(held.length));
    for (const route of held) await route.continue();
    await eventually(async () => (await fileOf('关早了')) === '大图.txt');
  });

  test('a save whose answer got lost leaves no second copy of the draft, not even after the page was closed', async () => {
    await using session = await web.signIn('alice');
    const { page } = session;
    await beginMail(page, 'bob@hongyan.test', '只存一份');
    let lost = 0;
    await page.route(api, async route => {
      if (!methods(route).includes('Email/set') || lost > 1) return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort('connectionreset');
    });
    await page.keyboard.type('第一句。');
    await page.waitForSelector('.save-note:has-text("仅存在本机")');
    // The page goes before it was tried again.
    await page.reload();
    await page.waitForSelector('.composer .editor-area:has-text("第一句")');
    await eventually(async () => (await drafts('只存一份')).length > 0);
    await page.click('.composer .editor-area');
    await page.keyboard.type('第二句。');
    await page.waitForSelector('.save-note:has-text("已存到服务器")');
    assert.ok(lost > 0);
    assert.equal((await drafts('只存一份')).length, 1);
  });

  test('a draft left behind in this browser goes to the server by itself on the next visit', async () => {
    await using session = await web.signIn('alice');
    const { page } = session;
    await page.route(api, route => (methods(route).includes('Email/set') ? route.abort() : route.continue()));
    await beginMail(page, 'bob@hongyan.test', '下次再存');
    await page.keyboard.type('还没存');
    await page.waitForSelector('.save-note:has-text("仅存在本机")');
    await page.unroute(api);
    await page.reload();
    await page.waitForSelector('.composer .editor-area:has-text("还没存")');
    await eventually(async () => (await drafts('下次再存')).length === 1);
  });

  test('a draft that one tab writes is not taken up by another, and is there when that one is gone', async () => {
    await using session = await web.signIn('alice');
    const { page } = session;
    const context = page.context();
    await context.route(api, route =>
      methods(route).includes('Email/set') ? route.abort() : route.continue(),
    );
    const write = async (tab: Page, subject: string, text: string): Promise<void> => {
      await beginMail(tab, 'bob@hongyan.test', subject);
      await tab.keyboard.type(text);
      await tab.waitForSelector('.save-note:has-text("仅存在本机")');
    };
    const open = async (): Promise<Page> => {
      const tab = await context.newPage();
      await tab.goto(web.url);
      await tab.waitForSelector('[data-testid=list]');
      return tab;
    };
    await write(page, '两个窗口', '写到一半');
    const gone = await open();
    await write(gone, '又一封', '留下的');
    await gone.close({ runBeforeUnload: false });
    // What was left behind is looked through in one go: when the one is there, the other has been left alone.
    const second = await open();
    await second.waitForSelector('.composer:has-text("留下的")');
    assert.equal(await second.locator('.composer:has-text("写到一半")').count(), 0);
    assert.equal(await second.locator('.composer').count(), 1);
    await page.close({ runBeforeUnload: false });
    const third = await open();
    await third.waitForSelector('.composer:has-text("写到一半")');
  });

  test('a draft opened from Drafts while another tab writes it says so, and opens here as another if wished', async () => {
    await using session = await web.signIn('alice');
    const { page } = session;
    await beginMail(page, 'bob@hongyan.test', '别处在写');
    await page.keyboard.type('一');
    await page.waitForSelector('.save-note:has-text("已存到服务器")');
    const second = await page.context().newPage();
    await second.goto(`${web.url}#/f/drafts`);
    await second.click(row('别处在写'));
    await second.waitForSelector('.toast:has-text("正在另一个窗口里写")');
    assert.equal(await second.locator('.composer').count(), 0);
    await second.click('.toast button:has-text("在这里打开")');
    await second.waitForSelector('.composer.full .editor-area:has-text("一")');
    await page.close();
  });

  test('without a network undo brings the row back at once, and nothing is moved later', async () => {
    await web.deliver({ subject: '断网撤销', text: '留着。' });
    await using session = await web.signIn('alice');
    const { page } = session;
    await page.click(row('断网撤销'));
    await page.waitForSelector('.reader h2:has-text("断网撤销")');
    await page.waitForSelector(`${row('断网撤销')}:not(.unread)`);
    await page.context().setOffline(true);
    await page.keyboard.press('e');
    await page.waitForSelector(row('断网撤销'), { state: 'detached' });
    await page.click('.toast button:has-text("撤销")');
    await page.waitForSelector(row('断网撤销'));
    await page.context().setOffline(false);
    await page.waitForSelector('.notice', { state: 'detached' });
    const [inbox] = await web.jmap('alice', ['Mailbox/query', { filter: { role: 'inbox' } }]);
    const [found] = await web.jmap('alice', [
      'Email/query',
      { filter: { subject: '断网撤销', inMailbox: String(inbox?.['ids']?.[0]) } },
    ]);
    assert.equal((found?.['ids'] ?? []).length, 1);
  });

  test('calling a mail back that could not be reached can be tried again while there is time', async () => {
    await web.jmap('alice', ['Settings/set', { update: { singleton: { undoSeconds: 30 } } }]);
    await using session = await web.signIn('alice');
    const { page } = session;
    await beginMail(page, 'bob@hongyan.test', '撤销两次');
    await page.keyboard.type('先别发。');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.toast button:has-text("撤销")');
    let lost = 0;
    // It is called back, and nobody hears of it.
    await page.route(api, async route => {
      if (!methods(route).includes('canceled') || lost > 0) return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort('connectionreset');
    });
    await page.click('.toast button:has-text("撤销")');
    await page.waitForSelector('.toast.error:has-text("没有撤销")');
    await page.click('.toast button:has-text("重试")');
    await page.waitForSelector('.composer .editor-area:has-text("先别发")');
    await eventually(async () => (await drafts('撤销两次')).length === 1);
    const [bob] = await web.jmap('bob', ['Email/query', { filter: { subject: '撤销两次' } }]);
    assert.deepEqual(bob?.['ids'], []);
  });

  test('a mail whose body the server cannot read now says so, can be left, and shows up by itself', async () => {
    await web.deliver({ subject: '正文不在', text: '又在了。' });
    await using session = await web.signIn('alice', { size: phone });
    const { page } = session;
    let away = true;
    await page.route(api, async route => {
      const calls = methods(route);
      if (!away || !calls.includes('fetchHTMLBodyValues')) return route.continue();
      return route.fulfill({
        json: { methodResponses: [['error', { type: 'serverUnavailable' }, '0']], sessionState: '0' },
      });
    });
    await page.tap(row('正文不在'));
    await page.waitForSelector('.reader .notice.bad:has-text("暂时读不到")');
    await page.tap('.reader-top button:has-text("返回")');
    await page.tap(row('正文不在'));
    await page.waitForSelector('.reader .notice.bad:has-text("邮件没有丢")');
    away = false;
    await page.frameLocator('iframe.message-frame').locator('text=又在了').waitFor();
  });
});
