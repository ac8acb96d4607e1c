import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { browserMissing, phone } from '../browser.ts';
import { beginMail, eventually, row, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();
const note = '.composer .save-note';

/** Files as random as real ones: nothing on the way makes them smaller. */
const bytes = (size: number): Buffer => randomBytes(size);

/** The browser's own "slow 3G": 400 kbit/s each way, 2 s before each answer. */
async function slow3G(page: Page): Promise<() => Promise<void>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  const set = async (latency: number, throughput: number): Promise<void> => {
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency,
      downloadThroughput: throughput,
      uploadThroughput: throughput,
    });
  };
  await set(2000, 50_000);
  return () => set(0, -1);
}

async function attach(page: Page, name: string, size: number): Promise<void> {
  await page.setInputFiles('.composer .strip input[type=file]', {
    name,
    mimeType: 'application/zip',
    buffer: bytes(size),
  });
}

describe('webmail on a slow line and in a full mailbox', { skip, timeout: 240_000 }, () => {
  let web: Webmail;
  before(async () => {
    web = await Webmail.start();
  });
  after(() => web?.[Symbol.asyncDispose]());

  /** Ids of somebody's mails with this subject. */
  async function mails(who: string, subject: string, keyword?: string): Promise<readonly string[]> {
    const filter = { subject, ...(keyword ? { hasKeyword: keyword } : {}) };
    const [found] = await web.jmap(who, ['Email/query', { filter }]);
    return found?.['ids'] ?? [];
  }

  for (const size of [undefined, phone]) {
    const where = size ? 'phone' : 'desk';
    test(`CMP-01, CMP-04: on slow 3G the text is saved while a file goes up, and sending tells what it does (${where})`, async () => {
      const subject = `慢网 ${where}`;
      await using session = await web.signIn('alice', size ? { size } : {});
      const { page, problems } = session;
      if (size) {
        await page.tap('.write-pill');
        await page.fill('.composer .recipient-input input >> nth=0', 'bob@hongyan.test');
        await page.keyboard.press('Enter');
        await page.fill('.composer #compose-subject', subject);
        await page.click('.composer .editor-area');
      } else await beginMail(page, 'bob@hongyan.test', subject);
      const quick = await slow3G(page);
      await attach(page, '样品.zip', 700_000);
      await page.click('.editor-area');
      await page.keyboard.type('边传边写。');
      // On a phone there is no room for these words.
      await page.waitForSelector(`${note}:has-text("已存到服务器")`, { state: 'attached' });
      assert.equal(await page.locator('.strip-file progress').count(), 1, 'the file is still on its way');
      assert.equal((await mails('alice', subject, '$draft')).length, 1);
      // Nobody sits and waits for a file: it leaves by itself, and the page says so all the time.
      await page.click('.composer-bar button.primary');
      await page.waitForSelector('.composer .notice:has-text("传完就发出")');
      await page.waitForSelector(`${note}:has-text("正在发送")`, { timeout: 60_000 });
      assert.equal(await page.isDisabled('.composer-bar button.primary'), true);
      // Who closes the page now is asked: the mail has not left.
      const asked: string[] = [];
      page.on('dialog', dialog => {
        asked.push(dialog.type());
        dialog.dismiss().catch(() => undefined);
      });
      await page.close({ runBeforeUnload: true });
      await page.waitForSelector('.toast:has-text("秒后发出")', { timeout: 60_000 });
      assert.deepEqual(asked, ['beforeunload']);
      await page.waitForSelector('.composer', { state: 'detached' });
      await quick();
      await eventually(async () => (await mails('bob', subject)).length === 1);
      assert.equal((await mails('alice', subject)).length, 1, 'one in Sent, none left in Drafts');
      assert.deepEqual(problems, []);
    });
  }

  test('CMP-01: what stands in the way of sending stays in sight while a file goes up', async () => {
    await using session = await web.signIn('alice');
    const { page } = session;
    await page.keyboard.press('c');
    await page.waitForSelector('.composer.full .editor-area');
    await page.fill('.composer.full #compose-subject', '没有收件人');
    await slow3G(page);
    await attach(page, '样品.zip', 300_000);
    await page.click('.composer-bar button.primary');
    await page.waitForSelector('.notice.bad:has-text("收件人")');
    const share = async (): Promise<number> =>
      Number(await page.getAttribute('.strip-file progress', 'value'));
    const before = await share();
    await eventually(async () => (await share()) > before);
    assert.equal(await page.locator('.notice.bad:has-text("收件人")').count(), 1);
  });

  test('CMP-03: the question about a forgotten file leads back to the mail, and names where it leads', async () => {
    await using session = await web.signIn('alice');
    const { page } = session;
    await beginMail(page, 'bob@hongyan.test', '忘了附件');
    await page.keyboard.type('报价单见附件。');
    await page.click('.composer-bar button.primary');
    await page.click('dialog:has-text("没有添加附件") button:has-text("回去修改")');
    await page.waitForSelector('dialog', { state: 'detached' });
    assert.equal(await page.locator('.composer.full').count(), 1);
    assert.deepEqual(await mails('bob', '忘了附件'), []);
  });

  test('MBX-05: in a full mailbox nothing is said to be in Drafts, and it is sent once there is room', async () => {
    await web.deliver({
      subject: '占地方',
      text: 'x',
      attachments: [{ filename: 'a', content: bytes(400_000) }],
    });
    await using session = await web.signIn('alice');
    const { page } = session;
    await page.waitForSelector(row('占地方'));
    await beginMail(page, 'bob@hongyan.test', '邮箱满了');
    await page.keyboard.type('附上清单。');
    await page.waitForSelector(`${note}:has-text("已存到服务器")`);
    await web.command('user', 'change', 'alice@hongyan.test', '--quota', '100 KB');
    await attach(page, '清单.zip', 20_000);
    await page.waitForSelector(`${note}:has-text("邮箱已满，草稿仅存在本机")`);
    await page.click('.composer-bar button.primary');
    const told = page.locator('.notice.bad:has-text("没有发出：邮箱已满")');
    await told.waitFor();
    assert.match((await told.textContent()) ?? '', /草稿存在本机/);
    assert.doesNotMatch((await told.textContent()) ?? '', /还在草稿箱/);
    assert.deepEqual(await mails('bob', '邮箱满了'), []);
    // One press leads to where room is made; what was written waits.
    await told.locator('button:has-text("清理邮箱")').click();
    await page.waitForSelector('h1:has-text("邮箱清理")');
    await page.waitForSelector('.draft-dock button:has-text("邮箱满了")');
    await web.command('user', 'change', 'alice@hongyan.test', '--quota', '10 MB');
    await page.click('.draft-dock button:has-text("邮箱满了")');
    await page.click('.composer-bar button.primary');
    await page.waitForSelector('.composer', { state: 'detached' });
    await eventually(async () => (await mails('bob', '邮箱满了')).length === 1);
  });

  test('MBX-05: the list tells that the mailbox is nearly full, then full, and no longer once there is room', async () => {
    await web.command('user', 'change', 'alice@hongyan.test', '--quota', '100 MB');
    const [list] = await web.jmap('alice', ['Quota/get', { ids: null }]);
    const { used } = ((list?.['list'] ?? []) as { used: number }[])[0] ?? { used: 0 };
    await web.command(
      'user',
      'change',
      'alice@hongyan.test',
      '--quota',
      `${Math.round(used / 0.945 / 1024)} KB`,
    );
    await using session = await web.signIn('alice', { size: phone });
    const { page, problems } = session;
    await page.waitForSelector('.list .notice:has-text("容量只剩 5%")');
    // Mail comes in, and the bar knows.
    await web.deliver({ subject: '又来一封', text: 'x'.repeat(Math.round(used * 0.0485)) });
    await page.waitForSelector('.list .notice:has-text("邮箱已满")');
    await page.tap('.list .notice button:has-text("清理邮箱")');
    await page.waitForSelector('h1:has-text("邮箱清理")');
    const [found] = await web.jmap('alice', ['Email/query', { filter: { subject: '占地方' } }]);
    await web.jmap('alice', ['Email/set', { destroy: found?.['ids'] ?? [] }]);
    await page.goBack();
    await page.waitForSelector(row('又来一封'));
    await page.waitForSelector('.list .notice', { state: 'detached' });
    assert.deepEqual(problems, []);
  });
});
