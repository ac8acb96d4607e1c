import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemScope } from '@hongyan/server/access/scope.ts';
import { countForgotten } from '@hongyan/server/store/accounts/personal/deleted-days.ts';
import type { TraceEntry } from '@hongyan/server/store/records/types.ts';
import { openRestHouse, type RestHouse } from '@hongyan/testkit/rest-house.ts';

interface Journey {
  readonly queueId: string;
  readonly subject: string | null;
  readonly state: string;
  readonly recipients: readonly { readonly address: string; readonly state: string }[];
  readonly steps: readonly { readonly event: string; readonly reply: string | null }[];
}

async function tell(house: RestHouse, ...entries: Partial<TraceEntry>[]): Promise<void> {
  const { records, tenant, clock } = house.web;
  for (const entry of entries) {
    await records.trace({
      at: clock.now(),
      tenantId: tenant.tenantId,
      queueId: null,
      event: 'accepted',
      ...entry,
    });
  }
}

/** Two mails of this company, one of another. */
async function story(house: RestHouse): Promise<void> {
  const sender = 'alice@hongyan.test';
  await tell(
    house,
    { queueId: 'q1', sender, subject: '样品 PO 2026-0317', messageId: 'm1@hongyan.test', size: 9400 },
    {
      queueId: 'q1',
      sender,
      recipient: 'ingrid@nordvik.example',
      event: 'deferred',
      reply: '451 4.7.1 Greylisted',
    },
    { queueId: 'q1', sender, recipient: 'bob@hongyan.test', event: 'delivered' },
    {
      queueId: 'q1',
      sender,
      recipient: 'ingrid@nordvik.example',
      event: 'relayed',
      host: 'mx.nordvik.example',
    },
    { queueId: 'q2', sender: 'x@out.example', subject: '100% off_er' },
    {
      queueId: 'q2',
      sender: 'x@out.example',
      recipient: 'bob@hongyan.test',
      event: 'failed',
      reply: '552 full',
    },
    { queueId: 'q3', sender: 'x@out.example', tenantId: 999, subject: 'secret' },
    {
      queueId: 'q3',
      sender: 'x@out.example',
      recipient: 'bob@hongyan.test',
      event: 'delivered',
      tenantId: 999,
    },
  );
}

