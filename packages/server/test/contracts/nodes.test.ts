import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { place } from '@hongyan/testkit/stores/databases.ts';
import { findPostgres, startPostgres } from '@hongyan/testkit/stores/postgres-server.ts';
import { FakeClock, systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { accountMigrations } from '../../src/store/accounts/schema.ts';
import { PostgresChannel } from '../../src/store/engines/postgres/channel.ts';
import { readPostgresUrl } from '../../src/store/engines/postgres/connection-url.ts';
import { openPostgres } from '../../src/store/engines/postgres/open.ts';
import { KeptLease, workLeaseMs } from '../../src/store/nodes/kept-lease.ts';
import {
  beatNode,
  type NodeSelf,
  newestChanges,
  serverNow,
  signOffNode,
  signOnNode,
} from '../../src/store/nodes/node-rows.ts';
import { spoolMigrations } from '../../src/store/spool/schema.ts';
import { statement } from '../../src/store/sql/port.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';
import { eventually, temporaryFolder } from '../app-fixture/program.ts';

const programs = findPostgres();
const skip = programs ? false : 'PostgreSQL is not installed';

test('a lease keeps one of two out, is prolonged while work goes on, and goes over within 30 s of a death', async () => {
  using folder = temporaryFolder();
  const clock = new FakeClock();
  await using database = await openSystemDatabase(place(join(folder.path, 'system.db')), clock);
  const ctx = { database, clock };
  const dead = new KeptLease(ctx, 'work');
  const other = new KeptLease(ctx, 'work');
  await using _other = other;
  assert.equal(await dead.take(), true);
  assert.equal(await other.take(), false);
  for (let round = 0; round < 6; round += 1) {
    clock.advance(workLeaseMs / 3);
    // The write behind the timer is done when a later one of the same database is.
    await database.shared.transact(async () => undefined);
    assert.deepEqual([dead.held, await other.take()], [true, false]);
  }
  // It says nothing any more, as after kill -9: its timers do not run.
  clock.jump(clock.now() + workLeaseMs);
  assert.equal(dead.held, false, 'who was asleep knows that it may have lost it');
  assert.equal(await other.take(), true);
  assert.equal(await dead.take(), false);
  assert.ok(workLeaseMs <= 15_000);
});

test('a lease that is given back is free at once', async () => {
  using folder = temporaryFolder();
  const clock = new FakeClock();
  await using database = await openSystemDatabase(place(join(folder.path, 'system.db')), clock);
  const first = new KeptLease({ database, clock }, 'work');
  assert.equal(await first.take(), true);
  await first[Symbol.asyncDispose]();
  assert.deepEqual([first.held, await first.take()], [false, false]);
  await using second = new KeptLease({ database, clock }, 'work');
  assert.equal(await second.take(), true);
});

test('the channel: all hear what one sends, and it comes back after the server was away', {
  skip,
}, async () => {
  assert.ok(programs);
  await using postgres = await startPostgres(programs);
  const target = readPostgresUrl(postgres.url);
  const place = (schema: string) => ({ target, schema, connections: 2, writers: 'rows' as const });
  await using spool = await openPostgres(place('c_spool'), spoolMigrations, 0);
  await using accounts = await openPostgres(place('c_accounts'), accountMigrations, 0);
  const options = { target, schemas: ['c_spool', 'c_accounts'], clock: systemClock, log: silentLog };
  await using a = new PostgresChannel(options);
  await using b = new PostgresChannel(options);
  await using stranger = new PostgresChannel({ ...options, schemas: ['d_spool'] });
  const heard: string[] = [];
  let ups = 0;
  b.listen({ message: text => heard.push(text), up: () => (ups += 1) });
  stranger.listen({ message: text => heard.push(`stranger ${text}`) });
  await Promise.all([a, b, stranger].map(channel => channel.connected(10_000)));
  assert.equal(await a.send(['一', '二', 'x'.repeat(7_900)]), true);
  await eventually(() => heard.length === 3, 'the other hears');
  assert.deepEqual(heard.slice(0, 2), ['一', '二']);

  const self: NodeSelf = { name: 'a', boot_id: '1', home: 'h', version: '1', roles: 'mx' };
  assert.equal(await signOnNode(a, self), true);
  assert.equal(await signOnNode(a, { ...self, boot_id: '2', home: 'elsewhere' }), false, 'the name is taken');
  assert.equal(await signOnNode(a, { ...self, boot_id: '3' }), true, 'started again');
  assert.equal(await beatNode(a, self, false), false, 'the one before is expelled');
  assert.equal(await beatNode(a, { ...self, boot_id: '3' }, true), true);
  await signOffNode(a, { ...self, boot_id: '3' });
  assert.equal(await signOnNode(a, { ...self, boot_id: '2', home: 'elsewhere' }), true);
  assert.ok(Math.abs((await serverNow(a)) - Date.now()) < 5_000);

  await accounts.transact(
    tx =>
      tx.run(
        statement(`INSERT INTO account_state (account_id, modseq, floor_modseq, base_modseq, mail_modseq,
      mailbox_modseq, thread_modseq, next_message, next_mailbox, next_keyword, last_uidvalidity, used_bytes, used_count,
      epoch, clean, boot_id, pruned_at, created_at) VALUES (4, 17, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 'x', 0, 0)`),
      ),
    { account: 4 },
  );
  assert.deepEqual(await newestChanges(b, [4, 5]), [[4, 17]]);

  await postgres.stop();
  await eventually(() => !a.up && !b.up, 'the loss is seen');
  assert.equal(await a.send(['lost']), false);
  await assert.rejects(newestChanges(a, [4]), { code: 'store.unavailable' });
  await postgres.start();
  await Promise.all([a.connected(20_000), b.connected(20_000)]);
  assert.equal(ups, 2, 'who relies on messages is told to look');
  assert.equal(await a.send(['三']), true);
  await eventually(() => heard.includes('三'), 'it works again');
  assert.ok(!heard.includes('lost'));
  await spool.get(statement('SELECT 1 AS one'));
});
