import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownScope, type Scope } from '../../src/access/scope.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import type { MailboxContext } from '../../src/mailbox/context.ts';
import { createAccount, createMailbox } from '../../src/mailbox/create.ts';
import { deleteMailbox } from '../../src/mailbox/delete.ts';
import { replaceMessage } from '../../src/mailbox/filing/replace-message.ts';
import { storeFlags } from '../../src/mailbox/flags.ts';
import { getMailbox } from '../../src/mailbox/list.ts';
import { getQuota } from '../../src/mailbox/quota.ts';
import { renameMailbox } from '../../src/mailbox/rename.ts';
import { fetchEntries } from '../../src/mailbox/rows.ts';
import { copyAcross, moveAcross } from '../../src/mailbox/sharing/copy-across.ts';
import { listSubscriptions, setSubscribed } from '../../src/mailbox/subscribe.ts';
import { Flag, type UidRanges } from '../../src/mailbox/types.ts';
import { openView } from '../../src/mailbox/view.ts';
import { type ErrorCode, isMailError } from '../../src/platform/errors.ts';
import { annotationRows, putAnnotation } from '../../src/store/accounts/shares/annotation-rows.ts';
import { putFolderRight, rightRowsOf } from '../../src/store/accounts/shares/right-rows.ts';
import { bareMessage, tenantId, withAccount } from '../store-fixture/mailbox-fixture.ts';

const is =
  (code: ErrorCode) =>
  (error: unknown): boolean =>
    isMailError(error, code);

const all: UidRanges = [[1, 0xffff_ffff]];
const size = bareMessage(10).blob.size;

/** INBOX (1) of an account of its own. */
async function another(ctx: MailboxContext, tenant: number, accountId: number): Promise<Scope> {
  const scope = ownScope({ kind: 'account', tenantId: tenant, accountId, login: `${accountId}@example.cn` });
  await createAccount(ctx, scope, []);
  return scope;
}

test('a quota of octets may be used up to the last one, by filing, replacing and copies from other accounts (RFC 9208 §5.1)', () =>
  withAccount(
    async ({ ctx }, scope) => {
      const full = is('quota.exceeded');
      await appendMessages(ctx, scope, 1, [bareMessage(10)]);
      await assert.rejects(appendMessages(ctx, scope, 1, [bareMessage(11), bareMessage(12)]), full);
      await appendMessages(ctx, scope, 1, [bareMessage(13)]);
      assert.equal((await getQuota(ctx, scope)).usedBytes, 2 * size);
      await assert.rejects(appendMessages(ctx, scope, 1, [bareMessage(14)]), full);
      const longer = bareMessage(15, { prefix: 'X: y\r\n' });
      await assert.rejects(replaceMessage(ctx, scope, { mailboxId: 1, uid: 1 }, 2, longer), full);
      await replaceMessage(ctx, scope, { mailboxId: 1, uid: 1 }, 2, bareMessage(16));
      // What another account has counts against the one it is copied to.
      const quotas = { quota: () => ({ limitBytes: null, limitCount: null }) };
      const bob = await another({ ...ctx, quotas }, tenantId, 8);
      await appendMessages({ ...ctx, quotas }, bob, 1, [bareMessage(17)]);
      await assert.rejects(copyAcross(ctx, { scope: bob, id: 1 }, all, { scope, id: 1 }), full);
      assert.equal((await getQuota(ctx, scope)).usedBytes, 2 * size);
    },
    { quota: { limitBytes: 2 * size, limitCount: null } },
  ));

test('copies to another account: never to another company, and no more at once than the limit', () =>
  withAccount(
    async ({ ctx }, scope) => {
      await appendMessages(ctx, scope, 1, [bareMessage(1), bareMessage(2), bareMessage(3)]);
      const from = { scope, id: 1 };
      const stranger = { scope: await another(ctx, 2, 9), id: 1 };
      await assert.rejects(copyAcross(ctx, from, all, stranger), is('access.denied'));
      await assert.rejects(moveAcross(ctx, from, all, stranger), is('access.denied'));
      const bob = { scope: await another(ctx, tenantId, 8), id: 1 };
      await assert.rejects(copyAcross(ctx, from, all, bob), is('limit.exceeded'));
      assert.deepEqual((await copyAcross(ctx, from, [[1, 2]], bob)).from, [1, 2]);
    },
    { limits: { maxCopiedAcross: 2 } },
  ));

test('who loses the right to file while the body is linked files nothing (RFC 4314 §4)', () =>
  withAccount(async ({ ctx }, scope) => {
    const { id } = await createMailbox(ctx, scope, ['shared']);
    const bob = await another(ctx, tenantId, 8);
    const shared: Scope = {
      ...bob,
      accountId: scope.accountId,
      rights: { read: false, write: false, send: false, administer: false },
      folders: 'shared',
    };
    const grant = (rights: string): Promise<void> =>
      ctx.accounts.transact(scope, tx => putFolderRight(tx, { mailboxId: id, granteeId: 8, rights }));
    const linked: number[] = [];
    const blobs = {
      ...ctx.blobs,
      link: async (...[, , list]: Parameters<typeof ctx.blobs.link>): Promise<void> => {
        linked.push(list.length);
        await grant('lr');
      },
    };
    const watched = { ...ctx, blobs };
    await appendMessages(ctx, bob, 1, [bareMessage(1)]);
    const own = { scope: bob, id: 1 };
    for (const act of [
      () => appendMessages(watched, shared, id, [bareMessage(2)]),
      () => copyAcross(watched, own, all, { scope: shared, id }),
    ]) {
      await grant('lr');
      await assert.rejects(act(), is('access.denied'));
      assert.deepEqual(linked.splice(0), [], 'nothing is linked without the right');
      await grant('lri');
      await assert.rejects(act(), is('access.denied'));
      assert.deepEqual(linked.splice(0), [1]);
    }
    assert.equal((await getMailbox(ctx, scope, ['shared']))?.total, 0);
  }));

