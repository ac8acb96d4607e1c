import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeProblems, browserMissing } from '../browser.ts';
import { eventually, row, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();

interface Folder {
  readonly id: string;
  readonly name: string;
  readonly role: string | null;
  readonly totalEmails: number;
}

describe('webmail: deleting for good, and keys over chosen rows', { skip, timeout: 240_000 }, () => {
  let webmail: Webmail;
  before(async () => {
    webmail = await Webmail.start();
    await webmail.jmap('alice', ['Mailbox/set', { create: { project: { name: '项目' } } }]);
  });
  after(async () => {
    await webmail?.[Symbol.asyncDispose]();
  });

  async function folders(): Promise<readonly Folder[]> {
    const [answer] = await webmail.jmap('alice', ['Mailbox/get', { ids: null }]);
    return answer?.['list'] ?? [];
  }

  async function folder(name: string): Promise<Folder> {
    const found = (await folders()).find(one => one.role === name || one.name === name);
    assert.ok(found, name);
    return found;
  }

  async function fill(place: string, name: string, count: number): Promise<void> {
    const { id } = await folder(place);
    const create = Object.fromEntries(
      Array.from({ length: count }, (_, at) => [
        `m${at}`,
        {
          mailboxIds: { [id]: true },
          subject: `${name} ${at}`,
          from: [{ name: 'Carol', email: 'carol@out.example' }],
          textBody: [{ partId: '1', type: 'text/plain' }],
          bodyValues: { 1: { value: `text ${at}` } },
        },
      ]),
    );
    const [answer] = await webmail.jmap('alice', ['Email/set', { create }]);
    assert.equal(Object.keys(answer?.['created'] ?? {}).length, count);
  }

  const visit = async (page: Page, hash: string, subject: string): Promise<void> => {
    await page.evaluate(`location.hash = '#/f/${hash}'`);
    await page.waitForSelector(row(subject));
  };
  const tick = (page: Page, subject: string): Promise<void> =>
    page.check(`${row(subject)} >> input[type=checkbox]`);
  const holds = (name: string, count: number): Promise<unknown> =>
    eventually(async () =>
      (await folders()).some(one => (one.role === name || one.name === name) && one.totalEmails === count),
    );

  test('REA-07: chosen rows of Deleted go for good, once it was said what that means; they can be restored', async () => {
    await fill('trash', '旧信', 4);
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await visit(page, 'trash', '旧信 0');
    await tick(page, '旧信 0');
    await tick(page, '旧信 2');
    await page.click('.selection-bar button:has-text("彻底删除")');
    await page.waitForSelector('dialog h2:text-is("彻底删除选中的 2 封邮件？")');
    await page.waitForSelector('dialog p:has-text("14 天内还能在首页的“恢复误删”里找回")');
    assert.deepEqual(await axeProblems(page), [], 'asked');
    // The safe answer has the focus.
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog', { state: 'detached' });
    assert.equal((await folder('trash')).totalEmails, 4);
    await page.waitForSelector('.selection-bar:has-text("已选 2 封")');
    await page.click('.selection-bar button:has-text("彻底删除")');
    // One is rescued elsewhere while the question stands.
    const [found] = await webmail.jmap('alice', ['Email/query', { filter: { subject: '旧信 2' } }]);
    const [saved] = (found?.['ids'] ?? []) as string[];
    const project = await folder('项目');
    await webmail.jmap('alice', [
      'Email/set',
      { update: { [saved ?? '']: { mailboxIds: { [project.id]: true } } } },
    ]);
    await page.click('dialog button:text-is("彻底删除 2 封")');
    await page.waitForSelector('.toast:has-text("已彻底删除 1 封")');
    await holds('trash', 2);
    assert.equal((await folder('项目')).totalEmails, 1);
    await page.waitForSelector(row('旧信 0'), { state: 'detached' });
    await page.waitForSelector(row('旧信 1'));
    await page.evaluate("location.hash = '#/restore'");
    await page.waitForSelector('text=旧信 0');
    assert.deepEqual(problems, []);
  });

  test('REA-07: by keys, in Deleted: Delete asks, Tab and Enter answer; the focus stays in the list', async () => {
    await using session = await webmail.signIn('alice', { language: 'en' });
    const { page, problems } = session;
    await visit(page, 'trash', '旧信 1');
    await page.focus('.list [role=row] >> nth=0');
    await page.keyboard.press('Delete');
    await page.waitForSelector('dialog h2:text-is("Delete the 1 mail you selected for good?")');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.toast:has-text("deleted for good")');
    await holds('trash', 1);
    // Nothing to undo, and no mail of the inbox was touched: the next row is where one goes on.
    await page.waitForSelector('.list [role=row][tabindex="0"]');
    assert.deepEqual(problems, []);
  });

  test('REA-08: in Junk, chosen rows go back, into Deleted, or for good', async () => {
    await fill('junk', '广告', 3);
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await visit(page, 'junk', '广告 0');
    await tick(page, '广告 0');
    await page.click('.selection-bar button:has-text("更多")');
    assert.equal(await page.locator('[role=menuitem]:has-text("标为垃圾邮件")').count(), 0);
    await page.click('[role=menuitem]:has-text("彻底删除")');
    await page.click('dialog button:text-is("彻底删除 1 封")');
    await page.waitForSelector('.toast:has-text("已彻底删除 1 封")');
    await holds('junk', 2);
    await tick(page, '广告 1');
    await page.click('.selection-bar button:has-text("不是垃圾邮件")');
    await holds('junk', 1);
    assert.equal((await folder('inbox')).totalEmails, 1);
    await page.click(row('广告 2'));
    await page.waitForSelector('.reader h2');
    await page.keyboard.press('Shift+Delete');
    await page.click('dialog button:text-is("彻底删除 1 封")');
    await holds('junk', 0);
    // In the inbox the key does nothing: what lies there goes to Deleted first.
    await visit(page, 'inbox', '广告 1');
    await page.focus('.list [role=row] >> nth=0');
    await page.keyboard.press('Shift+Delete');
    assert.equal(await page.locator('dialog').count(), 0);
    assert.equal((await folder('inbox')).totalEmails, 1);
    assert.deepEqual(problems, []);
  });

  test('v, l and b work on the row one stands on and on chosen rows, without a mail being open', async () => {
    await fill('inbox', '排期', 3);
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await page.waitForSelector(row('排期 2'));
    await page.focus('.list [role=row] >> nth=0');
    await page.keyboard.press('v');
    await page.waitForSelector('.selection-bar:has-text("已选 1 封")');
    await page.waitForSelector('.selection-bar [role=menu] [role=menuitem]:focus');
    await page.keyboard.press('End');
    await page.waitForSelector('[role=menuitem]:focus:has-text("项目")');
    const before = (await folder('项目')).totalEmails;
    await page.keyboard.press('Enter');
    await page.waitForSelector('.toast:has-text("已将 1 封移到“项目”")');
    await holds('项目', before + 1);
    // The menu that was asked for once does not open again by itself.
    await page.keyboard.press('x');
    await page.waitForSelector('.selection-bar');
    assert.equal(await page.locator('[role=menu]').count(), 0);
    await page.keyboard.press('l');
    await page.waitForSelector('.selection-bar [role=menu] :focus');
    await page.keyboard.press('Escape');
    await page.keyboard.press('b');
    await page.waitForSelector('dialog h2:text-is("稍后处理") >> visible=true');
    await page.keyboard.press('Enter');
    await holds('snoozed', 1);
    assert.deepEqual(problems, []);
  });

  test('a row that was chosen for a menu only is left behind when one goes on: the next key means the row one stands on', async () => {
    await fill('inbox', '路过', 2);
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await page.waitForSelector(row('路过 1'));
    await page.focus('.list [role=row] >> nth=0');
    const [first, second] = await page
      .locator('.mail-row')
      .evaluateAll(rows => rows.map(one => one.textContent));
    await page.keyboard.press('l');
    await page.waitForSelector('.selection-bar [role=menu] :focus');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.selection-bar [role=menu]', { state: 'detached' });
    await page.keyboard.press('j');
    await page.waitForSelector('.selection-bar', { state: 'detached' });
    await page.keyboard.press('e');
    await page.waitForSelector('.toast:has-text("已存档 1 封")');
    const left = await page.locator('.mail-row').evaluateAll(rows => rows.map(one => one.textContent));
    assert.ok(left.includes(first ?? ''), 'the row of the menu stays');
    assert.ok(!left.includes(second ?? ''), 'the row one went on to is gone');
    assert.deepEqual(problems, []);
  });

  test('what stands over an open mail works on that mail, whatever rows are chosen', async () => {
    await fill('inbox', '甲', 1);
    await fill('inbox', '乙', 1);
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await page.click(row('甲 0'));
    await page.waitForSelector('.reader h2:has-text("甲 0")');
    await tick(page, '乙 0');
    const archived = (await folder('archive')).totalEmails;
    await page.click('.reader-tools button:has-text("存档")');
    await page.waitForSelector('.toast:has-text("已存档 1 封")');
    await holds('archive', archived + 1);
    await page.waitForSelector(row('甲 0'), { state: 'detached' });
    await page.waitForSelector(`${row('乙 0')} >> input:checked`);
    await page.waitForSelector('.selection-bar:has-text("已选 1 封")');
    assert.deepEqual(problems, []);
  });
});
