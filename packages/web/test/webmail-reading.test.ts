import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeProblems, browserMissing } from './browser.ts';
import { eventually, password, row, Webmail } from './webmail-fixture.ts';

const skip = browserMissing();
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A page of PDF whose script runs when it is opened. */
function pdf(script: string): string {
  const objects = [
    `<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(${script})>>>>`,
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>',
  ].map((body, at) => `${at + 1} 0 obj\n${body}\nendobj\n`);
  return `%PDF-1.4\n${objects.join('')}trailer<</Size 4/Root 1 0 R>>\n%%EOF`;
}

/** Opens 更多 of the open mail and chooses. */
async function choose(page: Page, item: string): Promise<void> {
  await page.click('.reader-tools > .menu:last-of-type > button');
  await page.click(`[role=menuitem]:has-text("${item}")`);
}

describe('reading in a real browser', { skip, timeout: 300_000 }, () => {
  let web: Webmail;
  before(async () => {
    web = await Webmail.start();
  });
  after(() => web[Symbol.asyncDispose]());

  test('attachments are looked at in place, nothing hostile runs, all of them come in one archive', async () => {
    const script = 'parent.hacked=1;opener&&(opener.hacked=1);window.hacked=1';
    await web.deliver({
      subject: '样品图和合同',
      text: '请看附件。',
      attachments: [
        { filename: '样品.png', content: png },
        { filename: '说明.txt', content: '<script>parent.hacked=1</script>\n舱位 2 个' },
        {
          filename: 'evil.svg',
          contentType: 'image/svg+xml',
          content: `<svg xmlns="http://www.w3.org/2000/svg"><script>${script}</script></svg>`,
        },
        { filename: 'evil.html', contentType: 'text/html', content: `<script>${script}</script>` },
        {
          filename: '合同.pdf',
          contentType: 'application/pdf',
          content: `<html><script>${script}</script></html>`,
        },
        { filename: '报价.pdf', contentType: 'application/octet-stream', content: pdf(script) },
        {
          filename: 'broken.png',
          contentType: 'image/png',
          content: `<svg xmlns="http://www.w3.org/2000/svg" onload="${script}"/>`,
        },
      ],
    });
    await using session = await web.signIn('alice');
    const { page, problems } = session;
    await page.click(row('样品图和合同'));
    const files = page.locator('.attachments li');
    await files.nth(6).waitFor();
    assert.equal(await files.nth(2).locator('button').count(), 0, 'SVG is not previewed');
    assert.equal(await files.nth(3).locator('button').count(), 0, 'HTML is not previewed');
    await files.nth(0).locator('button').click();
    await page.waitForFunction(
      () => document.querySelector<HTMLImageElement>('.picture')?.naturalWidth === 1,
    );
    await page.keyboard.press('ArrowRight');
    await page.waitForSelector('.preview-text:has-text("舱位 2 个")');
    assert.match((await page.textContent('.preview-text')) ?? '', /<script>parent/);
    assert.deepEqual(await axeProblems(page), [], 'preview');
    await page.keyboard.press('ArrowRight');
    await page.waitForSelector('.preview-stage [role=alert]');
    await page.keyboard.press('ArrowRight');
    if (await page.evaluate(() => navigator.pdfViewerEnabled)) {
      await page.waitForSelector('.preview-stage iframe.pdf');
      await eventually(async () => page.frames().some(frame => frame.url().startsWith('chrome-extension:')));
    } else await page.waitForSelector('.preview-stage a[href^="blob:"]');
    await page.keyboard.press('ArrowRight');
    await page.waitForSelector('.preview-stage [role=alert]');
    await page.click('dialog button:has-text("关闭")');
    await page.waitForSelector('dialog', { state: 'detached' });
    assert.equal(await page.evaluate('globalThis.hacked'), undefined);
    const named: string[] = [];
    page.on('download', one => named.push(`${one.suggestedFilename()} ${one.url()}`));
    const download = page.waitForEvent('download');
    await page.click('.attachments-head button');
    const archive = await download;
    assert.equal(archive.suggestedFilename(), '样品图和合同.zip', named.join());
    const bytes = readFileSync(await archive.path());
    assert.equal(bytes.readUInt32LE(0), 0x04034b50);
    assert.ok(bytes.includes('说明.txt') && bytes.includes('evil.svg'));
    assert.deepEqual(
      problems.filter(text => !text.includes('blob:')),
      [],
    );
  });

  test('a picture that stands in the mail itself is shown at once; one that carries scripts is not', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await web.deliver({
      subject: '图在信里',
      html:
        `<p>样品：<img alt="样品" src="data:image/png;base64,${png.toString('base64')}">` +
        `<img alt="矢量" src="data:image/svg+xml;base64,${svg.toString('base64')}"></p>`,
    });
    await using session = await web.signIn('alice');
    const { page, problems } = session;
    await page.click(row('图在信里'));
    const body = page.frameLocator('.message-frame').locator('body');
    await body.locator('img[alt="样品"]').waitFor();
    const widths = await eventually(async () => {
      const all = await body
        .locator('img')
        .evaluateAll(images => images.map(image => (image as HTMLImageElement).naturalWidth));
      return all[0] === 1 && all;
    });
    assert.deepEqual(widths, [1, 0]);
    assert.equal(await page.locator('.note:has-text("图片")').count(), 0, 'nothing was held back');
    assert.deepEqual(problems, []);
  });

  test('a sender from outside, a look-alike and a claimed address are told; why is one press away', async () => {
    await web.deliver({
      from: '"boss@hongyan.test" <boss@h0ngyan.test>',
      subject: '请尽快付款',
      html: '<p>付款</p><img src="https://tracker.example/a.png">',
    });
    await using session = await web.signIn('alice', { language: 'en' });
    const { page, problems } = session;
    await page.click(row('请尽快付款'));
    await page.waitForSelector('.note.warning:has-text("looks like hongyan.test")');
    await page.waitForSelector('.note.warning:has-text("the address is boss@h0ngyan.test")');
    await page.click('.trust-badges:has-text("External")');
    await page.waitForSelector('.trust-why:has-text("not in your company")');
    assert.deepEqual(await axeProblems(page), [], 'warnings');
    assert.deepEqual(problems, []);
  });

  test('pictures of a trusted sender come by themselves, on every device; “never” holds', async () => {
    const html = '<p>本期</p><img src="https://pictures.example/a.png">';
    await web.deliver({ from: '周报 <news@qinghe.example>', subject: '周报一', html });
    await using session = await web.signIn('alice');
    const { page } = session;
    await page.click(row('周报一'));
    await page.click('.blocked button:has-text("总是显示 news@qinghe.example 的图片")');
    await page.waitForSelector('.blocked', { state: 'detached' });
    await eventually(async () => {
      const [answer] = await web.jmap('alice', ['Settings/get', { ids: ['singleton'] }]);
      const [settings] = (answer?.['list'] ?? []) as { imageSenders: string[] }[];
      return settings?.imageSenders.includes('news@qinghe.example');
    });
    await web.jmap('alice', ['Settings/set', { update: { singleton: { remoteImages: 'never' } } }]);
    await page.reload();
    await page.waitForSelector('.blocked:has-text("从不显示")');
    await web.jmap('alice', ['Settings/set', { update: { singleton: { remoteImages: 'ask' } } }]);
  });

  test('leaving a mailing asks first and tells when the list does not take it (RFC 8058)', async () => {
    await web.deliver({
      from: 'News <news@list.example>',
      subject: 'Mailing 12',
      text: 'news',
      headers: {
        'List-Unsubscribe': '<https://127.0.0.1:9/u>',
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
    });
    await using session = await web.signIn('alice', { language: 'en' });
    const { page } = session;
    await page.click(row('Mailing 12'));
    await page.click('.note:has-text("This is a mailing") button');
    await page.waitForSelector('dialog:has-text("Unsubscribe at 127.0.0.1:9?")');
    await page.click('dialog .primary');
    // An address inside our own network is never asked.
    await page.waitForSelector('.toast.error');
  });

  test('REA-09: a receipt is given when the person agrees, once', async () => {
    await web.deliver(
      {
        from: 'Emma <emma@hongyan.test>',
        subject: '请确认收到',
        text: '收到请回执。',
        headers: { 'Disposition-Notification-To': 'bob@hongyan.test' },
      },
      'alice',
      'bob@hongyan.test',
    );
    await using session = await web.signIn('alice');
    const { page } = session;
    await page.click(row('请确认收到'));
    await page.waitForSelector('.note:has-text("想知道你是否读了这封信")');
    await page.waitForSelector('.note:has-text("回执会寄到 bob@hongyan.test")');
    await page.click('.note button:has-text("不发送")');
    await page.waitForSelector('.note:has-text("想知道")', { state: 'detached' });
    await eventually(async () => {
      const [, got] = await web.jmap(
        'alice',
        ['Email/query', { filter: { subject: '请确认收到' } }],
        [
          'Email/get',
          { '#ids': { resultOf: '0', name: 'Email/query', path: '/ids' }, properties: ['keywords'] },
        ],
      );
      const [mail] = (got?.['list'] ?? []) as { keywords: Record<string, true> }[];
      return mail && '$mdnsent' in mail.keywords;
    });
  });

  test('FLT-01, FLT-02, CON-03: from a mail to a rule, to the block list, to the contacts', async () => {
    await web.deliver({ from: 'Olaf <olaf@nord.example>', subject: 'Offer from Olaf', text: 'Hello' });
    await using session = await web.signIn('alice', { language: 'en' });
    const { page, problems } = session;
    await page.click(row('Offer from Olaf'));
    await page.waitForSelector('.reader h2');
    await choose(page, 'Filter messages like this');
    await page.waitForSelector('.rule-form');
    assert.equal(await page.inputValue('.rule-form input.field >> nth=0'), 'Mail from Olaf');
    await page.click('.rule-form button[type=submit]');
    await page.waitForSelector('.toast:has-text("Rule saved")');
    await choose(page, 'Add to contacts');
    await page.waitForSelector('.contact-form');
    await page.click('.contact-form button[type=submit]');
    await page.waitForSelector('.toast:has-text("Added Olaf")');
    await choose(page, 'Block sender');
    await page.click('dialog .danger');
    await page.waitForSelector('.toast:has-text("Blocked olaf@nord.example")');
    const [rules, senders, cards] = await web.jmap(
      'alice',
      ['FilterRule/get', { ids: null }],
      ['SenderEntry/get', { ids: null }],
      ['ContactCard/query', { filter: { email: 'olaf@nord.example' } }],
    );
    const [rule] = (rules?.['list'] ?? []) as { conditions: { value: string }[] }[];
    assert.equal(rule?.conditions[0]?.value, 'olaf@nord.example');
    assert.deepEqual(
      ((senders?.['list'] ?? []) as { value: string }[]).map(({ value }) => value),
      ['olaf@nord.example'],
    );
    assert.equal(((cards?.['ids'] ?? []) as string[]).length, 1);
    assert.deepEqual(problems, []);
  });

  test('the source is shown as text; what was sent tells how far it is', async () => {
    await web.deliver({
      subject: 'Source of this',
      html: '<script>parent.hacked=1</script><b>bold</b>',
    });
    await using session = await web.signIn('bob', { language: 'en' });
    const { page, problems } = session;
    await page.keyboard.press('c');
    await page.waitForSelector('.editor-area');
    await page.keyboard.type('alice@hongyan.test');
    await page.keyboard.press('Enter');
    await page.fill('#compose-subject', 'How far is it');
    await page.click('.editor-area');
    await page.keyboard.type('On its way.');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.composer', { state: 'detached' });
    await page.click('button.folder:has-text("Sent")');
    await page.click(row('How far is it'));
    await page.waitForSelector('.reader h2');
    await choose(page, 'Delivery status');
    await page.waitForSelector('.delivery');
    for (let tries = 0; tries < 40; tries += 1) {
      if ((await page.textContent('.delivery'))?.includes('In the mailbox')) break;
      await page.waitForTimeout(500);
      await page.click('dialog button:has-text("Refresh")');
    }
    assert.match((await page.textContent('.delivery')) ?? '', /alice@hongyan\.test.*In the mailbox/s);
    await page.keyboard.press('Escape');
    await choose(page, 'View source');
    await page.waitForSelector('.source-text:has-text("Subject: How far is it")');
    await page.click('dialog button:has-text("Whole source")');
    await page.waitForSelector('.source-text:has-text("On its way.")');
    assert.equal(await page.evaluate('globalThis.hacked'), undefined);
    assert.deepEqual(problems, []);
  });

  test('a mail is put off, waits in a list of its own, and comes back when it is wanted', async () => {
    await web.deliver({ subject: '下周再看', text: '不急。' });
    await using session = await web.signIn('alice');
    const { page, problems } = session;
    await page.click(row('下周再看'));
    await page.waitForSelector('.reader h2');
    await page.click('.reader-tools button[aria-label="稍后处理"]');
    await page.click('[role=menuitem]:has-text("下周一")');
    await page.waitForSelector('.toast:has-text("再回到收件箱")');
    await page.waitForSelector(row('下周再看'), { state: 'detached' });
    await page.click('button.folder:has-text("稍后处理")');
    await page.click(row('下周再看'));
    await page.waitForSelector('.note:has-text("回到收件箱")');
    await page.click('.reader-tools button[aria-label="稍后处理"]');
    await page.click('[role=menuitem]:has-text("现在移回收件箱")');
    await page.click('button.folder:has-text("收件箱")');
    await page.waitForSelector(row('下周再看'));
    assert.deepEqual(problems, []);
  });

  test('PUB-06: a public mailbox is read and answered from its own address', async () => {
    const headers = { 'content-type': 'application/json', 'x-hongyan': '1' };
    const door = await fetch(`${web.url}auth/sign-in`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ login: 'admin@hongyan.test', password }),
    });
    const cookie = (door.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const made = await fetch(`${web.url}api/v1/public-mailboxes`, {
      method: 'POST',
      headers: { ...headers, cookie },
      body: JSON.stringify({ address: 'sales@hongyan.test', displayName: '销售', departments: [0] }),
    });
    assert.equal(made.status, 201, await made.clone().text());
    await web.deliver(
      { from: 'Ingrid <ingrid@nord.example>', subject: 'Price list', text: 'Please.' },
      'sales',
    );
    await using session = await web.signIn('alice');
    const { page, problems } = session;
    await page.waitForSelector('.account-list .folder:has-text("sales@hongyan.test") .count');
    await page.click('.account-list .folder:has-text("sales@hongyan.test")');
    await page.click(row('Price list'));
    await page.waitForSelector('.reader h2');
    await page.keyboard.press('r');
    await page.waitForSelector('.editor-area');
    await page.click('.editor-area');
    await page.keyboard.type('Here it is.');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.composer', { state: 'detached' });
    await page.click('button.folder:has-text("已发送")');
    await page.click(row('Price list'));
    await page.waitForSelector('.message-head:has-text("sales@hongyan.test")');
    await page.click('.account-list .folder:has-text("我的邮箱")');
    await page.waitForSelector(row('样品图和合同'));
    assert.equal(await page.locator(row('Price list')).count(), 0);
    assert.deepEqual(problems, []);
  });
});
