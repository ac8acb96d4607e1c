// The webmail in a real Chromium, beside Debian's Roundcube in front of the same mailbox of the same server: what a person
// waits for, requests, octets, and CPU of the servers. Roundcube is skipped by name where it is not installed.
// Usage: npm run bench -- webmail [--messages N] [--rounds N]
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { browserMissing, desk, launch } from '../packages/web/test/browser.ts';
import { buildWeb } from '../scripts/build-web.ts';
import { cpuSeconds } from './lib/cpu.ts';
import { percentile, show, table } from './lib/figures.ts';
import { prepare } from './lib/imap-works.ts';
import { startHongyan } from './peers/hongyan.ts';
import { roundcubeMissing, startRoundcube } from './peers/roundcube.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '5' },
  },
});
const messages = Math.max(500, Math.min(200_000, Number(values.messages)));
const rounds = Math.max(1, Math.min(20, Number(values.rounds)));

/** One webmail under measurement: where it is and what its parts are called. `frame` is where a mail's text stands. */
interface Subject {
  readonly name: string;
  readonly url: string;
  readonly login: string;
  readonly password: string;
  readonly user: string;
  readonly secret: string;
  readonly row: string;
  readonly frame: string;
  readonly compose: string;
  readonly editor: string;
  readonly away: string;
  readonly back: string;
  readonly search: string;
  /** A mail that is suggested while one types into `search`, where that is done. */
  readonly suggestion?: string;
  /** Processes that work for it, mail server included. */
  readonly roots: readonly number[];
}

type Figures = Map<string, number[]>;

function note(figures: Figures, what: string, value: number): void {
  figures.set(what, [...(figures.get(what) ?? []), value]);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/**
 * What a person feels: ms from pressing the mouse or a key until `stands` (a function, as text that runs in the page) is
 * true at the beginning of a frame, by the page's own clock. The way of the press to the page is not in it.
 */
async function felt(page: Page, press: () => Promise<unknown>, stands: string): Promise<number> {
  await page.evaluate(`void (globalThis.felt = new Promise((resolve, reject) => {
    let pressed = null;
    const press = () => { pressed ??= performance.now(); };
    for (const event of ['mousedown', 'keydown', 'input']) addEventListener(event, press, { capture: true, once: true });
    const end = performance.now() + 60000;
    const stands = ${stands};
    const look = () => {
      if (pressed !== null && stands()) resolve(performance.now() - pressed);
      else if (performance.now() > end) reject(new Error('nothing came'));
      else requestAnimationFrame(look);
    };
    look();
  }))`);
  await press();
  return (await page.evaluate('globalThis.felt')) as number;
}

const textOf = (frame: string): string =>
  `(document.querySelector(${JSON.stringify(frame)})?.contentDocument?.body?.innerText.trim().slice(0, 2000) ?? '')`;

interface Load {
  requests: number;
  bytes: number;
}

/** Counts the milliseconds that the page's main thread works from now on: scripts, styles, layout, in CPU time. */
async function pageWork(page: Page): Promise<() => Promise<number>> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const read = async (): Promise<number> => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
  };
  const before = await read();
  return async () => (await read()) - before;
}

