import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type FakeDns, startFakeDns } from '@hongyan/testkit/fake-dns.ts';
import type { Page } from 'playwright-core';
import { axeProblems, browserMissing, openPage, phone } from './browser.ts';
import { ConsoleHouse, type PageOptions, row, type Session } from './console-fixture.ts';

const skip = browserMissing();

/** Domains, what is shared, administrators, trace: one server with a fake DNS, each test signs in afresh. */
describe('company pages of the console', { skip, timeout: 240_000 }, () => {
  let dns: FakeDns;
  let house: ConsoleHouse;

  before(async () => {
    dns = await startFakeDns({
      'qinghe.test': { ns: ['ns1.alidns.com'], mx: [[10, 'mx.old.test']] },
    });
    house = await ConsoleHouse.open({ settings: `[dns]\nservers = ["${dns.server}"]\ntimeout = "1s"\n` });
  });
  after(async () => {
    await house?.[Symbol.asyncDispose]();
    await dns?.[Symbol.asyncDispose]();
  });

  const signIn = (options: PageOptions = {}, who = 'admin'): Promise<Session> => house.signIn(who, options);

  async function open(page: Page, path: string, title: string): Promise<void> {
    await house.visit(page, path);
    await page.waitForSelector(`h1:has-text("${title}")`);
  }

  /** Types a member's name and presses Enter on the first who is found. */
  async function pick(page: Page, label: string, name: string): Promise<void> {
    await page.getByLabel(label, { exact: true }).first().fill(name);
    await page.waitForSelector(`.pick-list button:has-text("${name}")`);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`.picked .chip:has-text("${name}")`);
  }

  test('DOM-04, DOM-05, DOM-06: a domain is looked up while it is typed, added, and turns green', async () => {
    await using session = await signIn();
    const { page } = session;
    await open(page, 'domains/add', '添加域名');
    assert.equal((await page.locator('.domain-path').count()) >= 2, true);
    await page.click('.domain-path:has-text("已有域名")');
    await page.getByLabel('域名，例如').fill('qinghe.test');
    await page.waitForSelector('text=查到该域名，解析在阿里云');
    await page.click('text=添加并查看解析记录');
    await page.waitForSelector('h1:has-text("qinghe.test")');
    await page.click('button:has-text("立即检查")');
    await page.waitForSelector('.record-extra:has-text("mx.old.test")');
    const mx = page.locator('.record-table tr:has-text("MX")').first();
    const target = (await mx.locator('.record-value .mono').textContent()) ?? '';
    assert.notEqual(target, '');
    Object.assign(dns.zone['qinghe.test'] ?? {}, { mx: [[5, target.replace(/\.$/, '')]] });
    await page.waitForSelector('.record-table tr:has-text("MX"):has-text("已生效")', { timeout: 30_000 });
    assert.deepEqual(await axeProblems(page), []);
  });

  test('PUB-01, PUB-02, PUB-05: a public mailbox with two users, and a password shown once', async () => {
    await using session = await signIn();
    const { page } = session;
    await open(page, 'public-mailboxes/new', '业务邮箱');
    await page.getByLabel('地址', { exact: true }).fill('sales@hongyan.test');
    await pick(page, '使用者', 'alice');
    await pick(page, '使用者', 'bob');
    await page.click('.detail-actions .primary');
    await page.waitForSelector('.detail h2:has-text("sales@hongyan.test")');
    await page.getByLabel('用在哪里').fill('前台电脑');
    await page.click('button:has-text("新建专用密码")');
    const secret = await page.textContent('.secret');
    assert.match(secret?.replaceAll(/\s/g, '') ?? '', /^\S{16,}$/);
    assert.deepEqual(await axeProblems(page), []);
    await page.keyboard.press('Escape');
    await page.waitForSelector('.data-row:has-text("sales@hongyan.test"):has-text("2 人")');
    await page.click('.data-row:has-text("sales@hongyan.test") .data-open');
    await page.waitForSelector('li:has-text("前台电脑")');
    assert.equal(await page.locator('.secret').count(), 0);
  });

  test('GRP-01, GRP-04, GRP-05: a group for each kind of sender; a loop is told, not refused', async () => {
    await using session = await signIn();
    const { page } = session;
    const kinds = ['本企业的人', '只有群组成员', '任何人，包括外部', '只有指定的人'];
    for (const [index, kind] of kinds.entries()) {
      await open(page, 'groups/new', '邮件群组');
      await page.getByLabel('地址', { exact: true }).fill(`group${index}@hongyan.test`);
      const members = index === 0 ? 'bob@hongyan.test' : `group${index - 1}@hongyan.test, ingrid@out.example`;
      await page.getByLabel('成员地址').fill(members);
      await page.getByLabel(kind).check();
      if (index === 3) await page.getByLabel('可以发信的地址').fill('alice@hongyan.test');
      await page.click('.detail-actions .primary');
      await page.waitForSelector(`.data-row:has-text("group${index}@hongyan.test"):has-text("${kind}")`);
    }
    await page.click('.data-row:has-text("group0@") .data-open');
    await page.getByLabel('成员地址').fill('group3@hongyan.test');
    await page.click('.detail-actions .primary');
    await page.waitForSelector('.notice:has-text("群组互相包含")');
    assert.deepEqual(await axeProblems(page), []);
  });

  test('TEN-36: a scoped administrator sees only the pages that were chosen', async () => {
    {
      await using session = await signIn();
      const { page } = session;
      await open(page, 'administrators/new', '管理员与权限');
      await pick(page, '成员', 'bob');
      await page.locator('.grant-list li', { hasText: '邮件群组' }).getByLabel('管理').check();
      await page.locator('.grant-list li', { hasText: '邮件去向' }).getByLabel('查看').check();
      assert.deepEqual(await axeProblems(page), []);
      await page.click('.detail-actions .primary');
      await page.waitForSelector('.data-row:has-text("bob@hongyan.test"):has-text("分级管理员")');
    }
    await using bob = await signIn({ language: 'en' }, 'bob');
    await open(bob.page, 'groups', 'Groups');
    const groups = await bob.page.locator('.console-group').allTextContents();
    assert.equal(groups.includes('Find and act on mail'), true, groups.join());
    assert.equal(
      groups.some(name => name.startsWith('Domains')),
      false,
      groups.join(),
    );
    await bob.page.goto(`${house.origin}/admin#/domains`);
    await bob.page.waitForSelector('.console-note[role=alert]');
  });

  test('API-01: a token is shown once and revoked', async () => {
    await using session = await signIn({ language: 'en' });
    const { page } = session;
    await open(page, 'tokens/new', 'Open API');
    await page.getByLabel('Name', { exact: true }).fill('HR system');
    await page.locator('.grant-list li', { hasText: 'Groups' }).getByLabel('View').check();
    await page.click('.detail-actions .primary');
    const token = (await page.textContent('.secret')) ?? '';
    assert.match(token, /^hy_/);
    const answer = await fetch(`${house.origin}/api/v1/groups`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(answer.status, 200);
    await page.click('.detail-actions .primary');
    await page.waitForSelector('.detail-drawer', { state: 'detached' });
    await page.waitForSelector('.data-row:has-text("HR system")');
    assert.equal((await page.content()).includes(token), false);
    await page.click('.data-row:has-text("HR system") .data-actions button');
    await page.click('.dialog .danger');
    await page.waitForSelector('.empty');
    const late = await fetch(`${house.origin}/api/v1/groups`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(late.status, 401);
  });

  test('DIR-04, DIR-05, DIR-06: a stranger joins by link on a phone, is approved, and the link closes', async () => {
    await using session = await signIn();
    const { page } = session;
    await open(page, 'invitations', '邀请与加入');
    const switches = page.getByLabel('允许通过链接加入');
    if (!(await switches.isChecked())) await switches.check();
    await page.waitForSelector('text=已保存');
    await page.click('button:has-text("新建邀请链接")');
    const link = (await page.textContent('.invitation-link')) ?? '';
    assert.match(link, /\/join\//);
    await page.waitForSelector('img.qr');
    assert.deepEqual(await axeProblems(page), []);

    const stranger = await openPage(house.browser, { size: phone });
    await stranger.page.goto(link);
    await stranger.page.fill('input[name=prefix]', 'alice');
    await stranger.page.click('.join-note button:has-text("alice2")');
    await stranger.page.waitForSelector('text=alice2@hongyan.test 可以使用');
    await stranger.page.fill('input[name=name]', '何思远');
    await stranger.page.fill('input[name=mobile]', '13800138000');
    await stranger.page.fill('input[name=password]', 'quiet river 77');
    await stranger.page.fill('input[name=again]', 'quiet river 77');
    assert.deepEqual(await axeProblems(stranger.page), []);
    await stranger.page.click('button[type=submit]');
    await stranger.page.waitForSelector('.join-end:has-text("申请已提交")');

    await page.reload();
    await row(page, '何思远').locator('button:has-text("批准")').click();
    await page.waitForSelector('text=何思远 已加入');
    await page.getByLabel('允许通过链接加入').uncheck();
    await page.waitForSelector('text=现在没有开放加入');
    await stranger.page.goto(link);
    await stranger.page.waitForSelector('[role=alert]:has-text("没有开放加入")');
    await stranger.page.goto(`${house.origin}/join/nothing`);
    await stranger.page.waitForSelector('[role=alert]:has-text("不存在")');
    await stranger.page.context().close();
  });

  test('every page is sound: empty, in both languages, on a desk and on a phone; a dead server is told', async () => {
    const paths = {
      certificates: 'Host names & certificates',
      trace: 'Message trace',
      statistics: 'Statistics',
      'sign-in': 'Sign-in & client access',
      'sign-ins': 'Sign-in log',
      company: 'Company',
      'member-rights': 'Member permissions',
      'outside-contacts': 'Outside contacts',
      welcome: 'Welcome letter',
    };
    await using desk = await signIn({ language: 'en', dark: true });
    for (const [path, title] of Object.entries(paths)) {
      await open(desk.page, path, title);
      await desk.page.waitForSelector('.progress-line', { state: 'detached' });
      assert.deepEqual(await axeProblems(desk.page), [], path);
    }
    await using small = await signIn({ size: phone });
    for (const path of ['domains', 'trace', 'invitations', 'groups', 'company']) {
      await small.page.goto(`${house.origin}/admin#/${path}`);
      await small.page.waitForSelector('h1');
      const width = await small.page.evaluate('document.documentElement.scrollWidth');
      assert.equal(width, phone.width, `${path} does not scroll sideways`);
    }
    await desk.page.route('**/api/v1/**', route => route.abort());
    await open(desk.page, 'groups', 'Groups');
    await desk.page.waitForSelector('.notice.bad[role=alert] >> text=Try again');
  });
});
