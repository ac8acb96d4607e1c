import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { tenantScope } from '../../src/access/scope.ts';
import { setback } from '../../src/flow/outcome.ts';
import type { MailboxDoor, RelayDoor } from '../../src/flow/ports.ts';
import { MailError } from '../../src/platform/errors.ts';
import { openHouse } from '../flow-fixture/house.ts';
import { until } from '../flow-fixture/until.ts';

const plain = 'From: alice@hongyan.test\r\nSubject: x\r\n\r\ntext\r\n';

/** A folder for several houses, as several processes on one data directory. */
function sharedFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'hongyan-queue-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A relay under the test's control: says what was asked of it and waits to be told the end. */
function heldRelay(perDestination = 2): RelayDoor & { readonly calls: string[]; release(): void } {
  let waiting: (() => void)[] = [];
  const calls: string[] = [];
  return {
    limits: { perDestination, perMinute: null, recipients: 100 },
    keyOf: domain => domain,
    calls,
    release() {
      const all = waiting;
      waiting = [];
      for (const end of all) end();
    },
    async attempt(_message, recipients) {
      calls.push(recipients.map(recipient => recipient.address).join(' '));
      await new Promise<void>(resolve => {
        waiting.push(resolve);
      });
      return recipients.map(() => setback('rcpt', '4.0.0', 'held'));
    },
  };
}

test('what a dead process had is taken over when its lease ends, and filed once', async () => {
  using folder = sharedFolder();
  let reached = false;
  const first = await openHouse({
    folder: folder.path,
    wrapMailboxes: door => ({
      ...door,
      deliver: () => {
        reached = true;
        return new Promise(() => undefined);
      },
    }),
  });
  const alice = await first.addUser('alice@hongyan.test');
  first.start();
  await first.submit(alice, ['alice@hongyan.test'], plain);
  await until(() => reached, 'the first process has begun');

  await using second = await openHouse({ folder: folder.path, clock: first.clock });
  const dispatcher = second.start();
  await dispatcher.settled();
  assert.deepEqual(await second.messages('alice@hongyan.test'), [], 'the lease still holds');
  second.clock.jump(second.clock.now() + second.context.spool.leaseMs);
  dispatcher.wake();
  await dispatcher.settled();
  assert.equal((await second.messages('alice@hongyan.test')).length, 1);
  assert.equal(await second.context.spool.nextDue('local'), null);
});

test('a server that starts alone takes over what a dead one had without waiting for the lease', async () => {
  using folder = sharedFolder();
  const relay = heldRelay();
  const first = await openHouse({ folder: folder.path, relay: () => relay });
  const alice = await first.addUser('alice@hongyan.test');
  first.start();
  await first.submit(alice, ['far@slow.test'], plain);
  await until(() => relay.calls.length === 1, 'the first process has begun');

  const other = heldRelay();
  await using second = await openHouse({ folder: folder.path, clock: first.clock, relay: () => other });
  assert.equal(await second.context.spool.releaseAbandoned(), 1);
  second.start();
  await until(() => other.calls.length === 1, 'it is tried again at once');
  relay.release();
  other.release();
  await second.dispatcher?.settled();
  const [row] = await second.context.spool.recipients(1);
  assert.equal(row?.attempts, 1, 'what the first one says does not count any more');
});

test('a crash between filing and noting it leads to one message, not two', async () => {
  let crashes = 1;
  const forgetful = (door: MailboxDoor): MailboxDoor => ({
    ...door,
    async deliver(...delivery) {
      const result = await door.deliver(...delivery);
      if (crashes > 0) {
        crashes -= 1;
        throw new MailError('store.unavailable');
      }
      return result;
    },
  });
  await using house = await openHouse({ wrapMailboxes: forgetful });
  const alice = await house.addUser('alice@hongyan.test');
  const dispatcher = house.start();
  await house.submit(alice, ['alice@hongyan.test'], plain);
  await dispatcher.settled();
  assert.notEqual(await house.context.spool.nextDue('local'), null, 'it is tried again');
  house.clock.advance(60_000);
  await dispatcher.settled();
  assert.equal((await house.messages('alice@hongyan.test')).length, 1);
  assert.equal(house.trace.at(-1)?.diagnostic?.text, 'was in the mailbox already');
});

test('what was accepted before a stop is delivered after the next start', async () => {
  using folder = sharedFolder();
  {
    await using house = await openHouse({ folder: folder.path });
    const alice = await house.addUser('alice@hongyan.test');
    await house.submit(alice, ['alice@hongyan.test'], plain);
  }
  await using house = await openHouse({ folder: folder.path });
  await house.start().settled();
  assert.equal((await house.messages('alice@hongyan.test')).length, 1);
});

test('a drain finishes what is under way, gives the rest back, and another process goes on at once', async () => {
  using folder = sharedFolder();
  const relay = heldRelay(1);
  const first = await openHouse({ folder: folder.path, relay: () => relay });
  const alice = await first.addUser('alice@hongyan.test');
  const dispatcher = first.start();
  await first.submit(alice, ['one@busy.test'], plain);
  await first.submit(alice, ['two@busy.test'], plain);
  await until(() => relay.calls.length === 1, 'the first attempt runs');
  const drained = dispatcher.drain();
  relay.release();
  await drained;
  assert.deepEqual(relay.calls, ['one@busy.test']);
  await first.submit(alice, ['three@busy.test'], plain);
  await first[Symbol.asyncDispose]();

  const other = heldRelay(9);
  await using second = await openHouse({ folder: folder.path, clock: first.clock, relay: () => other });
  second.start();
  await until(() => other.calls.length === 2, 'the others are tried');
  assert.deepEqual(other.calls.toSorted(), ['three@busy.test', 'two@busy.test']);
  other.release();
});

