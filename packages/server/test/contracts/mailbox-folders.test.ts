import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scope } from '../../src/access/scope.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import { createMailbox } from '../../src/mailbox/create.ts';
import { deleteMailbox } from '../../src/mailbox/delete.ts';
import { getMailbox, listMailboxes } from '../../src/mailbox/list.ts';
import { renameMailbox } from '../../src/mailbox/rename.ts';
import { listSubscriptions, setSubscribed } from '../../src/mailbox/subscribe.ts';
import { openView } from '../../src/mailbox/view.ts';
import { type ErrorCode, isMailError } from '../../src/platform/errors.ts';
import { stillUses } from '../../src/store/accounts/bodies-in-use.ts';
import { bareMessage, idOf, type MailboxHouse, withAccount } from '../store-fixture/mailbox-fixture.ts';

const is =
  (code: ErrorCode) =>
  (error: unknown): boolean =>
    isMailError(error, code);

async function paths({ ctx }: MailboxHouse, scope: Scope): Promise<string[]> {
  return (await listMailboxes(ctx, scope)).map(mailbox => mailbox.path.join('/'));
}

test('a new account has INBOX and its first folders, subscribed and with their roles (RFC 6154)', () =>
  withAccount(async ({ ctx }, scope) => {
    const all = await listMailboxes(ctx, scope);
    assert.deepEqual(
      all.map(mailbox => [mailbox.path, mailbox.role, mailbox.subscribed, mailbox.uidNext, mailbox.total]),
      [
        [['INBOX'], 'inbox', true, 1, 0],
        [['已发送'], 'sent', true, 1, 0],
        [['草稿箱'], 'drafts', true, 1, 0],
        [['已删除'], 'trash', true, 1, 0],
      ],
    );
    assert.equal(new Set(all.map(mailbox => mailbox.uidValidity)).size, 4);
  }));

test('INBOX is found in any case, other names exactly (RFC 9051 §5.1)', () =>
  withAccount(async ({ ctx }, scope) => {
    for (const name of ['INBOX', 'inbox', 'InBox']) {
      assert.equal((await getMailbox(ctx, scope, [name]))?.role, 'inbox');
    }
    await createMailbox(ctx, scope, ['Work']);
    assert.equal(await getMailbox(ctx, scope, ['work']), null);
    assert.equal(await getMailbox(ctx, scope, []), null);
    assert.equal(await getMailbox(ctx, scope, ['\u0000']), null);
    await assert.rejects(createMailbox(ctx, scope, ['inbox']), is('mailbox.exists'));
  }));

test('creating makes missing parents and refuses what exists (RFC 9051 §6.3.4)', () =>
  withAccount(async (house, scope) => {
    const { ctx } = house;
    const leaf = await createMailbox(ctx, scope, ['项目', '2026', '鸿雁']);
    assert.deepEqual(leaf.path, ['项目', '2026', '鸿雁']);
    assert.deepEqual((await paths(house, scope)).slice(4), ['项目', '项目/2026', '项目/2026/鸿雁']);
    await assert.rejects(createMailbox(ctx, scope, ['项目', '2026']), is('mailbox.exists'));
    await assert.rejects(createMailbox(ctx, scope, ['x'], { role: 'sent' }), is('conflict.exists'));
    assert.equal((await createMailbox(ctx, scope, ['垃圾邮件'], { role: 'junk' })).role, 'junk');
  }));

test('names are kept in NFC, so that two spellings are one folder (RFC 5198)', () =>
  withAccount(async ({ ctx }, scope) => {
    await createMailbox(ctx, scope, ['Cafe\u0301']);
    assert.deepEqual((await getMailbox(ctx, scope, ['Caf\u00e9']))?.path, ['Caf\u00e9']);
    await assert.rejects(createMailbox(ctx, scope, ['Caf\u00e9']), is('mailbox.exists'));
  }));

test('names that cannot be are refused', () =>
  withAccount(async ({ ctx }, scope) => {
    const bad = [
      '',
      ' x',
      'x ',
      'a/b',
      'a\u0000b',
      'a\r\nb',
      'a\u007f',
      '\u0085',
      'a\u2028',
      '\ud800',
      '名'.repeat(81),
    ];
    for (const name of bad) {
      await assert.rejects(
        createMailbox(ctx, scope, [name]),
        is('mailbox.name_invalid'),
        JSON.stringify(name),
      );
    }
    await assert.rejects(createMailbox(ctx, scope, []), is('mailbox.name_invalid'));
    await assert.rejects(createMailbox(ctx, scope, ['x'.repeat(1_000_000)]), is('mailbox.name_invalid'));
    for (const good of ['50%', '*', '&', '#news', '\\', '"', '名'.repeat(80)])
      await createMailbox(ctx, scope, [good]);
  }));

