import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axeProblems, browserMissing, phone } from './browser.ts';
import { card, eventually, openSettings, row, Webmail } from './webmail-fixture.ts';

const skip = browserMissing();

describe('webmail: folders, labels, rules and settings', { skip, timeout: 240_000 }, () => {
  let webmail: Webmail;
  before(async () => {
    // Numbers of folders and labels are of the plans that are sold (FLD-01, FLD-03).
    webmail = await Webmail.start({ plan: 'pro' });
  });
  after(async () => {
    await webmail?.[Symbol.asyncDispose]();
  });

  test('FLD-02, FLD-03: labels are made, put on mail, found again; the 21st is refused; deleting clears', async () => {
    await webmail.deliver({ subject: '报价单 A', text: 'first' });
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await openSettings(page, 'labels');
    await page.click(`${card('标签')} button:has-text("新建标签")`);
    await page.fill('dialog input.field', '大客户');
    await page.click('dialog label:has-text("红")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.settings-list .label-dot[data-color=red]');
    await page.click('button.folder:has-text("收件箱")');
    await page.click(row('报价单 A'));
    await page.waitForSelector('.reader h2');
    await page.keyboard.press('l');
    await page.click('[role=menuitemcheckbox]:has-text("大客户")');
    await page.click('button.folder:has-text("大客户")');
    await page.waitForSelector(`${row('报价单 A')}:has-text("大客户")`);
    const create = Object.fromEntries(
      Array.from({ length: 19 }, (_, at) => [`l${at}`, { name: `标签 ${at}`, color: 'blue' }]),
    );
    await webmail.jmap('alice', ['Label/set', { create }]);
    const [refused] = await webmail.jmap('alice', ['Label/set', { create: { one: { name: 'too many' } } }]);
    assert.equal(refused?.['notCreated']?.['one']?.['type'], 'overQuota');
    await openSettings(page, 'labels');
    await page.waitForSelector(`${card('标签')} button:has-text("新建标签"):disabled`);
    assert.deepEqual(await axeProblems(page), [], 'labels');
    await page.click('.settings-list li:has-text("大客户") button:has-text("删除")');
    await page.click('dialog button.danger');
    await page.waitForSelector('button.folder:has-text("大客户")', { state: 'detached' });
    const [, mails] = await webmail.jmap(
      'alice',
      ['Email/query', { filter: { subject: '报价单' } }],
      [
        'Email/get',
        { '#ids': { resultOf: '0', name: 'Email/query', path: '/ids' }, properties: ['keywords'] },
      ],
    );
    assert.deepEqual(Object.keys(mails?.['list']?.[0]?.['keywords'] ?? {}), ['$seen']);
    assert.deepEqual(problems, []);
  });

  test('FLD-04, FLD-05: a mail becomes to-do, leaves the inbox, is done, and may come back', async () => {
    await webmail.deliver({ subject: '周五前确认', text: 'to do' });
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await page.click(row('周五前确认'));
    await page.waitForSelector('.reader h2');
    await page.keyboard.press('t');
    await page.waitForSelector(row('周五前确认'), { state: 'detached' });
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.click(row('周五前确认'));
    await page.click('.reader-tools button:has-text("完成"), .reader [role=toolbar] button:has-text("完成")');
    await page.waitForSelector(row('周五前确认'), { state: 'detached' });
    await page.click('button.folder:has-text("已完成")');
    await page.waitForSelector(row('周五前确认'));
    await page.keyboard.press('z');
    await page.click('button.folder:has-text("待办邮件")');
    await page.waitForSelector(row('周五前确认'));
    assert.deepEqual(problems, []);
  });

  test('FLD-01: folders stand six levels deep; a seventh is refused in words', async () => {
    await using session = await webmail.signIn('alice', { language: 'en' });
    const { page, problems } = session;
    const add = async (name: string): Promise<void> => {
      await page.fill('dialog input', name);
      await page.keyboard.press('Enter');
      await page.waitForSelector('dialog', { state: 'detached' });
    };
    await page.click('.folder-group button:has-text("New folder")');
    await add('Level 1');
    for (let level = 2; level <= 6; level += 1) {
      const line = page.locator('.folder-line', { hasText: `Level ${level - 1}` });
      await line.hover();
      await line.locator('.folder-more').click();
      await page.click(
        '[role=menuitem]:has-text("New folder inside"), [role=menuitem]:has-text("subfolder")',
      );
      await add(`Level ${level}`);
      await page.waitForSelector(`.folder-line:has-text("Level ${level}")`);
    }
    const deepest = page.locator('.folder-line', { hasText: 'Level 6' });
    await deepest.hover();
    await deepest.locator('.folder-more').click();
    const inside = page.locator(
      '[role=menuitem]:has-text("New folder inside"), [role=menuitem]:has-text("subfolder")',
    );
    assert.equal(await inside.count(), 0, 'a folder of the sixth level offers none inside');
    assert.deepEqual(problems, []);
  });

  test('FLT-01: a rule made by hand files, labels and stars mail that arrives; it can be applied to what is there', async () => {
    await webmail.jmap('alice', ['Mailbox/set', { create: { f: { name: '招聘', parentId: null } } }]);
    await webmail.deliver({ subject: '旧简历', text: 'cv', from: 'Old <jobs@hr.example>' });
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await page.waitForSelector(row('旧简历'));
    await openSettings(page, 'receiving');
    await page.click(`${card('过滤规则')} button:has-text("新建规则")`);
    await page.fill('dialog input.field >> nth=0', '招聘邮件');
    await page.fill('dialog .rule-line input', 'jobs@hr.example');
    await page.selectOption('dialog .rule-line select.grow', { label: '招聘' });
    await page.click('dialog button:has-text("添加处理")');
    await page.selectOption('dialog fieldset >> nth=1 >> .rule-line >> nth=1 >> select', { label: '加星标' });
    assert.deepEqual(await axeProblems(page), [], 'rule');
    await page.click('dialog button:has-text("保存")');
    await page.waitForSelector('.settings-list:has-text("招聘邮件"):has-text("移到文件夹 “招聘”")');
    await webmail.deliver({ subject: '新简历', text: 'cv' }, 'alice', 'jobs@hr.example');
    await page.click('button.folder:has-text("招聘")');
    await page.waitForSelector(`${row('新简历')} .star.on`);
    await openSettings(page, 'receiving');
    await page.click('button[aria-label="更多: 招聘邮件"], [aria-label="更多: 招聘邮件"]');
    await page.click('[role=menuitem]:has-text("用于已有邮件")');
    await page.waitForSelector('.toast:has-text("符合")');
    await page.click('button.folder:has-text("招聘")');
    await page.waitForSelector(row('旧简历'));
    assert.deepEqual(problems, []);
  });

  test('FLT-01: every kind of action the form offers does what it says', async () => {
    const [boxes] = await webmail.jmap('bob', ['Mailbox/get', { ids: null }]);
    const inbox = ((boxes?.['list'] ?? []) as unknown as { id: string; role: string }[]).find(
      ({ role }) => role === 'inbox',
    );
    const [made] = await webmail.jmap('bob', [
      'Mailbox/set',
      { create: { f: { name: 'Copies', parentId: null } } },
    ]);
    const [label] = await webmail.jmap('bob', ['Label/set', { create: { l: { name: 'Rule' } } }]);
    const copies = made?.['created']?.['f']?.['id'];
    const labelId = label?.['created']?.['l']?.['id'];
    const rule = (word: string, action: unknown): unknown => ({
      name: word,
      conditions: [{ field: 'subject', operator: 'contains', value: `[${word}]` }],
      actions: [action],
    });
    const [rules] = await webmail.jmap('bob', [
      'FilterRule/set',
      {
        create: {
          copy: rule('copy', { type: 'copy', mailboxId: copies }),
          label: rule('label', { type: 'label', labelId }),
          read: rule('markRead', { type: 'markRead' }),
          toDo: rule('toDo', { type: 'toDo' }),
          delete: rule('delete', { type: 'delete' }),
          forward: rule('forward', { type: 'forward', address: 'alice@hongyan.test', keepCopy: true }),
          refuse: rule('refuse', { type: 'refuse', reason: 'not here' }),
        },
      },
    ]);
    assert.equal(rules?.['notCreated'] ?? null, null);
    for (const word of ['copy', 'label', 'markRead', 'toDo', 'delete', 'forward'])
      await webmail.deliver({ subject: `[${word}] test`, text: word }, 'bob');
    await using session = await webmail.signIn('bob', { language: 'en' });
    const { page, problems } = session;
    await page.waitForSelector(row('[forward] test'));
    await page.waitForSelector(`${row('[label] test')}:has-text("Rule")`);
    await page.waitForSelector(`${row('[markRead] test')}:not(.unread)`);
    assert.equal(await page.locator(row('[delete] test')).count(), 0);
    assert.equal(await page.locator(row('[toDo] test')).count(), 0);
    await page.click('button.folder:has-text("Copies")');
    await page.waitForSelector(row('[copy] test'));
    await page.click('button.folder:has-text("Deleted")');
    await page.waitForSelector(row('[delete] test'));
    await page.click('button.folder:has-text("To-do")');
    await page.waitForSelector(row('[toDo] test'));
    await webmail.source('alice', '[forward] test');
    assert.ok(inbox);
    assert.deepEqual(problems, []);
  });

  test('FLT-02, FLT-03: block and allow lists steer mail; the 101st is refused', async () => {
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await openSettings(page, 'receiving');
    await page.fill(`${card('黑名单')} input`, 'spam.example');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${card('黑名单')} li:has-text("spam.example")`);
    await page.fill(`${card('黑名单')} input`, 'not an address');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${card('黑名单')} [role=alert]`);
    await page.fill(`${card('白名单')} input`, 'good.example');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${card('白名单')} li:has-text("good.example")`);
    await webmail.deliver({ subject: 'buy now', text: 'x' }, 'alice', 'a@mail.spam.example');
    await webmail.deliver({ subject: 'hello friend', text: 'x' }, 'alice', 'a@good.example');
    await page.click('button.folder:has-text("垃圾邮件")');
    await page.waitForSelector(row('buy now'));
    await page.click('button.folder:has-text("收件箱")');
    await page.waitForSelector(row('hello friend'));
    assert.equal(await page.locator(row('buy now')).count(), 0);
    for (const kind of ['block', 'allow']) {
      const create = Object.fromEntries(
        Array.from({ length: 99 }, (_, at) => [`e${at}`, { kind, value: `${kind}${at}.example` }]),
      );
      const [filled] = await webmail.jmap('alice', ['SenderEntry/set', { create }]);
      assert.equal(filled?.['notCreated'] ?? null, null);
      const [refused] = await webmail.jmap('alice', [
        'SenderEntry/set',
        { create: { one: { kind, value: 'over.example' } } },
      ]);
      assert.equal(refused?.['notCreated']?.['one']?.['type'], 'overQuota');
    }
    await openSettings(page, 'receiving');
    await page.fill(`${card('黑名单')} input`, 'onemore.example');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${card('黑名单')} [role=alert]:has-text("100")`);
    assert.deepEqual(problems, []);
  });

  test('SET-11, SET-12: an automatic answer goes out once, and mail is forwarded with a copy kept', async () => {
    await using session = await webmail.signIn('alice');
    const { page, problems } = session;
    await openSettings(page, 'receiving');
    await page.click(`${card('自动回复')} input[role=switch]`);
    await page.waitForSelector(`${card('自动回复')} [role=alert]`);
    await page.fill(`${card('自动回复')} textarea`, '本周出差，周一回复。');
    await page.click(`${card('自动回复')} input[role=switch]`);
    await page.waitForSelector(`${card('自动回复')} [role=status]:has-text("已保存")`);
    await page.fill(`${card('自动转发')} input[type=email]`, 'admin@hongyan.test');
    await page.keyboard.press('Enter');
    await page.click(`${card('自动转发')} label:has-text("开启自动转发")`);
    await eventually(async () => {
      const [settings] = await webmail.jmap('alice', ['Settings/get', { ids: null }]);
      return settings?.['list']?.[0]?.['autoForward']?.['isEnabled'];
    });
    assert.deepEqual(await axeProblems(page), [], 'receiving');
    await using bob = await webmail.signIn('bob');
    await bob.page.keyboard.press('c');
    await bob.page.waitForSelector('.editor-area');
    await bob.page.keyboard.type('alice@hongyan.test');
    await bob.page.keyboard.press('Enter');
    await bob.page.fill('#compose-subject', '在吗');
    await bob.page.keyboard.press('Control+Enter');
    await bob.page.waitForSelector(row('本周出差'), { timeout: 30_000 });
    await webmail.source('admin', '在吗');
    await webmail.source('alice', '在吗');
    await openSettings(page, 'receiving');
    await page.click(`${card('自动转发')} label:has-text("开启自动转发")`);
    await page.click(`${card('自动回复')} input[role=switch]`);
    await page.waitForSelector(`${card('自动回复')} [role=status]:has-text("已保存")`);
    assert.deepEqual([...problems, ...bob.problems], []);
  });

  test('SET-04, SET-05, SET-06, SET-08, SET-09, REA-11: language, first page, rows, shortcuts and sizes hold after signing in again', async () => {
    await using session = await webmail.signIn('bob');
    const { page, problems } = session;
    await openSettings(page, 'general');
    await page.selectOption('.form-line:has-text("每次载入封数") select', '20');
    await page.click('.form-line:has-text("列表里显示邮件大小") input');
    await page.click('.form-line:has-text("显示写信快捷按钮") input');
    await page.selectOption('.form-line:has-text("登录后打开") select', 'home');
    await page.selectOption('.form-line:has-text("界面语言") select', 'en');
    await page.waitForSelector('h2:text-is("General")');
    await eventually(async () => {
      const [settings] = await webmail.jmap('bob', ['Settings/get', { ids: null }]);
      const now = settings?.['list']?.[0] as unknown as Record<string, unknown> | undefined;
      return now?.['language'] === 'en' && now['landingPage'] === 'home' && now['pageSize'] === 20;
    });
    await using again = await webmail.signIn('bob', { size: phone }, '.home');
    assert.match((await again.page.textContent('h1')) ?? '', /Good (?:morning|afternoon|evening)/);
    await again.page.evaluate("location.hash = '#/f/inbox'");
    await again.page.waitForSelector(`${row('[forward] test')} .states .meta`);
    assert.equal(await again.page.locator('.write-pill').count(), 0, 'SET-08: no quick button');
    await webmail.jmap('bob', ['Settings/set', { update: { singleton: { landingPage: 'unread' } } }]);
    await using unread = await webmail.signIn('bob', { language: 'en' });
    await unread.page.waitForSelector('.filters [aria-pressed=true]:has-text("Unread")');
    await webmail.jmap('bob', [
      'Settings/set',
      { update: { singleton: { language: null, landingPage: null } } },
    ]);
    assert.deepEqual([...problems, ...again.problems, ...unread.problems], []);
  });

  test('SET-01, SET-02, SET-03, SET-07, SET-10, REA-06: quote, prefix, reply address, font and the copy in Sent', async () => {
    await webmail.jmap('bob', [
      'Settings/set',
      {
        update: {
          singleton: {
            quote: 'none',
            replyPrefix: 'zh',
            saveSent: false,
            composeFont: 'Georgia',
            composeFontSize: 18,
            undoSeconds: 0,
          },
        },
      },
    ]);
    await webmail.deliver({ subject: '询价', text: 'how much', from: 'Emma <emma@out.example>' }, 'bob');
    await using session = await webmail.signIn('bob');
    const { page, problems } = session;
    await openSettings(page, 'writing');
    await page.fill('.form-line:has-text("回复地址") input', 'alice@hongyan.test');
    await page.keyboard.press('Enter');
    await eventually(async () => {
      const [settings] = await webmail.jmap('bob', ['Settings/get', { ids: null }]);
      return settings?.['list']?.[0]?.['replyTo'];
    });
    await page.click('button.folder:has-text("收件箱")');
    await page.click(row('询价'));
    await page.waitForSelector('.reader h2');
    await page.keyboard.press('r');
    await page.waitForSelector('.editor-area');
    assert.equal(await page.inputValue('#compose-subject'), '回复：询价');
    assert.equal(await page.locator('.composer .quote').count(), 0);
    await page.click('button[aria-label="移除 Emma"]');
    await page.fill('.recipient-input input >> nth=0', 'alice@hongyan.test');
    await page.keyboard.press('Enter');
    await page.click('.editor-area');
    await page.keyboard.type('每件 12 元');
    const look = (await page.evaluate(
      '(() => { const style = getComputedStyle(document.getSelection().anchorNode.parentElement); return [style.fontFamily, style.fontSize]; })()',
    )) as string[];
    assert.match(look[0] ?? '', /Georgia/);
    assert.equal(look[1], '18px');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.composer', { state: 'detached' });
    const source = await webmail.source('alice', '回复：询价');
    assert.match(source, /^Reply-To:.*alice@hongyan\.test/im);
    const [sent] = await webmail.jmap('bob', ['Email/query', { filter: { subject: '回复：询价' } }]);
    assert.deepEqual(sent?.['ids'], []);
    assert.deepEqual(problems, []);
  });
});
