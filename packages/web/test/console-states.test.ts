import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { consolePages } from '../src/console/pages.ts';
import { axeProblems, browserMissing, phone } from './browser.ts';
import { api, ConsoleHouse, type PageOptions, type Session } from './console-fixture.ts';

const skip = browserMissing();

/** Every page of the navigation in each of its states: the list is the console's own, so that none is forgotten. */
describe('every page of the console', { skip, timeout: 280_000 }, () => {
  let house: ConsoleHouse;

  before(async () => {
    house = await ConsoleHouse.open();
  });
  after(async () => {
    await house?.[Symbol.asyncDispose]();
  });

  const signIn = (options: PageOptions): Promise<Session> => house.signIn('admin', options);

  async function visit(page: Page, key: string): Promise<void> {
    await page.evaluate(hash => {
      location.hash = hash;
    }, `#/${key}`);
    await page.waitForSelector(`.console-page[data-page="${key}"]`);
  }

  /** Waits until nothing is being read any more. */
  async function settled(page: Page, key: string): Promise<void> {
    await visit(page, key);
    await page.waitForSelector('.console-page h1');
    await page.waitForSelector('.console-page .progress-line', { state: 'detached' });
  }

  function post(page: Page, path: string, body: unknown, method: string = 'POST'): Promise<{ id: number }> {
    return api<{ id: number }>(page, method, path, body);
  }

  async function sound(page: Page, key: string): Promise<void> {
    assert.deepEqual(await axeProblems(page), [], key);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false, `${key} sticks out sideways`);
    assert.equal(await page.locator('h1').count(), 1, key);
  }

  /** Each once: what a page shows before anybody has done anything, then with entries. */
  async function allSound(options: PageOptions): Promise<void> {
    await using session = await signIn(options);
    for (const { key } of consolePages) {
      await settled(session.page, key);
      await sound(session.page, key);
    }
    assert.deepEqual(session.problems, []);
  }

  test('GUI-04: the navigation has each page, and each leads to help that the product serves', async () => {
    await using session = await signIn({});
    const { page } = session;
    await page.evaluate(() => {
      for (const group of document.querySelectorAll<HTMLElement>('.console-group[aria-expanded=false]'))
        group.click();
    });
    await page.waitForSelector('.console-group[aria-expanded=false]', { state: 'detached' });
    const shown = await page
      .locator('.console-nav [data-page]')
      .evaluateAll(all => all.map(one => one.getAttribute('data-page')));
    assert.deepEqual(new Set(shown), new Set(consolePages.map(({ key }) => key)));
    for (const { key } of consolePages) {
      await settled(page, key);
      const target = (await page.locator('a.help-link').first().getAttribute('href')) ?? '';
      const answer = await fetch(`${house.origin}${target}`);
      assert.equal(answer.status, 200, target);
      const html = await answer.text();
      assert.match(html, /<main>/, target);
      const [, part] = target.split('#');
      if (part) assert.ok(html.includes(`id="${part}"`), target);
    }
    const help = await page.context().newPage();
    await help.goto(`${house.origin}/help/zh/people.html`);
    assert.deepEqual(await axeProblems(help), []);
  });

  test('empty, Chinese, light', () => allSound({ language: 'zh' }));
  test('empty, English, dark', () => allSound({ language: 'en', dark: true }));

  test('full, on a phone and on a desk in the dark', async () => {
    {
      await using session = await signIn({});
      const { page } = session;
      const name = '很长的名字'.repeat(5);
      const department = await post(page, '/departments', { name: `${name}部`, parentId: null });
      const made = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          post(page, '/members', {
            name: `${name}${n}`,
            address: `a-rather-long-address-of-somebody-${n}@hongyan.test`,
            departments: [{ id: department.id, main: true }],
          }),
        ),
      );
      const [first, second, third] = made.map(({ id }) => id);
      await post(page, `/members/${first}/aliases`, { address: 'another-rather-long-address@hongyan.test' });
      await post(page, '/groups', { address: 'everybody-in-the-company@hongyan.test', departments: [0] });
      await post(page, '/public-mailboxes', { address: 'sales@hongyan.test', users: [first] });
      const tag = await post(page, '/tags', { name: '项目经理' });
      await post(page, `/tags/${tag.id}/add`, { members: [first] });
      await post(page, '/tokens', {
        name: name.slice(0, 20),
        functions: { members: 'view' },
      });
      await post(page, `/administrators/${second}`, { role: 'super' }, 'PUT');
      await post(page, '/outside-contacts', { name, address: 'buyer-with-a-long-address@out.example' });
      await post(page, `/members/${third}`, undefined, 'DELETE').catch(() => undefined);
    }
    await allSound({ language: 'zh', size: phone });
    await allSound({ language: 'en', dark: true });
    await using session = await signIn({});
    await settled(session.page, 'members');
    assert.ok((await session.page.locator('.data-row').count()) > 10);
  });
});
