import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeProblems, browserMissing, phone } from './browser.ts';
import { api, ConsoleHouse, row } from './console-fixture.ts';

const skip = browserMissing();

/** Rows of the table once it holds `count` of them. */
async function rows(page: Page, count: number): Promise<string[]> {
  await page.waitForFunction(wanted => document.querySelectorAll('.data-row').length === wanted, count);
  return page.locator('.data-row').allTextContents();
}

/** What a list is narrowed down by, beside its search. */
describe('filters of lists in the console', { skip, timeout: 200_000 }, () => {
  let house: ConsoleHouse;

  before(async () => {
    house = await ConsoleHouse.open();
    await using session = await house.signIn();
    const { page } = session;
    const post = async (path: string, body: unknown): Promise<number> =>
      (await api<{ id: number }>(page, 'POST', path, body)).id;
    await post('/public-mailboxes', { address: 'sales@hongyan.test', displayName: '销售' });
    const old = await post('/public-mailboxes', { address: 'fair@hongyan.test', displayName: '展会' });
    await api(page, 'PATCH', `/public-mailboxes/${old}`, { disabled: true });
    await post('/groups', { address: 'all@hongyan.test', departments: [0], posting: 'company' });
    await post('/groups', { address: 'press@hongyan.test', posting: 'anyone' });
    const { items } = await api<{ items: { id: number; address: string }[] }>(page, 'GET', '/members');
    const alice = items.find(({ address }) => address === 'alice@hongyan.test')?.id ?? 0;
    await api(page, 'POST', `/members/${alice}/aliases`, { address: 'ali@hongyan.test' });
    await api(page, 'POST', `/members/${old}/aliases`, { address: 'messe@hongyan.test' });
    await api(page, 'PATCH', '/invitation-settings', { open: true });
    for (const label of ['校招', '展会'])
      await api(page, 'POST', '/invitations', { label, origin: house.origin });
    const links = await api<{ items: { id: number; label: string }[] }>(page, 'GET', '/invitations');
    const closed = links.items.find(({ label }) => label === '展会')?.id ?? 0;
    await api(page, 'DELETE', `/invitations/${closed}`);
  });
  after(() => house?.[Symbol.asyncDispose]());

  const lists: readonly (readonly [
    id: string,
    where: string,
    filter: string,
    choice: string,
    found: string,
    all: number,
  ])[] = [
    ['PUB-01', 'public-mailboxes', '状态', '已停用', 'fair@hongyan.test', 2],
    ['GRP-04', 'groups', '谁能发信', 'anyone', 'press@hongyan.test', 2],
    ['ALS-02', 'aliases', '类型', 'public', 'messe@hongyan.test', 2],
    ['DOM-03', 'domains', '状态', 'pending', 'hongyan.test', 1],
  ];

  for (const [id, where, filter, choice, found, all] of lists) {
    test(`${id}: ${where} are narrowed down by one property, and widened again`, async () => {
      await using session = await house.signIn();
      const { page, problems } = session;
      await house.visit(page, where);
      await rows(page, all);
      const select = page.locator('.page-filters select').first();
      assert.match((await select.getAttribute('aria-label')) ?? '', new RegExp(filter));
      const values = await select
        .locator('option')
        .evaluateAll(options =>
          options.map(option => [(option as HTMLOptionElement).value, option.textContent]),
        );
      const value = values.find(([name, text]) => name === choice || text === choice)?.[0] ?? '';
      const other = values.map(([name]) => name ?? '').find(name => name !== '' && name !== value) ?? '';
      await select.selectOption(value);
      assert.match((await rows(page, 1))[0] ?? '', new RegExp(found));
      await page.locator('.page-filters input[type=search]').fill('zzz');
      await page.click('.empty button');
      await rows(page, all);
      assert.equal(await select.inputValue(), '');
      if (where === 'domains') {
        await select.selectOption(other);
        await page.waitForSelector('.empty');
      }
      assert.deepEqual(problems, []);
    });
  }

  test('DIR-04: invitation links stand in a table with search and state; an open one can be revoked there', async () => {
    for (const options of [{}, { language: 'en', dark: true } as const, { size: phone }]) {
      await using session = await house.signIn('admin', options);
      const { page, problems } = session;
      await house.visit(page, 'invitations');
      await row(page, '校招').waitFor();
      await row(page, '展会').waitFor();
      assert.equal(await row(page, '校招').locator('.data-actions button').count(), 1);
      assert.equal(await row(page, '展会').locator('.data-actions button').count(), 0);
      assert.deepEqual(await axeProblems(page), []);
      const card = page.locator('.settings-card', { has: page.locator('.card-table') });
      await card.locator('select').selectOption('revoked');
      await row(page, '校招').waitFor({ state: 'detached' });
      await row(page, '展会').waitFor();
      await card.locator('select').selectOption('');
      await card.locator('input[type=search]').fill('校');
      await row(page, '展会').waitFor({ state: 'detached' });
      await row(page, '校招').waitFor();
      assert.deepEqual(problems, []);
    }
    await using session = await house.signIn();
    const { page } = session;
    await house.visit(page, 'invitations');
    await row(page, '校招').locator('.data-actions button').click();
    await page.click('dialog button.danger, dialog button.primary');
    await row(page, '校招').locator('text=已作废').waitFor();
  });

  test('DIR-01: a department among many is found by its name, and the tree opens on the way to it', async () => {
    await using session = await house.signIn();
    const { page, problems } = session;
    const add = async (name: string, parentId: number | null): Promise<number> =>
      (await api<{ id: number }>(page, 'POST', '/departments', { name, parentId })).id;
    for (let n = 1; n <= 13; n += 1) await add(`分公司 ${n}`, null);
    const north = await add('华北', null);
    const office = await add('北京办事处', north);
    await add('行政组', office);
    await house.visit(page, 'members');
    const tree = page.locator('.department-tree');
    await tree.locator('input[type=search]').fill('行政');
    const found = tree.locator('.found');
    await found.filter({ hasText: '华北 / 北京办事处' }).waitFor();
    assert.equal(await found.count(), 1);
    assert.deepEqual(await axeProblems(page), []);
    await found.click();
    await tree.locator('[aria-current=true]', { hasText: '行政组' }).waitFor();
    await tree.locator('.department-name', { hasText: '北京办事处' }).waitFor();
    await tree.locator('input[type=search]').fill('没有这个');
    await tree.locator('text=没有').waitFor();
    assert.deepEqual(problems, []);
  });
});
