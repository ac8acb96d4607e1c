import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call, Invocation, JmapClient } from './client.ts';
import { MailStore } from './mail-store.ts';

/** An account that offers everything, and the names of the methods in each request it gets. */
function account(accountId: string): { readonly client: JmapClient; readonly requests: string[][] } {
  const requests: string[][] = [];
  const answer = ([name]: Call, at: number): Invocation =>
    name === 'Quota/get'
      ? ['error', { type: 'unknownMethod' }, `${at}`]
      : [name, { list: [{ id: `${accountId} ${name}` }], state: 's', notFound: [] }, `${at}`];
  const each = async (calls: readonly Call[]): Promise<Invocation[]> => {
    requests.push(calls.map(([name]) => name));
    return calls.map(answer);
  };
  const client = {
    accountId,
    offers: () => true,
    each,
    one: async (...call: Call) => (await each([call]))[0]?.[1],
  } as unknown as JmapClient;
  return { client, requests };
}

test('a start is one request, with what is personal; a server without quotas keeps nobody out', async () => {
  const { client, requests } = account('a');
  const store = new MailStore(client);
  await store.start();
  assert.deepEqual(requests, [
    ['Quota/get', 'Mailbox/get', 'Identity/get', 'Settings/get', 'Label/get', 'Signature/get'],
  ]);
  assert.deepEqual([...store.mailboxes.keys()], ['a Mailbox/get']);
  assert.deepEqual(
    store.identities.map(({ id }) => id),
    ['a Identity/get'],
  );
  assert.deepEqual(
    store.personal.labels.items.map(({ id }) => id),
    ['a Label/get'],
  );
  assert.equal(store.quota, null);
});

test('another account brings no labels and settings of its own; one’s own are read where they are missing', async () => {
  const own = account('own');
  const other = account('other');
  const mine = new MailStore(own.client);
  const theirs = new MailStore(other.client, mine.personal);
  await theirs.start();
  assert.deepEqual(other.requests, [['Quota/get', 'Mailbox/get', 'Identity/get']]);
  assert.deepEqual(
    mine.personal.labels.items.map(({ id }) => id),
    ['own Label/get'],
  );
  await theirs.start();
  assert.equal(own.requests.length, 3, 'once each');
});

test('a failure of what the first screen cannot do without is thrown', async () => {
  const broken = {
    accountId: 'a',
    offers: () => true,
    each: async (calls: readonly Call[]) => calls.map((_, at) => ['error', { type: 'serverFail' }, `${at}`]),
  } as unknown as JmapClient;
  await assert.rejects(new MailStore(broken).start(), { code: 'serverFail' });
});
