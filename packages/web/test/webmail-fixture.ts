import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Browser, Page } from 'playwright-core';
import { password, ServerFolder, type ServerProcess } from '../../server/test/whole-server/server-process.ts';
import { launch, openPage } from './browser.ts';

export { password };

/** A person's page that has signed in, with what went wrong in it. */
export interface SignedIn extends AsyncDisposable {
  readonly page: Page;
  readonly problems: string[];
}

type Call = readonly [name: string, args: Readonly<Record<string, unknown>>];

interface JmapSession {
  readonly apiUrl: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly primaryAccounts: Readonly<Record<string, string>>;
}

/** One server with alice@ and bob@hongyan.test, one browser, and the ways into both. */
export class Webmail implements AsyncDisposable {
  readonly browser: Browser;
  readonly #folder: string;
  readonly #place: ServerFolder;
  readonly #server: ServerProcess;
  readonly #sessions = new Map<string, JmapSession>();

  private constructor(folder: string, place: ServerFolder, server: ServerProcess, browser: Browser) {
    this.#folder = folder;
    this.#place = place;
    this.#server = server;
    this.browser = browser;
  }

  /** `plan`: what the company is on; left out: a self-hosted installation's. */
  static async start({ plan }: { readonly plan?: string } = {}): Promise<Webmail> {
    const folder = mkdtempSync(join(tmpdir(), 'hongyan-web-'));
    const place = new ServerFolder(folder);
    await place.makeCompany();
    if (plan !== undefined) {
      const { code, stderr } = await place.run(['company', 'plan', plan]);
      if (code !== 0) throw new Error(stderr);
    }
    const server = await place.start(['--processes', '1']);
    return new Webmail(folder, place, server, await launch());
  }

  /** Runs a command of the command line; fails where it does. */
  async command(...args: readonly string[]): Promise<void> {
    const { code, stderr } = await this.#place.run(args);
    assert.equal(code, 0, stderr);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port('web')}/`;
  }

  port(service: string): number {
    return this.#server.port(service);
  }

  /** Sends mail from outside by SMTP. */
  async deliver(mail: SendMailOptions, to = 'alice', from = 'sender@out.example'): Promise<void> {
    const transport = createTransport({
      host: '127.0.0.1',
      port: this.#server.port('smtp'),
      secure: false,
      ignoreTLS: true,
    });
    const address = `${to}@hongyan.test`;
    await transport.sendMail({ to: address, from, ...mail, envelope: { from, to: [address] } });
    transport.close();
  }

  /** Signs in by hand and waits for the list, or for `until`. */
  async signIn(
    who: string,
    options: Parameters<typeof openPage>[1] = {},
    until = '[data-testid=list]',
  ): Promise<SignedIn> {
    const { page, problems } = await openPage(this.browser, options);
    await page.goto(this.url);
    await page.fill('input[name=username]', `${who}@hongyan.test`);
    await page.fill('input[name=password]', password);
    await page.keyboard.press('Enter');
    await page.waitForSelector(until);
    // The page asks who is signed in before anybody is: that one answer is 401.
    problems.splice(0, problems.length, ...problems.filter(text => !text.includes('401')));
    return { page, problems, [Symbol.asyncDispose]: () => page.context().close() };
  }

  /** Runs JMAP calls as somebody and returns the arguments of the answers, errors included. */
  async jmap(who: string, ...calls: readonly Call[]): Promise<readonly Record<string, never>[]> {
    const headers = {
      authorization: `Basic ${Buffer.from(`${who}@hongyan.test:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    };
    let session = this.#sessions.get(who);
    if (!session) {
      session = (await (await fetch(`${this.url}jmap/session`, { headers })).json()) as JmapSession;
      this.#sessions.set(who, session);
    }
    const accountId = session.primaryAccounts['urn:ietf:params:jmap:mail'];
    const response = await fetch(session.apiUrl, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        using: Object.keys(session.capabilities),
        methodCalls: calls.map(([name, args], at) => [name, { accountId, ...args }, `${at}`]),
      }),
    });
    assert.equal(response.status, 200);
    const { methodResponses } = (await response.json()) as {
      methodResponses: [string, Record<string, never>][];
    };
    return methodResponses.map(([, args]) => args);
  }

  /** Whether a mail client of somebody gets in with a password. */
  async imap(who: string, pass: string): Promise<boolean> {
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: this.port('imap'),
      secure: false,
      auth: { user: `${who}@hongyan.test`, pass },
      logger: false,
      doSTARTTLS: false,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.logout();
      return true;
    } catch {
      return false;
    }
  }

  /** The source of the newest mail of somebody that has `subject`, in any folder; waits for it. */
  async source(who: string, subject: string): Promise<string> {
    const session = async (): Promise<string | null> => {
      const [, get] = await this.jmap(
        who,
        [
          'Email/query',
          { filter: { subject }, sort: [{ property: 'receivedAt', isAscending: false }], limit: 1 },
        ],
        [
          'Email/get',
          {
            '#ids': { resultOf: '0', name: 'Email/query', path: '/ids' },
            properties: ['blobId'],
          },
        ],
      );
      const [mail] = (get?.['list'] ?? []) as { blobId: string }[];
      if (!mail) return null;
      const [blob] = await this.jmap(who, [
        'Blob/get',
        { ids: [mail.blobId], properties: ['data:asText', 'data:asBase64'] },
      ]);
      const [data] = (blob?.['list'] ?? []) as { 'data:asText'?: string | null; 'data:asBase64'?: string }[];
      return data?.['data:asText'] ?? Buffer.from(data?.['data:asBase64'] ?? '', 'base64').toString();
    };
    return eventually(session);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    await this.#server[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Asks until there is an answer; fails after 30 s. */
export async function eventually<Value>(
  ask: () => Promise<Value | null | undefined | false>,
): Promise<Value> {
  const end = Date.now() + 30_000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error('it never happened');
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** The row of a mail in the list. */
export const row = (subject: string): string => `.mail-row:has-text("${subject}")`;

/** Opens a part of the settings. */
export async function openSettings(page: Page, section: string): Promise<void> {
  await page.evaluate(`location.hash = '#/settings/${section}'`);
  await page.waitForSelector('.settings-body .settings-card');
}

/** The card of a settings page with this heading. */
export const card = (title: string): string => `.settings-card:has(h2:text-is("${title}"))`;

/** Opens a full composer by its key and fills in everything but the text, where the caret then stands. */
export async function beginMail(page: Page, to: string, subject: string): Promise<void> {
  await page.keyboard.press('c');
  await page.waitForSelector('.composer.full .editor-area');
  await page.fill('.composer.full .recipient-input input >> nth=0', to);
  await page.keyboard.press('Enter');
  await page.fill('.composer.full #compose-subject', subject);
  await page.click('.composer.full .editor-area');
}
