import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Browser, Page } from 'playwright-core';
import { password, ServerFolder, type ServerProcess } from '../../server/test/whole-server/server-process.ts';
import { axeProblems, browserMissing, launch, openPage, phone } from './browser.ts';

const skip = browserMissing();

/** One server and one browser for all tests of this file; each test signs in afresh. */
describe('webmail in a real browser', { skip, timeout: 240_000 }, () => {
  let folder: string;
  let server: ServerProcess;
  let browser: Browser;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hongyan-web-'));
    const place = new ServerFolder(folder);
    await place.makeCompany();
    server = await place.start(['--processes', '1']);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const url = (): string => `http://127.0.0.1:${server.port('web')}/`;

  async function deliver(mail: SendMailOptions, to = 'alice'): Promise<void> {
    const transport = createTransport({
      host: '127.0.0.1',
      port: server.port('smtp'),
      secure: false,
      ignoreTLS: true,
    });
    const address = `${to}@hongyan.test`;
    await transport.sendMail({
      to: address,
      ...mail,
      envelope: { from: 'sender@out.example', to: [address] },
    });
    transport.close();
  }

  async function signIn(
    who: string,
    options: Parameters<typeof openPage>[1] = {},
  ): Promise<{ page: Page; problems: string[]; [Symbol.asyncDispose](): Promise<void> }> {
    const { page, problems } = await openPage(browser, options);
    await page.goto(url());
    await page.fill('input[name=username]', `${who}@hongyan.test`);
    await page.fill('input[name=password]', password);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-testid=list]');
    // The page asks who is signed in before anybody is: that one answer is 401.
    problems.splice(0, problems.length, ...problems.filter(text => !text.includes('401')));
    return { page, problems, [Symbol.asyncDispose]: () => page.context().close() };
  }

  const row = (subject: string): string => `.mail-row:has-text("${subject}")`;

  test('what both apps load first is few files, compressed', async () => {
    for (const path of ['', 'admin']) {
      const page = await fetch(`${url()}${path}`, { headers: { accept: 'text/html' } });
      const files = [...(await page.text()).matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(
        ([, file = '']) => file,
      );
      assert.ok(files.length > 1 && files.length <= 8, `${files.length} files`);
      for (const file of files) {
        for (const encoding of ['br', 'gzip']) {
          const answer = await fetch(`${url()}${file}`, { headers: { 'accept-encoding': encoding } });
          const text = await answer.text();
          if (text.length > 2_000) assert.equal(answer.headers.get('content-encoding'), encoding, file);
        }
      }
    }
  });

  test('SEC-02: a wrong password is refused in words, and tells nothing about the address', async () => {
    const { page } = await openPage(browser, { language: 'en' });
    await page.goto(url());
    const messages: string[] = [];
    for (const who of ['alice', 'nobody']) {
      await page.fill('input[name=username]', `${who}@hongyan.test`);
      await page.fill('input[name=password]', 'wrong password');
      await page.keyboard.press('Enter');
      await page.waitForSelector('button[type=submit]:not([disabled])');
      messages.push((await page.textContent('[role=alert]')) ?? '');
    }
    assert.match(messages[0] ?? '', /password is wrong/);
    assert.equal(messages[0], messages[1]);
    await page.context().close();
  });

  test('SEC-04: the form that everybody signs in with leads an administrator on to the console', async () => {
    await using admin = await signIn('admin');
    await admin.page.click('.console-link');
    // Signed in already: nobody is asked a second time.
    await admin.page.waitForSelector('.console-page h1');
    assert.ok(admin.page.url().startsWith(`${url()}admin`), admin.page.url());
    await using member = await signIn('alice');
    await member.page.waitForSelector('.person');
    assert.equal(await member.page.locator('.console-link').count(), 0);
    await member.page.goto(`${url()}admin`);
    await member.page.waitForSelector('[role=alert], .notice, h1');
    assert.equal(await member.page.locator('.console-page .data-row').count(), 0);
    assert.deepEqual(admin.problems, []);
  });

  test('REA-02, REA-03: new mail appears by itself, opens by keyboard, and is read then', async () => {
    await using session = await signIn('alice');
    const { page, problems } = session;
    await page.waitForSelector('.empty');
    await deliver({
      from: '陈立言 <chen@qinghe.example>',
      subject: '广交会展位图终稿',
      text: '附件是第三版，请今天回复。',
    });
    await page.waitForSelector(`${row('广交会展位图终稿')}.unread`);
    await page.waitForFunction(() => document.title.startsWith('(1)'));
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const frame = page.frameLocator('iframe.message-frame');
    await frame.locator('text=附件是第三版').waitFor();
    await page.waitForSelector(`${row('广交会展位图终稿')}:not(.unread)`);
    assert.deepEqual(problems, []);
  });

  test('nothing in a hostile mail runs or is fetched; pictures come only when asked for', async () => {
    await using session = await signIn('alice');
    const { page, problems } = session;
    const fetched: string[] = [];
    page.on('request', request => {
      if (!request.url().startsWith(url())) fetched.push(request.url());
    });
    await deliver({
      from: 'Mallory <m@evil.example>',
      subject: 'hostile',
      html: `<p>before</p><script>parent.hacked=1</script><img src=x onerror="parent.hacked=1"><svg onload="parent.hacked=1"></svg>
        <img src="https://tracker.example/pixel.png"><div style="background:url(https://tracker.example/bg.png)">text</div>
        <style>@import "https://tracker.example/a.css"; p{background:url(https://tracker.example/c.png)}</style>
        <iframe src="https://tracker.example/"></iframe><link rel=stylesheet href="https://tracker.example/l.css">
        <meta http-equiv=refresh content="0;url=https://tracker.example/"><form action="https://tracker.example/"><input name=a></form>
        <a href="javascript:parent.hacked=1">click</a> <a href="https://evil.example/login">www.bank.example</a><p>after</p>`,
    });
    await page.click(row('hostile'));
    const frame = page.frameLocator('iframe.message-frame');
    await frame.locator('text=after').waitFor();
    await page.waitForSelector('.blocked');
    assert.equal(await page.evaluate('globalThis.hacked'), undefined);
    assert.deepEqual(fetched, []);
    const html = await frame.locator('body').innerHTML();
    assert.doesNotMatch(html, /<script|<iframe|<form|<svg|onerror|javascript:|<link|<meta|url\(/i);
    assert.match(html, /实际指向 evil\.example/);
    assert.deepEqual(problems, []);
  });

  test('CMP-01, CMP-03: a reply with an attachment reaches the colleague and the thread', async () => {
    await using alice = await signIn('alice');
    await alice.page.keyboard.press('c');
    await alice.page.waitForSelector('.editor-area');
    await alice.page.keyboard.type('bob@hongyan.test');
    await alice.page.keyboard.press('Enter');
    await alice.page.fill('#compose-subject', '船期确认 HC88421');
    await alice.page.click('.editor-area');
    await alice.page.keyboard.type('宁波—奥斯陆 3月27日开船。');
    await alice.page.setInputFiles('.strip input[type=file]', {
      name: '订舱单.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('舱位 2 个'),
    });
    await alice.page.waitForSelector('.strip-file:not(:has(progress))');
    await alice.page.keyboard.press('Control+Enter');
    await alice.page.waitForSelector('.composer', { state: 'detached' });

    await using bob = await signIn('bob', { language: 'en' });
    await bob.page.waitForSelector(row('船期确认 HC88421'), { timeout: 30_000 });
    await bob.page.click(row('船期确认 HC88421'));
    await bob.page.frameLocator('iframe.message-frame').locator('text=3月27日开船').waitFor();
    assert.match((await bob.page.textContent('.attachments')) ?? '', /订舱单\.txt/);
    // A colleague signed in to send it.
    await bob.page.waitForSelector('.badge.verified');
    await bob.page.keyboard.press('r');
    await bob.page.waitForSelector('.editor-area');
    assert.equal(await bob.page.inputValue('#compose-subject'), 'Re: 船期确认 HC88421');
    await bob.page.click('.editor-area');
    await bob.page.keyboard.type('Received, thank you.');
    await bob.page.keyboard.press('Control+Enter');
    await bob.page.waitForSelector('.composer', { state: 'detached' });

    const answered = alice.page.locator(row('船期确认 HC88421'));
    await answered.waitFor({ timeout: 30_000 });
    await answered.click();
    await alice.page.waitForSelector('.thread > :nth-child(2)');
    assert.deepEqual([...alice.problems, ...bob.problems], []);
  });

  test('CMP-11: a draft saves itself, survives the closing of the page and is taken up again', async () => {
    await using session = await signIn('bob');
    const { page } = session;
    await page.keyboard.press('c');
    await page.waitForSelector('.editor-area');
    await page.fill('#compose-subject', '没写完的信');
    await page.click('.editor-area');
    await page.keyboard.type('写到一半');
    await page.waitForFunction(() =>
      document.querySelector('.save-note')?.textContent?.includes('草稿已存到服务器'),
    );
    await page.reload();
    await page.waitForSelector('[data-testid=list]');
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.click(row('没写完的信'));
    await page.waitForSelector('.editor-area:has-text("写到一半")');
    assert.equal(await page.inputValue('#compose-subject'), '没写完的信');
  });

  test('FLD-01: archive, undo, star, delete; a folder of one’s own', async () => {
    await using session = await signIn('alice', { language: 'en' });
    const { page, problems } = session;
    await deliver({
      from: 'Emma <emma@out.example>',
      subject: 'Thank you for the swatches',
      text: 'They arrived.',
    });
    const mail = row('Thank you for the swatches');
    await page.click(mail);
    await page.waitForSelector('.reader h2');
    await page.keyboard.press('e');
    await page.waitForSelector(mail, { state: 'detached' });
    await page.keyboard.press('z');
    await page.waitForSelector(mail);
    await page.keyboard.press('u');
    await page.click(mail);
    await page.keyboard.press('s');
    await page.waitForSelector(`${mail} .star.on`);
    await page.click('button.folder:has-text("Starred")');
    await page.waitForSelector(mail);
    await page.click('button.folder:has-text("Inbox")');
    await page.click('.folder-group button');
    await page.fill('dialog input', 'Nordic buyers');
    await page.keyboard.press('Enter');
    await page.waitForSelector('button.folder:has-text("Nordic buyers")');
    await page.click(mail);
    await page.waitForSelector('.reader h2');
    await page.keyboard.press('v');
    await page.click('[role=menuitem]:has-text("Nordic buyers")');
    await page.waitForSelector(mail, { state: 'detached' });
    await page.click('button.folder:has-text("Nordic buyers")');
    await page.waitForSelector(mail);
    assert.deepEqual(problems, []);
  });

  test('SEC-08, SET-13, CMP-08: a signature is set and used; a changed password ends the other sessions', async () => {
    await using other = await signIn('bob');
    await using session = await signIn('bob', { language: 'en' });
    const { page, problems } = session;
    await page.click('.person');
    await page.click('[role=menuitem]:has-text("Settings")');
    await page.click('.settings-nav button:has-text("Writing")');
    await page.click('button:has-text("New signature")');
    await page.waitForSelector('dialog .editor-area');
    await page.fill('dialog input.field', 'Work');
    await page.click('dialog .editor-area');
    await page.keyboard.type('Bob · Export Sales');
    await page.click('dialog button.primary');
    await page.waitForSelector('.settings-list:has-text("Export Sales")');
    await page.click('.settings-nav button:has-text("Account and security")');
    const [current, next, again] = await page.locator('.settings input[type=password]').all();
    await current?.fill(password);
    await next?.fill('another goose 43');
    await again?.fill('another goose 43');
    await page.click('.settings-card button:has-text("Change password")');
    await page.waitForSelector('text=Password changed');
    await other.page.reload();
    await other.page.waitForSelector('input[name=password]');
    await page.click('button.folder:has-text("Inbox")');
    await page.keyboard.press('c');
    await page.waitForSelector('.editor-area:has-text("Export Sales")');
    assert.deepEqual(problems, []);
  });

  test('search finds Chinese words and operators', async () => {
    await using session = await signIn('alice');
    const { page } = session;
    await page.keyboard.press('/');
    await page.keyboard.type('展位');
    await page.keyboard.press('Enter');
    await page.waitForSelector(row('广交会展位图终稿'));
    await page.waitForFunction("document.querySelectorAll('.mail-row').length === 1");
    await page.fill('input[type=search]', 'from:emma');
    await page.keyboard.press('Enter');
    await page.waitForSelector(row('Thank you for the swatches'));
  });

  test('on a phone: list, reader, back, composer, all within reach', async () => {
    await using session = await signIn('alice', { size: phone });
    const { page, problems } = session;
    await page.tap(row('广交会展位图终稿'));
    await page.waitForSelector('.reader h2');
    assert.equal(await page.locator('.list').count(), 0);
    await page.tap('.reader-tools .only-narrow');
    await page.waitForSelector('.list');
    await page.tap('.write-pill');
    await page.waitForSelector('.composer');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false, 'nothing sticks out sideways');
    assert.deepEqual(problems, []);
  });

  test('axe finds no serious fault in list, reader, composer and sign-in, light and dark', async () => {
    for (const dark of [false, true]) {
      await using session = await signIn('alice', { dark });
      const { page } = session;
      assert.deepEqual(await axeProblems(page), [], 'list');
      await page.click(row('广交会展位图终稿'));
      await page.frameLocator('iframe.message-frame').locator('text=附件是第三版').waitFor();
      assert.deepEqual(await axeProblems(page), [], 'reader');
      await page.keyboard.press('r');
      await page.waitForSelector('.editor-area');
      assert.deepEqual(await axeProblems(page), [], 'composer');
      const { page: door } = await openPage(browser, { dark, language: 'en' });
      await door.goto(url());
      await door.waitForSelector('form');
      assert.deepEqual(await axeProblems(door), [], 'sign-in');
      await door.context().close();
    }
  });
});
