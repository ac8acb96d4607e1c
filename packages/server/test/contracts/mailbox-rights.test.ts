import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeNeighbours } from '@hongyan/testkit/fakes/neighbours.ts';
import { ownScope, type Scope, sharedFoldersScope } from '../../src/access/scope.ts';
import { appendMessages, appendOnce } from '../../src/mailbox/append.ts';
import type { MailboxContext } from '../../src/mailbox/context.ts';
import { copyMessages, moveMessages } from '../../src/mailbox/copy.ts';
import { createAccount, createMailbox } from '../../src/mailbox/create.ts';
import { deleteMailbox } from '../../src/mailbox/delete.ts';
import { expungeMessages, removeMessages } from '../../src/mailbox/expunge.ts';
import { replaceMessage } from '../../src/mailbox/filing/replace-message.ts';
import { storeFlags } from '../../src/mailbox/flags.ts';
import { renameMailbox } from '../../src/mailbox/rename.ts';
import { fetchEntries, fetchRaw, fetchRows } from '../../src/mailbox/rows.ts';
import { searchMessages } from '../../src/mailbox/search.ts';
import { getAcl, grantableRights, myRights, setAcl } from '../../src/mailbox/sharing/acl.ts';
import { listAnnotations, setAnnotations } from '../../src/mailbox/sharing/annotations.ts';
import { copyAcross, moveAcross } from '../../src/mailbox/sharing/copy-across.ts';
import { folderRights } from '../../src/mailbox/sharing/rights.ts';
import { subscribeFolder } from '../../src/mailbox/sharing/subscriptions.ts';
import { Flag, type UidRanges } from '../../src/mailbox/types.ts';
import { changesSince, openView } from '../../src/mailbox/view.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { putFolderRight } from '../../src/store/accounts/shares/right-rows.ts';
import { bareMessage, type MailboxHouse, tenantId, withAccount } from '../store-fixture/mailbox-fixture.ts';

const owner = 7;
const bob = { kind: 'account', tenantId, accountId: 8, login: 'bob@example.cn' } as const;
const all: UidRanges = [[1, 0xffff_ffff]];
const annotation = { path: '/comment', value: Buffer.from('x') };
const seen = { bits: Flag.Seen, keywords: [] };

/** Two folders of a colleague, each with one message, and bob's own INBOX. */
interface Scene {
  readonly ctx: MailboxContext;
  readonly shared: Scope;
  readonly own: Scope;
  readonly from: number;
  readonly to: number;
  readonly toName: string;
}

interface Operation {
  readonly name: string;
  /** Rights without which it must fail, in the folder `from` and in the folder `to`. */
  readonly from?: string;
  readonly to?: string;
  readonly run: (scene: Scene) => Promise<unknown>;
}

async function drain(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of rows);
}

const operations: readonly Operation[] = [
  { name: 'append', to: 'i', run: s => appendMessages(s.ctx, s.shared, s.to, [bareMessage(90)]) },
  { name: 'append once', to: 'i', run: s => appendOnce(s.ctx, s.shared, s.to, 'b', 1, [bareMessage(91)]) },
  { name: 'copy', from: 'r', to: 'i', run: s => copyMessages(s.ctx, s.shared, s.from, all, s.to) },
  { name: 'move', from: 'rte', to: 'i', run: s => moveMessages(s.ctx, s.shared, s.from, all, s.to) },
  {
    name: 'copy to an account of one’s own',
    from: 'r',
    run: s => copyAcross(s.ctx, { scope: s.shared, id: s.from }, all, { scope: s.own, id: 1 }),
  },
  {
    name: 'move to an account of one’s own',
    from: 'rte',
    run: s => moveAcross(s.ctx, { scope: s.shared, id: s.from }, all, { scope: s.own, id: 1 }),
  },
  {
    name: 'copy from an account of one’s own',
    to: 'i',
    run: s => copyAcross(s.ctx, { scope: s.own, id: 1 }, all, { scope: s.shared, id: s.to }),
  },
  { name: 'expunge', from: 'e', run: s => expungeMessages(s.ctx, s.shared, s.from, null) },
  { name: 'remove', from: 'te', run: s => removeMessages(s.ctx, { scope: s.shared, id: s.from }, all) },
  {
    name: 'replace',
    from: 'te',
    to: 'i',
    run: s => replaceMessage(s.ctx, s.shared, { mailboxId: s.from, uid: 1 }, s.to, bareMessage(92)),
  },
  {
    name: 'flag \\Seen',
    from: 's',
    run: s => storeFlags(s.ctx, s.shared, s.from, all, { mode: 'add', flags: seen }),
  },
  {
    name: 'flag \\Deleted',
    from: 't',
    run: s =>
      storeFlags(s.ctx, s.shared, s.from, all, { mode: 'add', flags: { bits: Flag.Deleted, keywords: [] } }),
  },
  {
    name: 'flag with a keyword',
    from: 'w',
    run: s => storeFlags(s.ctx, s.shared, s.from, all, { mode: 'add', flags: { bits: 0, keywords: ['k'] } }),
  },
  { name: 'delete the folder', from: 'x', run: s => deleteMailbox(s.ctx, s.shared, s.from) },
  {
    name: 'rename the folder',
    from: 'x',
    to: 'k',
    run: s => renameMailbox(s.ctx, s.shared, s.from, [s.toName, 'moved']),
  },
  { name: 'create a folder', to: 'k', run: s => createMailbox(s.ctx, s.shared, [s.toName, 'new']) },
  { name: 'open', from: 'r', run: s => openView(s.ctx, s.shared, s.from) },
  { name: 'changes', from: 'r', run: s => changesSince(s.ctx, s.shared, s.from, 1) },
  { name: 'entries', from: 'r', run: s => fetchEntries(s.ctx, s.shared, s.from, all) },
  { name: 'rows', from: 'r', run: s => drain(fetchRows(s.ctx, s.shared, s.from, all, {})) },
  { name: 'raw rows', from: 'r', run: s => drain(fetchRaw(s.ctx, s.shared, s.from, all, {})) },
  {
    name: 'search',
    from: 'r',
    run: s => searchMessages(s.ctx, s.shared, s.from, { key: 'all' }, { uids: Uint32Array.of(1) }),
  },
  { name: 'annotations', from: 'r', run: s => listAnnotations(s.ctx, s.shared, s.from) },
  {
    name: 'annotate for oneself',
    from: 'r',
    run: s => setAnnotations(s.ctx, s.shared, s.from, [{ ...annotation, space: 'private' }]),
  },
  {
    name: 'annotate for all',
    from: 'rw',
    run: s => setAnnotations(s.ctx, s.shared, s.from, [{ ...annotation, space: 'shared' }]),
  },
  { name: 'list rights', from: 'a', run: s => getAcl(s.ctx, s.shared, s.from) },
  { name: 'what can be granted', from: 'a', run: s => grantableRights(s.ctx, s.shared, s.from, 'anyone') },
  {
    name: 'give rights',
    from: 'a',
    run: s => setAcl(s.ctx, s.shared, s.from, 'anyone', { mode: 'add', rights: new Set(['l']) }),
  },
  { name: 'subscribe', from: 'l', run: s => subscribeFolder(s.ctx, s.shared, s.from, true) },
];