const planOfFolders = { folderPlan: { folders: 300, folderLevels: 6 } };

test('past the plan, the 301st own folder and the 7th level are refused; folders with roles do not count (FLD-01)', () =>
  withAccount(async ({ ctx }, scope) => {
    await createMailbox(ctx, scope, ['1', '2', '3', '4', '5', '6']);
    await assert.rejects(createMailbox(ctx, scope, ['1', '2', '3', '4', '5', '6', '7']), is('mailbox.limit'));
    for (let i = 7; i <= 300; i += 1) await createMailbox(ctx, scope, [`f${i}`]);
    await assert.rejects(createMailbox(ctx, scope, ['f301']), is('mailbox.limit'));
    await createMailbox(ctx, scope, ['归档'], { role: 'archive' });
    // A deep folder does not fit below another either.
    await assert.rejects(
      renameMailbox(ctx, scope, await idOf(ctx, scope, '1'), ['f7', '1']),
      is('mailbox.limit'),
    );
    await deleteMailbox(ctx, scope, await idOf(ctx, scope, 'f300'));
    await createMailbox(ctx, scope, ['f301']);
  }, planOfFolders));

test('a plan without a number of folders sets none; what was made before a lower plan is kept and may come up (FLD-01)', () =>
  withAccount(async ({ ctx }, scope) => {
    await createMailbox(ctx, scope, ['1', '2', '3', '4', '5', '6', '7', '8']);
    for (let i = 9; i <= 301; i += 1) await createMailbox(ctx, scope, [`f${i}`]);
    const lower = { ...ctx, quotas: { ...ctx.quotas, folderPlan: async () => planOfFolders.folderPlan } };
    await assert.rejects(createMailbox(lower, scope, ['f302']), is('mailbox.limit'));
    const eighth = ['1', '2', '3', '4', '5', '6', '7'];
    assert.equal((await getMailbox(lower, scope, [...eighth, '8']))?.path.length, 8);
    const id = (await getMailbox(lower, scope, [...eighth, '8']))?.id ?? 0;
    await renameMailbox(lower, scope, id, [...eighth, 'eight']);
    await renameMailbox(lower, scope, id, ['f9', 'eight']);
    await assert.rejects(renameMailbox(lower, scope, id, [...eighth, 'eight']), is('mailbox.limit'));
  }));

test('renaming keeps id, UIDVALIDITY and messages, takes children along, makes parents (RFC 9051 §6.3.6)', () =>
  withAccount(async (house, scope) => {
    const { ctx } = house;
    const before = await createMailbox(ctx, scope, ['a']);
    await createMailbox(ctx, scope, ['a', 'b', 'c']);
    await appendMessages(ctx, scope, before.id, [bareMessage(1)]);
    const after = await renameMailbox(ctx, scope, before.id, ['x', 'y']);
    assert.deepEqual(
      [after.id, after.uidValidity, after.total, after.path],
      [before.id, before.uidValidity, 1, ['x', 'y']],
    );
    assert.deepEqual((await paths(house, scope)).slice(4), ['x', 'x/y', 'x/y/b', 'x/y/b/c']);
    await assert.rejects(renameMailbox(ctx, scope, after.id, ['INBOX']), is('mailbox.exists'));
    await assert.rejects(renameMailbox(ctx, scope, after.id, ['x', 'y', 'z']), is('mailbox.name_invalid'));
    await assert.rejects(renameMailbox(ctx, scope, after.id, ['x', 'y']), is('mailbox.exists'));
    await assert.rejects(renameMailbox(ctx, scope, 999, ['z']), is('mailbox.not_found'));
    // A new mailbox of the old name is another one.
    const again = await createMailbox(ctx, scope, ['a']);
    assert.notEqual(again.id, before.id);
    assert.ok(again.uidValidity > before.uidValidity);
  }));

