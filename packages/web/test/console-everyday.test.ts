import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createTransport } from 'nodemailer';
import type { Page } from 'playwright-core';
import { axeProblems, browserMissing, phone } from './browser.ts';
import { api, ConsoleHouse, row } from './console-fixture.ts';

const skip = browserMissing();

/** What comes up every day: who wants to join, what administrators are told of, many things at once, all of it on the way. */
describe('everyday work in the console', { skip, timeout: 280_000 }, () => {
  let house: ConsoleHouse;

  before(async () => {
    house = await ConsoleHouse.open();
  });
  after(async () => {
    await house?.[Symbol.asyncDispose]();
  });

  /** Nobody has the number of another. */
  let mobile = 8_000;

  interface Item {
    readonly id: number;
    readonly address: string;
  }
  const listOf = async (page: Page, path: string): Promise<readonly Item[]> =>
    (await api<{ items: Item[] }>(page, 'GET', path)).items;

  /** Strangers with a link ask to join. */
  async function askToJoin(
    page: Page,
    people: readonly (readonly [prefix: string, name: string])[],
  ): Promise<void> {
    await api(page, 'PATCH', '/invitation-settings', { open: true, approval: true });
    const { link } = await api<{ link: string }>(page, 'POST', '/invitations', {
      label: '校招',
      days: 7,
      maxUses: null,
      origin: house.origin,
    });
    const token = new URL(link).pathname.split('/').at(-1) ?? '';
    for (const [prefix, name] of people) {
      const body = { name, prefix, mobile: `1380013${mobile}`, password: 'quiet river 77' };
      mobile += 1;
      const answer = await fetch(`${house.origin}/api/v1/join/${token}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-hongyan': '1' },
        body: JSON.stringify(body),
      });
      assert.ok(answer.ok, await answer.text());
    }
  }

  async function chooseRow(page: Page, text: string): Promise<void> {
    await row(page, text).locator('input[type=checkbox]').check();
  }

  test('GUI-01: the guide lists the steps in their order and ticks what is done', async () => {
    await using session = await house.signIn('admin');
    const { page } = session;
    await page.waitForSelector('ol.steps');
    const steps = async (): Promise<string[]> =>
      page
        .locator('ol.steps > li')
        .evaluateAll(all =>
          all.map(one => `${one.querySelector('a')?.textContent} ${one.classList.contains('done')}`),
        );
    assert.deepEqual(await steps(), [
      '添加域名 true',
      '设置解析记录 false',
      '添加成员 true',
      '建立群组和业务邮箱 false',
      '邀请成员、增加管理员 false',
    ]);
    await page.waitForSelector('text=已完成 2 / 5');
    await api(page, 'POST', '/groups', { address: 'all@hongyan.test', departments: [0] });
    await page.reload();
    await page.waitForSelector('text=已完成 3 / 5');
    assert.equal((await steps())[3], '建立群组和业务邮箱 true');
    await page.click('ol.steps a:has-text("设置解析记录")');
    await page.waitForSelector('.console-page[data-page=domains]');
  });

  test('DIR-06: many requests are approved and refused at once; one that cannot be does not stop the others', async () => {
    await using session = await house.signIn('admin');
    const { page, problems } = session;
    await askToJoin(page, [
      ['heyuan', '何思远'],
      ['zhoumin', '周敏'],
      ['wanglei', '王磊'],
      ['lina', '李娜'],
    ]);
    // Somebody took the address meanwhile.
    await api(page, 'POST', '/groups', { address: 'taken@hongyan.test' });
    await house.visit(page, 'invitations');
    await row(page, '李娜').waitFor();
    await page.fill('.search-field', '13800138000');
    await row(page, '李娜').waitFor({ state: 'detached' });
    await row(page, '何思远').waitFor();
    await page.fill('.search-field', '');
    await row(page, '李娜').waitFor();
    await chooseRow(page, '何思远');
    await chooseRow(page, '周敏');
    await chooseRow(page, '王磊');
    await api(page, 'POST', `/join-requests/${(await listOf(page, '/join-requests?q=周敏'))[0]?.id}/refuse`);
    await page.click('[role=toolbar] button:has-text("批准")');
    await page.waitForSelector('dialog >> text=批准 3 人的申请');
    assert.deepEqual(await axeProblems(page), []);
    await page.click('dialog button:has-text("批准")');
    await page.waitForSelector('.toast:has-text("3 项中完成了 2 项")');
    await row(page, '何思远').waitFor({ state: 'detached' });
    await chooseRow(page, '李娜');
    await page.click('[role=toolbar] button:has-text("拒绝")');
    await page.click('dialog button:has-text("拒绝")');
    await page.waitForSelector('.empty:has-text("没有等待处理的申请")');
    await page.getByLabel('加入申请').first().selectOption('approved');
    await row(page, '王磊').waitFor();
    assert.equal(await row(page, '李娜').count(), 0);
    const members = await listOf(page, '/members?q=wanglei');
    assert.equal(members[0]?.address, 'wanglei@hongyan.test');
    assert.deepEqual(
      problems.filter(text => !text.includes('409')),
      [],
    );
  });

  test('NTF-04: notices: counted in the top bar, read on their page, mailed to whom the settings say', async () => {
    await using session = await house.signIn('admin', { language: 'en' });
    const { page, problems } = session;
    await askToJoin(page, [['tang', '唐宁']]);
    await page.reload();
    await page.click('.top button:has-text("Notices")');
    await row(page, 'tang@hongyan.test asks to join').waitFor();
    assert.ok((await page.locator('.data-row .chip:has-text("new")').count()) > 0);
    await page.locator('.data-open', { hasText: 'tang@hongyan.test' }).click();
    await page.waitForSelector('.detail-drawer >> text=Somebody with an invitation link asks to join');
    assert.deepEqual(await axeProblems(page), []);
    await page.click('.detail-actions a');
    await row(page, '唐宁').waitFor();
    await page.reload();
    await row(page, '唐宁').waitFor();
    const { count } = await api<{ count: number }>(page, 'GET', '/notices/unread');
    assert.equal(count, 0);

    await house.visit(page, 'notice-settings');
    await row(page, 'API tokens').locator('.data-open').click();
    await page.getByLabel('Chosen ones').check();
    await page.click('.detail-actions button');
    await page.waitForSelector('[role=alert]:has-text("Choose an administrator, or enter an address.")');
    assert.deepEqual(await axeProblems(page), []);
    await page.getByLabel('Other addresses').fill('bob@hongyan.test');
    await page.click('.detail-actions button');
    await page.waitForSelector('.toast:has-text("API tokens")');
    await row(page, 'API tokens').locator('text=0 administrators, 1 address').waitFor();
    // Many at once, with undo.
    await page.getByLabel('Select all shown').check();
    await page.click('[role=toolbar] button:has-text("Console off")');
    await page.waitForSelector('.toast:has-text("10 kinds of notices changed")');
    await page.click('.toast button:has-text("Undo")');
    await page.waitForSelector('.toast:has-text("Undone")');
    await api(page, 'POST', '/tokens', { name: 'HR', functions: { groups: 'view' } });
    await using bob = await house.page('/', { language: 'en' });
    await bob.page.fill('input[name=username]', 'bob@hongyan.test');
    await bob.page.fill('input[name=password]', 'wild goose 42');
    await bob.page.keyboard.press('Enter');
    await bob.page.waitForSelector('.mail-row:has-text("API token")', { timeout: 60_000 });
    assert.deepEqual(problems, []);
  });

  test('LOG-03: what an operation changed reads in words, in the reader’s language', async () => {
    await using session = await house.signIn('admin');
    const { page } = session;
    const [bob] = await listOf(page, '/members?q=bob');
    const { id } = await api<{ id: number }>(page, 'POST', '/departments', {
      name: '外贸部',
      parentId: null,
    });
    await api(page, 'PATCH', `/members/${bob?.id}`, {
      jobTitle: '经理',
      departments: [{ id, main: true }],
    });
    await house.visit(page, 'operations');
    await row(page, 'bob@hongyan.test').first().locator('.data-open').click();
    const changes = page.locator('.detail-changes');
    await changes.locator('td:has-text("外贸部")').waitFor();
    assert.match((await changes.locator('tr', { hasText: '职务' }).textContent()) ?? '', /职务无经理/);
    assert.doesNotMatch((await changes.textContent()) ?? '', /[{}"]/);
    assert.deepEqual(await axeProblems(page), []);
    await page.evaluate(() => localStorage.clear());
    await using english = await house.signIn('admin', { language: 'en', size: phone });
    await house.visit(english.page, 'operations');
    await row(english.page, 'bob@hongyan.test').first().locator('.data-open').click();
    await english.page.waitForSelector('.detail-changes tr:has-text("Job title") td:has-text("经理")');
  });

  test('many tags, tokens, administrators and binned mailboxes at once, each said before', async () => {
    await using session = await house.signIn('admin', { language: 'en' });
    const { page, problems } = session;
    for (const name of ['red', 'green', 'blue']) await api(page, 'POST', '/tags', { name });
    const remove = async (
      path: string,
      rows: readonly string[],
      verb: string,
      said: string,
    ): Promise<void> => {
      await house.visit(page, path);
      for (const text of rows) await chooseRow(page, text);
      await page.click(`[role=toolbar] button:has-text("${verb}")`);
      await page.waitForSelector(`dialog >> text=${said}`);
      assert.deepEqual(await axeProblems(page), [], path);
      await page.click(`dialog button:has-text("${verb}")`);
      for (const text of rows) await row(page, text).waitFor({ state: 'detached' });
    };
    await house.visit(page, 'tags');
    await page.getByLabel('Use').selectOption('used');
    await page.waitForSelector('.empty button:has-text("Clear")');
    await page.click('.empty button');
    await remove('tags', ['red', 'green'], 'Delete', 'Delete 2 tags?');
    await row(page, 'blue').waitFor();

    for (const name of ['one', 'two'])
      await api(page, 'POST', '/tokens', { name, functions: { groups: 'view' } });
    await remove('tokens', ['one', 'two'], 'Revoke', 'Revoke 2 tokens?');

    for (const who of ['alice', 'bob']) {
      const [member] = await listOf(page, `/members?q=${who}`);
      await api(page, 'PUT', `/administrators/${member?.id}`, { role: 'super' });
    }
    await house.visit(page, 'administrators');
    await chooseRow(page, 'admin@hongyan.test');
    await page.waitForSelector('[role=toolbar] >> text=The owner cannot be removed');
    await page.click('[role=toolbar] button:has-text("Clear")');
    await remove('administrators', ['alice@hongyan.test', 'bob@hongyan.test'], 'Remove', 'from 2 people?');

    for (const address of ['gone1@hongyan.test', 'gone2@hongyan.test', 'gone3@hongyan.test']) {
      const { id } = await api<Item>(page, 'POST', '/members', { name: address.split('@')[0], address });
      await api(page, 'DELETE', `/members/${id}`);
    }
    await house.visit(page, 'recycle-bin');
    await row(page, 'gone3@').waitFor();
    await page.fill('.search-field', 'gone2');
    await row(page, 'gone3@').waitFor({ state: 'detached' });
    await page.fill('.search-field', '');
    await row(page, 'gone3@').waitFor();
    await chooseRow(page, 'gone1@');
    await chooseRow(page, 'gone2@');
    await page.click('[role=toolbar] button:has-text("Restore")');
    await page.waitForSelector('dialog >> text=Restore 2 mailboxes?');
    await page.click('dialog button:has-text("Restore")');
    await page.waitForSelector('.toast:has-text("2 mailboxes restored")');
    await remove('recycle-bin', ['gone3@'], 'Delete for good', 'Delete 1 mailbox for good?');
    assert.deepEqual(problems, []);
  });

  test('a department among 1,000: a tree that draws what is seen, a search, the keyboard', async () => {
    await using session = await house.signIn('admin', { language: 'en' });
    const { page, problems } = session;
    const items = Array.from({ length: 1_000 }, (_, n) => ({
      id: n + 1,
      parentId: n < 20 ? null : (n % 20) + 1,
      name: n < 20 ? `Division ${n}` : `Team ${n}`,
      path: [`Team ${n}`],
      position: n,
      hidden: false,
      view: null,
      members: 0,
      places: 0,
    }));
    await page.route('**/api/v1/departments?*', route => {
      const query = new URL(route.request().url()).searchParams;
      const from = Number(query.get('cursor') ?? 0);
      const end = from + Number(query.get('limit'));
      return route.fulfill({
        json: { items: items.slice(from, end), next: end < items.length ? `${end}` : null },
      });
    });
    await house.visit(page, 'members/add');
    const field = page.locator('.detail-drawer .department-field').first();
    await field.locator('.department-value').click();
    assert.ok((await field.locator('.department-row').count()) < 40, 'only what is seen is drawn');
    await field.locator('input[type=search]').fill('team 777');
    await field.locator('.department-row').waitFor();
    assert.match((await field.locator('.department-row').textContent()) ?? '', /Team 777.*Division 17/);
    assert.deepEqual(await axeProblems(page), []);
    await page.keyboard.press('ArrowDown');
    await field.locator('input[data-row="0"]:focus').waitFor();
    await page.keyboard.press('Enter');
    await field.locator('.department-panel').waitFor({ state: 'detached' });
    assert.match((await field.locator('.department-value').textContent()) ?? '', /Division 17 \/ Team 777/);
    // It opens at what is chosen; Esc closes the list and not the drawer.
    await field.locator('.department-value').click();
    await field.locator('.department-row:has-text("Team 777") input:checked').waitFor();
    await page.keyboard.press('Escape');
    await field.locator('.department-panel').waitFor({ state: 'detached' });
    assert.equal(await page.locator('.detail-drawer').count(), 1);
    assert.deepEqual(problems, []);
  });

  test('SEC-11: which host names get a certificate is chosen, and stays so', async () => {
    await using session = await house.signIn('admin');
    const { page } = session;
    await house.visit(page, 'certificates');
    const box = page.locator('.host-list input[type=checkbox]').first();
    await box.waitFor();
    assert.equal(await box.isChecked(), true);
    await box.uncheck();
    await page.waitForSelector('.toast:has-text("不再为")');
    await page.reload();
    await box.waitFor();
    assert.equal(await box.isChecked(), false);
    await page.waitForSelector('.host-list >> text=不申请证书');
    assert.deepEqual(await axeProblems(page), []);
    await box.check();
    await page.waitForSelector('.toast:has-text("申请证书")');
  });

  test('on a phone: an invitation is approved, a mailbox disabled, a mail looked for', async () => {
    const transport = createTransport({ host: '127.0.0.1', port: house.port('smtp'), ignoreTLS: true });
    await transport.sendMail({
      from: 'buyer@out.example',
      to: 'alice@hongyan.test',
      subject: 'Order 4711',
      text: 'Two containers.',
    });
    transport.close();
    await using session = await house.signIn('admin', { size: phone });
    const { page, problems } = session;
    const narrow = async (what: string): Promise<void> => {
      assert.deepEqual(await axeProblems(page), [], what);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(wide, false, what);
    };
    await askToJoin(page, [['luyao', '陆遥']]);
    await house.visit(page, 'invitations');
    await row(page, '陆遥').waitFor();
    await narrow('requests');
    await row(page, '陆遥').locator('button:has-text("批准")').tap();
    await page.waitForSelector('.toast:has-text("陆遥 已加入")');

    await house.visit(page, 'members');
    await page.fill('.member-search', 'luyao');
    await row(page, '陆遥').locator('input[type=checkbox]').tap();
    await page.locator('[role=toolbar] button:has-text("停用")').tap();
    await page.waitForSelector('.toast:has-text("已停用")');
    await narrow('member');
    const [member] = await api<{ items: { disabled: boolean }[] }>(page, 'GET', '/members?q=luyao').then(
      ({ items }) => items,
    );
    assert.equal(member?.disabled, true);

    await house.visit(page, 'trace');
    await row(page, 'Order 4711').locator('.data-open').tap();
    await page.waitForSelector('.trace-verdict:has-text("已进入邮箱")');
    await page.waitForSelector('ol.trace-steps li');
    await narrow('trace');
    assert.deepEqual(problems, []);
  });
});