test('a busy destination holds up nobody else, and has no more connections than it may', async () => {
  const relay = heldRelay(2);
  await using house = await openHouse({ relay: () => relay, limits: { claimBatch: 10 } });
  const alice = await house.addUser('alice@hongyan.test');
  house.start();
  for (let index = 0; index < 30; index += 1) await house.submit(alice, [`u${index}@slow.test`], plain);
  await house.submit(alice, ['quick@other.test'], plain);
  await until(() => relay.calls.includes('quick@other.test'), 'the other destination is tried');
  assert.equal(relay.calls.filter(call => call.endsWith('@slow.test')).length, 2);
  relay.release();
  await until(() => relay.calls.length === 5, 'the next two run');
  const released = setInterval(() => relay.release(), 5);
  await house.dispatcher?.settled();
  clearInterval(released);
  assert.equal(relay.calls.length, 31);
});

test('leases of work that takes long are renewed, so that no other process takes it', async () => {
  using folder = sharedFolder();
  const relay = heldRelay();
  await using first = await openHouse({ folder: folder.path, relay: () => relay });
  const alice = await first.addUser('alice@hongyan.test');
  first.start();
  await first.submit(alice, ['far@slow.test'], plain);
  await until(() => relay.calls.length === 1, 'the attempt runs');
  const other = heldRelay();
  await using second = await openHouse({ folder: folder.path, clock: first.clock, relay: () => other });
  const dispatcher = second.start();
  for (let step = 0; step < 10; step += 1) {
    first.clock.advance(first.context.spool.leaseMs / 3);
    const due = first.clock.now() + first.context.spool.leaseMs;
    await until(async () => (await first.context.spool.nextDue('relay')) === due, 'the lease is renewed');
    await dispatcher.settled();
  }
  assert.deepEqual(other.calls, []);
  relay.release();
});

test('after a pause longer than its leases a process does not begin again what it has in hand', async () => {
  const relay = heldRelay();
  await using house = await openHouse({ relay: () => relay });
  const alice = await house.addUser('alice@hongyan.test');
  const dispatcher = house.start();
  await house.submit(alice, ['far@slow.test'], plain);
  await until(() => relay.calls.length === 1, 'the attempt runs');
  house.clock.jump(house.clock.now() + 2 * house.context.spool.leaseMs);
  dispatcher.wake();
  await until(
    async () => ((await house.context.spool.nextDue('relay')) ?? 0) > house.clock.now(),
    'the lease is taken again',
  );
  assert.deepEqual(relay.calls, ['far@slow.test']);
  relay.release();
  await dispatcher.settled();
  assert.equal(house.trace.filter(event => event.kind === 'deferred').length, 1);
});

test('a message to 1,000 colleagues is one body and 1,000 copies (MSG single instance)', async t => {
  await using house = await openHouse();
  const alice = await house.addUser('alice@hongyan.test');
  const members: string[] = [];
  for (let index = 0; index < 1000; index += 1) members.push(`u${index}@hongyan.test`);
  await Promise.all(members.map(address => house.addUser(address)));
  const admin = tenantScope(house.tenantId, 'test');
  await house.directory.createGroup(admin, { address: 'all@hongyan.test', displayName: 'All', members });
  const began = performance.now();
  await house.submit(alice, ['all@hongyan.test'], `${plain}${'x'.repeat(100_000)}`);
  const accepted = performance.now() - began;
  await house.start().settled();
  const counts = await Promise.all(
    [0, 1, 499, 999].map(async index => (await house.messages(`u${index}@hongyan.test`)).length),
  );
  assert.deepEqual(counts, [1, 1, 1, 1]);
  assert.equal(house.trace.filter(event => event.kind === 'delivered').length, 1000);
  const blobs = await house.countBodies();
  assert.equal(blobs, 1);
  t.diagnostic(`accepted for 1,000 in ${accepted.toFixed(0)} ms`);
});

test('a failure that is reported leaves nothing behind when the report cannot be stored: it is tried again', async () => {
  let refusals = 1;
  await using house = await openHouse({
    wrapMailboxes: door => ({
      ...door,
      deliver: async (tenant, account, id, folder, message) => {
        if (Buffer.from(message.prefix).includes('Delivered-To: bob@'))
          throw new MailError('account.disabled');
        return door.deliver(tenant, account, id, folder, message);
      },
      quota: async (tenant, account) => {
        if (refusals > 0) {
          refusals -= 1;
          throw new MailError('store.busy');
        }
        return door.quota(tenant, account);
      },
    }),
  });
  const alice = await house.addUser('alice@hongyan.test');
  await house.addUser('bob@hongyan.test');
  refusals = 0;
  const dispatcher = house.start();
  await dispatcher.drain();
  await house.submit(alice, ['bob@hongyan.test'], plain);
  refusals = 1;
  const working = house.start();
  await until(() => refusals === 0, 'the report was refused once');
  await until(async () => (await house.messages('alice@hongyan.test')).length === 0, 'no report yet');
  house.clock.advance(house.context.spool.leaseMs + 1);
  working.wake();
  await working.settled();
  assert.equal((await house.messages('alice@hongyan.test')).length, 1);
  assert.equal(await house.context.spool.nextDue('local'), null);
});