/** A house with bob and his neighbours; `scene` makes two new folders of the owner's that bob has these rights in. */
async function prepare(
  house: MailboxHouse,
  ownerScope: Scope,
): Promise<(from: string, to: string) => Promise<Scene>> {
  const accounts = [
    { tenantId, accountId: owner, address: 'owner@example.cn' },
    { tenantId, accountId: bob.accountId, address: bob.login },
  ];
  const ctx: MailboxContext = { ...house.ctx, neighbours: fakeNeighbours(accounts) };
  const own = ownScope(bob);
  await createAccount(ctx, own, []);
  await appendMessages(ctx, own, 1, [bareMessage(1)]);
  let made = 0;
  return async (from, to) => {
    made += 1;
    const folder = async (name: string, rights: string): Promise<number> => {
      const { id } = await createMailbox(ctx, ownerScope, [name]);
      await appendMessages(ctx, ownerScope, id, [bareMessage(made * 10, { bits: Flag.Deleted })]);
      await ctx.accounts.transact(ownerScope, tx =>
        putFolderRight(tx, { mailboxId: id, granteeId: bob.accountId, rights }),
      );
      return id;
    };
    const toName = `to-${made}`;
    const [fromId, toId] = [await folder(`from-${made}`, from), await folder(toName, to)];
    return { ctx, own, shared: sharedFoldersScope(bob, owner), from: fromId, to: toId, toName };
  };
}

const every = folderRights.join('');
const without = (right: string): string => every.replace(right, '');

test('each act in a colleague’s folder needs each of its rights, and no other but l (RFC 4314 §4)', () =>
  withAccount(async (house, ownerScope) => {
    const scene = await prepare(house, ownerScope);
    for (const { name, from = '', to = '', run } of operations) {
      for (const right of from) {
        const refused = right === 'l' ? 'mailbox.not_found' : 'access.denied';
        await assert.rejects(
          run(await scene(without(right), every)),
          error => isMailError(error, refused),
          `${name} without ${right}`,
        );
      }
      for (const right of to) {
        await assert.rejects(
          run(await scene(every, without(right))),
          error => isMailError(error, 'access.denied'),
          `${name} without ${right} in the target`,
        );
      }
      await assert.doesNotReject(run(await scene(`l${from}`, `l${to}`)), name);
    }
  }));

test('what may not be looked up looks as if it were not there, whatever else is granted (RFC 4314 §6)', () =>
  withAccount(async (house, ownerScope) => {
    const scene = await prepare(house, ownerScope);
    for (const { name, from = '', run } of operations.filter(each => each.from !== undefined)) {
      const lacking = from.charAt(0);
      const rights = every.replace('l', '').replace(lacking, '');
      await assert.rejects(
        run(await scene(rights, every)),
        error => isMailError(error, 'mailbox.not_found'),
        name,
      );
    }
    const nothing = await scene('', every);
    await assert.rejects(myRights(nothing.ctx, nothing.shared, nothing.from), error =>
      isMailError(error, 'mailbox.not_found'),
    );
  }));

