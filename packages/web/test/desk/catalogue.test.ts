import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeProblems, browserMissing } from '../browser.ts';
import { beginMail, card, eventually, openSettings, password, row, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();
const sender = { from: 'Ingrid <ingrid@nord.example>' };

describe('webmail: features by their name in the catalogue', { skip, timeout: 240_000 }, () => {
  let webmail: Webmail;
  before(async () => {
    webmail = await Webmail.start();
    await webmail.jmap('alice', ['Settings/set', { update: { singleton: { undoSeconds: 0 } } }]);
  });
  after(async () => {
    await webmail?.[Symbol.asyncDispose]();
  });

  /** Runs an operation of the administration API as the administrator. */
  async function administer(path: string, body?: object): Promise<Record<string, never>> {
    const headers = { 'content-type': 'application/json', 'x-hongyan': '1' };
    const door = await fetch(`${webmail.url}auth/sign-in`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ login: 'admin@hongyan.test', password }),
    });
    const cookie = (door.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const answer = await fetch(`${webmail.url}api/v1/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { ...headers, cookie },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    assert.ok(answer.ok, await answer.clone().text());
    return (await answer.json()) as Record<string, never>;
  }

  const failing = (page: Page): Promise<string | null> =>
    page.textContent(`${card('连不上？')} li[aria-current=step]`);

  test('CLI-02, CLI-03, CLI-05, CLI-06, CLI-07, CLI-12: switches, the password of a client, servers, what fails first, what is connected', async () => {
    await using session = await webmail.signIn('bob');
    const { page, problems } = session;
    await openSettings(page, 'clients');
    const clients = '.form-line:has-text("开启 IMAP / SMTP / POP 服务") input';
    const safe = '.form-line:has-text("安全登录") input';
    // CLI-02: on, the password opens; off, nothing does, and CLI-07 says which step fails first.
    assert.equal(await page.isChecked(clients), true);
    assert.equal(await webmail.imap('bob', password), true);
    await page.uncheck(clients);
    await page.waitForSelector(`${card('连不上？')} li[aria-current=step]:has-text("已开启 IMAP")`);
    assert.equal(await webmail.imap('bob', password), false);
    assert.deepEqual(await axeProblems(page), [], 'clients off');
    await page.check(clients);
    // CLI-06: the servers with their ports, and the name to sign in with.
    const servers = (await page.textContent(card('服务器参数'))) ?? '';
    for (const text of ['收信 IMAP', '收信 POP', '发信 SMTP', 'SSL/TLS', 'bob@hongyan.test'])
      assert.ok(servers.includes(text), `${text} in ${servers}`);
    // CLI-03: the area for client passwords appears with safe sign-in; CLI-05: then the main password is refused.
    assert.equal(await page.locator(card('客户端专用密码')).count(), 0);
    await page.check(safe);
    await page.waitForSelector(card('客户端专用密码'));
    assert.match((await failing(page)) ?? '', /有可用的客户端专用密码/);
    assert.equal(await webmail.imap('bob', password), false);
    await page.click(`${card('客户端专用密码')} button:has-text("新建专用密码")`);
    const [name, own] = await page.locator('dialog input').all();
    await name?.fill('Foxmail');
    await own?.fill(password);
    await page.click('dialog button.primary');
    await page.waitForSelector('dialog .secret');
    const secret = ((await page.textContent('dialog .secret')) ?? '').replaceAll(' ', '');
    await page.click('dialog button:has-text("完成")');
    // CLI-12: what is connected, when and from where it was used last, and its state.
    const entry = `${card('客户端专用密码')} li:has-text("Foxmail")`;
    await page.waitForSelector(`${entry}:has-text("还没用过")`);
    assert.equal(await webmail.imap('bob', secret), true);
    await eventually(async () => {
      await page.reload();
      await page.waitForSelector(entry);
      return page.locator(`${entry}:has-text("正常"):has-text("IMAP"):has-text("127.0.0.1")`).count();
    });
    await page.waitForSelector(`${card('连不上？')}:has-text("四项都正常")`);
    // With the service off the password is kept and told to be off.
    await page.uncheck(clients);
    await page.waitForSelector(`${card('连不上？')} li[aria-current=step]:has-text("已开启 IMAP")`);
    assert.equal(await webmail.imap('bob', secret), false);
    // As it was: the tests after this one look into bob's mailbox with his own password.
    await page.check(clients);
    await page.uncheck(safe);
    await eventually(() => webmail.imap('bob', password));
    assert.deepEqual(problems, []);
  });

  test('SEC-13: failed sign-ins are told with what to do, one press away', async () => {
    const wrong = (): Promise<Response> =>
      fetch(`${webmail.url}auth/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-hongyan': '1' },
        body: JSON.stringify({ login: 'alice@hongyan.test', password: 'not the goose' }),
      });
    for (let at = 0; at < 3; at += 1) assert.notEqual((await wrong()).status, 200);
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await openSettings(page, 'account');
    const advice = '.notice:has-text("次登录失败")';
    await page.waitForSelector(advice);
    await page.waitForSelector('table.log td.bad:has-text("密码不对")');
    await page.click(`${advice} button:has-text("修改密码")`);
    assert.equal(
      await page.evaluate("document.activeElement.getAttribute('autocomplete')"),
      'current-password',
    );
    await page.click(`${advice} button:has-text("查看过滤规则")`);
    await page.waitForSelector(card('过滤规则'));
    assert.deepEqual(problems, []);
  });

  test('REA-08, REA-12: unwanted mail lands in Junk; mail is found by folder, label and word', async () => {
    await webmail.deliver({ ...sender, subject: '船期确认', text: '九月十日开船' });
    await webmail.deliver({ ...sender, subject: '另一封船期', text: '待定' });
    const id = await eventually(async () => {
      const [found] = await webmail.jmap('alice', ['Email/query', { filter: { subject: '船期确认' } }]);
      return ((found?.['ids'] ?? []) as string[])[0];
    });
    const [made] = await webmail.jmap('alice', [
      'Label/set',
      { create: { l: { name: '重要客户', color: 'teal' } } },
    ]);
    const label = (made?.['created'] as unknown as Record<string, { keyword?: string }> | null)?.['l'];
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    if (label?.keyword)
      await webmail.jmap('alice', [
        'Email/set',
        { update: { [id]: { [`keywords/${label.keyword}`]: true } } },
      ]);
    await openSettings(page, 'receiving');
    await page.fill(`${card('黑名单')} input`, 'ads.example');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${card('黑名单')} li:has-text("ads.example")`);
    await webmail.deliver({ subject: '便宜货', text: 'x' }, 'alice', 'shop@ads.example');
    await page.click('button.folder:has-text("垃圾邮件")');
    await page.waitForSelector(row('便宜货'));
    const search = async (text: string): Promise<void> => {
      await page.fill('input[type=search]', text);
      await page.keyboard.press('Enter');
    };
    await search('船期');
    await page.waitForSelector(row('另一封船期'));
    await page.waitForSelector(row('船期确认'));
    await search('label:重要客户');
    await page.waitForSelector(row('另一封船期'), { state: 'detached' });
    await page.waitForSelector(row('船期确认'));
    await search('in:junk 便宜货');
    await page.waitForSelector(row('便宜货'));
    await eventually(async () => (await page.locator('.mail-row[data-mail]').count()) === 1);
    assert.deepEqual(problems, []);
  });

  test('CMP-02: a blind copy arrives and is invisible to the others', async () => {
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await beginMail(page, 'bob@hongyan.test', '密送一封');
    await page.keyboard.type('quietly');
    await page.click('.composer.full button:has-text("密送")');
    await page.keyboard.type('admin@hongyan.test');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.composer', { state: 'detached' });
    for (const who of ['bob', 'admin']) {
      const source = await webmail.source(who, '密送一封');
      assert.match(source, /^To: .*bob@hongyan\.test/m, who);
      assert.doesNotMatch(source.split(/\r?\n\r?\n/)[0] ?? '', /^Bcc:|^(?:To|Cc):.*admin@/im, who);
    }
    assert.deepEqual(problems, []);
  });

  test('CMP-12: mail is written from one’s own addresses and aliases, and from no other', async () => {
    const members = await administer('members?limit=50');
    const list = (members['items'] ?? members['list'] ?? members['members']) as unknown as {
      id: number;
      address: string;
    }[];
    const alice = list.find(({ address }) => address === 'alice@hongyan.test');
    assert.ok(alice, JSON.stringify(members).slice(0, 300));
    await administer(`members/${alice.id}/aliases`, { address: 'export@hongyan.test' });
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await beginMail(page, 'bob@hongyan.test', '以别名');
    const from = page.locator('.composer.full select').first();
    const choices = await from.locator('option').allTextContents();
    assert.equal(choices.length, 2, choices.join());
    assert.ok(choices.every(text => /alice@|export@/.test(text)));
    await from.selectOption({ label: choices.find(text => text.includes('export@')) ?? '' });
    await page.click('.composer.full .editor-area');
    await page.keyboard.type('from the alias');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.composer', { state: 'detached' });
    assert.match(await webmail.source('bob', '以别名'), /^From: .*export@hongyan\.test/m);
    await using other = await webmail.signIn('bob');
    await beginMail(other.page, 'alice@hongyan.test', 'x');
    assert.equal(await other.page.locator('.composer.full select option:has-text("export@")').count(), 0);
    assert.deepEqual(problems, []);
  });

  test('CON-02, CON-04: outside contacts of the company are read by all, changed by none, and copied', async () => {
    await administer('outside-contacts', { address: 'liu@port.example', name: '刘船长' });
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await page.click('.modules button:has-text("通讯录")');
    await page.click('.contacts-nav button:has-text("外部联系人")');
    await page.click('.contact:has-text("liu@port.example")');
    assert.equal(await page.locator('.contact-detail button:has-text("删除")').count(), 0);
    await page.click('.contact-detail button:has-text("复制到个人通讯录")');
    await page.click('.contacts-nav button:has-text("个人通讯录")');
    await page.click('.contact:has-text("liu@port.example")');
    await page.waitForSelector('.contact-detail button:has-text("删除")');
    assert.deepEqual(problems, []);
  });
});
