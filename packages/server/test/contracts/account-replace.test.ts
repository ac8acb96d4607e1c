import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { onlyFiles } from '@hongyan/testkit/stores/databases.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import { readMessage } from '../../src/mailbox/body.ts';
import { fetchRows } from '../../src/mailbox/rows.ts';
import type { MovableAccounts } from '../../src/store/accounts/moving/movable-accounts.ts';
import { ownFiles } from '../../src/store/accounts/placement.ts';
import { exportAccount } from '../../src/store/backup/export-account.ts';
import { importAccount } from '../../src/store/backup/import-account.ts';
import { assertClean, mail, makeAccount, message, openHouse } from '../store-fixture/mailbox-fixture.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

/** The accounts, which say at every call whether the file is there, and let nobody remove one. */
function watched(accounts: MovableAccounts, look: () => void): MovableAccounts {
  return new Proxy(accounts, {
    get(target, key): unknown {
      look();
      if (key === 'remove') return () => assert.fail('the account is removed before the other is there');
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

test('an account that is replaced is there at every moment, and its old log of changes is not played into the new file', {
  skip: onlyFiles,
}, async () => {
  using folder = temporaryDirectory();
  const target = join(folder.path, 'export');
  await using house = await openHouse(join(folder.path, 'a'), { placement: ownFiles });
  const { ctx, accounts } = house;
  const { blobs, clock } = ctx;
  const scope = await makeAccount(house);
  const path = await accounts.path(scope);
  await appendMessages(ctx, scope, 1, [await message(house, mail('before'))]);
  await exportAccount({ accounts, blobs, clock, account: scope, target });
  await appendMessages(ctx, scope, 1, [await message(house, mail('after'))]);
  // A reader beside: the log stays where it is when the store closes the file.
  const reader = new DatabaseSync(path);
  reader.prepare('SELECT COUNT(*) AS n FROM message').get();
  assert.ok(existsSync(`${path}-wal`));
  let looks = 0;
  const guarded = watched(accounts, () => {
    looks += 1;
    assert.ok(existsSync(path), 'the account has a file');
  });
  const options = { accounts: guarded, blobs, clock, account: scope, source: target, replace: true };
  assert.deepEqual(await importAccount(options), { bodies: 1, messages: 1 });
  reader.close();
  assert.ok(looks > 0);
  const texts: string[] = [];
  for await (const rows of fetchRows(ctx, scope, 1, [[1, 0xffff_ffff]], {})) {
    for (const row of rows) texts.push(Buffer.from(await readMessage(ctx, scope, row)).toString());
  }
  assert.equal(texts.length, 1);
  assert.match(texts[0] ?? '', /before/);
  await assertClean(house, scope);
});
