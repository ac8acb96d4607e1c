import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FakeClock } from '../../src/platform/clock.ts';
import { isMailError } from '../../src/platform/errors.ts';
import type { BlobRef } from '../../src/store/blob-store.ts';
import { verifyBlobs } from '../../src/store/blobs/check/verify.ts';
import {
  countQueue,
  giveBackQueued,
  holdQueued,
  listQueue,
  type QueueAdminContext,
  removeQueued,
  retryQueued,
  showQueued,
} from '../../src/store/spool/queue-admin.ts';
import { newQueueId } from '../../src/store/spool/queue-id.ts';
import type { AcceptOptions } from '../../src/store/spool/spool.ts';
import type { ClaimedMessage, NewRecipient, NewSpoolMessage } from '../../src/store/spool/types.ts';
import {
  localRecipient,
  newMessage,
  openFixture,
  relayRecipient,
  type SpoolFixture,
  temporaryDirectory,
  textBody,
} from '../store-fixture/spool-fixture.ts';

const minute = 60_000;
const error = { code: '451', text: 'try later', remote: 'mx.example.org' };

async function withSpool(run: (store: SpoolFixture) => Promise<void>): Promise<void> {
  using directory = temporaryDirectory();
  await using store = await openFixture(directory.path);
  await run(store);
}

async function seal<T>(store: SpoolFixture, seed: number, use: (ref: BlobRef) => Promise<T>): Promise<T> {
  await using writer = store.blobs.create(1);
  await writer.write(textBody(seed, 2000));
  // Awaited here: the writer must outlive the use of what it sealed.
  return await use(await writer.seal());
}

async function accept(
  store: SpoolFixture,
  queueId: string,
  recipients: readonly NewRecipient[],
  more: Partial<NewSpoolMessage> = {},
  options: AcceptOptions = {},
): Promise<ClaimedMessage[]> {
  return seal(store, queueId.length, ref =>
    store.spool.accept([newMessage(queueId, ref, recipients, more)], options),
  );
}

function ids(work: readonly ClaimedMessage[]): number[] {
  return work.flatMap(({ recipients }) => recipients.map(recipient => recipient.id));
}

function admin(store: SpoolFixture): QueueAdminContext {
  return store;
}

test('everything given to accept comes back from the claim and from the table', () =>
  withSpool(async store => {
    const recipient = localRecipient(10, {
      details: { orcpt: 'rfc822;a@b.test', notify: ['DELAY', 'FAILURE'], original: '张三@鸿雁.test' },
    });
    const [work] = await accept(store, 'q1', [recipient], { options: { ret: 'HDRS', envid: 'x+2By' } });
    assert.ok(work);
    const { message } = work;
    assert.deepEqual(
      [message.queueId, message.reversePath, message.options, message.origin],
      ['q1', 'sender@example.org', { ret: 'HDRS', envid: 'x+2By' }, { kind: 'mx' }],
    );
    assert.deepEqual(work.recipients[0]?.details, recipient.details);
    const stored = await store.spool.message(message.id);
    assert.ok(stored);
    const plain = (row: typeof stored): unknown => ({
      ...row,
      prefix: Buffer.from(row.prefix),
      summary: Buffer.from(row.summary),
      blob: { size: row.blob.size, hash: Buffer.from(row.blob.hash) },
    });
    assert.deepEqual(plain(stored), plain(message));
    assert.deepEqual(await store.spool.recipients(message.id), work.recipients);
  }));

test('an accepted message is claimed by the process that took it, and complete removes it', () =>
  withSpool(async store => {
    const work = await accept(store, 'q1', [localRecipient(10), localRecipient(11)]);
    const [first = 0, second = 0] = ids(work);
    assert.deepEqual(await store.spool.claimDue('local', 10), []);
    assert.deepEqual(await store.spool.complete([first]), [first]);
    assert.ok(await store.spool.message(work[0]?.message.id ?? 0));
    assert.deepEqual(await store.spool.complete([first, second]), [second]);
    assert.equal(await store.spool.message(work[0]?.message.id ?? 0), null);
  }));