async function openPage(browser: Browser): Promise<{ page: Page; load: Load }> {
  const context = await browser.newContext({ viewport: desk, locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const load = { requests: 0, bytes: 0 };
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  cdp.on('Network.loadingFinished', ({ encodedDataLength }) => {
    load.requests += 1;
    load.bytes += encodedDataLength;
  });
  return { page, load };
}

/** Sign-in with an empty browser, then a reload. The page stays open. */
async function enter(browser: Browser, subject: Subject, figures: Figures): Promise<Page> {
  const { page, load } = await openPage(browser);
  const first = await timed(async () => {
    await page.goto(subject.url);
    await page.waitForSelector(subject.login);
  });
  await page.fill(subject.login, subject.user);
  await page.fill(subject.password, subject.secret);
  const before = cpuSeconds(subject.roots);
  const signIn = await timed(async () => {
    await page.keyboard.press('Enter');
    await page.waitForSelector(subject.row);
  });
  note(figures, 'sign-in page, cold, ms', first);
  note(figures, 'sign-in → list readable, ms', signIn);
  note(figures, 'server CPU, sign-in + list, ms', (cpuSeconds(subject.roots) - before) * 1_000);
  note(figures, 'requests until the list stands', load.requests);
  note(figures, 'kilobytes until the list stands', load.bytes / 1_024);
  const warm = { ...load };
  const served = cpuSeconds(subject.roots);
  const worked = await pageWork(page);
  note(
    figures,
    'reload → list readable, ms',
    await timed(async () => {
      await page.reload();
      await page.waitForSelector(subject.row);
    }),
  );
  note(figures, 'requests of a reload until the list stands', load.requests - warm.requests);
  note(figures, 'server CPU, reload, ms', (cpuSeconds(subject.roots) - served) * 1_000);
  note(figures, 'main thread of the page, reload, ms', await worked());
  return page;
}

/** Roundcube takes no command while it waits for an answer, its own pictures included: that is not counted. */
async function idle(page: Page): Promise<void> {
  const end = Date.now() + 60_000;
  while (await page.evaluate('Boolean(globalThis.rcmail?.busy)')) {
    if (Date.now() > end) throw new Error('never idle');
    await sleep(20);
  }
}

/** Goes to an empty folder, which is not measured. A press that comes too early is lost on Roundcube: then once more. */
async function leaveInbox(page: Page, subject: Subject): Promise<void> {
  for (let tries = 0; tries < 10; tries += 1) {
    await idle(page);
    await page.click(subject.away);
    const gone = page.waitForSelector(subject.row, { state: 'detached', timeout: 5_000 });
    if (await gone.then(() => true).catch(() => false)) return;
  }
  throw new Error(`${subject.name} stays in the inbox`);
}

/** What one does all day, on an open page. */
async function work(page: Page, subject: Subject, figures: Figures): Promise<void> {
  for (let n = 1; n <= 12; n += 1) {
    await idle(page);
    const before = JSON.stringify(await page.evaluate(textOf(subject.frame)));
    const now = textOf(subject.frame);
    const row = page.locator(subject.row).nth(n);
    const other = `() => { const now = ${now}; return now.length > 100 && now !== ${before}; }`;
    note(figures, 'press → mail readable, ms', await felt(page, () => row.click(), other));
  }
  for (let n = 0; n < 3; n += 1) {
    await leaveInbox(page, subject);
    await idle(page);
    const rows = `() => document.querySelector(${JSON.stringify(subject.row)}) !== null`;
    note(figures, 'press → back in the inbox, ms', await felt(page, () => page.click(subject.back), rows));
  }
  await idle(page);
  note(
    figures,
    'composer ready, ms',
    await timed(async () => {
      await page.click(subject.compose);
      await page.waitForSelector(subject.editor);
    }),
  );
}

/** Searching for a word of one subject: typed, and Enter where the page does not look for it by itself. */
async function search(page: Page, subject: Subject, figures: Figures, word: string): Promise<void> {
  await page.goto(subject.url);
  await page.waitForSelector(subject.row);
  await page.click(subject.search);
  await page.fill(subject.search, word);
  const found = `() => [...document.querySelectorAll(${JSON.stringify(subject.row)})].some(row => row.textContent.includes(${JSON.stringify(word)}))`;
  note(
    figures,
    'Enter → what was searched for, ms',
    await felt(page, () => page.keyboard.press('Enter'), found),
  );
}

/** What is suggested while one types into the field for searching: from the last key until mails stand below it. */
async function suggest(page: Page, subject: Subject, figures: Figures): Promise<void> {
  const { suggestion } = subject;
  if (!suggestion) return;
  await page.goto(subject.url);
  await page.waitForSelector(subject.row);
  await page.click(subject.search);
  const stands = `() => document.querySelector(${JSON.stringify(suggestion)}) !== null`;
  for (const text of ['Quo', 'Quotation', '报价', '报价单', 'confirm', 'Bench']) {
    await page.fill(subject.search, '');
    await page.waitForSelector(suggestion, { state: 'detached' });
    note(
      figures,
      'key → mails suggested, ms',
      await felt(page, () => page.keyboard.insertText(text), stands),
    );
  }
  await page.fill(subject.search, '');
}

/** Runs in the page: from end to end in 240 steps, one a frame; the time of each. */
const scrolling = `(async () => {
  const list = document.querySelector('[data-testid=list]');
  const times = [];
  let last = performance.now();
  for (let step = 1; step <= 240; step += 1) {
    list.scrollTop = (list.scrollHeight * step) / 240;
    await new Promise(resolve => requestAnimationFrame(resolve));
    times.push(performance.now() - last);
    last = performance.now();
  }
  return times;
})()`;

/** Scrolls our list from end to end; times of the frames, and how much the page holds after it and after a collection. */
async function scroll(page: Page, subject: Subject, figures: Figures): Promise<void> {
  await page.goto(subject.url);
  await page.waitForSelector(subject.row);
  const frames = (await page.evaluate(scrolling)) as number[];
  for (const time of frames) note(figures, 'a frame while scrolling from end to end, ms', time);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  note(figures, 'memory of the page after it, MB', usedSize / 1_048_576);
}

const noBrowser = browserMissing();
if (noBrowser) throw new Error(noBrowser);
await buildWeb();
await using server = await startHongyan(['user0']);
await prepare(server, messages);
const ours: Subject = {
  name: 'Hongyan',
  url: `http://127.0.0.1:${server.imapPort - 2143 + 8080}/`,
  login: 'input[name=username]',
  password: 'input[name=password]',
  user: server.login('user0'),
  secret: server.password,
  row: '.mail-row:not(.pending)',
  frame: '.message-frame',
  compose: '.compose-button',
  editor: '.editor-area',
  away: 'button.folder:has-text("Archive")',
  back: 'button.folder:has-text("Inbox")',
  search: 'input[type=search]',
  suggestion: '.search-mail',
  roots: server.roots,
};
const missing = roundcubeMissing();
if (missing) process.stdout.write(`Roundcube is skipped: ${missing}\n`);
await using roundcube = missing ? null : await startRoundcube(server.imapPort, server.smtpPort);
const { suggestion: _, ...common } = ours;
const theirs: Subject | null = roundcube && {
  ...common,
  name: 'Roundcube',
  url: roundcube.url,
  login: '#rcmloginuser',
  password: '#rcmloginpwd',
  row: '#messagelist tbody tr.message',
  frame: '#messagecontframe',
  compose: '#taskmenu a.compose',
  editor: '#composebody',
  away: '#mailboxlist a[rel=Archive]',
  back: '#mailboxlist a[rel=INBOX]',
  search: '#mailsearchform',
  roots: [...roundcube.roots, ...server.roots],
};

const subjects = [ours, ...(theirs ? [theirs] : [])];
const results = new Map<Subject, Figures>(subjects.map(subject => [subject, new Map()]));
const browser = await launch();
try {
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) {
      const figures = results.get(subject) ?? new Map();
      const page = await enter(browser, subject, figures);
      await work(page, subject, figures);
      await search(page, subject, figures, String(Math.floor(messages / 2) + round));
      await suggest(page, subject, figures);
      if (subject === ours) await scroll(page, subject, figures);
      await page.context().close();
      process.stderr.write(`round ${round + 1}: ${subject.name}\n`);
    }
  }
} finally {
  await browser.close();
}
const names = [...new Set([...results.values()].flatMap(figures => [...figures.keys()]))];
const rows = names.map(name => [
  name,
  ...subjects.flatMap(subject => {
    const taken = results.get(subject)?.get(name);
    if (!taken) return ['–', '–'];
    const sorted = taken.toSorted((a, b) => a - b);
    return [show(taken, 0), percentile(sorted, 0.95).toFixed(0)];
  }),
]);
const head = ['', ...subjects.flatMap(({ name }) => [`${name}: median (least–most)`, '95 %'])];
process.stdout.write(`\n${table(head, rows)}\n`);
process.stdout.write(
  `${messages} messages, ${rounds} rounds, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}\n`,
);