test('REPLACE keeps the old message when the new one is too large or there is no old one (RFC 8508 §3.4)', () =>
  withAccount(
    async ({ ctx }, scope) => {
      await appendMessages(ctx, scope, 1, [bareMessage(10)]);
      const larger = bareMessage(11, { prefix: 'X: y\r\n' });
      const old = { mailboxId: 1, uid: 1 };
      await assert.rejects(replaceMessage(ctx, scope, old, 1, larger), is('message.too_large'));
      const gone = { mailboxId: 1, uid: 7 };
      await assert.rejects(replaceMessage(ctx, scope, gone, 1, bareMessage(12)), is('message.not_found'));
      assert.deepEqual([...(await openView(ctx, scope, 1)).uids], [1]);
    },
    { limits: { maxMessageBytes: size } },
  ));

test('flags that somebody may not change stay as they are when others are set (RFC 4314 §4)', () =>
  withAccount(async ({ ctx }, scope) => {
    const { id } = await createMailbox(ctx, scope, ['shared']);
    await appendMessages(ctx, scope, id, [bareMessage(1, { bits: Flag.Flagged, keywords: ['todo'] })]);
    const bob = await another(ctx, tenantId, 8);
    await ctx.accounts.transact(scope, tx =>
      putFolderRight(tx, { mailboxId: id, granteeId: 8, rights: 'lrs' }),
    );
    const shared: Scope = {
      ...bob,
      accountId: scope.accountId,
      rights: { read: false, write: false, send: false, administer: false },
      folders: 'shared',
    };
    const flags = { bits: Flag.Seen, keywords: [] };
    await storeFlags(ctx, shared, id, all, { mode: 'set', flags });
    const [entry] = await fetchEntries(ctx, scope, id, all);
    assert.deepEqual(entry?.flags, { bits: Flag.Flagged | Flag.Seen, keywords: ['todo'] });
  }));

test('taking away a keyword that nobody has makes none (RFC 9051 §2.3.2)', () =>
  withAccount(async ({ ctx }, scope) => {
    await appendMessages(ctx, scope, 1, [bareMessage(1)]);
    const flags = { bits: 0, keywords: ['never'] };
    await storeFlags(ctx, scope, 1, all, { mode: 'remove', flags });
    await storeFlags(ctx, scope, 2, all, { mode: 'add', flags });
    assert.deepEqual((await openView(ctx, scope, 1)).keywords, []);
  }));

test('INBOX cannot be renamed to a place below the plan’s levels (FLD-01, RFC 9051 §6.3.6)', () =>
  withAccount(
    async ({ ctx }, scope) => {
      await appendMessages(ctx, scope, 1, [bareMessage(1)]);
      await assert.rejects(renameMailbox(ctx, scope, 1, ['a', 'b', 'c']), is('mailbox.limit'));
      assert.equal((await renameMailbox(ctx, scope, 1, ['a', 'b'])).total, 1);
    },
    { folderPlan: { folders: null, folderLevels: 2 } },
  ));

test('a name that was subscribed before stays so, once, when a folder is renamed to it (RFC 9051 §6.3.7)', () =>
  withAccount(async ({ ctx }, scope) => {
    await setSubscribed(ctx, scope, ['later'], true);
    const { id } = await createMailbox(ctx, scope, ['now']);
    await renameMailbox(ctx, scope, id, ['later']);
    const names = (await listSubscriptions(ctx, scope)).map(path => path.join('/'));
    assert.equal(names.filter(name => name === 'later').length, 1);
    assert.equal((await getMailbox(ctx, scope, ['later']))?.subscribed, true);
  }));

test('what is made below a shared folder is shared with the same people; a deleted folder leaves nothing of them (RFC 4314 §3)', () =>
  withAccount(async ({ ctx }, scope) => {
    const { id } = await createMailbox(ctx, scope, ['shared']);
    await ctx.accounts.transact(scope, async tx => {
      await putFolderRight(tx, { mailboxId: id, granteeId: 8, rights: 'lr' });
      await putAnnotation(tx, { mailboxId: id, holderId: 8, entry: '/comment', value: Buffer.from('x') });
    });
    const below = await createMailbox(ctx, scope, ['shared', 'below']);
    const granted = (): Promise<Map<number, string>> =>
      ctx.accounts.read(
        scope,
        async reader => new Map((await rightRowsOf(reader, 8)).map(row => [row.mailboxId, row.rights])),
      );
    const both: [number, string][] = [
      [id, 'lr'],
      [below.id, 'lr'],
    ];
    assert.deepEqual(await granted(), new Map(both));
    await deleteMailbox(ctx, scope, below.id);
    await deleteMailbox(ctx, scope, id);
    assert.deepEqual(await granted(), new Map());
    assert.deepEqual(await ctx.accounts.read(scope, reader => annotationRows(reader, id, 8)), []);
  }));
