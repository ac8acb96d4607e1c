import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JmapClient, objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { ownScope } from '../../src/access/scope.ts';
import { moveMessages } from '../../src/mailbox/copy.ts';
import { startSnoozeWaker } from '../../src/personal/snoozing/waker.ts';

const hour = 3_600_000;
const at = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

async function emailOf(client: JmapClient, id: string): Promise<Record<string, unknown>> {
  const properties = ['mailboxIds', 'keywords', 'snoozed'];
  const { list } = await client.call('Email/get', { ids: [id], properties });
  return (list as Record<string, unknown>[])[0] ?? {};
}

async function mailboxOf(client: JmapClient, role: string): Promise<Record<string, unknown>> {
  const { list } = await client.call('Mailbox/get', { ids: null });
  return (list as Record<string, unknown>[]).find(item => item['role'] === role) ?? {};
}

async function oneMail(house: JmapHouse): Promise<{ client: JmapClient; id: string; inbox: string }> {
  await house.receive('alice@hongyan.test', 'Subject: later\r\n\r\nbody\r\n');
  const client = await house.client(house.web.alice);
  const { ids } = await client.call('Email/query', {});
  const inbox = String((await mailboxOf(client, 'inbox'))['id']);
  return { client, id: (ids as string[])[0] ?? '', inbox };
}

async function set(client: JmapClient, id: string, patch: object): Promise<Record<string, unknown> | null> {
  const response = await client.call('Email/set', { update: { [id]: patch } });
  return objectsIn(response['notUpdated'])[id] ?? null;
}

test('snooze: the mail moves away, comes back unread at its time, and its state moves', async () => {
  await using house = await openJmapHouse();
  const { clock } = house.web;
  const { client, id, inbox } = await oneMail(house);
  const until = Math.floor(clock.now() / 1_000) * 1_000 + 2 * hour;
  await set(client, id, { 'keywords/$seen': true });
  const { state } = await client.call('Email/get', { ids: [] });
  assert.equal(await set(client, id, { snoozed: { until: at(until) } }), null);
  const folder = await mailboxOf(client, 'snoozed');
  assert.equal(folder['name'], 'Snoozed');
  const away = await emailOf(client, id);
  assert.deepEqual(away, {
    id,
    mailboxIds: { [String(folder['id'])]: true },
    keywords: { $seen: true },
    snoozed: { until: at(until), mailboxIds: { [inbox]: true } },
  });
  const found = await client.call('Email/query', { filter: { inMailbox: folder['id'] } });
  assert.deepEqual(found['ids'], [id]);
  assert.deepEqual((await client.call('Email/changes', { sinceState: state }))['updated'], [id]);
  // A new time is a change, too, and the way back stays.
  const { state: second } = await client.call('Email/get', { ids: [] });
  assert.equal(await set(client, id, { snoozed: { until: at(until + hour) } }), null);
  assert.deepEqual((await emailOf(client, id))['snoozed'], {
    until: at(until + hour),
    mailboxIds: { [inbox]: true },
  });
  assert.deepEqual((await client.call('Email/changes', { sinceState: second }))['updated'], [id]);
  {
    await using waker = startSnoozeWaker(house.jmap.personal);
    assert.equal(await waker.round(), 0);
    clock.advance(2 * hour);
    await waker.round();
    assert.notEqual((await emailOf(client, id))['snoozed'], null);
  }
  // Whoever runs next finds what became due meanwhile.
  clock.advance(2 * hour);
  await using again = startSnoozeWaker(house.jmap.personal);
  assert.equal(await again.round(), 1);
  assert.deepEqual(await emailOf(client, id), {
    id,
    mailboxIds: { [inbox]: true },
    keywords: {},
    snoozed: null,
  });
  assert.equal(await again.round(), 0);
  assert.deepEqual(house.complaints, []);
});

