import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

const candidates = [
  process.env['HONGYAN_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where a Chromium lies on this machine, or null. */
export function findChromium(): string | null {
  return candidates.find(path => path !== undefined && existsSync(path)) ?? null;
}

/** Why browser tests cannot run here, for `skip`, or false. */
export function browserMissing(): string | false {
  return findChromium() === null
    ? 'no Chromium found (apt-get install chromium, or set HONGYAN_CHROMIUM)'
    : false;
}

/** Starts a headless Chromium. */
export async function launch(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('no Chromium');
  // Root, as in containers and CI, needs --no-sandbox; the pages are our own.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  // Without a locale in UTF-8 Chromium names no file in Chinese.
  return chromium.launch({ executablePath, args, env: { ...process.env, LC_ALL: 'C.UTF-8' } });
}

export const desk = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

/** A page in one language and size, with what went wrong in it. */
export async function openPage(
  browser: Browser,
  options: { readonly language?: 'zh' | 'en'; readonly size?: typeof desk; readonly dark?: boolean } = {},
): Promise<{ page: Page; problems: string[] }> {
  const { language = 'zh', size = desk, dark = false } = options;
  const context = await browser.newContext({
    viewport: size,
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Asia/Shanghai',
    colorScheme: dark ? 'dark' : 'light',
    hasTouch: size.width < 768,
    isMobile: size.width < 768,
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', error => problems.push(`error: ${error.message}`));
  page.on('console', message => {
    if (message.type() !== 'error') return;
    // A mail's own handlers and style sheets, met while it is cleaned: the policy says that it stopped them.
    if (/^(?:Executing inline event handler|Applying inline style) violates/.test(message.text())) return;
    problems.push(`console: ${message.text()}`);
  });
  return { page, problems };
}

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/** Serious and critical faults that axe finds on the page as it stands (WCAG 2.2 A and AA). */
export async function axeProblems(page: Page): Promise<string[]> {
  // Through the debugger: the page's own policy would not let a script in.
  const source = readFileSync(axeFile, 'utf8');
  await page.evaluate(source);
  const { violations } = (await page.evaluate(
    "axe.run(document, { iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })",
  )) as AxeResult;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
    );
}