test('LOG-01: where a mail went is found by address, part of one, subject, ids and result', async () => {
  await using house = await openRestHouse();
  await story(house);
  const alice = await house.as(house.web.alice);
  const search = async (query: string): Promise<string[]> => {
    const answer = await alice('GET', `/trace?${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json<{ items: Journey[] }>().items.map(({ queueId }) => queueId);
  };
  assert.deepEqual(await search(''), ['q2', 'q1']);
  assert.deepEqual(await search('address=ingrid@nordvik.example'), ['q1']);
  assert.deepEqual(await search('address=nordvik'), ['q1']);
  assert.deepEqual(await search('address=bob@hongyan.test'), ['q2', 'q1']);
  assert.deepEqual(await search(`subject=${encodeURIComponent('po 2026')}`), ['q1']);
  assert.deepEqual(await search(`subject=${encodeURIComponent('样品')}&address=bob@hongyan.test`), ['q1']);
  assert.deepEqual(await search(`subject=${encodeURIComponent('0% OFF_')}`), ['q2']);
  assert.deepEqual(await search(`subject=${encodeURIComponent('0%of')}`), []);
  assert.deepEqual(await search(`messageId=${encodeURIComponent('<m1@hongyan.test>')}`), ['q1']);
  assert.deepEqual(await search('queueId=q2'), ['q2']);
  assert.deepEqual(await search('state=bounced'), ['q2']);
  assert.deepEqual(await search('queueId=q3'), [], 'another company');
});

test('LOG-01: one mail shows each step with the reply; another company’s is not there', async () => {
  await using house = await openRestHouse();
  await story(house);
  const alice = await house.as(house.web.alice);
  const journey = (await alice('GET', '/trace/q1')).json<Journey>();
  assert.equal(journey.subject, '样品 PO 2026-0317');
  assert.deepEqual(
    journey.recipients.map(({ address, state }) => [address, state]),
    [
      ['ingrid@nordvik.example', 'relayed'],
      ['bob@hongyan.test', 'delivered'],
    ],
  );
  assert.deepEqual(
    journey.steps.map(({ event }) => event),
    ['accepted', 'deferred', 'delivered', 'relayed'],
  );
  assert.equal(journey.steps[1]?.reply, '451 4.7.1 Greylisted');
  assert.equal((await alice('GET', '/trace/q3')).status, 404);
  assert.equal((await alice('POST', '/trace/q1/retry')).status, 409, 'nothing waits');
  const csv = await alice('GET', '/trace/export', { headers: { 'accept-language': 'zh-CN' } });
  assert.match(csv.text, /已到达对方服务器/);
  assert.doesNotMatch(csv.text, /secret/);
});

test('LOG-01: pages neither repeat nor lose a mail', async () => {
  await using house = await openRestHouse();
  const queueIds = Array.from({ length: 7 }, (_, i) => `n${i}`);
  for (const queueId of queueIds) {
    await tell(house, { queueId, sender: 'a@out.example' });
  }
  for (const queueId of queueIds) {
    await tell(house, {
      queueId,
      sender: 'a@out.example',
      recipient: 'bob@hongyan.test',
      event: 'delivered',
    });
  }
  const alice = await house.as(house.web.alice);
  const found: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer = await alice('GET', `/trace?limit=3${cursor && `&cursor=${cursor}`}`);
    const page: { items: Journey[]; next: string | null } = answer.json();
    found.push(...page.items.map(({ queueId }) => queueId));
    cursor = page.next;
  }
  assert.deepEqual(found, queueIds.toReversed());
});

test('STA-02, STA-03, STA-04: numbers by day are those of the company', async () => {
  await using house = await openRestHouse();
  await story(house);
  await tell(house, {
    queueId: null,
    event: 'refused',
    sender: 'spam@bad.example',
    recipient: 'bob@hongyan.test',
  });
  for (let i = 0; i < 5; i += 1) {
    await tell(house, {
      queueId: `junk${i}`,
      event: 'delivered',
      sender: 'spam@bad.example',
      recipient: 'bob@hongyan.test',
      verdict: 'junk',
    });
  }
  const { records, tenant, clock, alice } = house.web;
  const visit = {
    at: clock.now(),
    tenantId: tenant.tenantId,
    login: 'alice',
    service: 'web',
    address: '::1',
    method: 'password',
  };
  for (const result of ['ok', 'ok', 'auth.failed']) {
    await records.signedIn({ ...visit, accountId: alice.accountId, result });
  }
  const client = await house.as(alice);
  const from = new Date(clock.now() - 86_400_000).toISOString();
  const to = new Date(clock.now() + 1).toISOString();
  const answer = await client('GET', `/statistics?from=${from}&to=${to}&offset=480`);
  assert.equal(answer.status, 200, answer.text);
  const { total, days } = answer.json<{ total: object; days: { people: number }[] }>();
  assert.deepEqual(total, {
    sentOutside: 1,
    sentInside: 1,
    receivedOutside: 5,
    refused: 1,
    junk: 5,
    people: 1,
  });
  assert.equal(days.length, 2);
  assert.equal(days.at(-1)?.people, 1);
  const long = new Date(clock.now() - 400 * 86_400_000).toISOString();
  assert.equal((await client('GET', `/statistics?from=${long}&to=${to}`)).status, 422);
});

test('STA-05: nearly full mailboxes are listed, and any mailbox can be looked up', async () => {
  await using house = await openRestHouse();
  const client = await house.as(house.web.alice);
  const { tenant, bob, clock } = house.web;
  const near = async (): Promise<unknown[]> =>
    (await client('GET', '/statistics/capacity')).json<{ items: unknown[] }>().items;
  assert.deepEqual(await near(), []);
  const given = await client('PATCH', `/members/${bob.accountId}`, { body: { quotaBytes: 1_000 } });
  assert.equal(given.status, 200, given.text);
  await house.mail.administration.ensure(tenant.tenantId, bob.accountId);
  const scope = systemScope(tenant.tenantId, bob.accountId, 'test');
  await house.mail.mailboxes.accounts.transact(scope, async tx => {
    tx.use(950, 3);
    await countForgotten(
      tx,
      [1, 20, 29, 31].map(days => clock.now() - days * 86_400_000),
      clock.now(),
    );
  });
  assert.deepEqual(await near(), [
    {
      id: bob.accountId,
      name: 'bob',
      address: 'bob@hongyan.test',
      usedBytes: 950,
      limitBytes: 1_000,
      messages: 3,
      deletedLastMonth: 3,
    },
  ]);
  const one = (await client('GET', '/statistics/capacity?q=bob')).json<{ items: { address: string }[] }>();
  assert.deepEqual(
    one.items.map(({ address }) => address),
    ['bob@hongyan.test'],
  );
});

test('SRC-10: what members may do is read and changed, and in the operation log', async () => {
  await using house = await openRestHouse();
  const alice = await house.as(house.web.alice);
  assert.deepEqual((await alice('GET', '/member-rights')).json(), {
    mayForward: true,
    mayRestoreDeleted: true,
  });
  const changed = await alice('PATCH', '/member-rights', { body: { mayForward: false } });
  assert.deepEqual(changed.json(), { mayForward: false, mayRestoreDeleted: true });
  assert.match((await alice('GET', '/operations')).text, /member rights/);
  const bob = await house.as(house.web.bob);
  assert.equal((await bob('GET', '/member-rights')).status, 403);
});
