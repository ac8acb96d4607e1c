import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Scope } from '../../src/access/scope.ts';
import { appendDelivery, appendMessages } from '../../src/mailbox/append.ts';
import { copyMessages, moveMessages } from '../../src/mailbox/copy.ts';
import { createMailbox } from '../../src/mailbox/create.ts';
import { deleteMailbox } from '../../src/mailbox/delete.ts';
import { expungeMessages } from '../../src/mailbox/expunge.ts';
import { storeFlags } from '../../src/mailbox/flags.ts';
import { listMailboxes } from '../../src/mailbox/list.ts';
import { fetchEntries } from '../../src/mailbox/rows.ts';
import type { UidRanges } from '../../src/mailbox/types.ts';
import { changesSince, openView } from '../../src/mailbox/view.ts';
import { assertAccountClean } from '../../src/store/checker/check-account.ts';
import {
  bareMessage,
  type MailboxHouse,
  makeAccount,
  openBareHouse,
} from '../store-fixture/mailbox-fixture.ts';
import { temporaryDirectory } from '../store-fixture/spool-fixture.ts';

/** What a mailbox should hold, kept in the plainest way. */
interface ModelMailbox {
  uidNext: number;
  readonly flags: Map<number, string>;
}

/** A client that only ever learns of changes. */
interface Replica {
  modseq: number;
  readonly flags: Map<number, string>;
}

const all: UidRanges = [[1, 0xffff_ffff]];
const flagText = (bits: number, keywords: readonly string[]): string =>
  `${bits}:${keywords.toSorted().join(',')}`;

const uidSet = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 5 })), {
    minLength: 1,
    maxLength: 3,
  })
  .map(pairs => {
    // Ascending and apart, as the room asks for.
    const uids = new Set(
      pairs.flatMap(([first, more]) => Array.from({ length: more + 1 }, (_, i) => first + i)),
    );
    const ranges: [number, number][] = [];
    for (const uid of [...uids].toSorted((a, b) => a - b)) {
      const last = ranges.at(-1);
      if (last && last[1] === uid - 1) last[1] = uid;
      else ranges.push([uid, uid]);
    }
    return ranges;
  });

const place = fc.integer({ min: 0, max: 5 });
const flagBits = fc.constantFrom(0, 1, 4, 8, 9, 32);
const keywords = fc.subarray(['a', 'b']);

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('append' as const),
      place,
      count: fc.integer({ min: 1, max: 4 }),
      bits: flagBits,
      keywords,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('deliver' as const), place, id: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('flags' as const),
      place,
      uids: uidSet,
      mode: fc.constantFrom('set' as const, 'add' as const, 'remove' as const),
      bits: flagBits,
      keywords,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant('expunge' as const), place, uids: fc.option(uidSet) }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('copy' as const), place, to: place, uids: uidSet }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('move' as const), place, to: place, uids: uidSet }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('create' as const) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('delete' as const), place }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('sync' as const), place }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Model {
  readonly mailboxes = new Map<number, ModelMailbox>();
  readonly replicas = new Map<number, Replica>();
  readonly delivered = new Set<number>();
  #seed = 0;

  /** The mailbox that a step means: any number leads to one that exists. */
  at(place: number): [number, ModelMailbox] {
    const entries = [...this.mailboxes];
    const entry = entries[place % entries.length];
    assert.ok(entry);
    return entry;
  }

  seed(): number {
    this.#seed += 1;
    return this.#seed;
  }

  file(mailbox: ModelMailbox, flags: string): number {
    const uid = mailbox.uidNext;
    mailbox.uidNext += 1;
    mailbox.flags.set(uid, flags);
    return uid;
  }
}

const among = (uids: UidRanges, uid: number): boolean =>
  uids.some(([first, last]) => first <= uid && uid <= last);
const chosen = (mailbox: ModelMailbox, uids: UidRanges): number[] =>
  [...mailbox.flags.keys()].filter(uid => among(uids, uid)).toSorted((a, b) => a - b);
const bitsOf = (flags: string): number => Number(flags.split(':')[0]);
const wordsOf = (flags: string): string[] => (flags.split(':')[1] ?? '').split(',').filter(Boolean);

function changed(before: string, wanted: Extract<Step, { op: 'flags' }>): string {
  const words = new Set(wordsOf(before));
  if (wanted.mode === 'set') return flagText(wanted.bits, wanted.keywords);
  if (wanted.mode === 'add')
    return flagText(bitsOf(before) | wanted.bits, [...words.union(new Set(wanted.keywords))]);
  return flagText(bitsOf(before) & ~wanted.bits, [...words.difference(new Set(wanted.keywords))]);
}

async function sync({ ctx }: MailboxHouse, scope: Scope, model: Model, id: number): Promise<void> {
  const truth = model.mailboxes.get(id);
  const replica = model.replicas.get(id) ?? { modseq: 0, flags: new Map<number, string>() };
  const changes = await changesSince(ctx, scope, id, replica.modseq);
  assert.equal(changes.complete, true);
  for (const uid of changes.vanished) replica.flags.delete(uid);
  for (const entry of changes.changed) {
    if (entry.created) assert.equal(replica.flags.has(entry.uid), false, 'what is new was not known');
    replica.flags.set(entry.uid, flagText(entry.flags.bits, entry.flags.keywords));
  }
  replica.modseq = changes.modseq;
  model.replicas.set(id, replica);
  assert.deepEqual(
    [...replica.flags].toSorted(([a], [b]) => a - b),
    [...(truth?.flags ?? [])].toSorted(([a], [b]) => a - b),
  );
}