test('a mail to several tenants is one row each under one queue id, accepted together or not at all', () =>
  withSpool(async store => {
    await using one = store.blobs.create(1);
    await using two = store.blobs.create(2);
    for (const writer of [one, two]) await writer.write(textBody(1, 100));
    const mine = newMessage('q1', await one.seal(), [localRecipient(10)]);
    const theirs = newMessage('q1', await two.seal(), [localRecipient(20)], { tenantId: 2 });
    const neverSealed = { hash: Buffer.alloc(32, 9), size: 1 };
    await assert.rejects(
      store.spool.accept([mine, newMessage('q1', neverSealed, [localRecipient(30)], { tenantId: 3 })]),
      failure => isMailError(failure, 'store.busy'),
    );
    assert.deepEqual(await showQueued(admin(store), 'q1'), []);
    await store.spool.accept([mine, theirs]);
    const shown = await showQueued(admin(store), 'q1');
    assert.deepEqual(
      shown.map(({ message }) => message.tenantId),
      [1, 2],
    );
  }));

test('more than 50 recipients are left to all processes, which share them without overlap', async () => {
  using directory = temporaryDirectory();
  const clock = new FakeClock();
  await using one = await openFixture(directory.path, { clock });
  await using two = await openFixture(directory.path, { clock });
  const recipients = Array.from({ length: 1000 }, (_, i) => localRecipient(i + 1));
  assert.deepEqual(await accept(one, 'q1', recipients), []);
  const taken: number[] = [];
  for (let more = true; more; ) {
    const both = await Promise.all([one.spool.claimDue('local', 64), two.spool.claimDue('local', 64)]);
    const batch = both.flatMap(ids);
    taken.push(...batch);
    more = batch.length > 0;
  }
  assert.equal(taken.length, 1000);
  assert.equal(new Set(taken).size, 1000);
});

test('a lease that is not renewed is taken over, and the late owner is told; a renewed one is not', async () => {
  using directory = temporaryDirectory();
  const clock = new FakeClock();
  await using slow = await openFixture(directory.path, { clock });
  await using other = await openFixture(directory.path, { clock });
  const work = await accept(slow, 'q1', [localRecipient(10), localRecipient(11)]);
  const [lapsing = 0, renewed = 0] = ids(work);
  clock.advance(slow.spool.leaseMs - minute);
  assert.deepEqual(await slow.spool.renew([renewed]), [renewed]);
  clock.advance(minute);
  assert.deepEqual(ids(await other.spool.claimDue('local', 10)), [lapsing]);
  assert.deepEqual(await slow.spool.complete([lapsing, renewed]), [renewed]);
  assert.deepEqual(await slow.spool.renew([lapsing]), []);
  assert.equal(await slow.spool.retry(lapsing, clock.now(), error), false);
  assert.equal(await slow.spool.fail(lapsing, error), false);
  assert.deepEqual(await other.spool.complete([lapsing]), [lapsing]);
});

test('a process that stops in order gives its work back at once', async () => {
  using directory = temporaryDirectory();
  const clock = new FakeClock();
  await using next = await openFixture(directory.path, { clock });
  {
    await using stopping = await openFixture(directory.path, { clock });
    await accept(stopping, 'q1', [localRecipient(10)]);
    assert.deepEqual(await next.spool.claimDue('local', 10), []);
  }
  assert.equal((await next.spool.claimDue('local', 10)).length, 1);
});

test('retry: due when said, attempts counted, the last error kept', () =>
  withSpool(async store => {
    const [id = 0] = ids(await accept(store, 'q1', [relayRecipient('x@outside.test')]));
    assert.equal(await store.spool.retry(id, store.clock.now() + 15 * minute, error), true);
    assert.equal(await store.spool.nextDue('relay'), store.clock.now() + 15 * minute);
    assert.deepEqual(await store.spool.claimDue('relay', 10), []);
    store.clock.advance(15 * minute);
    assert.deepEqual(await store.spool.claimDue('local', 10), []);
    const [again] = await store.spool.claimDue('relay', 10);
    assert.equal(again?.recipients[0]?.attempts, 1);
    assert.deepEqual(again.recipients[0].lastError, error);
  }));