test('renaming INBOX moves its messages and leaves an empty INBOX with its children (RFC 9051 §6.3.6)', () =>
  withAccount(async (house, scope) => {
    const { ctx } = house;
    await createMailbox(ctx, scope, ['INBOX', 'child']);
    await appendMessages(ctx, scope, 1, [bareMessage(1), bareMessage(2, { bits: 1 })]);
    const moved = await renameMailbox(ctx, scope, 1, ['old']);
    assert.deepEqual([moved.total, moved.unseen, moved.path], [2, 1, ['old']]);
    const inbox = await getMailbox(ctx, scope, ['INBOX']);
    assert.deepEqual([inbox?.id, inbox?.total, inbox?.uidNext], [1, 0, 3]);
    assert.deepEqual(await paths(house, scope), [
      'INBOX',
      'INBOX/child',
      '已发送',
      '草稿箱',
      '已删除',
      'old',
    ]);
  }));

test('deleting removes the messages; INBOX and parents are refused (RFC 9051 §6.3.5)', () =>
  withAccount(async (house, scope) => {
    const { ctx } = house;
    const { id } = await createMailbox(ctx, scope, ['a', 'b']);
    await appendMessages(ctx, scope, id, [bareMessage(1), bareMessage(2)]);
    await assert.rejects(deleteMailbox(ctx, scope, 1), is('mailbox.protected'));
    await assert.rejects(deleteMailbox(ctx, scope, await idOf(ctx, scope, 'a')), is('mailbox.has_children'));
    await deleteMailbox(ctx, scope, id);
    await assert.rejects(deleteMailbox(ctx, scope, id), is('mailbox.not_found'));
    await assert.rejects(openView(ctx, scope, id), is('mailbox.not_found'));
    assert.deepEqual((await paths(house, scope)).slice(4), ['a']);
    assert.equal((await ctx.accounts.read(scope, reader => reader.state())).usedCount, 0);
    // CLN-02: the bodies stay for as long as the mail can be brought back.
    assert.equal(await stillUses(ctx.accounts, scope, bareMessage(1).blob.hash), true);
    await deleteMailbox(ctx, scope, await idOf(ctx, scope, '已发送'));
  }));

test('subscriptions follow a renamed folder, outlive a deleted one and wait for a new one (RFC 9051 §6.3.7)', () =>
  withAccount(async ({ ctx }, scope) => {
    const { id } = await createMailbox(ctx, scope, ['a'], { subscribe: true });
    await setSubscribed(ctx, scope, ['not', 'there'], true);
    await setSubscribed(ctx, scope, ['not', 'there'], true);
    await setSubscribed(ctx, scope, ['已发送'], false);
    await renameMailbox(ctx, scope, id, ['b']);
    const names = async (): Promise<string[]> =>
      (await listSubscriptions(ctx, scope)).map(path => path.join('/'));
    assert.deepEqual(await names(), ['INBOX', '草稿箱', '已删除', 'b', 'not/there']);
    await deleteMailbox(ctx, scope, id);
    assert.deepEqual(await names(), ['INBOX', '草稿箱', '已删除', 'b', 'not/there']);
    assert.equal((await createMailbox(ctx, scope, ['b'])).subscribed, true);
    await createMailbox(ctx, scope, ['not', 'there', 'deeper']);
    assert.equal((await getMailbox(ctx, scope, ['not', 'there']))?.subscribed, true);
    await setSubscribed(ctx, scope, ['not', 'there'], false);
    assert.deepEqual(await names(), ['INBOX', '草稿箱', '已删除', 'b']);
    await assert.rejects(setSubscribed(ctx, scope, ['a\u0000'], true), is('mailbox.name_invalid'));
  }));

test('subscribed names that do not exist have a limit', () =>
  withAccount(
    async ({ ctx }, scope) => {
      await setSubscribed(ctx, scope, ['x'], true);
      await setSubscribed(ctx, scope, ['y'], true);
      await assert.rejects(setSubscribed(ctx, scope, ['z'], true), is('mailbox.limit'));
    },
    { limits: { maxOrphanSubscriptions: 2 } },
  ));

test('without the right nothing is read or changed', () =>
  withAccount(async ({ ctx }, scope) => {
    const none: Scope = { ...scope, rights: { read: false, write: false, send: true, administer: false } };
    const reader: Scope = { ...scope, rights: { ...none.rights, read: true } };
    await assert.rejects(listMailboxes(ctx, none), is('access.denied'));
    await assert.rejects(openView(ctx, none, 1), is('access.denied'));
    await assert.rejects(createMailbox(ctx, reader, ['x']), is('access.denied'));
    await assert.rejects(appendMessages(ctx, reader, 1, [bareMessage(1)]), is('access.denied'));
    assert.equal((await listMailboxes(ctx, reader)).length, 4);
  }));