async function perform(house: MailboxHouse, scope: Scope, model: Model, wanted: Step): Promise<void> {
  const { ctx } = house;
  if (wanted.op === 'create') {
    const made = await createMailbox(ctx, scope, [`f${model.seed()}`]);
    model.mailboxes.set(made.id, { uidNext: 1, flags: new Map() });
    return;
  }
  const [id, mailbox] = model.at(wanted.place);
  if (wanted.op === 'sync') return sync(house, scope, model, id);
  if (wanted.op === 'append') {
    const messages = Array.from({ length: wanted.count }, () => bareMessage(model.seed(), wanted));
    const { uids } = await appendMessages(ctx, scope, id, messages);
    assert.deepEqual(
      uids,
      messages.map(() => model.file(mailbox, flagText(wanted.bits, wanted.keywords))),
    );
  } else if (wanted.op === 'deliver') {
    const path = (await listMailboxes(ctx, scope)).find(candidate => candidate.id === id)?.path ?? [];
    const { duplicate } = await appendDelivery(ctx, scope, `d${wanted.id}`, { path }, bareMessage(wanted.id));
    assert.equal(duplicate, model.delivered.has(wanted.id));
    if (!duplicate) model.file(mailbox, flagText(0, []));
    model.delivered.add(wanted.id);
  } else if (wanted.op === 'flags') {
    const { bits, keywords: names, mode, uids } = wanted;
    const result = await storeFlags(ctx, scope, id, uids, { mode, flags: { bits, keywords: names } });
    const moved: number[] = [];
    for (const uid of chosen(mailbox, uids)) {
      const before = mailbox.flags.get(uid) ?? '';
      const after = changed(before, wanted);
      if (after !== before) moved.push(uid);
      mailbox.flags.set(uid, after);
    }
    assert.deepEqual(
      result.changed.map(entry => entry.uid),
      moved,
    );
  } else if (wanted.op === 'expunge') {
    const { vanished } = await expungeMessages(ctx, scope, id, wanted.uids);
    const gone = chosen(mailbox, wanted.uids ?? all).filter(uid => bitsOf(mailbox.flags.get(uid) ?? '') & 8);
    assert.deepEqual(vanished, gone);
    for (const uid of gone) mailbox.flags.delete(uid);
  } else if (wanted.op === 'delete') {
    if (id === 1) return;
    await deleteMailbox(ctx, scope, id);
    model.mailboxes.delete(id);
    model.replicas.delete(id);
  } else {
    const [toId, target] = model.at(wanted.to);
    const uids = chosen(mailbox, wanted.uids);
    const work = wanted.op === 'copy' ? copyMessages : moveMessages;
    const result = await work(ctx, scope, id, wanted.uids, toId);
    const to = uids.map(uid => model.file(target, mailbox.flags.get(uid) ?? ''));
    if (wanted.op === 'move') for (const uid of uids) mailbox.flags.delete(uid);
    assert.deepEqual([result.from, result.to], [uids, to]);
  }
}

async function compare({ ctx }: MailboxHouse, scope: Scope, model: Model): Promise<void> {
  const mailboxes = await listMailboxes(ctx, scope);
  assert.deepEqual(
    mailboxes.map(mailbox => mailbox.id).toSorted((a, b) => a - b),
    [...model.mailboxes.keys()].toSorted((a, b) => a - b),
  );
  for (const mailbox of mailboxes) {
    const truth = model.mailboxes.get(mailbox.id);
    assert.ok(truth);
    const flags = [...truth.flags.values()].map(bitsOf);
    assert.deepEqual(
      [mailbox.uidNext, mailbox.total, mailbox.unseen, mailbox.deleted],
      [
        truth.uidNext,
        flags.length,
        flags.filter(bits => !(bits & 1)).length,
        flags.filter(bits => bits & 8).length,
      ],
    );
    const uids = [...truth.flags.keys()].toSorted((a, b) => a - b);
    assert.deepEqual([...(await openView(ctx, scope, mailbox.id)).uids], uids);
    const entries = await fetchEntries(ctx, scope, mailbox.id, all);
    assert.deepEqual(
      entries.map(entry => [entry.uid, flagText(entry.flags.bits, entry.flags.keywords)]),
      uids.map(uid => [uid, truth.flags.get(uid)]),
    );
  }
}

test('any work by two processes leaves what a plain model says, and clients that follow changes agree', async () => {
  using folder = temporaryDirectory();
  await using one = openBareHouse(folder.path);
  await using two = openBareHouse(folder.path);
  let accountId = 100;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, fc.boolean()), { maxLength: 40 }), async steps => {
      accountId += 1;
      const scope = await makeAccount(one, accountId);
      const model = new Model();
      for (const id of [1, 2, 3, 4]) model.mailboxes.set(id, { uidNext: 1, flags: new Map() });
      for (const [wanted, first] of steps) await perform(first ? one : two, scope, model, wanted);
      for (const id of model.mailboxes.keys()) await sync(one, scope, model, id);
      await compare(one, scope, model);
      await compare(two, scope, model);
      await assertAccountClean(two.ctx.accounts, scope);
      await Promise.all([one, two].map(house => house.ctx.accounts.release(scope)));
    }),
    { numRuns: 40, seed: 20_261_122 },
  );
});
