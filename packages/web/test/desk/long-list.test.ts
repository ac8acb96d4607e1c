import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { browserMissing } from '../browser.ts';
import { eventually, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();
const many = 400;

/** Where rows stand on the screen, px from the upper edge of the list, by mail. */
function places(page: Page): Promise<Record<string, number>> {
  return page.evaluate(() => {
    const top = document.querySelector('[data-testid=list]')?.getBoundingClientRect().top ?? 0;
    const rows = [...document.querySelectorAll<HTMLElement>('.mail-row[data-mail]')];
    return Object.fromEntries(
      rows.map(row => [row.dataset['mail'], Math.round(row.getBoundingClientRect().top - top)]),
    );
  });
}

function heightOf(page: Page): Promise<number> {
  return page.evaluate(() => document.querySelector('[data-testid=list]')?.scrollHeight ?? 0);
}

async function scrollTo(page: Page, share: number): Promise<void> {
  await page.evaluate(part => {
    const list = document.querySelector('[data-testid=list]');
    if (list) list.scrollTop = list.scrollHeight * part;
  }, share);
}

/** Rows on screen, as soon as all of them are read and stand still. */
async function settled(page: Page): Promise<Record<string, number>> {
  let before = '';
  await eventually(async () => {
    const now = JSON.stringify(await places(page));
    const same = now === before && now !== '{}' && (await page.locator('.mail-row.pending').count()) === 0;
    before = now;
    return same;
  });
  return places(page);
}

describe('webmail: a long list (REA-01)', { skip, timeout: 240_000 }, () => {
  let webmail: Webmail;
  before(async () => {
    webmail = await Webmail.start();
    const [answer] = await webmail.jmap('alice', ['Mailbox/get', { ids: null }]);
    const boxes = (answer?.['list'] ?? []) as { id: string; role: string | null }[];
    const inbox = boxes.find(({ role }) => role === 'inbox')?.id ?? '';
    // Two mails a day, back from now: every second row has a heading.
    const create = Object.fromEntries(
      Array.from({ length: many }, (_, at) => [
        `m${at}`,
        {
          mailboxIds: { [inbox]: true },
          subject: `long ${at}`,
          from: [{ name: 'Carol', email: 'carol@out.example' }],
          receivedAt: new Date(Date.now() - 60_000 - at * 43_200_000).toISOString().replace(/\.\d+Z$/, 'Z'),
          bodyStructure: { partId: '1', type: 'text/plain' },
          bodyValues: { 1: { value: `text ${at} ${'word '.repeat(30)}` } },
        },
      ]),
    );
    const [set] = await webmail.jmap('alice', ['Email/set', { create }]);
    assert.equal(Object.keys(set?.['created'] ?? {}).length, many);
  });
  after(async () => {
    await webmail?.[Symbol.asyncDispose]();
  });

  test('rows stand one below the other, days above them, also where the bar was thrown to', async () => {
    await using session = await webmail.signIn('alice');
    const { page } = session;
    await settled(page);
    for (const share of [0, 0.5, 0.25, 1]) {
      await scrollTo(page, share);
      const tops = Object.values(await settled(page)).toSorted((a, b) => a - b);
      const steps = tops.slice(1).map((top, at) => top - (tops[at] ?? 0));
      assert.ok(
        steps.every(step => step === 64 || step === 94),
        `${share}: ${steps}`,
      );
      assert.equal(share > 0 || steps.includes(94), true, 'days stand above rows');
    }
    const { bottom, end } = await page.evaluate(() => {
      const list = document.querySelector('[data-testid=list]')?.getBoundingClientRect();
      const rows = [...document.querySelectorAll('.mail-row[data-mail]')];
      return { bottom: rows.at(-1)?.getBoundingClientRect().bottom ?? 0, end: list?.bottom ?? 0 };
    });
    assert.ok(Math.abs(bottom - end) <= 2, 'the last row ends where the list ends');
  });

  test('End goes to the last mail, also where nobody has looked yet, and Home back to the first', async () => {
    await using session = await webmail.signIn('alice');
    const { page } = session;
    await settled(page);
    await page.keyboard.press('End');
    await page.waitForSelector(`.mail-row.active:has-text("long ${many - 1}")`);
    await settled(page);
    assert.ok(await page.locator('.mail-row.active').isVisible());
    await page.keyboard.press('Home');
    await page.waitForSelector('.mail-row.active:has-text("long 0")');
  });

  test('the row one stands on has the focus: by j, End and after a mail has gone; fields and buttons keep theirs', async () => {
    await using session = await webmail.signIn('alice');
    const { page } = session;
    const focused = (): Promise<string> =>
      page.evaluate(() => {
        const at = document.activeElement;
        return at?.getAttribute('role') === 'row'
          ? (at.textContent.match(/long \d+/)?.[0] ?? '')
          : (at?.tagName ?? '');
      });
    await settled(page);
    await page.keyboard.press('j');
    const first = await focused();
    assert.match(first, /^long/);
    await page.keyboard.press('j');
    assert.notEqual(await focused(), first);
    await page.keyboard.press('k');
    assert.equal(await focused(), first);
    await page.keyboard.press('e');
    await eventually(async () => (await focused()).startsWith('long') && (await focused()) !== first);
    const second = await focused();
    await page.keyboard.press('End');
    await eventually(async () => (await focused()) === `long ${many - 1}`);
    await page.keyboard.press('Home');
    await eventually(async () => (await focused()) === second);
    // Somebody who is elsewhere is not called away.
    await page.keyboard.press('/');
    await page.keyboard.type('jjj');
    assert.equal(await focused(), 'INPUT');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    const star = page.locator('.mail-row[data-mail] button').nth(3);
    await star.focus();
    await scrollTo(page, 0.02);
    await settled(page);
    assert.equal(await focused(), 'BUTTON');
  });

  test('mail that arrives moves nothing on the screen of whoever reads further down', async () => {
    await using session = await webmail.signIn('alice');
    const { page } = session;
    await settled(page);
    await scrollTo(page, 0.5);
    await settled(page);
    // Headings above come with their rows when one scrolls up: what one looks at stays.
    await page.mouse.move(500, 500);
    await page.mouse.wheel(0, -2_000);
    const before = await settled(page);
    const height = await heightOf(page);
    await webmail.deliver({ subject: 'arrived meanwhile', text: 'news' });
    await eventually(async () => (await heightOf(page)) >= height + 64);
    const now = await settled(page);
    const common = Object.keys(before).filter(id => id in now);
    assert.ok(common.length > 5);
    for (const id of common) assert.equal(now[id], before[id], id);
  });

  test('reading a mail asks for no list again: what was changed here is known here', async () => {
    await using session = await webmail.signIn('alice');
    const { page } = session;
    await settled(page);
    const asked: string[] = [];
    page.on('request', request => {
      if (!request.url().includes('/jmap/api')) return;
      const { methodCalls: calls } = request.postDataJSON() as { methodCalls: [string][] };
      asked.push(...calls.map(([name]) => name));
    });
    const unread = page.locator('.mail-row.unread').first();
    await unread.click();
    await page.waitForSelector('.message-frame');
    await eventually(() => Promise.resolve(asked.includes('Email/changes')));
    await page.waitForTimeout(300);
    assert.ok(asked.includes('Email/set'), asked.join(' '));
    assert.ok(!asked.includes('Email/query'), asked.join(' '));
  });
});