test('at the top of a colleague’s account nothing can be made (RFC 4314 §4)', () =>
  withAccount(async (house, ownerScope) => {
    const { ctx, shared, from } = await (await prepare(house, ownerScope))(every, every);
    const denied = (error: unknown): boolean => isMailError(error, 'access.denied');
    await assert.rejects(createMailbox(ctx, shared, ['top']), denied);
    await assert.rejects(renameMailbox(ctx, shared, from, ['top']), denied);
    await assert.rejects(listAnnotations(ctx, shared, null), denied);
    const inbox = { mailboxId: 1, granteeId: bob.accountId, rights: every };
    await ctx.accounts.transact(ownerScope, tx => putFolderRight(tx, inbox));
    assert.equal([...(await myRights(ctx, shared, 1))].join(''), without('x'), 'INBOX is nobody’s to delete');
  }));

test('flags that may not be set are left out of what is filed, copied, moved and replaced (RFC 4314 §4)', () =>
  withAccount(async (house, ownerScope) => {
    const scene = await prepare(house, ownerScope);
    const flags = { bits: Flag.Seen | Flag.Flagged | Flag.Deleted, keywords: ['k'] };
    const message = { ...bareMessage(5), flags };
    const acts: readonly ((s: Scene) => Promise<unknown>)[] = [
      s => appendMessages(s.ctx, s.shared, s.to, [message]),
      s => copyMessages(s.ctx, s.shared, s.from, all, s.to),
      s => moveMessages(s.ctx, s.shared, s.from, all, s.to),
      s => replaceMessage(s.ctx, s.shared, { mailboxId: s.from, uid: 1 }, s.to, message),
      async s => {
        await storeFlags(s.ctx, s.own, 1, all, { mode: 'set', flags });
        await copyAcross(s.ctx, { scope: s.own, id: 1 }, all, { scope: s.shared, id: s.to });
      },
    ];
    for (const [index, act] of acts.entries()) {
      for (const [right, kept] of [
        ['s', { bits: Flag.Seen, keywords: [] }],
        ['t', { bits: Flag.Deleted, keywords: [] }],
        ['w', { bits: Flag.Flagged, keywords: ['k'] }],
      ] as const) {
        const made = await scene('lrte', `lri${right}`);
        await storeFlags(made.ctx, ownerScope, made.from, all, { mode: 'set', flags });
        await act(made);
        const filed = (await fetchEntries(made.ctx, ownerScope, made.to, all)).at(-1);
        assert.deepEqual(filed?.flags, kept, `act ${index} with ${right}`);
      }
    }
  }));

test('giving rights: not to the owner, not to more than the limit, and only as long as one may (RFC 4314 §3.1)', () =>
  withAccount(
    async (house, ownerScope) => {
      const made = await (await prepare(house, ownerScope))(every, every);
      const { shared, from } = made;
      const add = { mode: 'add', rights: new Set(['l'] as const) } as const;
      const owned = setAcl(made.ctx, ownerScope, from, 'owner@example.cn', add);
      await assert.rejects(owned, error => isMailError(error, 'mailbox.protected'));
      // bob is the one that may be named.
      await assert.rejects(setAcl(made.ctx, ownerScope, from, 'anyone', add), error =>
        isMailError(error, 'limit.exceeded'),
      );
      await setAcl(made.ctx, ownerScope, from, bob.login, add);
      // Rights are asked before a hint is left with the other, and again when they are written.
      const { neighbours } = made.ctx;
      assert.ok(neighbours);
      const grant = (rights: string): Promise<void> =>
        made.ctx.accounts.transact(ownerScope, tx =>
          putFolderRight(tx, { mailboxId: from, granteeId: bob.accountId, rights }),
        );
      let notes = 0;
      const note = async (): Promise<void> => {
        notes += 1;
        await grant('lr');
      };
      const watched = { ...made.ctx, neighbours: { ...neighbours, note } };
      const denied = (error: unknown): boolean => isMailError(error, 'access.denied');
      await grant('lr');
      await assert.rejects(setAcl(watched, shared, from, bob.login, add), denied);
      assert.equal(notes, 0);
      await grant('lra');
      await assert.rejects(setAcl(watched, shared, from, bob.login, add), denied);
      assert.equal(notes, 1);
    },
    { limits: { maxAclEntries: 1 } },
  ));

test('what may not be moved away is not copied either (RFC 6851 §4.4)', () =>
  withAccount(async (house, ownerScope) => {
    const scene = await prepare(house, ownerScope);
    for (const right of 'te') {
      const { ctx, shared, own, from } = await scene(without(right), every);
      const before = (await openView(ctx, own, 1)).uids.length;
      await assert.rejects(moveAcross(ctx, { scope: shared, id: from }, all, { scope: own, id: 1 }));
      assert.equal((await openView(ctx, own, 1)).uids.length, before);
    }
  }));
