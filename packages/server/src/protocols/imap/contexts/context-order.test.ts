import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRows, type SortRow } from '../ordering/sort-rows.ts';
import { type ContextChange, type ContextOrder, MailboxOrder, SortedOrder } from './context-order.ts';

/** A client that keeps a result as RFC 5267 §4.3.3 and §4.3.4 tell it to. */
class Follower {
  readonly list: number[];

  constructor(list: readonly number[]) {
    this.list = [...list];
  }

  added(changes: readonly ContextChange[]): void {
    for (const { position, uids } of changes) {
      if (position === 0) {
        this.list.push(...uids);
        this.list.sort((left, right) => left - right);
      } else {
        assert.ok(position <= this.list.length + 1);
        this.list.splice(position - 1, 0, ...uids);
      }
    }
  }

  removed(changes: readonly ContextChange[]): void {
    for (const { position, uids } of changes) {
      for (const uid of uids) {
        const at = position === 0 ? this.list.indexOf(uid) : position - 1;
        assert.equal(this.list[at], uid);
        this.list.splice(at, 1);
      }
    }
  }
}

function random(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function play(
  order: ContextOrder,
  rows: SortRow[],
  sorted: (rows: SortRow[]) => number[],
  seed: number,
): void {
  const below = random(seed);
  const follower = new Follower(sorted(rows));
  let present = rows;
  let next = 1_000;
  for (let round = 0; round < 60; round++) {
    const gone = present.filter(() => below(5) === 0);
    if (gone.length > 0) follower.removed(order.remove(gone.map(row => row.uid)));
    present = present.filter(row => !gone.includes(row));
    const come = Array.from({ length: below(6) }, () => ({
      uid: next++,
      values: [below(20), `${below(9)}`],
    }));
    // What went may come back in its old place.
    const back = gone.filter(() => below(2) === 0);
    const rowsToAdd = [...come, ...back];
    if (rowsToAdd.length > 0) follower.added(order.add(rowsToAdd));
    present = [...present, ...rowsToAdd];
    assert.deepEqual(follower.list, sorted(present), `seed ${seed} round ${round}`);
    for (const row of present) assert.ok(order.has(row.uid));
    for (const row of gone) assert.equal(order.has(row.uid), back.includes(row));
  }
}

const start = Array.from({ length: 40 }, (_, at) => ({ uid: at + 1, values: [(at * 7) % 20, `${at % 9}`] }));

test('whoever applies the changes of a sorted result has the sorted result (RFC 5267 §4.3.3, §4.3.4)', () => {
  const criteria = [
    { key: 'SIZE', reverse: true },
    { key: 'SUBJECT', reverse: false },
  ] as const;
  const compare = compareRows(criteria);
  const sorted = (rows: SortRow[]): number[] => rows.toSorted(compare).map(row => row.uid);
  for (let seed = 1; seed <= 20; seed++) {
    const order = new SortedOrder(start.toSorted(compare), compare);
    assert.equal(order.held, 40);
    play(order, start, sorted, seed);
  }
});

test('whoever applies the changes of a search has its result in the order of the mailbox (RFC 5267 §4.3.3)', () => {
  const sorted = (rows: SortRow[]): number[] => rows.map(row => row.uid).sort((left, right) => left - right);
  for (let seed = 1; seed <= 20; seed++) {
    const order = new MailboxOrder(start.map(row => row.uid));
    assert.equal(order.held, 0);
    play(order, start, sorted, seed);
  }
});
