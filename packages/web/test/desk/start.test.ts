import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page, Request } from 'playwright-core';
import { browserMissing, openPage } from '../browser.ts';
import { eventually, password, row, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();

/** Names of the methods in a JMAP request. */
const methods = (request: Request): string[] =>
  (request.postDataJSON() as { methodCalls: [string][] }).methodCalls.map(([name]) => name);

/** Paths that a page asks for from its next start on: what the one before still asks for in passing is not of it. */
function watch(page: Page): { readonly asked: { path: string; methods: string[] }[] } {
  const asked: { path: string; methods: string[] }[] = [];
  page.on('request', request => {
    const { pathname } = new URL(request.url());
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) asked.length = 0;
    asked.push({ path: pathname, methods: pathname === '/jmap/api' ? methods(request) : [] });
  });
  return { asked };
}

describe('how the webmail starts', { skip, timeout: 240_000 }, () => {
  let web: Webmail;
  before(async () => {
    web = await Webmail.start();
    await web.deliver({ subject: '早上好', text: '第一封。' });
    await web.deliver({ subject: '早上好', text: '给另一位。' }, 'bob');
  });
  after(() => web[Symbol.asyncDispose]());

  test('whoever comes back waits for one request, which brings the list along; eight more at most stand around it', async () => {
    await using session = await web.signIn('alice');
    const { page, problems } = session;
    await page.waitForSelector(row('早上好'));
    const { asked } = watch(page);
    await page.reload();
    await page.waitForSelector(row('早上好'));
    const api = asked.filter(({ path }) => path === '/jmap/api').map(each => each.methods);
    // Until the next page has come the one before may ask for more.
    const first = api.find(names => names.includes('Mailbox/get')) ?? [];
    for (const name of ['Email/query', 'Thread/get', 'Mailbox/get', 'Settings/get', 'Quota/get'])
      assert.ok(first.includes(name), name);
    assert.equal(api.filter(names => names.includes('Email/query')).length, 1, 'the list is asked for once');
    assert.equal(
      asked.filter(({ path }) => path === '/jmap/session').length,
      1,
      'asked for early, used once',
    );
    assert.equal(asked.filter(({ path }) => path.startsWith('/.well-known')).length, 0);
    // Who is there is asked before the program has come.
    const paths = asked.map(({ path }) => path);
    assert.ok(
      paths.indexOf('/jmap/session') < paths.findIndex(path => path.endsWith('.js')),
      paths.join(' '),
    );
    assert.deepEqual(problems, []);
  });

  test('until the list stands nothing is asked for that it does not need', async () => {
    const { page } = await openPage(web.browser);
    const requests: Request[] = [];
    page.on('request', request => requests.push(request));
    await page.addInitScript(() => {
      const observer = new MutationObserver(() => {
        if (!document.querySelector('.mail-row:not(.pending)')) return;
        observer.disconnect();
        document.documentElement.dataset['stood'] = String(Date.now());
      });
      observer.observe(document, { childList: true, subtree: true });
    });
    const path = (request: Request): string => new URL(request.url()).pathname;
    /** Paths asked for before the first row stood, then those after it. */
    const asked = async (): Promise<[string[], string[]]> => {
      await page.waitForSelector(row('早上好'));
      // What could wait comes then: announcements, and whether the console is for this person.
      for (const late of ['/jmap/eventsource', '/auth/session'])
        await eventually(() => Promise.resolve(requests.some(request => path(request) === late)));
      await page.waitForTimeout(300);
      const stood = Number(await page.getAttribute('html', 'data-stood'));
      const before = (request: Request): boolean => request.timing().startTime <= stood;
      const all = requests.splice(0);
      return [all.filter(before).map(path), all.filter(request => !before(request)).map(path)];
    };
    await page.goto(web.url);
    await page.fill('input[name=username]', 'alice@hongyan.test');
    await page.fill('input[name=password]', password);
    await page.keyboard.press('Enter');
    const [cold, later] = await asked();
    // The page, who is there, three programs, two styles; then signing in, who is there, folders, the list.
    assert.ok(cold.length <= 11, cold.join(' '));
    assert.ok(later.includes('/jmap/eventsource') && later.includes('/auth/session'), later.join(' '));
    await page.reload();
    const [warm] = await asked();
    assert.ok(warm.length <= 8, warm.join(' '));
    await page.context().close();
  });

  test('the editor is there before somebody writes, and after the list', async () => {
    await using session = await web.signIn('alice');
    const { page } = session;
    await page.waitForSelector(row('早上好'));
    const held = Promise.withResolvers<void>();
    await page.route('**/jmap/api', async route => {
      await held.promise;
      await route.continue();
    });
    const editor = (): Promise<boolean> =>
      page.evaluate(() =>
        performance.getEntriesByType('resource').some(({ name }) => name.includes('/editor-')),
      );
    const waiting = page.waitForRequest('**/jmap/api');
    await page.reload();
    await waiting;
    assert.equal(await editor(), false);
    held.resolve();
    await page.waitForSelector(row('早上好'));
    await eventually(editor);
    // Without a stand-in in between.
    await page.waitForTimeout(300);
    const stands = page.evaluate(
      () =>
        new Promise<boolean>(resolve => {
          new MutationObserver((_, observer) => {
            if (!document.querySelector('.composer')) return;
            observer.disconnect();
            resolve(document.querySelector('.composer .editor-area') !== null);
          }).observe(document.body, { childList: true, subtree: true });
        }),
    );
    await page.click('.compose-button');
    assert.ok(await stands);
  });

  test('a list that came along for what is no longer so is not shown', async () => {
    await using session = await web.signIn('alice');
    const { page } = session;
    await page.waitForSelector(row('早上好'));
    await web.jmap('alice', ['Settings/set', { update: { singleton: { conversationView: false } } }]);
    const { asked } = watch(page);
    await page.reload();
    await page.waitForSelector(row('早上好'));
    assert.equal(asked.filter(each => each.methods.includes('Email/query')).length, 2);
    await web.jmap('alice', ['Settings/set', { update: { singleton: { conversationView: true } } }]);
  });

  test('what one person had on screen is nothing for the next one in the same window', async () => {
    await using session = await web.signIn('alice');
    const { page } = session;
    await page.waitForSelector(row('早上好'));
    assert.notEqual(await page.evaluate(() => sessionStorage.getItem('hongyan.first')), null);
    await page.click('.person');
    await page.click('[role=menuitem]:has-text("退出登录")');
    await page.waitForSelector('input[name=password]');
    assert.equal(await page.evaluate(() => sessionStorage.getItem('hongyan.first')), null);
  });

  test('mail that comes after the list was read and before the announcements begin is shown', async () => {
    await using session = await web.signIn('alice');
    const { page } = session;
    await page.waitForSelector(row('早上好'));
    const held = Promise.withResolvers<void>();
    await page.route('**/jmap/eventsource**', async route => {
      await held.promise;
      await route.continue();
    });
    await page.reload();
    await page.waitForSelector(row('早上好'));
    await web.deliver({ subject: '在缝隙里到达', text: 'x' });
    await web.source('alice', '在缝隙里到达');
    held.resolve();
    await page.waitForSelector(row('在缝隙里到达'));
  });

  test('files for later are fetched when the list stands, not before', async () => {
    await using session = await web.signIn('bob');
    const { page } = session;
    await page.waitForSelector(row('早上好'));
    const kept = (): Promise<number> =>
      page.evaluate(async () => {
        const cache = await caches.open('hongyan-app');
        return (await cache.keys()).filter(({ url }) => url.includes('/assets/')).length;
      });
    await page.waitForFunction(async () => {
      const cache = await caches.open('hongyan-app');
      return (await cache.keys()).filter(({ url }) => url.includes('/assets/')).length > 10;
    });
    // As after a new version: nothing is here, and the list keeps the page waiting.
    await page.evaluate(() => caches.delete('hongyan-app'));
    const held = Promise.withResolvers<void>();
    await page.route('**/jmap/api', async route => {
      await held.promise;
      await route.continue();
    });
    const waiting = page.waitForRequest('**/jmap/api');
    await page.reload();
    await waiting;
    const loading = await kept();
    assert.ok(loading <= 10, `${loading} files are fetched while the list is on its way`);
    held.resolve();
    await page.waitForSelector(row('早上好'));
    await page.waitForFunction(
      async before => {
        const cache = await caches.open('hongyan-app');
        return (await cache.keys()).filter(({ url }) => url.includes('/assets/')).length > before;
      },
      Math.max(10, loading),
    );
  });
});
