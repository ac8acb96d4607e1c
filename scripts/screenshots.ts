// npm run screenshots: starts the demo company and takes the main pages, both languages, desk and phone, into docs/screenshots/.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { browserMissing, desk, launch, openPage, phone } from '../packages/web/test/browser.ts';
import { buildServer } from './build-server.ts';
import { buildWeb } from './build-web.ts';

const root = join(import.meta.dirname, '..');
const target = join(root, 'docs/screenshots');
const password = 'screenshots-only-1';
const offset = 31_000;
const address = `http://127.0.0.1:${8080 + offset}/`;

/** Starts the demo company in `folder` and waits until it listens. */
async function startDemo(folder: string): Promise<() => Promise<void>> {
  const main = await buildServer();
  const server = spawn(process.execPath, [main, '--json', 'serve', '--demo', '--processes', '1'], {
    env: {
      ...process.env,
      HONGYAN_DATA: folder,
      HONGYAN_PORT_OFFSET: String(offset),
      HONGYAN_SETUP_PASSWORD: password,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise(resolve => server.once('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    server.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('"ready"')) resolve();
    });
    void gone.then(() => reject(new Error('the demo did not start')));
  });
  return async () => {
    server.kill('SIGTERM');
    await gone;
  };
}

async function signIn(page: Page, login: string): Promise<void> {
  await page.goto(address);
  await page.waitForSelector('input[name=username]');
  await page.fill('input[name=username]', login);
  await page.fill('input[name=password]', password);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.mail-row:not(.pending)');
}

/** Pages of the administrator's console that are taken. */
const consolePages = [
  'overview',
  'members',
  'members/2',
  'import',
  'groups',
  'invitations',
  'domains/hongyan.test',
  'certificates',
  'trace',
  'sign-in',
  'administrators',
  'statistics',
  'operations',
  'recycle-bin',
  'visibility',
  'notices',
  'notice-settings',
] as const;

/** The console in one language and size. */
async function takeConsole(name: string, view: Parameters<typeof openPage>[1]): Promise<void> {
  const { page } = await openPage(browser, view);
  await page.goto(`${address}admin`);
  await page.fill('input[name=username]', 'admin@hongyan.test');
  await page.fill('input[name=password]', password);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.console-page h1');
  for (const place of consolePages) {
    await page.goto(`${address}admin#/${place}`);
    await page.waitForSelector(`.console-page[data-page="${place.split('/')[0] ?? ''}"]`);
    await page.waitForSelector('.console-page h1');
    await page.waitForSelector('.console-page .progress-line', { state: 'detached' });
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(target, `console-${place.replace('/', '-')}-${name}.png`) });
  }
  await page.context().close();
}

const missing = browserMissing();
if (missing) throw new Error(missing);
await buildWeb();
mkdirSync(target, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'hongyan-screenshots-'));
const stop = await startDemo(folder);
const browser = await launch();
try {
  const views = [
    { name: 'zh-light', language: 'zh', size: desk, dark: false },
    { name: 'en-dark', language: 'en', size: desk, dark: true },
    { name: 'zh-phone', language: 'zh', size: phone, dark: false },
  ] as const;
  for (const { name, ...view } of views) {
    const { page } = await openPage(browser, view);
    await page.goto(address);
    await page.waitForSelector('form');
    await page.screenshot({ path: join(target, `sign-in-${name}.png`) });
    await signIn(page, 'alice@hongyan.test');
    await page.screenshot({ path: join(target, `list-${name}.png`) });
    await page.locator('.mail-row').nth(1).click();
    await page.waitForSelector('.message-frame');
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(target, `reading-${name}.png`) });
    // On a phone the answer is in the bar below and under the key.
    const quick = page.locator('.quick-reply button').first();
    if (await quick.isVisible()) await quick.click();
    else await page.keyboard.press('r');
    await page.waitForSelector('.editor-area');
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(target, `writing-${name}.png`) });
    await page.context().close();
    await takeConsole(name, view);
  }
} finally {
  await browser.close();
  await stop();
  rmSync(folder, { recursive: true, force: true });
}
