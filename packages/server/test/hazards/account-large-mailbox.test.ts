import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onlyFiles } from '@hongyan/testkit/stores/databases.ts';
import { appendMessages } from '../../src/mailbox/append.ts';
import { copyMessages, moveMessages } from '../../src/mailbox/copy.ts';
import { createMailbox } from '../../src/mailbox/create.ts';
import { expungeMessages } from '../../src/mailbox/expunge.ts';
import { storeFlags } from '../../src/mailbox/flags.ts';
import { getMailbox } from '../../src/mailbox/list.ts';
import { fetchRaw, rawColumn } from '../../src/mailbox/rows.ts';
import { searchMessages } from '../../src/mailbox/search.ts';
import { Flag, type UidRanges } from '../../src/mailbox/types.ts';
import { changesSince, openView } from '../../src/mailbox/view.ts';
import { assertAccountClean } from '../../src/store/checker/check-account.ts';
import { statement } from '../../src/store/sql/port.ts';
import { bareMessage, makeAccount, openBareHouse } from '../store-fixture/mailbox-fixture.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

const count = 100_000;
const all: UidRanges = [[1, 0xffff_ffff]];

/** Fills a mailbox by rows, as fast as the tables allow: the same rows that appending makes. */
const fill = [
  `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
   INSERT INTO message (account_id, id, origin_id, thread_id, blob_hash, blob_size, prefix, sent_at, sent_offset,
     envelope, structure, parts, preview)
   SELECT $1, 1000000 + i, NULL, 1, m.blob_hash, m.blob_size, m.prefix, m.sent_at, m.sent_offset, m.envelope, m.structure,
     m.parts, m.preview
   FROM n JOIN message m ON m.account_id = $1 AND m.id = 1`,
  `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
   INSERT INTO filed (account_id, mailbox_id, uid, message_id, bits, keywords, modseq, created_modseq, received_at,
     saved_at, size, attachment)
   SELECT $1, f.mailbox_id, 1 + i, 1000000 + i, f.bits, f.keywords, f.modseq, f.modseq, f.received_at + i, f.saved_at,
     f.size, f.attachment
   FROM n JOIN filed f ON f.account_id = $1 AND f.mailbox_id = 1 AND f.uid = 1`,
  `UPDATE mailbox SET uidnext = uidnext + ${count}, total = total + ${count}, unseen = unseen + ${count},
     bytes = bytes * ${count + 1} WHERE account_id = $1 AND id = 1`,
  `UPDATE account_state SET used_bytes = used_bytes * ${count + 1}, used_count = ${count + 1},
     next_message = ${1_000_000 + count + 1} WHERE account_id = $1`,
].map(sql => statement(sql));

test('a mailbox of 100,000: views, changes, searches, bulk work, and others served meanwhile', async () => {
  using folder = temporaryDirectory();
  await using house = openBareHouse(folder.path);
  const scope = await makeAccount(house);
  const other = await makeAccount(house, 8);
  const { ctx } = house;
  await appendMessages(ctx, scope, 1, [bareMessage(1)]);
  // Around the transaction's own bookkeeping, which would write the old counters back.
  await ctx.accounts.transact(scope, async tx => {
    for (const query of fill) await tx.run(query, scope.accountId);
  });
  await assertAccountClean(ctx.accounts, scope);
  const view = await openView(ctx, scope, 1);
  assert.equal(view.uids.length, count + 1);
  assert.deepEqual(
    view.uids,
    Uint32Array.from({ length: count + 1 }, (_, i) => i + 1),
  );

  // The vector is stored when the file is closed, and brought forward when it is opened again. A database is not closed.
  await ctx.accounts.release(scope);
  const stored = statement('SELECT COUNT(*) AS n FROM uid_vector WHERE account_id = $1');
  const vectors = await ctx.accounts.read(scope, reader =>
    reader.get<{ n: number }>(stored, scope.accountId),
  );
  assert.equal(vectors?.n, onlyFiles ? 0 : 1);
  await storeFlags(ctx, scope, 1, [[500, 1_499]], {
    mode: 'add',
    flags: { bits: Flag.Deleted, keywords: [] },
  });
  await expungeMessages(ctx, scope, 1, null);
  await appendMessages(ctx, scope, 1, [bareMessage(2)]);
  const after = await openView(ctx, scope, 1);
  assert.equal(after.uids.length, count + 1 - 1_000 + 1);
  assert.deepEqual([after.uids[498], after.uids[499], after.uids.at(-1)], [499, 1_500, count + 2]);
  await assertAccountClean(ctx.accounts, scope);

  const changes = await changesSince(ctx, scope, 1, view.modseq);
  assert.deepEqual([changes.vanished.length, changes.changed.length], [1_000, 1]);

  // A long fetch lets others in.
  let rows = 0;
  let served = 0;
  const serve = (async () => {
    while (served < 20) {
      await appendMessages(ctx, other, 1, [bareMessage(served)]);
      served += 1;
    }
  })();
  let servedBefore = -1;
  let last = 0;
  for await (const slice of fetchRaw(ctx, scope, 1, all, { envelope: true, bodyStructure: true })) {
    for (const row of slice.rows) {
      assert.ok(Number(row[rawColumn.uid]) > last);
      last = Number(row[rawColumn.uid]);
    }
    rows += slice.rows.length;
    if (rows > count / 2 && servedBefore < 0) servedBefore = served;
  }
  await serve;
  assert.equal(rows, after.uids.length);
  assert.ok(servedBefore > 0, 'nobody else was served during the fetch');

  const unseen = { key: 'flag', flag: '\\Seen', set: false } as const;
  assert.equal((await searchMessages(ctx, scope, 1, unseen, after)).length, after.uids.length);
  const { id } = await createMailbox(ctx, scope, ['archive']);
  const copied = await copyMessages(ctx, scope, 1, [[1, 3_000]], id);
  assert.equal(copied.to.length, 2_000);
  const moved = await moveMessages(ctx, scope, 1, [[50_000, 55_000]], id);
  assert.deepEqual([moved.from.length, moved.to.at(-1)], [5_001, 7_001]);
  assert.equal((await getMailbox(ctx, scope, ['archive']))?.total, 7_001);
  for (const each of [scope, other]) await assertAccountClean(ctx.accounts, each);
});
