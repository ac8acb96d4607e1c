import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createTransport } from 'nodemailer';
import type { Page } from 'playwright-core';
import { password } from '../../server/test/whole-server/server-process.ts';
import { axeProblems, browserMissing, openPage, phone } from './browser.ts';
import { api, ConsoleHouse, chooseDepartment, row, type Session } from './console-fixture.ts';

const skip = browserMissing();

/** The console as administrators use it, from an empty company on: each test builds on what the ones before made. */
describe('members and departments in the console', { skip, timeout: 240_000 }, () => {
  let house: ConsoleHouse;

  before(async () => {
    house = await ConsoleHouse.open({
      prepare: async place => {
        const made = await place.run(
          ['setup', '--domain', 'hongyan.test', '--password-stdin'],
          `${password}\n`,
        );
        assert.equal(made.code, 0, made.stderr);
        // Five aliases an account (ALS-01); self-hosted has no limit.
        const planned = await place.run(['company', 'plan', 'basic']);
        assert.equal(planned.code, 0, planned.stderr);
      },
    });
  });
  after(async () => {
    await house?.[Symbol.asyncDispose]();
  });

  const memberId = async (page: Page, text: string): Promise<number> => {
    const found = await api<{ items: { id: number }[] }>(
      page,
      'GET',
      `/members?q=${encodeURIComponent(text)}`,
    );
    assert.equal(found.items.length, 1, text);
    return found.items[0]?.id ?? 0;
  };

  test('DIR-01, DIR-02, DIR-07: an empty company gets departments and a member who can sign in', async () => {
    await using session = await house.signIn('admin');
    const { page, problems } = session;
    await page.waitForSelector('.steps li:has-text("添加成员"):not(.done)');
    await page.click('.steps a:has-text("添加成员")');
    for (const name of ['外贸部', '仓储部']) {
      await page.click('.department-name.whole');
      await page.click('.department-actions button:has-text("新建部门")');
      await page.getByLabel('部门名称').fill(name);
      await page.keyboard.press('Enter');
      await page.waitForSelector(`.department-name:has-text("${name}")`);
    }
    await page.click('.department-name:has-text("外贸部")');
    await page.click('.department-actions button:has-text("新建下级部门")');
    await page.getByLabel('部门名称').fill('北欧办事处');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.department-name:has-text("北欧办事处")');
    await page.click('.department-name:has-text("北欧办事处")');

    await page.keyboard.press('n');
    await page.waitForSelector('dialog[open] input:focus');
    await page.keyboard.type('林晓舟');
    await page.waitForSelector('text=linxiaozhou@hongyan.test 可以使用。');
    await page.getByLabel('邮箱前缀').fill('admin');
    await page.waitForSelector('text=admin@hongyan.test 已被使用。');
    await page.getByLabel('邮箱前缀').fill('');
    await page.waitForSelector('text=linxiaozhou@hongyan.test 可以使用。');
    await page.getByLabel('生成初始密码，添加后显示一次').check();
    await page.click('.detail-actions button.primary');
    const secret = (await page.textContent('.secret'))?.trim() ?? '';
    assert.match(secret, /^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
    await page.click('.detail-actions button:has-text("完成")');
    await row(page, 'linxiaozhou@hongyan.test').waitFor();
    // The initials find her, and the filter on a department she is not in does not.
    await page.fill('.member-search', 'lxz');
    await row(page, '林晓舟').waitFor();
    await page.click('.department-name:has-text("仓储部")');
    await page.waitForSelector('.empty:has-text("没有符合条件的内容")');
    await using lin = await signInToMail(secret);
    await lin.page.waitForSelector('[data-testid=list]');
    assert.deepEqual(problems, []);
  });

  async function signInToMail(secret: string): Promise<Session> {
    const { page, problems } = await openPage(house.browser);
    await page.goto(`${house.origin}/`);
    await page.fill('input[name=username]', 'linxiaozhou@hongyan.test');
    await page.fill('input[name=password]', secret);
    await page.keyboard.press('Enter');
    return { page, problems, [Symbol.asyncDispose]: () => page.context().close() };
  }

  test('DIR-03: 102 rows, two of them wrong: 100 members, the rest in a file, passwords once', async () => {
    await using session = await house.signIn('admin', { language: 'en' });
    const { page, problems } = session;
    const rows = Array.from({ length: 100 }, (_, n) => `成员${n + 1},worker${n + 1},仓储部/夜班`);
    const csv = ['姓名,邮箱,部门', ...rows, '重名,admin,仓储部', ',ghost,仓储部'].join('\n');
    await house.visit(page, 'import');
    await page.setInputFiles('input[type=file]', {
      name: 'people.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(csv),
    });
    await page.waitForSelector('text=100 ready, 2 rows need attention.');
    await page.locator('.data-row').nth(1).waitFor();
    assert.equal(await page.locator('.data-row').count(), 2);
    assert.deepEqual(await axeProblems(page), [], 'preview');
    await row(page, 'Address is taken').waitFor();
    await page.getByLabel('Make first passwords').check();
    await page.click('button.primary:has-text("Import 100")');
    await page.waitForSelector('text=100 members added. 2 rows were left out.');
    const [passwords] = await Promise.all([
      page.waitForEvent('download'),
      page.click('button:has-text("Download first passwords")'),
    ]);
    assert.match(passwords.suggestedFilename(), /passwords\.xlsx$/);
    const [errors] = await Promise.all([
      page.waitForEvent('download'),
      page.click('a:has-text("Download rows left out")'),
    ]);
    assert.match(errors.suggestedFilename(), /errors\.xlsx$/);
    await page.click('a:has-text("Show members")');
    await page.waitForSelector('text=102 entries');
    assert.deepEqual(problems, []);
  });

  test('DIR-03: rows are corrected in place, and an import is undone while nobody signed in', async () => {
    await using session = await house.signIn('admin', { language: 'en' });
    const { page } = session;
    await house.visit(page, 'import');
    await page.click('button:has-text("Paste cells")');
    await page.locator('textarea').fill('姓名\t邮箱\n赵一\tadmin\n\tqian');
    await page.click('button:has-text("Check")');
    await page.click('button:has-text("Use admin2")');
    await page.waitForSelector('text=1 ready, 1 row needs attention.');
    await page.click('.data-row button:has-text("Correct")');
    await page.getByLabel('Name', { exact: true }).fill('钱二');
    await page.click('dialog button.primary');
    await page.waitForSelector('text=2 ready to import.');
    await page.click('button.primary:has-text("Import 2")');
    await page.click('button:has-text("Undo this import")');
    await page.click('dialog button:has-text("Undo this import")');
    await page.waitForSelector('.import-summary >> text=Undone: 2 members deleted.');
  });

  test('MBX-04, MBX-06: many members at once, with undo', async () => {
    await using session = await house.signIn('admin', { language: 'en' });
    const { page, problems } = session;
    await house.visit(page, 'members');
    await page.fill('.member-search', 'worker9');
    await row(page, 'worker99@').waitFor();
    await page.waitForFunction(() => document.querySelectorAll('.data-row').length === 11);
    await page.getByLabel('Select all shown').check();
    await page.click('[role=toolbar] button:has-text("Disable")');
    await page.waitForSelector('.toast:has-text("11 disabled")');
    await page.waitForFunction(() => document.querySelectorAll('.data-row .chip.bad').length === 11);
    await page.click('.toast button:has-text("Undo")');
    await page.waitForFunction(() => document.querySelectorAll('.data-row .chip.bad').length === 0);
    await page.getByLabel('Select all shown').check();
    await page.click('[role=toolbar] button:has-text("Move")');
    await chooseDepartment(page, 'Department', '外贸部');
    await page.click('dialog button.primary');
    await page.waitForSelector('.toast:has-text("11 moved to “外贸部”.")');
    assert.deepEqual(problems, []);
  });

  test('ALS-01, ALS-03: aliases to the limit, then no more; one moved, one removed and brought back', async () => {
    await using session = await house.signIn('admin', { language: 'en' });
    const { page, problems } = session;
    await house.visit(page, `members/${await memberId(page, 'linxiaozhou')}`);
    const addresses = page.locator('section[aria-label=Addresses]');
    for (const [n, alias] of ['xiaozhou', 'lin', 'lin.xz', 'trade-lin', 'sales-lin'].entries()) {
      await addresses.getByLabel('New alias').fill(alias);
      await addresses.locator('button:has-text("Add alias")').click();
      await addresses.locator(`text=Aliases: ${n + 1} of 5`).waitFor();
    }
    await addresses.locator('text=At most 5 aliases each').waitFor();
    assert.equal(await addresses.locator('button:has-text("Add alias")').count(), 0);
    assert.deepEqual(await axeProblems(page), [], 'drawer');
    await house.visit(page, 'aliases');
    await row(page, 'lin@hongyan.test').first().waitFor();
    await row(page, 'sales-lin@').locator('button:has-text("Remove")').click();
    await page.click('.toast button:has-text("Undo")');
    await row(page, 'sales-lin@').waitFor();
    await row(page, 'sales-lin@').locator('button:has-text("Move to another")').click();
    await page.getByLabel('Owner', { exact: true }).fill('worker7');
    await page.click('.pick-list button:has-text("worker7@")');
    await page.click('dialog button.primary');
    await row(page, 'worker7@').waitFor();
    assert.deepEqual(problems, []);
  });

  test('MBX-11, RCY-01, RCY-06: a leaver with a successor: mail and address go over, restored once', async () => {
    const transport = createTransport({ host: '127.0.0.1', port: house.port('smtp'), ignoreTLS: true });
    await transport.sendMail({
      from: 'buyer@out.example',
      to: 'worker1@hongyan.test',
      subject: 'Order 88421',
      text: 'Two containers.',
    });
    transport.close();
    await using session = await house.signIn('admin', { language: 'en' });
    const { page, problems } = session;
    const id = await memberId(page, 'worker1@');
    const use = (): Promise<{ items: { messages: number }[] }> =>
      api(page, 'GET', `/member-use?member=${id}`);
    for (let tries = 0; tries < 200 && (await use()).items[0]?.messages !== 1; tries += 1)
      await page.waitForTimeout(50);
    await house.visit(page, `members/${id}/leave`);
    const go = page.locator('button:has-text("Disable and hand over")');
    await page.waitForSelector('text=Choose a successor');
    assert.equal(await go.isDisabled(), true);
    // And looks so, though it is red.
    assert.equal(await go.evaluate(button => getComputedStyle(button).opacity), '0.6');
    await page.getByRole('searchbox', { name: 'Successor' }).fill('lxz');
    await page.click('.pick-list button:has-text("linxiaozhou@")');
    await page.waitForSelector('text=Mail to worker1@hongyan.test reaches 林晓舟.');
    await go.click();
    await page.waitForSelector('text=1 mail copied.');
    await page.click('a:has-text("Open the recycle bin")');
    await row(page, 'worker1@hongyan.test').locator('button:has-text("Restore")').click();
    await page.click('dialog button:has-text("Restore")');
    await row(page, 'worker1@hongyan.test').locator('text=Restored').waitFor();
    await house.visit(page, `members/${id}`);
    await page.click('.detail-actions button:has-text("More")');
    await page.click('[role=menuitem]:has-text("Delete")');
    await page.click('dialog.dialog button:has-text("Delete")');
    await page.waitForSelector('.toast:has-text("The mailbox is in the recycle bin.")');
    await house.visit(page, 'recycle-bin');
    await row(page, 'Restored before, not again').waitFor();
    assert.equal(await page.locator('.data-row button:has-text("Restore")').count(), 0);
    await page.click('.data-row button:has-text("More")');
    await page.click('[role=menuitem]:has-text("Delete for good")');
    await page.waitForSelector('dialog >> text=(worker1@hongyan.test) for good?');
    await page.click('dialog button.danger');
    await page.waitForSelector('.empty:has-text("The recycle bin is empty.")');
    assert.deepEqual(problems, []);
  });

  test('TEN-36: a scoped administrator sees only her branch, and no page beyond her functions', async () => {
    const secret = 'four wild geese 7';
    {
      await using admin = await house.signIn('admin');
      const { page } = admin;
      const id = await memberId(page, 'worker2@');
      const { items } = await api<{ items: { id: number; name: string }[] }>(page, 'GET', '/departments');
      const trade = items.find(({ name }) => name === '外贸部');
      await api(page, 'PUT', `/members/${id}/password`, { password: secret });
      await api(page, 'PUT', `/administrators/${id}`, {
        role: 'scoped',
        functions: { members: 'manage' },
        departments: [trade?.id],
      });
    }
    await using session = await house.signIn('worker2', {}, secret);
    const { page, problems } = session;
    await house.visit(page, 'members');
    await row(page, '林晓舟').waitFor();
    // 林晓舟 below it, and the eleven who were moved there.
    await page.waitForSelector('text=共 12 条');
    assert.equal(await page.locator('.department-name:has-text("仓储部")').count(), 0);
    assert.equal(await page.locator('.console-nav button:has-text("邮箱回收站")').count(), 0);
    await house.visit(page, 'recycle-bin');
    await page.waitForSelector('text=你没有这项权限');
    assert.deepEqual(problems, []);
  });

  test('every page in both languages, on a phone too: nothing sticks out, axe finds no serious fault', async () => {
    const pages = [
      'overview',
      'members',
      'members/add',
      'import',
      'aliases',
      'tags',
      'visibility',
      'recycle-bin',
    ];
    for (const options of [
      { language: 'zh', dark: true } as const,
      { language: 'en', size: phone } as const,
    ]) {
      await using session = await house.signIn('admin', options);
      const { page, problems } = session;
      for (const name of pages) {
        await house.visit(page, name);
        await page.waitForSelector('.console-page h1');
        await page.waitForFunction(() => !document.querySelector('.progress-line'));
        assert.deepEqual(await axeProblems(page), [], name);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        assert.equal(wide, false, `${name} sticks out sideways`);
      }
      assert.deepEqual(problems, []);
    }
  });

  test('a page says when the server does not answer, and tries again', async () => {
    await using session = await house.signIn('admin', { language: 'en' });
    const { page } = session;
    await page.route('**/api/v1/tags**', route => route.abort());
    await house.visit(page, 'tags');
    await page.waitForSelector('[role=alert]:has-text("The server does not answer.")');
    await page.unroute('**/api/v1/tags**');
    await page.click('[role=alert] button:has-text("Try again")');
    await page.waitForSelector('.empty:has-text("There are no tags yet.")');
    // Somebody else's change is not written over.
    const id = await memberId(page, 'linxiaozhou');
    await house.visit(page, `members/${id}`);
    await page.getByLabel('Job title').fill('Sales lead');
    await api(page, 'PATCH', `/members/${id}`, { jobTitle: 'Buyer' });
    await page.click('.form-save button');
    await page.waitForSelector('.toast:has-text("Somebody changed this a moment ago.")');
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('form input.field[value="Buyer"]') !== null,
    );
  });
});
