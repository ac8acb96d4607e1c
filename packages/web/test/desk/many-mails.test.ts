import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Route } from 'playwright-core';
import { axeProblems, browserMissing, phone } from '../browser.ts';
import { eventually, row, type SignedIn, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();
const many = 130;

interface Folder {
  readonly id: string;
  readonly role: string | null;
  readonly totalEmails: number;
}

describe('webmail: all mails of a folder or a search at once', { skip, timeout: 240_000 }, () => {
  let webmail: Webmail;
  before(async () => {
    webmail = await Webmail.start();
    await webmail.jmap('alice', ['Settings/set', { update: { singleton: { pageSize: 20 } } }]);
  });
  after(async () => {
    await webmail?.[Symbol.asyncDispose]();
  });

  async function folder(role: string): Promise<Folder> {
    const [answer] = await webmail.jmap('alice', ['Mailbox/get', { ids: null }]);
    const found = ((answer?.['list'] ?? []) as Folder[]).find(one => one.role === role);
    assert.ok(found, role);
    return found;
  }

  async function fill(name: string, count: number): Promise<void> {
    const { id } = await folder('inbox');
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

  /** The server says that it takes 50 at once, and the page is told so, too. */
  async function small({ page }: SignedIn): Promise<void> {
    await page.route('**/jmap/session', async route => {
      const response = await route.fetch();
      const session = (await response.json()) as { capabilities: Record<string, Record<string, unknown>> };
      session.capabilities['urn:ietf:params:jmap:core'] = {
        ...session.capabilities['urn:ietf:params:jmap:core'],
        maxObjectsInSet: 50,
      };
      await route.fulfill({ response, json: session });
    });
    await page.reload();
    await page.waitForSelector('.mail-row[data-mail]');
  }

  test('all are chosen, not only those loaded; they go in parts, mail that arrives stays, and all come back', async () => {
    await fill('批量', many);
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await small(session);
    await page.check(`${row('批量')} >> nth=0 >> input[type=checkbox]`);
    await page.click('.selection-all button');
    await page.waitForSelector(`.selection-bar:has-text("已选全部 ${many} 封")`);
    assert.deepEqual(await axeProblems(page), [], 'all chosen');
    // The second part waits: the screen tells how far it is, and a mail comes in.
    const sizes: number[] = [];
    let go: () => void = () => undefined;
    const held = new Promise<void>(resolve => {
      go = resolve;
    });
    const hold = async (route: Route): Promise<void> => {
      const body = route.request().postDataJSON() as { methodCalls: [string, { update?: object }][] };
      const update = body.methodCalls.find(([name]) => name === 'Email/set')?.[1].update;
      if (update) sizes.push(Object.keys(update).length);
      if (update && sizes.length === 2) await held;
      await route.continue();
    };
    await page.route('**/jmap/api*', hold);
    await page.route('**/jmap/', hold);
    await page.click('.selection-bar button:has-text("删除")');
    await page.waitForSelector(`.toast:has-text("正在处理 ${many} 封邮件") progress`);
    await eventually(async () => Number(await page.getAttribute('.toast progress', 'value')) > 0.3);
    assert.deepEqual(await axeProblems(page), [], 'at work');
    await webmail.deliver({ subject: '刚到的', text: 'new' });
    go();
    await page.waitForSelector(`.toast:has-text("已删除 ${many} 封")`);
    assert.deepEqual(sizes, [50, 50, 30]);
    await page.waitForSelector(row('刚到的'));
    assert.equal((await folder('trash')).totalEmails, many);
    assert.equal((await folder('inbox')).totalEmails, 1);
    await page.click('.toast button:has-text("撤销")');
    await page.waitForSelector('.toast:has-text("已撤销")');
    assert.equal((await folder('inbox')).totalEmails, many + 1);
    assert.equal((await folder('trash')).totalEmails, 0);
    assert.deepEqual(problems, []);
  });

  test('without a network, or with one that goes: what was not done stays in sight, what was done comes back', async () => {
    await using session = await webmail.signIn('alice');
    const { page } = session;
    await small(session);
    const chooseAll = async (): Promise<void> => {
      await page.check(`${row('批量')} >> nth=0 >> input[type=checkbox]`);
      await page.click('.selection-all button');
      await page.waitForSelector('.selection-bar:has-text("已选全部")');
    };
    const stoppedAfter = (count: number): Promise<unknown> =>
      page.waitForSelector(`[role=alert] .toast:has-text("处理了 ${count} 封就停下了")`);
    const remove = '.selection-bar button:has-text("删除")';
    await chooseAll();
    await page.context().setOffline(true);
    await page.click(remove);
    await stoppedAfter(0);
    await page.waitForSelector(row('批量'));
    await page.context().setOffline(false);
    await page.reload();
    await chooseAll();
    let sets = 0;
    const cut = async (route: Route): Promise<void> => {
      if (route.request().postData()?.includes('"Email/set"')) sets += 1;
      if (sets < 2) return route.continue();
      await page.context().setOffline(true);
      return route.abort('internetdisconnected');
    };
    await page.route('**/jmap/api*', cut);
    await page.route('**/jmap/', cut);
    await page.click(remove);
    await stoppedAfter(50);
    assert.equal((await folder('trash')).totalEmails, 50);
    await page.unroute('**/jmap/api*');
    await page.unroute('**/jmap/');
    await page.context().setOffline(false);
    await page.click('.toast button:has-text("撤销")');
    await eventually(async () => (await folder('trash')).totalEmails === 0);
  });

  test('by keys alone: all of a search but one row is marked read; the work can be stopped', async () => {
    await using session = await webmail.signIn('alice', { language: 'en' });
    const { page, problems } = session;
    await small(session);
    await page.fill('input[type=search]', 'subject:批量');
    await page.keyboard.press('Enter');
    await page.waitForSelector(row('批量'));
    await page.focus('.list [role=row] >> nth=0');
    await page.keyboard.press('Control+a');
    await page.waitForSelector(`.selection-bar:has-text("All ${many} selected")`);
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.waitForSelector(`.selection-bar:has-text("All ${many - 1} selected")`);
    let sets = 0;
    let go: () => void = () => undefined;
    const held = new Promise<void>(resolve => {
      go = resolve;
    });
    const hold = async (route: Route): Promise<void> => {
      if (route.request().postData()?.includes('"Email/set"')) {
        sets += 1;
        if (sets === 1) await held;
      }
      await route.continue();
    };
    await page.route('**/jmap/api*', hold);
    await page.route('**/jmap/', hold);
    await page.keyboard.press('e');
    await page.waitForSelector('.toast progress');
    // `z` takes up what the bar offers: stopping.
    await page.keyboard.press('z');
    go();
    await page.waitForSelector('.toast:has-text("Stopped after 50 mails")');
    assert.equal((await folder('archive')).totalEmails, 50);
    await page.keyboard.press('z');
    await page.waitForSelector('.toast:has-text("Undone")');
    assert.equal((await folder('archive')).totalEmails, 0);
    assert.deepEqual(problems, []);
  });

  test('on a phone: 选择, all of the inbox, deleted; then Deleted is emptied', async () => {
    await using session = await webmail.signIn('alice', { size: phone });
    const { page, problems } = session;
    await page.waitForSelector('.mail-row[data-mail]');
    // Back leaves choosing, and nothing else.
    await page.tap('.filters button:has-text("选择")');
    await page.waitForSelector('.selection-bar:has-text("已选 0 封")');
    assert.deepEqual(await axeProblems(page), [], 'choosing');
    await page.goBack();
    await page.waitForSelector('.filters button:has-text("选择")');
    await page.tap('.filters button:has-text("选择")');
    await page.tap(`${row('批量')} >> nth=0`);
    await page.waitForSelector('.selection-bar:has-text("已选 1 封")');
    await page.tap('.selection-all button');
    await page.waitForSelector('.selection-bar:has-text("已选全部")');
    assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
    await page.click('.selection-bar button:has-text("删除")');
    await page.waitForSelector(`.toast:has-text("已删除 ${many + 1} 封")`);
    await page.waitForSelector('.list .empty');
    assert.equal((await folder('trash')).totalEmails, many + 1);
    assert.deepEqual(problems, []);
    await using desk = await webmail.signIn('alice');
    await desk.page.click('button[aria-label="更多: 已删除"]');
    await desk.page.click('[role=menuitem]:has-text("清空")');
    await desk.page.click(`dialog button:has-text("彻底删除 ${many + 1} 封")`);
    await desk.page.waitForSelector(`.toast:has-text("已彻底删除 ${many + 1} 封")`);
    assert.equal((await folder('trash')).totalEmails, 0);
    assert.deepEqual(desk.problems, []);
  });
});
