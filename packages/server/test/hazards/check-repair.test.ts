import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statement } from '../../src/store/sql/port.ts';
import { codes, Installation, run } from '../app-fixture/installation.ts';
import { temporaryFolder } from '../app-fixture/program.ts';

const dangling = statement('SELECT COUNT(*) AS n FROM blob_link WHERE blob_id = 999999');

test('check --repair mends what it says it mends, with rows in files and in PostgreSQL, and the mail is there afterwards', async () => {
  using folder = temporaryFolder();
  const house = new Installation(folder.path);
  await house.fill();
  assert.deepEqual(codes((await house.check()).findings), []);

  // Links that are lost, and links and leases of bodies that are not there.
  await house.spoil(
    run(
      'DELETE FROM blob_link',
      'INSERT INTO blob_link (blob_id, account_id, generation) VALUES (999999, 3, 0)',
      "INSERT INTO blob_lease (blob_id, holder, until) VALUES (999999, 'test', 9000000000000)",
    ),
  );
  assert.deepEqual(codes((await house.check()).findings), ['body.dangling', 'body.unlinked']);
  assert.equal(await house.count(dangling), 1, 'without --repair nothing is changed');
  assert.deepEqual(codes((await house.check('--repair')).findings), ['body.dangling ✓', 'body.unlinked ✓']);
  assert.equal(await house.count(dangling), 0);
  assert.deepEqual(codes((await house.check()).findings), []);

  // Rows that point beside the record: it is found in its pack again.
  await house.spoil(run('UPDATE blob SET pack_offset = pack_offset + 8'));
  assert.deepEqual(codes((await house.check('--repair')).findings), ['body.lost']);
  assert.deepEqual(codes((await house.check()).findings), []);

  // A pack without its row, and without the rows of its bodies: both are made again, the links by a second run.
  await house.spoil(run('DELETE FROM pack', 'DELETE FROM blob', 'DELETE FROM blob_link'));
  const lost = await house.check('--repair');
  assert.deepEqual(codes(lost.findings), ['body.missing']);
  assert.deepEqual(codes(lost.surplus), ['body.pack_without_row']);
  assert.deepEqual(codes((await house.check('--repair')).findings), ['body.unlinked ✓']);
  const after = await house.check();
  assert.deepEqual([codes(after.findings), codes(after.surplus)], [[], []]);

  // What nothing uses is given to the collector.
  await house.spoil(
    run(
      'DELETE FROM blob_lease',
      'INSERT INTO blob (tenant_id, hash, pack, pack_offset, length, size, created_at) SELECT tenant_id + 900, hash, pack, pack_offset, length, size, created_at FROM blob WHERE id = (SELECT MIN(id) FROM blob)',
    ),
  );
  const surplus = await house.check('--repair');
  assert.ok(codes(surplus.surplus).includes('body.unreferenced'));
  assert.ok(!codes((await house.check()).surplus).includes('body.unreferenced'));
  await house.spoil(run('DELETE FROM blob WHERE tenant_id > 900'));

  assert.deepEqual(await house.subjects(), ['one', 'three', 'two']);
});

test('check --repair does not say of a mail in the queue whose body is gone that it was mended', async () => {
  using folder = temporaryFolder();
  const house = new Installation(folder.path);
  await house.fill();
  const none = Buffer.alloc(32, 1);
  const names =
    'id, queue_id, tenant_id, blob_id, hash, size, reverse_path, options, origin, prefix, summary';
  const insert = statement(
    `INSERT INTO spool_message (${names}, accepted_at, expires_at)
     VALUES (1048576, 'gone', 1, 999999, $1, 10, '', '{}', '{}', $1, $1, 0, 9000000000000)`,
  );
  const queued = statement("SELECT COUNT(*) AS n FROM spool_message WHERE queue_id = 'gone'");
  await house.spoil(tx => tx.run(insert, none));
  for (let n = 0; n < 2; n += 1)
    assert.deepEqual(codes((await house.check('--repair')).findings), ['body.dangling']);
  assert.equal(await house.count(queued), 1, 'it stays, for somebody to look at');
});
