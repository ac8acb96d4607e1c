import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scope } from '../../src/access/scope.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import type { MailboxContext } from '../../src/mailbox/context.ts';
import { lookUp } from '../../src/mailbox/searching/index-lookup.ts';
import { feedState } from '../../src/store/accounts/search/feed-rows.ts';
import type { AccountIndex, IndexMarks } from '../../src/store/accounts/search/index-port.ts';
import type { SearchStore } from '../../src/store/accounts/search/search-store.ts';
import { bareMessage, withAccount } from '../store-fixture/mailbox-fixture.ts';

/** Asks a stand-in for the account's index, which finds 1 and 2 and has 2 and 3 only in part. */
async function ask(ctx: MailboxContext, scope: Scope, needle: string, marks: Partial<IndexMarks>) {
  const { createdAt } = await ctx.accounts.read(scope, reader => feedState(reader));
  const index = {
    marks: async () => ({ through: 3, modseq: 1, accountCreatedAt: createdAt, ...marks }),
    find: async () => [1, 2],
    partial: async () => [2, 3],
  } as unknown as AccountIndex;
  const search = { use: (_: unknown, work: (one: AccountIndex) => unknown) => work(index) };
  const answer = await lookUp({ ...ctx, search: search as unknown as SearchStore }, scope, {
    place: 'body',
    needle,
  });
  return (
    answer && {
      through: answer.through,
      sure: [...answer.sure].toSorted((a, b) => a - b),
      maybe: [...answer.maybe].toSorted((a, b) => a - b),
    }
  );
}

test('what the index has only in part is decided by the text, whether it was found there or not', () =>
  withAccount(async ({ ctx }, scope) => {
    await appendMessages(
      ctx,
      scope,
      1,
      [1, 2, 3].map(seed => bareMessage(seed)),
    );
    assert.deepEqual(await ask(ctx, scope, '报价', {}), { through: 3, sure: [1], maybe: [2, 3] });
    assert.deepEqual(await ask(ctx, scope, 'two words', {}), { through: 3, sure: [], maybe: [1, 2, 3] });
  }));

test('an index that is ahead of its account, as after a restore, or of another account is none', () =>
  withAccount(async ({ ctx }, scope) => {
    await appendMessages(
      ctx,
      scope,
      1,
      [1, 2, 3].map(seed => bareMessage(seed)),
    );
    const { nextMessage, createdAt } = await ctx.accounts.read(scope, reader => feedState(reader));
    assert.notEqual(await ask(ctx, scope, '报价', { through: nextMessage - 1 }), null);
    assert.equal(await ask(ctx, scope, '报价', { through: nextMessage }), null);
    assert.equal(await ask(ctx, scope, '报价', { accountCreatedAt: createdAt - 1 }), null);
  }));
