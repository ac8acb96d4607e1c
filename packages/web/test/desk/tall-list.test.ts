import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { browserMissing } from '../browser.ts';
import { eventually, Webmail } from '../webmail-fixture.ts';

const skip = browserMissing();
const many = 1_000_000;

type Call = [name: string, args: Record<string, unknown>, id: string];

const mail = (id: string): Record<string, unknown> => ({
  id,
  threadId: `t${id}`,
  mailboxIds: {},
  keywords: { $seen: true },
  from: [{ name: 'Carol', email: 'carol@out.example' }],
  to: [],
  subject: `row ${id.slice(1)}`,
  receivedAt: '2020-01-01T00:00:00Z',
  size: 1_000,
  preview: '',
  hasAttachment: false,
});

/** Answers for the server where a list is asked for: of a million mails of one day, row n being mail xn. */
async function withManyMails(page: Page): Promise<void> {
  await page.route('**/jmap/api', async route => {
    const { methodCalls } = route.request().postDataJSON() as { methodCalls: Call[] };
    const query = methodCalls.find(([name]) => name === 'Email/query')?.[1];
    if (!query) return route.continue();
    const position = query['position'] as number;
    const limit = Math.min(query['limit'] as number, many - position);
    const ids = Array.from({ length: limit }, (_, nth) => `x${position + nth}`);
    const rest = methodCalls.filter(([name]) => !/^(?:Email|Thread)\//.test(name));
    const real =
      rest.length === 0
        ? []
        : await (
            await route.fetch({
              postData: { ...(route.request().postDataJSON() as object), methodCalls: rest },
            })
          )
            .json()
            .then((body: { methodResponses: Call[] }) => body.methodResponses);
    const answer = ([name, , id]: Call): Call => {
      if (name === 'Email/query') return [name, { ids, position, total: many, queryState: 'q' }, id];
      if (name === 'Thread/get') {
        const list = ids.map(one => ({ id: `t${one}`, emailIds: [one] }));
        return [name, { list, state: 's', notFound: [] }, id];
      }
      if (name === 'Email/get') return [name, { list: ids.map(mail), state: 's', notFound: [] }, id];
      return real.find(([, , other]) => other === id) as Call;
    };
    return route.fulfill({ json: { methodResponses: methodCalls.map(answer), sessionState: 's' } });
  });
}

/** Rows that are seen whole or in part: their number, and px from the upper edge of the list. */
function seen(page: Page): Promise<readonly { readonly row: number; readonly top: number }[]> {
  return page.evaluate(() => {
    const list = document.querySelector('[data-testid=list]')?.getBoundingClientRect();
    if (!list) return [];
    return [...document.querySelectorAll<HTMLElement>('.list-item')]
      .map(item => ({ row: Number(item.ariaRowIndex) - 1, box: item.getBoundingClientRect() }))
      .filter(({ box }) => box.bottom > list.top + 1 && box.top < list.bottom - 1)
      .map(({ row, box }) => ({ row, top: box.top - list.top }))
      .toSorted((a, b) => a.row - b.row);
  });
}

async function throwBar(page: Page, share: number): Promise<void> {
  await page.evaluate(part => {
    const list = document.querySelector('[data-testid=list]');
    if (list) list.scrollTop = (list.scrollHeight - list.clientHeight) * part;
  }, share);
  await page.waitForTimeout(400);
}

describe('webmail: a list taller than an element can be (REA-01)', { skip, timeout: 120_000 }, () => {
  let webmail: Webmail;
  before(async () => {
    webmail = await Webmail.start();
    await webmail.deliver({ subject: 'one', text: 'x' });
  });
  after(() => webmail[Symbol.asyncDispose]());

  test('the bar, End and Home lead to every row of a million, and the wheel from row to row', async () => {
    await using session = await webmail.signIn('alice');
    const { page } = session;
    await withManyMails(page);
    await page.reload();
    await page.waitForSelector('.mail-row:has-text("row 0")');
    const height = await page.evaluate(() => document.querySelector('[data-testid=list]')?.scrollHeight ?? 0);
    assert.ok(height < 17_000_000, `${height} px`);

    await throwBar(page, 1);
    await page.waitForSelector(`.mail-row:has-text("row ${many - 1}")`);
    const end = await seen(page);
    assert.equal(end.at(-1)?.row, many - 1);
    const { clientHeight } = await page.evaluate(() => ({
      clientHeight: document.querySelector('[data-testid=list]')?.clientHeight ?? 0,
    }));
    assert.ok(
      Math.abs((end.at(-1)?.top ?? 0) + 64 - clientHeight) <= 1,
      'the last row ends where the list ends',
    );

    await throwBar(page, 0.5);
    const middle = await seen(page);
    assert.ok(Math.abs((middle[0]?.row ?? 0) - many / 2) < 1_000, `${middle[0]?.row}`);
    await page.mouse.move(500, 500);
    for (const wheel of [300, 300, -200, 640]) {
      const from = await seen(page);
      await page.mouse.wheel(0, wheel);
      await page.waitForTimeout(400);
      const [first] = from;
      assert.ok(first);
      const to = await seen(page);
      const [same] = to;
      assert.ok(same);
      const way = (same.row - first.row) * 64 - (same.top - first.top);
      assert.ok(Math.abs(way - wheel) <= 1, `${way} px for ${wheel}`);
    }

    await page.keyboard.press('Home');
    await eventually(async () => (await seen(page))[0]?.row === 0);
    await page.keyboard.press('End');
    await page.waitForSelector(`.mail-row.active:has-text("row ${many - 1}")`);
    assert.ok(await page.locator('.mail-row.active').isVisible());
    assert.equal((await seen(page)).at(-1)?.row, many - 1);
  });
});
