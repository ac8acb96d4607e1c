import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeProblems, browserMissing } from '../browser.ts';
import { beginMail, eventually, row, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();

/** What the mail that has the focus says of itself. */
const standing = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const mail = document.activeElement?.closest<HTMLElement>('[data-member]');
    return mail?.querySelector('b')?.textContent ?? '';
  });

describe('webmail: keys of an open conversation', { skip, timeout: 240_000 }, () => {
  let web: Webmail;
  before(async () => {
    web = await Webmail.start();
    await web.jmap('alice', ['Settings/set', { update: { singleton: { undoSeconds: 0 } } }]);
  });
  after(() => web?.[Symbol.asyncDispose]());

  test('n and p go from mail to mail, unfold what is folded, and end at the ends (REA-01)', async () => {
    const ids = ['一', '二', '三'].map((_, at) => `<m${at}@out.example>`);
    for (const [at, who] of ['甲', '乙', '丙'].entries()) {
      await web.deliver({
        from: `${who} <p${at}@out.example>`,
        subject: at === 0 ? '讨论' : 'Re: 讨论',
        text: `${who} 说的话`,
        messageId: ids[at] ?? '',
        ...(at > 0 ? { inReplyTo: ids[at - 1] ?? '', references: ids.slice(0, at) } : {}),
      });
    }
    await using session = await web.signIn('alice');
    const { page, problems } = session;
    await page.click(row('讨论'));
    await page.waitForSelector('.message:has-text("丙")');
    await page.waitForSelector('.thread > :nth-child(3)');
    // Once all are read, only the newest is unfolded.
    await eventually(async () => (await page.locator('.mail-row.unread:has-text("讨论")').count()) === 0);
    await page.keyboard.press('u');
    await page.click(row('讨论'));
    await page.waitForSelector('.thread > :nth-child(3)');
    const folded = await page.locator('.thread-line').count();
    assert.ok(folded > 0, 'some are folded');
    await page.keyboard.press('n');
    await page.waitForTimeout(100);
    assert.equal(await page.locator('.thread-line').count(), folded, 'the newest is the last');
    await page.keyboard.press('p');
    await eventually(async () => (await standing(page)) === '乙');
    await page.frameLocator('[data-member]:focus .message-frame').getByText('乙 说的话').waitFor();
    await page.keyboard.press('p');
    await eventually(async () => (await standing(page)) === '甲');
    await page.keyboard.press('p');
    assert.equal(await standing(page), '甲');
    assert.equal(await page.locator('.thread-line').count(), 0);
    await page.keyboard.press('n');
    await eventually(async () => (await standing(page)) === '乙');
    assert.deepEqual(await axeProblems(page), [], 'a conversation unfolded');
    assert.deepEqual(problems, []);
  });

  test('d tells what became of one’s own mail and is nothing over that of others; g l opens the contacts; all stand in the sheet', async () => {
    await using session = await web.signIn('alice');
    const { page, problems } = session;
    await beginMail(page, 'bob@hongyan.test', '投递给你看');
    await page.keyboard.type('在吗');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.editor-area', { state: 'detached' });
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.click(row('投递给你看'));
    await page.waitForSelector('.message-frame');
    await page.keyboard.press('d');
    await page.waitForSelector('dialog:has-text("投递情况")');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    await page.keyboard.press('?');
    const shown = await page.locator('.key-sheet dt').allInnerTexts();
    for (const keys of ['n/ p', 'd', 'g t/ g h/ g l g c', 'k ↑/ j ↓', 'Ctrl A', 'Shift Delete', 'Esc'])
      assert.ok(
        shown.some(text => text.replace(/\s+/g, '') === keys.replace(/\s+/g, '')),
        `${keys} in ${shown.join(' | ')}`,
      );
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.click(row('讨论'));
    await page.waitForSelector('.message-frame');
    await page.keyboard.press('d');
    await page.waitForTimeout(200);
    assert.equal(await page.locator('dialog').count(), 0);
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.waitForSelector('h1:has-text("通讯录")');
    assert.deepEqual(problems, []);
  });
});
