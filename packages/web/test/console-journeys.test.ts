import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { type FakeDns, startFakeDns } from '@hongyan/testkit/fake-dns.ts';
import { onlyFiles } from '@hongyan/testkit/stores/databases.ts';
import { createTransport } from 'nodemailer';
import type { Page } from 'playwright-core';
import { readXlsx } from '../../server/src/directory/import/files/read-xlsx.ts';
import { writeXlsx } from '../../server/src/directory/import/files/write-sheet.ts';
import { password } from '../../server/test/whole-server/server-process.ts';
import { browserMissing, openPage, phone } from './browser.ts';
import { ConsoleHouse, type PageOptions, row, type Session } from './console-fixture.ts';

const skip = browserMissing();

/** What a company's administrator does from the first day to a leaver's last, with a fake DNS and real mail. */
describe('journeys of an administrator', { skip, timeout: 300_000 }, () => {
  let dns: FakeDns;
  let house: ConsoleHouse;

  before(async () => {
    dns = await startFakeDns({});
    house = await ConsoleHouse.open({ settings: `[dns]\nservers = ["${dns.server}"]\ntimeout = "1s"\n` });
  });
  after(async () => {
    await house?.[Symbol.asyncDispose]();
    await dns?.[Symbol.asyncDispose]();
  });

  const signIn = (options: PageOptions = {}): Promise<Session> => house.signIn('admin', options);

  async function visit(page: Page, where: string): Promise<void> {
    await house.visit(page, where);
    await page.waitForSelector('.console-page h1');
  }

  async function send(to: string, subject: string): Promise<void> {
    const transport = createTransport({ host: '127.0.0.1', port: house.port('smtp'), ignoreTLS: true });
    try {
      await transport.sendMail({ from: 'buyer@out.example', to, subject, text: 'Two containers.' });
    } finally {
      transport.close();
    }
  }

  async function reads(login: string, secret: string, subject: string): Promise<void> {
    const { page } = await openPage(house.browser, { language: 'zh' });
    await page.goto(house.origin);
    await page.fill('input[name=username]', login);
    await page.fill('input[name=password]', secret);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`.mail-row:has-text("${subject}")`, { timeout: 30_000 });
    await page.context().close();
  }

  const firstMail = [
    {
      language: 'zh',
      domain: 'qinghe.test',
      words: {
        own: '已有域名',
        field: '域名，例如',
        next: '添加并查看解析记录',
        live: '已生效',
        test: '发测试信',
        send: '发测试信',
        add: '添加成员',
        name: '姓名',
        prefix: '邮箱前缀',
        delivered: '已进入邮箱',
      },
    },
    {
      language: 'en',
      domain: 'wildgoose.test',
      words: {
        own: 'I have a domain',
        field: 'Domain, for',
        next: 'Add and show',
        live: 'Live',
        test: 'Send a test mail',
        send: 'Send',
        add: 'Add member',
        name: 'Name',
        prefix: 'Mail prefix',
        delivered: 'In mailbox',
      },
    },
  ] as const;
  for (const { language, domain, words } of firstMail) {
    test(`from nothing to the first mail (${language}): domain, records, test mail, member, inbox, trace`, async () => {
      dns.zone[domain] = { ns: ['ns1.alidns.com'] };
      await using session = await signIn({ language });
      const { page } = session;
      await visit(page, 'domains/add');
      await page.click(`.domain-path >> nth=0`);
      await page.locator('.form-page-body input, .console-page input.field').first().fill(domain);
      await page.locator('.console-page button.primary').last().click();
      await page.waitForSelector(`h1:has-text("${domain}")`);
      const mx = page.locator('.record-table tr:has-text("MX")').first();
      const target = ((await mx.locator('.record-value .mono').textContent()) ?? '').replace(/\.$/, '');
      Object.assign(dns.zone[domain] ?? {}, { mx: [[5, target]] });
      await page.waitForSelector(`.record-table tr:has-text("MX"):has-text("${words.live}")`, {
        timeout: 60_000,
      });

      // The next step of the page: a test mail, followed to its end.
      await page.click(`.domain-tools button:has-text("${words.test}")`);
      await page.locator('.detail-drawer input[type=email]').fill('alice@hongyan.test');
      await page.click('.detail-actions .primary');
      await page.waitForSelector(`.test-mail-result:has-text("${words.delivered}")`);
      await page.keyboard.press('Escape');

      await visit(page, 'members/add');
      await page.getByLabel(words.name, { exact: true }).fill('林晓舟');
      await page.waitForSelector(`text=linxiaozhou@`);
      await page
        .locator('.detail-drawer .address-field select, .detail-drawer select')
        .first()
        .selectOption(domain);
      await page.waitForSelector(`text=linxiaozhou@${domain}`);
      await page.locator('.console-choice input').nth(1).check();
      await page.click('.detail-actions button.primary');
      const secret = ((await page.textContent('.secret')) ?? '').trim();
      const subject = `Order ${domain}`;
      await send(`linxiaozhou@${domain}`, subject);
      await reads(`linxiaozhou@${domain}`, secret, subject);
      await visit(page, 'trace');
      await row(page, subject).first().waitFor();
      assert.match((await row(page, subject).first().textContent()) ?? '', new RegExp(words.delivered));
    });
  }

  /** 100 people, two of whom cannot be made. */
  function sheet(prefix: string): string[][] {
    const rows = Array.from({ length: 98 }, (_, n) => [`王小${n}`, `${prefix}${n}`, '外贸部/北欧']);
    return [['姓名', '邮箱', '部门'], ...rows, ['重名', 'admin', '外贸部'], ['', `${prefix}ghost`, '外贸部']];
  }

  /** GBK of text in its first two zones of hanzi, found by asking the decoder. */
  function gbk(text: string): Buffer {
    const decoder = new TextDecoder('gbk');
    const codes = new Map<string, [number, number]>();
    for (let high = 0xb0; high <= 0xf7; high += 1)
      for (let low = 0xa1; low <= 0xfe; low += 1)
        codes.set(decoder.decode(Uint8Array.of(high, low)), [high, low]);
    return Buffer.from(Array.from(text).flatMap(char => codes.get(char) ?? [char.charCodeAt(0)]));
  }

  const files = [
    {
      name: 'people.xlsx',
      mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      make: async () => Buffer.from(await writeXlsx(sheet('excel'))),
      prefix: 'excel',
    },
    {
      name: 'people.csv',
      mimeType: 'text/csv',
      make: async () =>
        gbk(
          sheet('gbk')
            .map(cells => cells.join(','))
            .join('\r\n'),
        ),
      prefix: 'gbk',
    },
  ];
  for (const { name, mimeType, make, prefix } of files) {
    test(`DIR-03: 100 rows of ${prefix}, two bad: 98 members and a file with the other two`, async () => {
      await using session = await signIn();
      const { page } = session;
      await visit(page, 'import');
      await page.setInputFiles('input[type=file]', { name, mimeType, buffer: await make() });
      await page.waitForSelector('text=98 人可以导入，2 行有问题');
      await page.click('button.primary:has-text("导入 98 人")');
      await page.waitForSelector('text=已添加 98 人');
      const [errors] = await Promise.all([
        page.waitForEvent('download'),
        page.click('a:has-text("下载未导入的行")'),
      ]);
      const left = await readXlsx(readFileSync(await errors.path()));
      const texts = left.map(({ cells }) => cells.join());
      assert.equal(texts.filter(text => /admin|ghost/.test(text)).length, 2, texts.join('\n'));
      await visit(page, 'members');
      await page.fill('.member-search', `${prefix}97`);
      await row(page, `${prefix}97@hongyan.test`).waitFor();
      await page.waitForSelector('.department-name:has-text("外贸部")');
    });
  }

  test('GRP-04: an outsider reaches only the group that is open to anyone', async () => {
    await using session = await signIn();
    const { page } = session;
    const kinds = ['本企业的人', '只有群组成员', '任何人，包括外部', '只有指定的人'];
    for (const [index, kind] of kinds.entries()) {
      await visit(page, 'groups/new');
      await page.getByLabel('地址', { exact: true }).fill(`right${index}@hongyan.test`);
      await page.getByLabel('成员地址').fill('bob@hongyan.test');
      await page.getByLabel(kind).check();
      if (index === 3) await page.getByLabel('可以发信的地址').fill('alice@hongyan.test');
      await page.click('.detail-actions .primary');
      await row(page, `right${index}@hongyan.test`).waitFor();
    }
    for (const index of kinds.keys()) {
      if (index === 2) await send('right2@hongyan.test', 'To all');
      else await assert.rejects(send(`right${index}@hongyan.test`, 'No'), /550|5\.7\.2/, kinds[index]);
    }
    await reads('bob@hongyan.test', password, 'To all');
  });

  test('MBX-05, STA-05: space for many in a job; the overview tells who is nearly full', async () => {
    await using session = await signIn();
    const { page } = session;
    await visit(page, 'members');
    await page.fill('.member-search', 'bob@');
    await page.waitForFunction(() => document.querySelectorAll('.data-row').length === 1);
    await page.getByLabel('选择已显示的全部').check();
    await page.click('[role=toolbar] button:has-text("设置容量")');
    await page.locator('dialog.dialog input').fill('0.0000005');
    await page.click('dialog.dialog button.primary');
    await page.waitForSelector('.toast:has-text("已设置 1 人的容量")');
    await visit(page, 'overview');
    await page.waitForSelector('.matters li:has-text("1 个邮箱的容量不足 10%")');
    await visit(page, 'statistics');
    await page.waitForSelector('.figures tr:has-text("bob@hongyan.test")');
  });

  test('RCY-02, RCY-08: day 31: the leaver is gone, and nothing is offered', {
    skip: onlyFiles,
  }, async () => {
    {
      await using session = await signIn();
      const { page } = session;
      await visit(page, 'members');
      await page.fill('.member-search', 'excel1@');
      await row(page, 'excel1@').locator('.data-open').click();
      await page.click('.detail-actions button:has-text("更多")');
      await page.click('[role=menuitem]:has-text("删除")');
      await page.click('dialog.dialog button.danger');
      await page.waitForSelector('.toast:has-text("回收站")');
      await visit(page, 'recycle-bin');
      await row(page, 'excel1@').locator('button:has-text("恢复")').waitFor();
    }
    // A month goes by while the server is down.
    await house.whileDown(data => {
      using rows = new DatabaseSync(join(data, 'system.db'));
      rows.exec(
        `UPDATE recycled SET deleted_at = deleted_at - ${31 * 86_400_000}, expires_at = expires_at - ${31 * 86_400_000}`,
      );
    });
    await using session = await signIn();
    await visit(session.page, 'recycle-bin');
    await session.page.waitForSelector('.empty:has-text("回收站是空的")');
  });

  test('keyboard only: search, choose, disable, undo; open a page by its name', async () => {
    await using session = await signIn({ language: 'en' });
    const { page } = session;
    await page.getByRole('combobox').focus();
    await page.keyboard.type('members');
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1:has-text("Members")');
    await page.waitForSelector('.data-row');
    await page.keyboard.press('/');
    await page.keyboard.type('bob@');
    await page.waitForFunction(() => document.querySelectorAll('.data-row').length === 1);
    while ((await page.evaluate(() => document.activeElement?.className)) !== 'data-open')
      await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.waitForSelector('[role=toolbar]:has-text("1 selected")');
    while (!(await page.evaluate(() => document.activeElement?.textContent === 'Disable')))
      await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.data-row .chip.bad');
    while (!(await page.evaluate(() => document.activeElement?.textContent === 'Undo')))
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.data-row .chip.bad', { state: 'detached' });
  });

  test('on a phone: disable a mailbox, look at a trace', async () => {
    await using session = await signIn({ size: phone });
    const { page } = session;
    await visit(page, 'members');
    await page.fill('.member-search', 'bob@');
    await page.waitForFunction(() => document.querySelectorAll('.data-row').length === 1);
    await row(page, 'bob@hongyan.test').locator('.data-open').tap();
    await page.locator('.detail-actions button:has-text("更多")').tap();
    await page.locator('[role=menuitem]:has-text("停用")').tap();
    await page.locator('.detail-drawer header button').tap();
    await page.waitForSelector('.data-row .chip.bad');
    await visit(page, 'trace');
    await row(page, 'To all').locator('.data-open').tap();
    await page.waitForSelector('.detail-drawer:has-text("已进入邮箱")');
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
  });
});