test('destinations that have enough to do are passed over', () =>
  withSpool(async store => {
    const recipients = ['a@one.test', 'b@two.test', 'c@one.test'].map(address => relayRecipient(address));
    await accept(store, 'q1', recipients, {}, { claim: false });
    const [work] = await store.spool.claimDue('relay', 10, ['one.test', "it's"]);
    assert.deepEqual(
      work?.recipients.map(recipient => recipient.address),
      ['b@two.test'],
    );
  }));

test('a failed recipient waits until its bounce is queued, which removes it in the same transaction', () =>
  withSpool(async store => {
    const work = await accept(store, 'q1', [relayRecipient('x@outside.test'), localRecipient(10)]);
    const [failing = 0, local = 0] = ids(work);
    const id = work[0]?.message.id ?? 0;
    assert.equal(await store.spool.fail(failing, error), true);
    await store.spool.complete([local]);
    assert.deepEqual(
      (await store.spool.failed(id)).map(recipient => recipient.id),
      [failing],
    );
    assert.deepEqual(await store.spool.claimDue('relay', 10), []);
    const bounce = { reversePath: '' };
    const settles = { settles: [failing] };
    const [sent] = await accept(store, 'bounce', [localRecipient(10, { kind: 'bounce' })], bounce, settles);
    assert.equal(sent?.message.reversePath, '');
    assert.equal(await store.spool.message(id), null);
  }));

test('a recipient that is held or due later is not claimed by accept', () =>
  withSpool(async store => {
    const later = store.clock.now() + minute;
    const recipients = [
      localRecipient(1, { held: true }),
      localRecipient(2, { due: later }),
      localRecipient(3),
    ];
    const [work] = await accept(store, 'q1', recipients);
    assert.deepEqual(
      work?.recipients.map(recipient => recipient.accountId),
      [3],
    );
    store.clock.advance(minute);
    const [due] = await store.spool.claimDue('local', 10);
    assert.deepEqual(
      due?.recipients.map(recipient => recipient.accountId),
      [2],
    );
  }));

test('pending bytes of an account count each message on its way there', () =>
  withSpool(async store => {
    const work = await accept(store, 'q1', [localRecipient(10), localRecipient(11)]);
    await accept(store, 'q22', [localRecipient(10)]);
    assert.deepEqual(await store.spool.pending(10), { bytes: 4000, count: 2 });
    await store.spool.complete(ids(work));
    assert.deepEqual(await store.spool.pending(10), { bytes: 2000, count: 1 });
    assert.deepEqual(await store.spool.pending(99), { bytes: 0, count: 0 });
  }));

test('the queue can be listed, held, hastened and removed by hand; work under way is left alone', () =>
  withSpool(async store => {
    const context = admin(store);
    await accept(store, 'q1', [relayRecipient('x@outside.test')], {}, { claim: false });
    await accept(store, 'q22', [localRecipient(10)]);
    await accept(
      store,
      'q333',
      Array.from({ length: 30 }, (_, i) => localRecipient(i + 1, { held: true })),
    );
    const [first, second, third, ...rest] = await listQueue(context);
    assert.deepEqual(rest, []);
    assert.deepEqual([first?.message.queueId, second?.message.queueId], ['q1', 'q22']);
    assert.equal(third?.recipients.length, 10);
    assert.equal(third.more, true);
    assert.deepEqual(await listQueue(context, third.message.id), []);
    assert.equal(await holdQueued(context, 'q1'), 1);
    assert.deepEqual(await store.spool.claimDue('relay', 10), []);
    assert.equal(await holdQueued(context, 'q22'), 0);
    assert.equal(await retryQueued(context, 'q1'), 1);
    assert.equal((await store.spool.claimDue('relay', 10)).length, 1);
    assert.equal(await retryQueued(context, 'none'), 0);
    assert.equal(await removeQueued(context, 'q333'), 30);
    const counts = await countQueue(context);
    assert.deepEqual(
      counts.map(({ kind, state, count }) => [kind, state, count]),
      [
        ['local', 'queued', 1],
        ['relay', 'queued', 1],
      ],
    );
    assert.deepEqual((await verifyBlobs(store.blobs, { deep: false, repair: false })).problems, []);
  }));

