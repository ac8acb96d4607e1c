import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { appendMessages } from '../../src/mailbox/append.ts';
import { indexStatus } from '../../src/mailbox/searching/index-status.ts';
import { createNotifier } from '../../src/notify/notifier.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { type Log, silentLog } from '../../src/platform/log.ts';
import { Indexer } from '../../src/search/indexer.ts';
import { searchPath } from '../../src/store/accounts/search/search-store.ts';
import { eventually } from '../app-fixture/program.ts';
import { openSearch } from '../search-fixture/search-house.ts';
import { mail, makeAccount, message, openHouse, tenantId } from '../store-fixture/mailbox-fixture.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

test('REA-12: who changed is indexed; a large backlog does not keep others waiting; missing accounts are passed over', async () => {
  using folder = temporaryDirectory();
  await using house = await openHouse(folder.path);
  await using search = openSearch(house);
  using notifier = createNotifier({ clock: systemClock, log: silentLog });
  const ctx = { ...search.indexed, notifier };
  const large = await makeAccount(house, 7);
  const small = await makeAccount(house, 8);
  const batch = await Promise.all(Array.from({ length: 60 }, (_, n) => message(house, mail(`old ${n}`))));
  await appendMessages(house.ctx, large, 1, batch);
  await appendMessages(house.ctx, small, 1, [await message(house, mail('new'))]);
  const turns: [account: unknown, messages: unknown][] = [];
  const log: Log = {
    ...silentLog,
    debug: (event, fields) =>
      void (event === 'search.indexed' && turns.push([fields?.['account'], fields?.['messages']])),
  };
  await using indexer = new Indexer({
    ...search.context,
    log,
    limits: { ...search.context.limits, delayMs: 1, roundMs: 1, pauseMs: 1, batchMessages: 4 },
    everyAccount: async () => [7, 8, 9].map(accountId => ({ tenantId, accountId })),
  });
  using _changes = notifier.onHomeChange(accountId => indexer.changed(accountId));
  await indexer.catchUp();
  await eventually(
    async () => (await indexStatus(ctx, large)).behind === 0 && turns.length === 4,
    'all is indexed',
  );
  assert.deepEqual(turns, [
    [7, 20],
    [8, 1],
    [7, 20],
    [7, 20],
  ]);
  await appendMessages(ctx, small, 1, [await message(house, mail('newer'))]);
  await eventually(() => turns.length === 5, 'a change is noticed');
  assert.deepEqual(turns.at(-1), [8, 1]);
  assert.deepEqual(await indexStatus(ctx, small), { available: true, behind: 0 });
});

test('the index of an account that was removed is thrown away, also when it was filled meanwhile', async () => {
  using folder = temporaryDirectory();
  await using house = await openHouse(folder.path);
  await using search = openSearch(house);
  const scope = await makeAccount(house, 7);
  await appendMessages(house.ctx, scope, 1, [await message(house, mail('one'))]);
  assert.equal(await search.index(scope), 1);
  const path = searchPath(house.folder, scope);
  assert.equal(existsSync(path), true);
  await house.ctx.accounts.remove(scope);
  await using indexer = new Indexer({
    ...search.context,
    limits: { ...search.context.limits, delayMs: 1, roundMs: 1 },
    everyAccount: async () => [{ tenantId, accountId: 7 }],
  });
  indexer.changed(7);
  await eventually(() => !existsSync(path), 'the index is gone');
});
