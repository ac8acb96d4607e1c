import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axeProblems, browserMissing } from './browser.ts';
import { eventually, row, type SignedIn, Webmail } from './webmail-fixture.ts';

const skip = browserMissing();

describe('webmail: the day of somebody who reads and answers', { skip, timeout: 240_000 }, () => {
  let webmail: Webmail;
  before(async () => {
    webmail = await Webmail.start();
    for (const who of ['alice', 'bob'])
      await webmail.jmap(who, ['Settings/set', { update: { singleton: { undoSeconds: 0 } } }]);
  });
  after(async () => {
    await webmail?.[Symbol.asyncDispose]();
  });

  const arrived = async ({ page }: SignedIn, subject: string): Promise<void> => {
    await page.waitForSelector(row(subject));
  };

  test('REA-01, REA-05: the home page says what waits and leads to the tools; every folder stands on the left', async () => {
    await webmail.deliver({ subject: '等你看的信', text: 'x' });
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await arrived(session, '等你看的信');
    for (const name of [
      '收件箱',
      '星标邮件',
      '待办邮件',
      '草稿箱',
      '定时发送',
      '已发送',
      '已删除',
      '垃圾邮件',
    ])
      assert.equal(await page.locator(`button.folder:has-text("${name}")`).count(), 1, name);
    await page.click('header button:has-text("首页"), header a:has-text("首页")');
    await page.waitForSelector('.home h1:has-text("好")');
    await page.waitForSelector('.home-list li:has-text("等你看的信")');
    assert.deepEqual(await page.locator('.home-tools b').allTextContents(), [
      '邮箱清理',
      '恢复误删',
      '设置邮件客户端',
      '过滤规则',
    ]);
    assert.deepEqual(await axeProblems(page), [], 'home');
    await page.click('.home-list li:has-text("等你看的信") button');
    await page.waitForSelector('.reader h2:has-text("等你看的信")');
    assert.deepEqual(problems, []);
  });

  test('REA-04: a mail from abroad shows the sender’s own time and how far it is away', async () => {
    const date = 'Date: Fri, 20 Nov 2026 09:30:00 -0500';
    await webmail.deliver({
      raw: `From: Emma <emma@out.example>\r\nTo: alice@hongyan.test\r\nSubject: from New York\r\n${date}\r\n\r\nx\r\n`,
    });
    await webmail.deliver({
      raw: `From: Li <li@out.example>\r\nTo: alice@hongyan.test\r\nSubject: from Shanghai\r\n${date.replace('-0500', '+0800')}\r\n\r\nx\r\n`,
    });
    await using session = await webmail.signIn('alice', { language: 'en' });
    const { page, problems } = session;
    await page.click(row('from New York'));
    await page.waitForSelector('.reader .thread :text("Their time 09:30, 13 h behind")');
    await page.click(row('from Shanghai'));
    await page.waitForSelector('.reader h2:has-text("from Shanghai")');
    // Never the mail before below this one's subject.
    assert.doesNotMatch((await page.textContent('.reader .thread')) ?? '', /Emma|Their time/);
    await page.waitForSelector('.reader .thread :text("li@out.example")');
    assert.doesNotMatch((await page.textContent('.reader .thread')) ?? '', /Their time/);
    assert.deepEqual(problems, []);
  });

  test('REA-07: deleting moves to Deleted; emptying it asks first and deletes for good', async () => {
    await webmail.deliver({ subject: '不要了', text: 'x' });
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await page.click(row('不要了'));
    await page.waitForSelector('.reader h2:has-text("不要了")');
    await page.keyboard.press('#');
    await page.waitForSelector(row('不要了'), { state: 'detached' });
    await page.click('button.folder:has-text("已删除")');
    await arrived(session, '不要了');
    await page.click('button[aria-label="更多: 已删除"]');
    await page.click('[role=menuitem]:has-text("清空")');
    await page.click('dialog button.danger');
    await page.waitForSelector(row('不要了'), { state: 'detached' });
    await eventually(async () => {
      const [found] = await webmail.jmap('alice', ['Email/query', { filter: { subject: '不要了' } }]);
      return ((found?.['ids'] ?? ['?']) as unknown as string[]).length === 0;
    });
    assert.deepEqual(problems, []);
  });

  test('forty answers with a file, one after another, without the mouse: each arrives once and whole', async () => {
    const count = 40;
    for (let n = 0; n < count; n += 1)
      await webmail.deliver(
        { subject: `询价 ${n + 1}号`, text: `第 ${n + 1} 封`, from: 'bob@hongyan.test' },
        'bob',
      );
    await using session = await webmail.signIn('bob');
    const { page, problems } = session;
    await arrived(session, `询价 ${count}号`);
    const heap = async (): Promise<number> =>
      page.evaluate('performance.memory ? performance.memory.usedJSHeapSize : 0') as Promise<number>;
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.reader h2');
    const before = await heap();
    for (let n = 0; n < count; n += 1) {
      const subject = (await page.textContent('.reader h2')) ?? '';
      await page.keyboard.press('r');
      await page.waitForSelector('.composer .editor-area');
      await page.keyboard.type(`答复 ${subject}`);
      await page.setInputFiles('.strip input[type=file]', {
        name: `报价 ${n}.txt`,
        mimeType: 'text/plain',
        buffer: Buffer.from(`价 ${n}`),
      });
      await page.waitForSelector('.strip-file:not(.failed):not(:has(progress))');
      await page.keyboard.press('Control+Enter');
      await page.waitForSelector('.composer', { state: 'detached' });
      await page.waitForSelector(`.reader h2:text-is("${subject}")`);
      if (n < count - 1) {
        await page.keyboard.press('j');
        await page.waitForFunction(old => {
          const now = document.querySelector('.reader h2')?.textContent;
          return now !== undefined && now !== null && now !== old;
        }, subject);
      }
    }
    const sent = await eventually(async () => {
      const [found] = await webmail.jmap('bob', [
        'Email/query',
        { filter: { subject: '询价', hasAttachment: true }, limit: 100 },
      ]);
      const ids = found?.['ids'] as unknown as string[];
      return ids.length >= count ? ids : null;
    });
    // What bob sent lies in Sent, and came back to him as the sender of the questions.
    assert.equal(sent.length, 2 * count);
    const grown = (await heap()) - before;
    assert.ok(grown < 80 * 1024 * 1024, `the page grew by ${Math.round(grown / 1024 / 1024)} MB`);
    assert.deepEqual(problems, []);
  });
});