test('snooze: moving the mail by hand ends it, and moving it back does not bring it to life again', async () => {
  await using house = await openJmapHouse();
  const { clock, alice } = house.web;
  const { client, id, inbox } = await oneMail(house);
  await set(client, id, { snoozed: { until: at(clock.now() + hour) } });
  const folder = String((await mailboxOf(client, 'snoozed'))['id']);
  // As IMAP MOVE does it.
  const scope = ownScope(alice);
  const [from, to] = [Number(folder.slice(1)), Number(inbox.slice(1))];
  await moveMessages(house.mailboxes, scope, from, [[1, 0xffff_ffff]], to);
  assert.equal((await emailOf(client, id))['snoozed'], null);
  await moveMessages(house.mailboxes, scope, to, [[1, 0xffff_ffff]], from);
  assert.equal((await emailOf(client, id))['snoozed'], null);
  clock.advance(2 * hour);
  await using waker = startSnoozeWaker(house.jmap.personal);
  await waker.round();
  assert.deepEqual((await emailOf(client, id))['mailboxIds'], { [folder]: true });
});

test('snooze: null brings back at once; folders that are gone mean the inbox; another place to return to', async () => {
  await using house = await openJmapHouse();
  const { clock } = house.web;
  const { client, id, inbox } = await oneMail(house);
  const archive = String((await mailboxOf(client, 'archive'))['id']);
  const until = at(clock.now() + hour);
  await set(client, id, { snoozed: { until, mailboxIds: { [archive]: true } }, 'keywords/$flagged': true });
  await set(client, id, { snoozed: null });
  const back = await emailOf(client, id);
  assert.deepEqual([back['mailboxIds'], back['keywords']], [{ [archive]: true }, { $flagged: true }]);
  const made = await client.call('Mailbox/set', { create: { f: { name: 'Projects' } } });
  const projects = String(objectsIn(made['created'])['f']?.['id']);
  await set(client, id, { snoozed: { until, mailboxIds: { [projects]: true } } });
  await client.call('Mailbox/set', { destroy: [projects] });
  clock.advance(2 * hour);
  await using waker = startSnoozeWaker(house.jmap.personal);
  await waker.round();
  assert.deepEqual((await emailOf(client, id))['mailboxIds'], { [inbox]: true });
});

test('snooze: bad values are refused and change nothing', async () => {
  await using house = await openJmapHouse();
  const now = house.web.clock.now();
  const { client, id, inbox } = await oneMail(house);
  const bad: readonly (readonly [patch: object, type: string])[] = [
    [{ snoozed: { until: at(now - hour) } }, 'invalidProperties'],
    [{ snoozed: { until: at(now + 400 * 24 * hour) } }, 'invalidProperties'],
    [{ snoozed: { until: 'tomorrow' } }, 'invalidProperties'],
    [{ snoozed: {} }, 'invalidProperties'],
    [{ snoozed: 'x' }, 'invalidProperties'],
    [{ snoozed: { until: at(now + hour), mailboxIds: { m999: true } } }, 'invalidProperties'],
    [{ snoozed: { until: at(now + hour), mailboxIds: {} } }, 'invalidProperties'],
    [{ snoozed: { until: at(now + hour), more: 1 } }, 'invalidProperties'],
    [{ snoozed: { until: at(now + hour) }, [`mailboxIds/${inbox}`]: true }, 'invalidProperties'],
    [{ 'snoozed/until': at(now + hour) }, 'invalidPatch'],
  ];
  for (const [patch, type] of bad) {
    assert.equal((await set(client, id, patch))?.['type'], type, JSON.stringify(patch));
  }
  assert.equal((await set(client, 'e9999', { snoozed: { until: at(now + hour) } }))?.['type'], 'notFound');
  const after = await emailOf(client, id);
  assert.deepEqual([after['snoozed'], after['mailboxIds']], [null, { [inbox]: true }]);
  // Many at once, some of them twice: one folder.
  const twice = [1, 2, 3, 4].map(n => set(client, id, { snoozed: { until: at(now + n * hour) } }));
  assert.deepEqual(await Promise.all(twice), [null, null, null, null]);
  const { list } = await client.call('Mailbox/get', { ids: null });
  const roles = (list as Record<string, unknown>[]).map(item => item['role']);
  assert.equal(roles.filter(role => role === 'snoozed').length, 1);
  assert.deepEqual(house.complaints, []);
});
