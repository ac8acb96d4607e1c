// npm run bench -- console [MEMBERS] [DEPARTMENTS] [ROUNDS]: what an administrator of a large company waits for, page by page.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { password, ServerFolder } from '../packages/server/test/whole-server/server-process.ts';
import { browserMissing, launch, openPage } from '../packages/web/test/browser.ts';
import { buildWeb } from '../scripts/build-web.ts';
import { percentile, table } from './lib/figures.ts';

const [members = 10_000, departments = 1_000, rounds = 5] = process.argv.slice(2).map(Number);
const missing = browserMissing();
if (missing) throw new Error(missing);
await buildWeb();
// A folder that is named is kept, so that a company once made can be measured again.
const kept = process.env['HONGYAN_BENCH_FOLDER'];
const folder = kept ?? mkdtempSync(join(tmpdir(), 'hongyan-bench-console-'));
mkdirSync(folder, { recursive: true });
const place = new ServerFolder(folder);
const made = existsSync(join(folder, 'data/system.db'));
if (!made) await place.makeCompany();
await using server = await place.start(['--processes', '1']);
const origin = `http://127.0.0.1:${server.port('web')}`;
const browser = await launch();
const { page } = await openPage(browser);
page.setDefaultTimeout(120_000);

/** Asks the administration API as the page does. */
function api<Answer>(
  method: string,
  path: string,
  body?: string,
  type = 'application/json',
): Promise<Answer> {
  return page.evaluate(
    async ([how = '', where, what, as = '']) => {
      const answer = await fetch(`/api/v1${where}`, {
        method: how,
        headers: { 'X-Hongyan': '1', ...(what ? { 'Content-Type': as } : {}) },
        ...(what ? { body: what } : {}),
      });
      if (!answer.ok) throw new Error(`${how} ${where}: ${answer.status} ${await answer.text()}`);
      return answer.status === 204 ? null : answer.json();
    },
    [method, path, body ?? '', type],
  ) as Promise<Answer>;
}

interface Import {
  readonly id: number;
  readonly state: string;
}

/** People in a tree of departments, through the import as an administrator would. */
async function fill(): Promise<void> {
  const surnames = Array.from('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗');
  const given = Array.from('伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂文云帆');
  const perBranch = 20;
  const lines = Array.from({ length: members }, (_, n) => {
    const name = `${surnames[n % surnames.length]}${given[(n * 7) % given.length]}${given[(n * 3) % given.length]}`;
    const at = n % departments;
    const branch = Math.floor(at / perBranch);
    const place = at % perBranch === 0 ? `事业部${branch}` : `事业部${branch}/小组${at}`;
    return `${name},p${n},${place}`;
  });
  const csv = ['姓名,邮箱,部门', ...lines].join('\n');
  const started = performance.now();
  const batch = await api<Import>('POST', '/imports?fileName=people.csv', csv, 'text/csv');
  process.stdout.write(`preview of ${members} rows: ${Math.round(performance.now() - started)} ms\n`);
  await api('POST', `/imports/${batch.id}/run`);
  for (;;) {
    const { state } = await api<Import>('GET', `/imports/${batch.id}`);
    if (state === 'done') break;
    if (state === 'failed') throw new Error('the import failed');
    await new Promise(resolve => setTimeout(resolve, 500));
  }
  process.stdout.write(`imported after ${Math.round((performance.now() - started) / 1000)} s\n`);
}

/** Presses a page in the navigation; ms until its heading stands and nothing is being read any more, by the page's clock. */
function pressed(key: string): Promise<number> {
  return page.evaluate(`(async () => {
    const started = performance.now();
    document.querySelector('.console-nav [data-page="${key}"]').click();
    for (;;) {
      await new Promise(resolve => requestAnimationFrame(resolve));
      const place = document.querySelector('.console-page[data-page="${key}"]');
      if (place?.querySelector('h1') && !place.querySelector('.progress-line'))
        return performance.now() - started;
      if (performance.now() - started > 60000) throw new Error('${key} is not ready after a minute');
    }
  })()`);
}

/** Opens a drawer by its address; ms until its fields stand and nothing is being read any more. */
function opened(place: string): Promise<number> {
  return page.evaluate(`(async () => {
    const started = performance.now();
    location.hash = '#/${place}';
    for (;;) {
      await new Promise(resolve => requestAnimationFrame(resolve));
      const drawer = document.querySelector('.detail-drawer');
      if (drawer?.querySelector('input, select') && !drawer.querySelector('.progress-line'))
        return performance.now() - started;
      if (performance.now() - started > 60000) throw new Error('${place} is not ready after a minute');
    }
  })()`);
}

/** Types into the search of the members; ms until the list that belongs to it stands. */
function searched(text: string): Promise<number> {
  return page.evaluate(`(async () => {
    const field = document.querySelector('.page-filters input[type=search]');
    const before = document.querySelector('.page-head .meta')?.textContent;
    const started = performance.now();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, ${JSON.stringify(text)});
    field.dispatchEvent(new Event('input', { bubbles: true }));
    for (;;) {
      await new Promise(resolve => requestAnimationFrame(resolve));
      const now = document.querySelector('.page-head .meta')?.textContent;
      if (now !== before && !document.querySelector('.console-page .progress-line'))
        return performance.now() - started;
      if (performance.now() - started > 60000) throw new Error('the search did not end');
    }
  })()`);
}

const rows: string[][] = [];
function note(name: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  rows.push([name, percentile(sorted, 0.5).toFixed(0), (sorted.at(-1) ?? 0).toFixed(0)]);
  process.stdout.write(`${rows.at(-1)?.join(' | ')}\n`);
}

try {
  await page.goto(`${origin}/admin`);
  await page.fill('input[name=username]', 'admin@hongyan.test');
  await page.fill('input[name=password]', password);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.console-page h1');
  if (!made) await fill();
  await page.reload();
  await page.waitForSelector('.console-page h1');
  // Every group of the navigation open, so that each page can be pressed.
  await page.evaluate(
    `document.querySelectorAll('.console-group[aria-expanded=false]').forEach(one => one.click())`,
  );
  const keys = (await page.evaluate(
    `[...document.querySelectorAll('.console-nav [data-page]')].map(one => one.dataset.page)`,
  )) as string[];
  for (const key of keys) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await pressed(key === 'overview' ? 'tags' : 'overview');
      times.push(await pressed(key));
    }
    note(key, times);
  }
  for (const [name, place] of [
    ['a member’s profile', `members/${members / 2}`],
    ['add a member', 'members/add'],
    ['a new group', 'groups/new'],
    ['a new administrator', 'administrators/new'],
  ] as const) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await pressed(place.split('/')[0] ?? '');
      times.push(await opened(place));
    }
    note(name, times);
  }
  await pressed('members');
  const typed: number[] = [];
  for (const text of ['p777', '王', 'zhangfang', 'p9999', 'lw']) typed.push(await searched(text));
  note('members: search', typed);
  process.stdout.write(`\n${table(['page', 'median ms', 'most ms'], rows)}\n`);
} finally {
  await browser.close();
  if (!kept) rmSync(folder, { recursive: true, force: true });
}
