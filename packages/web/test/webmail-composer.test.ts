import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { axeProblems, browserMissing, phone } from './browser.ts';
import { beginMail, eventually, row, type SignedIn, Webmail } from './webmail-fixture.ts';

const skip = browserMissing();
/** A picture of one dot. */
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

describe('webmail: composer tools, several drafts, search', { skip, timeout: 240_000 }, () => {
  let webmail: Webmail;
  before(async () => {
    webmail = await Webmail.start();
    await webmail.jmap('alice', ['Settings/set', { update: { singleton: { undoSeconds: 0 } } }]);
  });
  after(async () => {
    await webmail?.[Symbol.asyncDispose]();
  });

  const begin = ({ page }: SignedIn, subject: string): Promise<void> =>
    beginMail(page, 'bob@hongyan.test', subject);

  test('CMP-03: font, size, colour, alignment, a table and a picture in the text reach the other side', async () => {
    await using session = await webmail.signIn('alice', { language: 'en' });
    const { page, problems } = session;
    await begin(session, 'all tools');
    await page.keyboard.type('coloured');
    await page.keyboard.press('Shift+Home');
    await page.waitForFunction(() => document.getSelection()?.toString() === 'coloured');
    await page.selectOption('.editor-tools select >> nth=0', 'Georgia');
    await page.waitForSelector('.editor-area [style*=Georgia]:has-text("coloured")');
    await page.selectOption('.editor-tools select >> nth=1', '24');
    await page.click('.editor-tools button[aria-label="Text colour"]');
    await page.click('[role=menuitem]:has-text("Red")');
    await page.waitForSelector('.editor-area [style*="179, 38, 30"]:has-text("coloured")');
    await page.click('.editor-tools button[aria-label="Strikethrough"]');
    await page.waitForSelector('.editor-area s:has-text("coloured")');
    await page.click('.editor-tools button[aria-label="Centre"]');
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.getSelection()?.isCollapsed);
    await page.keyboard.press('Enter');
    await page.setInputFiles('.editor-tools input[type=file]', {
      name: 'dot.png',
      mimeType: 'image/png',
      buffer: dot,
    });
    await page.waitForSelector('.editor-area img');
    await page.waitForFunction(() => {
      const image = document.querySelector<HTMLImageElement>('.editor-area img');
      return image !== null && image.complete && image.naturalWidth > 0;
    });
    await page.click('.editor-tools button[aria-label="Insert table"]');
    await page.fill('dialog input >> nth=0', '2');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.editor-area td');
    assert.equal(await page.locator('.editor-area tr').count(), 2);
    assert.deepEqual(await axeProblems(page), [], 'composer');
    await page.click('.editor-tools button[aria-label="HTML source"]');
    const source = await page.inputValue('dialog textarea');
    assert.match(source, /Georgia/);
    await page.fill('dialog textarea', `${source}<p>by hand<script>alert(1)</script></p>`);
    await page.click('dialog button.primary');
    await page.waitForSelector('.editor-area:has-text("by hand")');
    // The draft taken up again still shows the picture.
    await page.waitForFunction(() => document.querySelector('.save-note')?.textContent?.includes('server'));
    await page.keyboard.press('Escape');
    await page.click('button.folder:has-text("Drafts")');
    await page.click(row('all tools'));
    await page.waitForFunction(() => {
      const image = document.querySelector<HTMLImageElement>('.editor-area img');
      return image !== null && image.complete && image.naturalWidth > 0;
    });
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.composer', { state: 'detached' });
    await webmail.source('bob', 'all tools');
    await using bob = await webmail.signIn('bob', { language: 'en' });
    await bob.page.click(row('all tools'));
    const frame = bob.page.frameLocator('iframe.message-frame');
    await frame.locator('text=by hand').waitFor();
    const html = await frame.locator('body').innerHTML();
    assert.match(html, /Georgia/);
    assert.match(html, /24px/);
    assert.match(html, /<s>coloured<\/s>/);
    assert.match(html, /text-align: ?center/);
    assert.match(html, /<td/);
    assert.doesNotMatch(html, /<script/);
    assert.match(html, /alt="dot\.png"/);
    await frame.locator('img').waitFor();
    assert.deepEqual([...problems, ...bob.problems], []);
  });

  test('CMP-03: a key pressed at once after the caret moved deletes nothing that was selected before', async () => {
    await using session = await webmail.signIn('alice', { language: 'en' });
    const { page, problems } = session;
    await begin(session, 'quick hands');
    await page.keyboard.type('precious');
    await page.keyboard.press('Shift+Home');
    await page.waitForFunction(() => document.getSelection()?.toString() === 'precious');
    await page.click('.editor-tools button[aria-label="Bold"]');
    await page.waitForSelector('.editor-area b:has-text("precious")');
    // Both in one task, as on a busy machine: the browser has not told of the caret yet.
    await page.evaluate(() => {
      document.getSelection()?.collapseToEnd();
      const enter = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true });
      Object.defineProperty(enter, 'which', { value: 13 });
      document.activeElement?.dispatchEvent(enter);
    });
    await page.keyboard.type('next line');
    await page.waitForSelector('.editor-area:has-text("next line")');
    assert.match((await page.innerText('.editor-area')).trim(), /^precious\s+next line$/);
    assert.deepEqual(problems, []);
  });

  test('CMP-03: Tab leads out of the text and back, and shapes it in a list', async () => {
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await begin(session, 'out of the text');
    await page.keyboard.type('words');
    await page.keyboard.press('Tab');
    const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');
    assert.equal(await focused(), '添加附件');
    await page.keyboard.press('Shift+Tab');
    await page.waitForSelector('.editor-area:focus');
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('- one');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.editor-area ul li');
    await page.keyboard.press('Tab');
    await page.keyboard.type('two');
    await page.waitForSelector('.editor-area ul ul li:has-text("two")');
    assert.equal(await page.locator('.editor-area:focus').count(), 1);
    await page.keyboard.press('Escape');
    assert.deepEqual(problems, []);
  });

  test('several drafts at once: put away, popped out, taken up again; each keeps what it holds', async () => {
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await begin(session, '第一封');
    await page.keyboard.type('甲');
    await page.click('.composer.full button:has-text("最小化")');
    await page.waitForSelector('.draft-dock button:has-text("第一封")');
    await begin(session, '第二封');
    await page.keyboard.type('乙');
    await page.click('.composer.full button:has-text("弹出窗口")');
    await page.waitForSelector('.composer.window');
    assert.deepEqual(await axeProblems(page), [], 'window');
    // The list lies beside the window and its keys work.
    await page.click('button.folder:has-text("已发送")');
    await page.waitForSelector('.composer.window');
    await page.click('.draft-dock button:has-text("第一封")');
    await page.waitForSelector('.composer.full .editor-area:has-text("甲")');
    assert.equal(await page.inputValue('.composer.full #compose-subject'), '第一封');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.composer.full', { state: 'detached' });
    await webmail.source('bob', '第一封');
    await page.click('.composer.window .editor-area');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.composer', { state: 'detached' });
    await webmail.source('bob', '第二封');
    assert.deepEqual(problems, []);
  });

  test('CMP-01: people come from the books, groups are taken apart; the checks name what is odd', async () => {
    const [made] = await webmail.jmap('alice', [
      'ContactCard/set',
      {
        create: {
          a: { kind: 'individual', name: { full: '张伟' }, emails: { e: { address: 'zhang@out.example' } } },
          b: {
            kind: 'individual',
            name: { full: 'Ingrid' },
            emails: { e: { address: 'ingrid@nordic.example' } },
          },
        },
      },
    ]);
    const uids = ['a', 'b'].map(key => made?.['created']?.[key]?.['uid'] as unknown as string);
    await webmail.jmap('alice', [
      'ContactCard/set',
      {
        create: {
          g: {
            kind: 'group',
            name: { full: '船运' },
            members: Object.fromEntries(uids.map(uid => [uid, true])),
          },
        },
      },
    ]);
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await begin(session, '船期');
    await page.keyboard.type('见附件');
    await page.click('.compose-more button:has-text("通讯录")');
    await page.waitForSelector('.picker-list label:has-text("alice@hongyan.test")');
    assert.deepEqual(await axeProblems(page), [], 'picker');
    await page.check('.picker-list label:has-text("alice@hongyan.test") input');
    await page.click('dialog button:has-text("加到抄送")');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    await page.waitForSelector('.compose-line:has-text("抄送") .recipient');
    await page.fill('.recipient-input input >> nth=0', '船运');
    await page.waitForSelector('.suggestions li:has-text("分组")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.recipient:has-text("张伟")');
    await page.waitForSelector('.recipient:has-text("Ingrid")');
    await page.waitForSelector('.checks :text("2 位收件人不在本企业")');
    await page.waitForSelector('.checks :text("第一次写给")');
    await page.waitForSelector('.checks :text("提到了附件")');
    assert.deepEqual(problems, []);
  });

  test('CMP-04: a broken upload goes on by a press; what is too large says what to do; a failed send keeps the draft', async t => {
    await using session = await webmail.signIn('alice');
    const { page } = session;
    await begin(session, '断网');
    const upload = '**/jmap/upload/**';
    await page.route(upload, route => route.abort());
    const file = { name: '清单.txt', mimeType: 'text/plain', buffer: Buffer.from('1') };
    await page.setInputFiles('.strip input[type=file]', file);
    await page.waitForSelector('.strip-file.failed');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('[role=alert]:has-text("清单.txt")');
    await page.unroute(upload);
    await page.click('.strip-file button:has-text("继续上传")');
    await page.waitForSelector('.strip-file:not(.failed):not(:has(progress))');
    // From disk: so much data through the browser's control connection takes long.
    const folder = mkdtempSync(join(tmpdir(), 'hongyan-files-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    for (const part of [1, 2]) {
      const path = join(folder, `大 ${part}.bin`);
      writeFileSync(path, Buffer.alloc(26 * 1024 * 1024));
      await page.setInputFiles('.strip input[type=file]', path);
    }
    await page.waitForSelector('.checks :text("超过 50")');
    await page.waitForFunction(() => !document.querySelector('.strip-file progress'), undefined, {
      timeout: 60_000,
    });
    await page.click('.composer button:has-text("发送") >> nth=0');
    await page.waitForSelector('[role=alert]:has-text("一封信最多 50")');
    await page.click('button[aria-label="移除 大 2.bin"]');
    await page.click('button[aria-label="移除 大 1.bin"]');
    await page.waitForFunction(() =>
      document.querySelector('.save-note')?.textContent?.includes('草稿已存到服务器'),
    );
    await page.context().setOffline(true);
    await page.click('.editor-area');
    await page.keyboard.type('还在');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('[role=alert]:has-text("连不上服务器")');
    assert.match((await page.textContent('.composer .editor-area')) ?? '', /还在/);
    await page.context().setOffline(false);
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.composer', { state: 'detached' });
    await webmail.source('bob', '断网');
  });

  test('search: suggestions with matches marked, people, conditions, recent searches, junk when asked', async () => {
    await webmail.deliver({
      from: 'Emma <emma@out.example>',
      subject: 'swatches of silk',
      text: 'the blue silk arrived',
    });
    await webmail.deliver({
      subject: 'free money',
      text: 'silk for nothing',
      from: 'Spam <spam@bad.example>',
    });
    await eventually(async () => {
      const [found] = await webmail.jmap('alice', ['Email/query', { filter: { subject: 'free money' } }]);
      const [id] = (found?.['ids'] ?? []) as unknown as string[];
      if (!id) return false;
      const [boxes] = await webmail.jmap('alice', ['Mailbox/get', { ids: null }]);
      const junk = ((boxes?.['list'] ?? []) as unknown as { id: string; role: string }[]).find(
        ({ role }) => role === 'junk',
      );
      await webmail.jmap('alice', [
        'Email/set',
        { update: { [id]: { mailboxIds: { [junk?.id ?? '']: true } } } },
      ]);
      return true;
    });
    await using session = await webmail.signIn('alice', { language: 'en' });
    const { page, problems } = session;
    await page.keyboard.press('/');
    await page.keyboard.type('silk');
    await page.waitForSelector('.search-panel [role=option]:has-text("swatches") mark');
    assert.deepEqual(await axeProblems(page), [], 'search panel');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${row('swatches of silk')} mark`);
    assert.equal(await page.locator('.mail-row').count(), 1);
    await page.click('.search-notes button:has-text("Junk and Deleted")');
    await page.waitForSelector(row('free money'));
    await page.click('button[aria-label="Remove condition in:anywhere"]');
    await page.waitForSelector(row('free money'), { state: 'detached' });
    await page.keyboard.press('/');
    await page.fill('input[type=search]', '');
    await page.waitForSelector('.search-panel [role=option]:has-text("silk")');
    await page.click('.search-chip:has-text("From")');
    await page.keyboard.type('emma');
    await page.selectOption('.search-conditions select[aria-label="Folder"]', { label: 'Inbox' });
    await page.keyboard.press('Enter');
    await page.waitForSelector('.search-chip.on:has-text("in:inbox")');
    await page.waitForSelector(row('swatches of silk'));
    await page.keyboard.press('/');
    await page.fill('input[type=search]', 'swatches');
    await page.waitForSelector('.search-panel [role=option]:has-text("swatches of silk")');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.reader h2:has-text("swatches")');
    assert.deepEqual(problems, []);
  });

  test('on a phone: search panel and composer stay within the screen', async () => {
    await using session = await webmail.signIn('alice', { size: phone });
    const { page, problems } = session;
    await page.tap('input[type=search]');
    await page.keyboard.type('silk');
    await page.waitForSelector('.search-panel [role=option]:has-text("swatches")');
    const sideways = async (): Promise<unknown> =>
      page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(await sideways(), false);
    assert.deepEqual(await axeProblems(page), [], 'search');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.tap('.write-pill');
    await page.waitForSelector('.editor-area');
    assert.equal(await sideways(), false);
    assert.deepEqual(await axeProblems(page), [], 'composer');
    assert.deepEqual(problems, []);
  });
});
