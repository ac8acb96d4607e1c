import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { consoleEn } from '@hongyan/phrases/console/en.ts';
import { type ConsolePhrases, consoleZh } from '@hongyan/phrases/console/zh.ts';
import type { Page } from 'playwright-core';
import { axeProblems, browserMissing } from './browser.ts';
import { api, ConsoleHouse, row } from './console-fixture.ts';

const skip = browserMissing();

interface Made {
  readonly member: number;
  readonly group: number;
  readonly mailbox: number;
  readonly tag: number;
}

interface Opening {
  /** Address of the page, with what is open on it. */
  readonly path: (made: Made) => string;
  /** What is pressed on the page then; left out: the address opens it. */
  readonly press?: (page: Page, words: ConsolePhrases) => Promise<void>;
}

const button = (page: Page, text: string): Promise<void> =>
  page.locator('.console-page button', { hasText: text }).first().click();
const inRow =
  (text: string, label: (words: ConsolePhrases) => string) =>
  async (page: Page, words: ConsolePhrases): Promise<void> =>
    row(page, text)
      .first()
      .locator('button', { hasText: label(words) })
      .click();

const inMenu =
  (text: string, label: (words: ConsolePhrases) => string) =>
  async (page: Page, words: ConsolePhrases): Promise<void> => {
    await row(page, text).first().locator('.menu > button').click();
    await page.getByRole('menuitem', { name: label(words), exact: true }).click();
  };
/** A button of what is open; opens another dialog above it. */
const inDialog = async (page: Page, label: string): Promise<void> => {
  await page.locator('dialog button', { hasText: label }).first().click();
  await page.waitForFunction(() => document.querySelectorAll('dialog[open]').length === 2);
};

/** Drawers and dialogs, and how one comes to them. */
const openings: Readonly<Record<string, Opening>> = {
  'add member': { path: () => 'members/add' },
  member: { path: ({ member }) => `members/${member}` },
  leaver: { path: ({ member }) => `members/${member}/leave` },
  'new department': {
    path: () => 'members',
    press: (page, words) => button(page, words.people.departments.add),
  },
  'new public mailbox': { path: () => 'public-mailboxes/new' },
  'public mailbox': { path: ({ mailbox }) => `public-mailboxes/${mailbox}` },
  'new group': { path: () => 'groups/new' },
  group: { path: ({ group }) => `groups/${group}` },
  'new alias': { path: () => 'aliases/add' },
  'new tag': { path: () => 'tags/add' },
  tag: { path: ({ tag }) => `tags/${tag}` },
  'rename tag': { path: () => 'tags', press: inRow('骨干', words => words.bin.tags.rename) },
  'delete tag': { path: () => 'tags', press: inRow('骨干', words => words.shell.remove) },
  restore: { path: () => 'recycle-bin', press: inRow('gone@', words => words.bin.recycle.restore) },
  reassign: { path: () => 'recycle-bin', press: inMenu('gone@', words => words.bin.recycle.reassign) },
  transfer: { path: () => 'recycle-bin', press: inMenu('gone@', words => words.bin.recycle.transfer) },
  'delete for good': {
    path: () => 'recycle-bin',
    press: inMenu('gone@', words => words.bin.recycle.destroy),
  },
  'rename of a member': {
    path: ({ member }) => `members/${member}`,
    press: (page, words) => inDialog(page, words.people.member.rename),
  },
  'password of a member': {
    path: ({ member }) => `members/${member}`,
    press: (page, words) => inDialog(page, words.people.member.resetPassword),
  },
  'space of several members': {
    path: () => 'members',
    async press(page, words) {
      await row(page, '林晓舟').first().locator('input[type=checkbox]').check();
      await button(page, words.people.bulk.setQuota);
    },
  },
  'upload certificate': { path: () => 'certificates/upload' },
  'new administrator': { path: () => 'administrators/new' },
  'transfer of the company': { path: () => 'administrators/transfer' },
  'new token': { path: () => 'tokens/new' },
  'setting of a notice': { path: () => 'notice-settings/domains' },
  operation: {
    path: () => 'operations',
    press: page => page.locator('.data-open').first().click(),
  },
  'new outside contact': {
    path: () => 'outside-contacts',
    press: (page, words) => button(page, words.sharing.outside.add),
  },
  'groups of contacts': {
    path: () => 'outside-contacts',
    press: (page, words) => button(page, words.sharing.outside.groupsTitle),
  },
};

/** Every drawer and dialog in both languages: a name, no serious fault that axe finds, Esc closes it. */
describe('drawers and dialogs of the console', { skip, timeout: 280_000 }, () => {
  let house: ConsoleHouse;
  let made: Made;

  before(async () => {
    house = await ConsoleHouse.open();
    await using session = await house.signIn();
    const post = async (path: string, body: unknown): Promise<number> =>
      (await api<{ id: number }>(session.page, 'POST', path, body)).id;
    const member = await post('/members', { name: '林晓舟', address: 'lin@hongyan.test' });
    const gone = await post('/members', { name: 'gone', address: 'gone@hongyan.test' });
    await api(session.page, 'DELETE', `/members/${gone}`);
    await post('/departments', { name: '外贸部', parentId: null });
    made = {
      member,
      group: await post('/groups', { address: 'all@hongyan.test', departments: [0] }),
      mailbox: await post('/public-mailboxes', { address: 'sales@hongyan.test', users: [member] }),
      tag: await post('/tags', { name: '骨干' }),
    };
  });
  after(async () => {
    await house?.[Symbol.asyncDispose]();
  });

  for (const [language, words] of [
    ['zh', consoleZh],
    ['en', consoleEn],
  ] as const) {
    test(`axe finds no serious fault in any of them (${language}), and Esc closes each`, async () => {
      await using session = await house.signIn('admin', { language, dark: language === 'en' });
      const { page, problems } = session;
      for (const [name, { path, press }] of Object.entries(openings)) {
        await house.visit(page, path(made));
        await page.waitForSelector('.console-page h1');
        await press?.(page, words);
        const dialog = page.locator('dialog[open]').last();
        await dialog.waitFor();
        await page.waitForSelector('dialog .progress-line', { state: 'detached' });
        assert.deepEqual(await axeProblems(page), [], name);
        assert.notEqual((await dialog.locator('h2').first().textContent())?.trim(), '', name);
        // One above another closes first.
        for (let open = await page.locator('dialog[open]').count(); open > 0; open -= 1) {
          await page.keyboard.press('Escape');
          await page.waitForFunction(
            left => document.querySelectorAll('dialog[open]').length === left,
            open - 1,
          );
        }
      }
      assert.deepEqual(problems, []);
    });
  }
});
