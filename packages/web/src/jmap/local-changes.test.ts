import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JmapClient } from './client.ts';
import { LocalChanges } from './local-changes.ts';
import { MailStore } from './mail-store.ts';
import type { EmailRow } from './types.ts';

const star = new Map([['m', { 'keywords/$flagged': true as const }]]);
const old = { id: 'm', threadId: 't', keywords: {}, mailboxIds: { inbox: true } } as unknown as EmailRow;

/** A store whose changes the server makes when it is told to. */
function slowStore(): { readonly store: MailStore; readonly answer: PromiseWithResolvers<unknown> } {
  const answer = Promise.withResolvers<unknown>();
  const client = {
    accountId: 'a',
    limit: () => 500,
    offers: () => false,
    one: () => answer.promise,
    call: () => answer.promise,
  } as unknown as JmapClient;
  const store = new MailStore(client);
  store.learn([old], [], 's', store.local.moment);
  return { store, answer };
}

const starred = (store: MailStore): boolean => '$flagged' in (store.row('m')?.keywords ?? {});

test('what was read before a change made here does not take it back, whenever it comes', async () => {
  const { store, answer } = slowStore();
  const { moment } = store.local;
  const patching = store.patch(star);
  assert.equal(starred(store), true);
  store.learn([old], [], 's', moment);
  assert.equal(starred(store), true, 'while the change is on its way');
  const during = store.local.moment;
  answer.resolve({ notUpdated: null });
  await patching;
  store.learn([old], [], 's', moment);
  store.learn([old], [], 's', during);
  assert.equal(starred(store), true, 'when it has arrived');
  // What was read since then counts: somebody else took the star away.
  store.learn([old], [], 's', store.local.moment);
  assert.equal(starred(store), false);
});

test('a refused change is taken back, and what is read then counts', async () => {
  const { store, answer } = slowStore();
  const patching = store.patch(star);
  answer.reject(new Error('no'));
  await assert.rejects(patching);
  assert.equal(starred(store), false);
  store.learn([{ ...old, keywords: { $flagged: true } }], [], 's', store.local.moment);
  assert.equal(starred(store), true);
});

test('two changes of a mail at once: both have to arrive; the number remembered is bounded', () => {
  const local = new LocalChanges();
  local.begin(['m']);
  local.begin(['m']);
  local.end(['m']);
  assert.equal(local.isNewer('m', local.moment), true);
  local.end(['m']);
  assert.equal(local.isNewer('m', local.moment), false);
  const before = local.moment;
  const many = Array.from({ length: 3_000 }, (_, at) => `m${at}`);
  local.begin(many);
  local.end(many);
  assert.equal(local.isNewer('m2999', before), true);
  assert.equal(local.isNewer('m0', before), false, 'forgotten');
});
