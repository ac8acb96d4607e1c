import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { password, ServerFolder, type ServerProcess } from '../../server/test/whole-server/server-process.ts';
import { launch, openPage } from './browser.ts';

export type PageOptions = Parameters<typeof openPage>[1];
export type Session = Awaited<ReturnType<typeof openPage>> & AsyncDisposable;

interface HouseOptions {
  /** TOML that goes before the sections on ports and logs. */
  readonly settings?: string;
  /** What is made before the server starts; left out: admin@, alice@ and bob@hongyan.test. */
  readonly prepare?: (place: ServerFolder) => Promise<void>;
}

/** A real server with a company, a Chromium, and administrators who sign in to the console. */
export class ConsoleHouse implements AsyncDisposable {
  readonly browser: Browser;
  readonly #folder: string;
  readonly #place: ServerFolder;
  #server: ServerProcess;

  private constructor(folder: string, place: ServerFolder, server: ServerProcess, browser: Browser) {
    this.#folder = folder;
    this.#place = place;
    this.#server = server;
    this.browser = browser;
  }

  static async open({ settings = '', prepare }: HouseOptions = {}): Promise<ConsoleHouse> {
    const folder = mkdtempSync(join(tmpdir(), 'hongyan-console-'));
    const place = new ServerFolder(folder, settings);
    await (prepare ? prepare(place) : place.makeCompany());
    const server = await place.start(['--processes', '1']);
    return new ConsoleHouse(folder, place, server, await launch());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    await this.#server[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port('web')}`;
  }

  port(service: string): number {
    return this.#server.port(service);
  }

  /** Does something to the data directory while the server is down. */
  async whileDown(work: (data: string) => void): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    work(join(this.#folder, 'data'));
    this.#server = await this.#place.start(['--processes', '1']);
  }

  /** A page of its own browser context, which is closed with the session. */
  async page(path: string, options: PageOptions = {}): Promise<Session> {
    const { page, problems } = await openPage(this.browser, options);
    page.setDefaultTimeout(30_000);
    await page.goto(`${this.origin}${path}`);
    return { page, problems, [Symbol.asyncDispose]: () => page.context().close() };
  }

  /** Types name and password at the door of the console and waits for its first page. */
  async signIn(who = 'admin', options: PageOptions = {}, secret: string = password): Promise<Session> {
    const session = await this.page('/admin', options);
    const { page, problems } = session;
    await typeSignIn(page, `${who}@hongyan.test`, secret);
    await page.waitForSelector('.console-page h1');
    // The page asks who is signed in before anybody is: that one answer is 401.
    problems.splice(0, problems.length, ...problems.filter(text => !text.includes('401')));
    return session;
  }

  async visit(page: Page, where: string): Promise<void> {
    await page.goto(`${this.origin}/admin#/${where}`);
  }
}

/** Fills the form of the door in and sends it. */
export async function typeSignIn(page: Page, login: string, secret: string): Promise<void> {
  await page.fill('input[name=username]', login);
  await page.fill('input[name=password]', secret);
  await page.keyboard.press('Enter');
}

/** The row of a table that holds a text. */
export function row(page: Page, text: string): Locator {
  return page.locator('.data-row', { hasText: text });
}

/** Opens the tree of a field and takes the department of that name, searching where there are many. */
export async function chooseDepartment(page: Page, label: string, name: string): Promise<void> {
  const field = page.locator('.department-field', { hasText: label }).first();
  await field.locator('.department-value').click();
  const search = field.locator('input[type=search]');
  if ((await search.count()) > 0) await search.fill(name);
  await field.locator('label', { hasText: name }).first().click();
  await field.locator('.department-panel').waitFor({ state: 'detached' });
}

/** Asks the API as the page would. Throws what it refuses. */
export function api<Answer>(page: Page, method: string, path: string, body?: unknown): Promise<Answer> {
  return page.evaluate(
    async ([how, where, what]) => {
      const response = await fetch(`/api/v1${where}`, {
        method: how ?? 'GET',
        headers: { 'X-Hongyan': '1', ...(what ? { 'Content-Type': 'application/json' } : {}) },
        ...(what ? { body: what } : {}),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${how} ${where}: ${response.status} ${text}`);
      return text === '' ? null : JSON.parse(text);
    },
    [method, path, body === undefined ? '' : JSON.stringify(body)],
  ) as Promise<Answer>;
}
