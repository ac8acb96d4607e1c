import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { Scope } from '../../src/access/scope.ts';
import { appendDelivery, appendMessages } from '../../src/mailbox/append.ts';
import { copyMessages, moveMessages } from '../../src/mailbox/copy.ts';
import { createMailbox } from '../../src/mailbox/create.ts';
import { deleteMailbox } from '../../src/mailbox/delete.ts';
import { expungeMessages } from '../../src/mailbox/expunge.ts';
import { storeFlags } from '../../src/mailbox/flags.ts';
import { listMailboxes } from '../../src/mailbox/list.ts';
import { renameMailbox } from '../../src/mailbox/rename.ts';
import { fetchEntries } from '../../src/mailbox/rows.ts';
import type { UidRanges } from '../../src/mailbox/types.ts';
import { openView } from '../../src/mailbox/view.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { assertAccountClean } from '../../src/store/checker/check-account.ts';
import { Connection } from '../../src/store/engines/sqlite/connection.ts';
import { bareMessage, type MailboxHouse, withAccount } from '../store-fixture/mailbox-fixture.ts';

const all: UidRanges = [[1, 0xffff_ffff]];

/** SQLite's error for a full disk. */
function diskFull(): Error {
  return Object.assign(new Error('database or disk is full'), { errcode: 13 });
}

type RunParameters = Parameters<Connection['run']>;

/** Runs `work` with the `n`-th write statement (commits included) failing. Returns whether it came to that. */
async function failing(n: number, work: () => Promise<unknown>): Promise<boolean> {
  let count = 0;
  let failed = false;
  // Called with its connection as `this`, below.
  const real = Reflect.get(Connection.prototype, 'run');
  const spy = mock.method(Connection.prototype, 'run', function (this: Connection, ...call: RunParameters) {
    count += 1;
    if (count === n) {
      failed = true;
      throw diskFull();
    }
    return real.apply(this, call);
  });
  try {
    await work().then(
      () => undefined,
      (error: unknown) => assert.ok(isMailError(error, 'store.full'), String(error)),
    );
  } finally {
    spy.mock.restore();
  }
  return failed;
}

async function picture({ ctx }: MailboxHouse, scope: Scope): Promise<unknown> {
  const mailboxes = await listMailboxes(ctx, scope);
  const entries = await Promise.all(mailboxes.map(mailbox => fetchEntries(ctx, scope, mailbox.id, all)));
  const { modseq } = await openView(ctx, scope, 1);
  return { mailboxes, entries, modseq };
}

const flags = { bits: 8, keywords: ['k'] };
const works: readonly (readonly [
  string,
  (house: MailboxHouse, scope: Scope, n: number) => Promise<unknown>,
])[] = [
  [
    'append',
    ({ ctx }, scope, n) => appendMessages(ctx, scope, 1, [bareMessage(n + 10, { keywords: [`w${n}`] })]),
  ],
  [
    'delivery',
    ({ ctx }, scope, n) => appendDelivery(ctx, scope, `f${n}`, { role: 'inbox' }, bareMessage(n + 20)),
  ],
  [
    'flags',
    ({ ctx }, scope, n) => storeFlags(ctx, scope, 1, [[1, 2]], { mode: n % 2 ? 'add' : 'remove', flags }),
  ],
  ['copy', ({ ctx }, scope) => copyMessages(ctx, scope, 1, [[1, 3]], 2)],
  ['move', ({ ctx }, scope) => moveMessages(ctx, scope, 1, [[1, 2]], 1)],
  ['create', ({ ctx }, scope, n) => createMailbox(ctx, scope, [`a${n}`, 'b'], { subscribe: true })],
];

for (const [name, work] of works) {
  test(`a disk that is full at any statement of ${name}: store.full, nothing changed, and then it works again`, () =>
    withAccount(async (house, scope) => {
      await appendMessages(
        house.ctx,
        scope,
        1,
        [1, 2, 3].map(n => bareMessage(n)),
      );
      for (let n = 1; n < 200; n += 1) {
        const before = await picture(house, scope);
        const reached = await failing(n, () => work(house, scope, n));
        if (!reached) {
          assert.ok(n > 3, 'several statements were tried');
          await assertAccountClean(house.ctx.accounts, scope);
          return;
        }
        assert.deepEqual(await picture(house, scope), before);
      }
      assert.fail('it never ended');
    }));
}

test('faults while deleting and expunging leave whole transactions only', () =>
  withAccount(async (house, scope) => {
    const { ctx } = house;
    for (let n = 1; ; n += 1) {
      const { id } = await createMailbox(ctx, scope, [`d${n}`]);
      await appendMessages(ctx, scope, id, [bareMessage(1), bareMessage(2, { bits: 8 })]);
      const expunged = await failing(n, () => expungeMessages(ctx, scope, id, null));
      const renamed = await failing(n, () => renameMailbox(ctx, scope, id, [`r${n}`]));
      const deleted = await failing(n, () => deleteMailbox(ctx, scope, id));
      await assertAccountClean(ctx.accounts, scope);
      if (!expunged && !renamed && !deleted) return;
      assert.ok(n < 100);
    }
  }));
