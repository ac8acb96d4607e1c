import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { appendDelivery, appendMessages } from '../../src/mailbox/append.ts';
import { moveMessages } from '../../src/mailbox/copy.ts';
import { createMailbox } from '../../src/mailbox/create.ts';
import { storeFlags } from '../../src/mailbox/flags.ts';
import { listMailboxes } from '../../src/mailbox/list.ts';
import { fetchEntries } from '../../src/mailbox/rows.ts';
import { changesSince, openView } from '../../src/mailbox/view.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { assertAccountClean } from '../../src/store/checker/check-account.ts';
import { bareMessage, makeAccount, openBareHouse, withAccount } from '../store-fixture/mailbox-fixture.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

test('two processes that append at once: UIDs and modseqs rise, and no lower one appears after a higher', async () => {
  using folder = temporaryDirectory();
  await using one = openBareHouse(folder.path);
  await using two = openBareHouse(folder.path);
  await using watcher = openBareHouse(folder.path);
  const scope = await makeAccount(one);
  const done = new AbortController();
  const seen: number[] = [];
  const watch = async (): Promise<void> => {
    let since = (await openView(watcher.ctx, scope, 1)).modseq;
    while (!done.signal.aborted) {
      const changes = await changesSince(watcher.ctx, scope, 1, since);
      for (const entry of changes.changed) {
        assert.ok(entry.modseq > since, 'nothing is filed below a modseq that was told');
        if (entry.created) seen.push(entry.uid);
      }
      since = changes.modseq;
      await nextTurn();
    }
    for (const entry of (await changesSince(watcher.ctx, scope, 1, since)).changed) {
      if (entry.created) seen.push(entry.uid);
    }
  };
  const watching = watch();
  const results = await Promise.all(
    Array.from({ length: 120 }, async (_, n) => {
      const house = n % 2 === 0 ? one : two;
      if (n % 3 === 0)
        await storeFlags(house.ctx, scope, 1, [[1, 50]], { mode: 'add', flags: { bits: 1, keywords: [] } });
      const { uids, modseq } = await appendMessages(house.ctx, scope, 1, [
        bareMessage(n),
        bareMessage(1000 + n),
      ]);
      return [uids[0] ?? 0, uids[1] ?? 0, modseq] as const;
    }),
  );
  done.abort();
  await watching;
  const order = results.toSorted((a, b) => a[0] - b[0]);
  order.forEach(([first, second, modseq], i) => {
    assert.deepEqual([first, second], [2 * i + 1, 2 * i + 2]);
    assert.ok(i === 0 || modseq > (order[i - 1]?.[2] ?? 0));
  });
  assert.deepEqual(
    seen,
    Array.from({ length: 240 }, (_, i) => i + 1),
    'each was told once, in order',
  );
  await assertAccountClean(one.ctx.accounts, scope);
});

test('the same delivery by two processes at once is filed once', async () => {
  using folder = temporaryDirectory();
  await using one = openBareHouse(folder.path);
  await using two = openBareHouse(folder.path);
  const scope = await makeAccount(one);
  const results = await Promise.all(
    Array.from({ length: 60 }, (_, n) =>
      appendDelivery(
        (n % 2 === 0 ? one : two).ctx,
        scope,
        `d${n % 10}`,
        { role: 'inbox' },
        bareMessage(n % 10),
      ),
    ),
  );
  assert.equal(results.filter(delivered => !delivered.duplicate).length, 10);
  assert.equal((await listMailboxes(one.ctx, scope))[0]?.total, 10);
  await assertAccountClean(two.ctx.accounts, scope);
});

test('two moves of the same messages: each message goes to one place only', async () => {
  using folder = temporaryDirectory();
  await using one = openBareHouse(folder.path);
  await using two = openBareHouse(folder.path);
  const scope = await makeAccount(one);
  await appendMessages(
    one.ctx,
    scope,
    1,
    Array.from({ length: 50 }, (_, n) => bareMessage(n)),
  );
  const [a, b] = await Promise.all([
    moveMessages(one.ctx, scope, 1, [[1, 40]], 2),
    moveMessages(two.ctx, scope, 1, [[10, 50]], 3),
  ]);
  assert.equal(a.from.length + b.from.length, 50);
  assert.equal(new Set([...a.from, ...b.from]).size, 50);
  await assertAccountClean(one.ctx.accounts, scope);
});

test('the same folder made by two processes at once is made once', async () => {
  using folder = temporaryDirectory();
  await using one = openBareHouse(folder.path);
  await using two = openBareHouse(folder.path);
  const scope = await makeAccount(one);
  const results = await Promise.allSettled(
    [one, two, one, two].map(house => createMailbox(house.ctx, scope, ['a', 'b'])),
  );
  const failures = results.filter(result => result.status === 'rejected');
  assert.equal(failures.length, 3);
  assert.ok(failures.every(result => isMailError(result.reason, 'mailbox.exists')));
  await assertAccountClean(one.ctx.accounts, scope);
});

test('a member of a shared commit that fails takes only itself back', () =>
  withAccount(async ({ ctx }, scope) => {
    const results = await Promise.allSettled([
      appendMessages(ctx, scope, 1, [bareMessage(1)]),
      appendMessages(ctx, scope, 99, [bareMessage(2)]),
      appendMessages(ctx, scope, 1, [{ ...bareMessage(3), flags: { bits: 0, keywords: ['not good'] } }]),
      appendMessages(ctx, scope, 1, [bareMessage(4)]),
    ]);
    assert.deepEqual(
      results.map(result => result.status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    );
    const entries = await fetchEntries(ctx, scope, 1, [[1, 9]]);
    assert.deepEqual(
      entries.map(entry => [entry.uid, entry.messageId]),
      [
        [1, 1],
        [2, 2],
      ],
    );
  }));

test('listeners hear of each commit after it is one, and of nothing that was taken back', () =>
  withAccount(async ({ ctx, clock }, scope) => {
    const heard: number[] = [];
    using _subscription = ctx.notifier.subscribe(scope.accountId, modseq => heard.push(modseq));
    const { modseq } = await appendMessages(ctx, scope, 1, [bareMessage(1)]);
    assert.deepEqual(heard, [modseq]);
    await assert.rejects(appendMessages(ctx, scope, 99, [bareMessage(2)]));
    await storeFlags(ctx, scope, 1, [[1, 1]], { mode: 'add', flags: { bits: 1, keywords: [] } });
    await storeFlags(ctx, scope, 1, [[1, 1]], { mode: 'add', flags: { bits: 4, keywords: [] } });
    assert.deepEqual(heard, [modseq], 'the next notice waits');
    clock.advance(100);
    assert.deepEqual(heard, [modseq, modseq + 2]);
    clock.advance(1_000);
    assert.equal(heard.length, 2);
  }));
