import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DraftLocks } from './draft-locks.ts';

const account = (): string => `account-${Math.random()}`;

test('a draft that one tab writes is not free for another until it is given back', async () => {
  const id = account();
  const one = new DraftLocks(id);
  const other = new DraftLocks(id);
  assert.equal(await one.take('a'), true);
  assert.equal(await one.take('a'), true, 'it has it already');
  assert.equal(await other.take('a'), false);
  assert.equal(await other.take('a'), false, 'having asked in vain changes nothing');
  assert.equal(await other.take('b'), true, 'others are free');
  assert.equal(await new DraftLocks(account()).take('a'), true, 'of another account');
  one.release('a');
  assert.equal(await one.take('a'), true, 'given back and taken again at once');
  assert.equal(await other.take('a'), false);
  one.release('a');
  other.release('b');
});

test('a draft stays taken while any composer of the tab writes it', async () => {
  const id = account();
  const one = new DraftLocks(id);
  const other = new DraftLocks(id);
  assert.equal(await one.take('a'), true);
  one.hold('a');
  one.hold('a');
  one.release('a');
  assert.equal(await other.take('a'), false, 'one is left');
  one.release('a');
  assert.equal(await one.take('a'), true);
  one.release('a');
});

test('whoever waits for a draft has it next; giving up while waiting disturbs nobody', async () => {
  const id = account();
  const one = new DraftLocks(id);
  const other = new DraftLocks(id);
  const third = new DraftLocks(id);
  assert.equal(await one.take('a'), true);
  third.hold('a');
  other.hold('a');
  other.release('a');
  one.release('a');
  assert.equal(await one.take('a'), false, 'the third has it');
  third.release('a');
  assert.equal(await third.take('a'), true);
  third.release('a');
});

test('where the browser has no locks every draft is free', async () => {
  const none = new DraftLocks(account(), null as unknown as LockManager);
  none.hold('a');
  assert.equal(await none.take('a'), true);
  none.release('a');
});
