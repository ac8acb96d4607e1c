import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axeProblems, browserMissing } from './browser.ts';
import { beginMail, row, Webmail } from './webmail-fixture.ts';

const skip = browserMissing();

describe('webmail: mail that waits for its time', { skip, timeout: 240_000 }, () => {
  let webmail: Webmail;
  before(async () => {
    webmail = await Webmail.start();
    await webmail.jmap('alice', ['Settings/set', { update: { singleton: { undoSeconds: 0 } } }]);
  });
  after(async () => {
    await webmail?.[Symbol.asyncDispose]();
  });

  test('CMP-06, CMP-13: a scheduled mail waits in Scheduled; its time is changed, it is sent now or called back', async () => {
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    const schedule = async (subject: string): Promise<void> => {
      await beginMail(session.page, 'bob@hongyan.test', subject);
      await page.keyboard.type('later');
      await page.click('.composer-bar button:has-text("定时发送")');
      await page.click('dialog button:has-text("明早 9:00")');
      await page.waitForSelector('.composer', { state: 'detached' });
    };
    await schedule('定时一');
    await schedule('定时二');
    await page.click('button.folder:has-text("定时发送")');
    await page.waitForSelector('.scheduled-row:has-text("定时一")');
    await page.waitForSelector('.scheduled-row:has-text("定时二")');
    assert.deepEqual(await axeProblems(page), [], 'scheduled');
    // Neither sent nor a draft: in a folder of its own, which the page stands for.
    const [folders] = await webmail.jmap('alice', ['Mailbox/get', { ids: null }]);
    const totals = ((folders?.['list'] ?? []) as { role: string; totalEmails: number }[])
      .filter(({ role }) => ['scheduled', 'sent', 'drafts'].includes(role))
      .map(({ role, totalEmails }) => [role, totalEmails]);
    assert.equal(Object.fromEntries(totals)['scheduled'], 2, JSON.stringify(totals));
    assert.equal(await page.locator('button.folder:has-text("定时发送")').count(), 1);
    await page.click('.scheduled-row:has-text("定时一") button:has-text("改时间")');
    await page.click('dialog button:has-text("下周一 9:00")');
    await page.waitForSelector('dialog', { state: 'detached' });
    await page.click('.scheduled-row:has-text("定时一") button:has-text("立即发送")');
    await page.waitForSelector('.scheduled-row:has-text("定时一")', { state: 'detached' });
    await webmail.source('bob', '定时一');
    await page.click('.scheduled-row:has-text("定时二") button:has-text("取消发送")');
    await page.waitForSelector('.scheduled-row:has-text("定时二")', { state: 'detached' });
    await page.click('button.folder:has-text("草稿箱")');
    await page.waitForSelector(row('定时二'));
    const [none] = await webmail.jmap('bob', ['Email/query', { filter: { subject: '定时二' } }]);
    assert.deepEqual(none?.['ids'], []);
    assert.deepEqual(problems, []);
  });

  test('CMP-06: deleting a mail that waits says that it is not sent; taken back it is a draft', async () => {
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    const waiting = async (): Promise<unknown> => {
      const [found] = await webmail.jmap('alice', [
        'EmailSubmission/query',
        { filter: { undoStatus: 'pending' } },
      ]);
      return found?.['ids'];
    };
    await beginMail(session.page, 'bob@hongyan.test', '定时三');
    await page.keyboard.type('never');
    await page.click('.composer-bar button:has-text("定时发送")');
    await page.click('dialog button:has-text("明早 9:00")');
    await page.waitForSelector('.composer', { state: 'detached' });
    await page.fill('input[type=search]', '定时三');
    await page.keyboard.press('Enter');
    await page.waitForSelector(row('定时三'));
    // Opened from here it is not taken out to be written on: its page says what can be done with it.
    await page.click(row('定时三'));
    await page.waitForSelector('.scheduled-row:has-text("定时三")');
    assert.equal(await page.locator('.composer').count(), 0);
    assert.equal(((await waiting()) as unknown[]).length, 1);
    await page.goBack();
    // By key, as rows may still move under a pointer: the row the keyboard is on, chosen before it is deleted.
    await page.focus(`.list [role=row]:has(${row('定时三')})`);
    await page.keyboard.press('x');
    await page.waitForSelector('.mail-row.selected:has-text("定时三")');
    await page.keyboard.press('#');
    await page.waitForSelector('.toast:has-text("不再定时发送")');
    await page.click('button.folder:has-text("定时发送")');
    await page.waitForSelector('.scheduled-list:not(:has(.scheduled-row))', { state: 'attached' });
    assert.deepEqual(await waiting(), []);
    await page.click('.toast button:has-text("撤销")');
    await page.click('button.folder:has-text("草稿箱")');
    await page.waitForSelector(row('定时三'));
    assert.deepEqual(await waiting(), []);
    assert.deepEqual(problems, []);
  });

  test('a mail that is held for a moment says when it has left (CMP-06)', async () => {
    await webmail.jmap('alice', ['Settings/set', { update: { singleton: { undoSeconds: 2 } } }]);
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await beginMail(page, 'bob@hongyan.test', '等一下再走');
    await page.keyboard.type('好');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.toast:has-text("秒后发出") button:has-text("撤销")');
    await page.waitForSelector('.toast:has-text("已发出，正在投递")');
    assert.equal(await page.locator('.toast button').count(), 0, 'nothing calls it back');
    await page.waitForSelector('.toast', { state: 'detached' });
    assert.deepEqual(problems, []);
  });
});