test('bad numbers of recipients are refused before anything is written', () =>
  withSpool(async store => {
    for (const count of [0, 65_536]) {
      const recipients = Array.from({ length: count }, () => localRecipient(1));
      await assert.rejects(accept(store, 'q1', recipients), failure => isMailError(failure, 'input.invalid'));
    }
    await accept(store, 'q1', [localRecipient(1)]);
    await assert.rejects(accept(store, 'q1', [localRecipient(1)]));
    assert.equal((await listQueue(admin(store))).length, 1);
  }));

test('ids are never given out twice, in whatever order processes accept and finish', async () => {
  using directory = temporaryDirectory();
  const seen = new Set<number>();
  for (let round = 0; round < 3; round += 1) {
    await using one = await openFixture(directory.path);
    await using two = await openFixture(directory.path);
    for (let i = 0; i < 10; i += 1) {
      for (const store of [one, two]) {
        const work = await accept(store, newQueueId(i), [localRecipient(1)]);
        for (const id of ids(work)) {
          assert.ok(!seen.has(id));
          seen.add(id);
        }
        await store.spool.complete(ids(work));
      }
    }
  }
});

test('queue ids are 16 safe characters and later ones sort later', () => {
  const made = [0, 1, 1_000, Date.UTC(2026, 0), Date.UTC(2100, 0)].map(newQueueId);
  for (const id of made) assert.match(id, /^[0-9a-hjkmnp-tv-z]{16}$/);
  assert.deepEqual(made.toSorted(), made);
  assert.equal(new Set(Array.from({ length: 10_000 }, () => newQueueId(5))).size, 10_000);
});

/** The queue as a model: what must be true of each recipient after any sequence of operations. */
type Step = {
  readonly op: 'claim' | 'complete' | 'retry' | 'fail' | 'wait' | 'other';
  readonly pick: number;
};

const steps = fc.array(
  fc.record<Step>({
    op: fc.constantFrom('claim', 'complete', 'retry', 'fail', 'wait', 'other'),
    pick: fc.nat(9),
  }),
  { maxLength: 30 },
);

async function runModel(sequence: readonly Step[]): Promise<void> {
  using directory = temporaryDirectory();
  const clock = new FakeClock();
  await using one = await openFixture(directory.path, { clock });
  await using two = await openFixture(directory.path, { clock });
  const recipients = Array.from({ length: 10 }, (_, i) => localRecipient(i + 1));
  await accept(one, 'q1', recipients, {}, { claim: false });
  const open = new Set((await one.spool.recipients(1)).map(recipient => recipient.id));
  const all = [...open];
  for (const { op, pick } of sequence) {
    const id = all[pick] ?? 0;
    if (op === 'claim') await one.spool.claimDue('local', pick + 1);
    else if (op === 'other') await two.spool.claimDue('local', pick + 1);
    else if (op === 'wait') clock.advance(pick * minute);
    else if (op === 'complete') for (const done of await one.spool.complete([id])) open.delete(done);
    else if (op === 'retry') await one.spool.retry(id, clock.now() + pick * minute, error);
    else if (await one.spool.fail(id, error)) open.delete(id);
  }
  // Whatever happened: what is neither done nor failed can be had, once, when all leases are over.
  clock.advance(60 * minute);
  const left = ids(await two.spool.claimDue('local', 1000));
  assert.deepEqual(new Set(left), open);
  assert.equal(left.length, open.size);
}

test('property: after any sequence of claims, results and waits, each open recipient is there exactly once', () =>
  fc.assert(fc.asyncProperty(steps, runModel), { numRuns: 25 }));

test('LOG-01: giving back makes a mail due for the last time, only the part of that company', async () => {
  await withSpool(async store => {
    const admin: QueueAdminContext = { database: store.database, blobs: store.blobs, clock: store.clock };
    const later = { due: store.clock.now() + 60 * minute };
    await accept(store, 'q1', [{ ...relayRecipient('a@out.example'), ...later }]);
    assert.equal(await giveBackQueued(admin, 'q1', 999), 0, 'another company');
    assert.equal(await retryQueued(admin, 'q1', 999), 0, 'another company');
    assert.equal(await giveBackQueued(admin, 'q1', 1), 1);
    const [entry] = await showQueued(admin, 'q1');
    assert.equal(entry?.message.expiresAt, store.clock.now());
    assert.equal(entry?.recipients[0]?.due, store.clock.now());
  });
});
