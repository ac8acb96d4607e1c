import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axeProblems, browserMissing, openPage, phone } from './browser.ts';
import { eventually, password, row, type SignedIn, Webmail } from './webmail-fixture.ts';

const skip = browserMissing();

describe('away from the desk: notifications, no network, a phone', { skip, timeout: 200_000 }, () => {
  let web: Webmail;
  before(async () => {
    web = await Webmail.start();
  });
  after(() => web[Symbol.asyncDispose]());

  /** Signs in on a computer of one's own: mail is kept for reading without a network. */
  async function signInAtHome(who: string): Promise<SignedIn> {
    const { page, problems } = await openPage(web.browser);
    await page.goto(web.url);
    await page.fill('input[name=username]', `${who}@hongyan.test`);
    await page.fill('input[name=password]', password);
    await page.check('input[type=checkbox]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-testid=list]');
    return { page, problems, [Symbol.asyncDispose]: () => page.context().close() };
  }

  test('new mail is announced when the window is not looked at, and marks the tab', async () => {
    await web.jmap('alice', [
      'Settings/set',
      { update: { singleton: { desktopNotifications: true, notificationSound: true } } },
    ]);
    await using session = await web.signIn('alice');
    const { page, problems } = session;
    await page.evaluate(() => {
      const shown: string[] = [];
      const fake = class extends EventTarget {
        static readonly permission = 'granted';
        constructor(title: string, options: NotificationOptions) {
          super();
          shown.push(`${title}: ${options.body}`);
        }
      };
      Object.assign(globalThis, { Notification: fake, shown });
      document.hasFocus = () => false;
    });
    await web.deliver({ from: '陈立言 <chen@qinghe.example>', subject: '船期有变', text: '晚一天。' });
    const shown = await eventually(() =>
      page.evaluate(() => (globalThis as unknown as { shown: string[] }).shown.at(-1)),
    );
    assert.equal(shown, '陈立言: 船期有变');
    await page.waitForSelector('link[rel=icon][href="/mark-unread.svg"]', { state: 'attached' });
    // The browser's private windows have no push service, and say so.
    assert.deepEqual(
      problems.filter(text => !text.includes('incognito')),
      [],
    );
  });

  test('without a network: recent mail is read, changes wait, and go out when it is back', async () => {
    await web.deliver({ subject: '离线也能读', text: '第三版在附件里。' }, 'bob');
    await using session = await signInAtHome('bob');
    const { page } = session;
    await page.click(row('离线也能读'));
    await page.frameLocator('iframe.message-frame').locator('text=第三版在附件里').waitFor();
    await page.waitForFunction(
      async () => (await navigator.serviceWorker.ready).active?.state === 'activated',
    );
    await eventually(() =>
      page.evaluate(
        () =>
          new Promise<boolean>(resolve => {
            const open = indexedDB.open('hongyan');
            open.addEventListener('success', () => {
              const get = open.result.transaction('kept').objectStore('kept').get('account');
              get.addEventListener('success', () => {
                open.result.close();
                resolve(JSON.stringify(get.result ?? null).includes('第三版在附件里'));
              });
            });
          }),
      ),
    );
    await page.reload();
    await page.waitForSelector('.reader h2');
    await page.context().setOffline(true);
    await page.reload();
    await page.waitForSelector('.notice:has-text("已断网")');
    await page.click(row('离线也能读'));
    await page.frameLocator('iframe.message-frame').locator('text=第三版在附件里').waitFor();
    await page.keyboard.press('s');
    await page.waitForSelector('.notice:has-text("1 项更改会在联网后同步")');
    await page.context().setOffline(false);
    await eventually(async () => {
      const [found] = await web.jmap('bob', ['Email/query', { filter: { hasKeyword: '$flagged' } }]);
      return ((found?.['ids'] ?? []) as string[]).length === 1;
    });
    await page.waitForSelector('.notice', { state: 'detached' });
    await page.click('.person');
    await page.click('[role=menuitem]:has-text("退出登录")');
    await page.waitForSelector('input[name=password]');
    const left = await page.evaluate(
      () =>
        new Promise<number>(resolve => {
          const open = indexedDB.open('hongyan');
          open.addEventListener('success', () => {
            const all = open.result.transaction('kept').objectStore('kept').count();
            all.addEventListener('success', () => resolve(all.result));
          });
        }),
    );
    assert.equal(left, 0, 'nothing is left behind');
  });

  test('on a phone: a swipe archives, the bars are within reach, nothing sticks out, axe is content', async () => {
    await web.deliver({ subject: 'Swipe me away', text: 'x' });
    await using session = await web.signIn('alice', { size: phone });
    const { page, problems } = session;
    const mail = page.locator(row('Swipe me away'));
    await mail.waitFor();
    const box = await mail.boundingBox();
    assert.ok(box);
    const cdp = await page.context().newCDPSession(page);
    const y = box.y + box.height / 2;
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x?: number): Promise<unknown> =>
      cdp.send('Input.dispatchTouchEvent', { type, touchPoints: x === undefined ? [] : [{ x, y }] });
    await touch('touchStart', 320);
    for (let x = 300; x >= 120; x -= 30) await touch('touchMove', x);
    await touch('touchEnd');
    // At once: a tap after a swipe is a tap.
    await page.tap('.filters button:has-text("未读")');
    await page.waitForSelector('.filters button[aria-pressed=true]:has-text("未读")');
    await page.tap('.filters button:has-text("全部")');
    await mail.waitFor({ state: 'detached' });
    await page.waitForSelector('.toast:has-text("已存档 1 封")');
    assert.deepEqual(await axeProblems(page), [], 'list');
    await page.tap('.phone-nav button:has-text("待办")');
    await page.waitForSelector('h1:has-text("待办邮件")');
    await page.tap('.phone-nav button:has-text("邮件")');
    await web.deliver({ subject: '样品图和合同', text: '请看。' });
    await page.tap(row('样品图和合同'));
    await page.waitForSelector('.reader-bottom button:has-text("全部回复")');
    assert.deepEqual(await axeProblems(page), [], 'reader');
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.reader-tools button')]
        .filter(button => button.offsetParent !== null && button.getBoundingClientRect().height < 44)
        .map(button => button.textContent),
    );
    assert.deepEqual(small, []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false, 'nothing sticks out sideways');
    assert.deepEqual(problems, []);
  });
});
