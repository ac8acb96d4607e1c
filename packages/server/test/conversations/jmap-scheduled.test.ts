import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JmapClient, objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { ownScope } from '../../src/access/scope.ts';
import { moveMessages } from '../../src/mailbox/copy.ts';
import { removeMessages } from '../../src/mailbox/expunge.ts';
import { startSnoozeWaker } from '../../src/personal/snoozing/waker.ts';

const hour = 3_600_000;
const at = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

interface Scene {
  readonly client: JmapClient;
  readonly emailId: string;
  readonly boxes: Record<string, string>;
}

/** A draft of alice's, and her mailboxes. */
async function withDraft(house: JmapHouse): Promise<Scene> {
  const client = await house.client(house.web.alice);
  const boxes = await client.mailboxes();
  const { created } = await client.call('Email/set', {
    create: {
      d: {
        mailboxIds: { [String(boxes['drafts'])]: true },
        keywords: { $draft: true },
        from: [{ email: 'alice@hongyan.test' }],
        to: [{ email: 'bob@hongyan.test' }],
        subject: 'Tomorrow',
        bodyStructure: { type: 'text/plain', partId: 't' },
        bodyValues: { t: { value: 'in the morning' } },
      },
    },
  });
  return { client, emailId: String(objectsIn(created)['d']?.['id']), boxes };
}

async function submit(
  { client, emailId }: Scene,
  parameters: Record<string, string> | null,
  onSend: unknown,
): Promise<Record<string, unknown>> {
  const { list } = await client.call('Identity/get', { ids: null });
  const [identity] = list as { id: string }[];
  return client.call('EmailSubmission/set', {
    create: {
      s: {
        identityId: identity?.id,
        emailId,
        envelope: {
          mailFrom: { email: 'alice@hongyan.test', parameters },
          rcptTo: [{ email: 'bob@hongyan.test', parameters: null }],
        },
        onSend,
      },
    },
  });
}

async function place({ client, emailId }: Scene): Promise<unknown> {
  const { list } = await client.call('Email/get', { ids: [emailId], properties: ['mailboxIds', 'keywords'] });
  const [email] = list as { mailboxIds: object; keywords: object }[];
  return [Object.keys(email?.mailboxIds ?? {}), Object.keys(email?.keywords ?? {}).sort()];
}

async function onSendOf({ client }: Scene, id: string): Promise<unknown> {
  const { list } = await client.call('EmailSubmission/get', { ids: [id], properties: ['onSend'] });
  return (list as { onSend: unknown }[])[0]?.onSend;
}

test('CMP-06: a mail that waits for its time lies in Scheduled, and in Sent once it has left', async () => {
  await using house = await openJmapHouse();
  const { clock } = house.web;
  const scene = await withDraft(house);
  const { sent } = scene.boxes;
  const answer = await submit(
    scene,
    { HOLDUNTIL: at(clock.now() + hour) },
    { mailboxIds: { [String(sent)]: true } },
  );
  const id = String(objectsIn(answer['created'])['s']?.['id']);
  const { scheduled } = await scene.client.mailboxes();
  assert.ok(scheduled, JSON.stringify(answer));
  assert.deepEqual(await place(scene), [[scheduled], ['$draft']]);
  assert.deepEqual(await onSendOf(scene, id), { mailboxIds: { [String(sent)]: true } });
  const { list } = await scene.client.call('Email/get', { ids: [scene.emailId], properties: ['snoozed'] });
  assert.equal((list as { snoozed: unknown }[])[0]?.snoozed, null, 'it is not a snoozed one');
  await using waker = startSnoozeWaker(house.jmap.personal);
  assert.equal(await waker.round(), 0);
  clock.advance(2 * hour);
  assert.equal(await waker.round(), 1);
  assert.deepEqual(await place(scene), [[sent], ['$seen']]);
  assert.equal(await onSendOf(scene, id), null);
  assert.deepEqual(house.complaints, []);
});

test('CMP-06: a mail that is called back is a draft again and stays one', async () => {
  await using house = await openJmapHouse();
  const { clock } = house.web;
  const scene = await withDraft(house);
  const onSend = { mailboxIds: { [String(scene.boxes['sent'])]: true } };
  const answer = await submit(scene, { HOLDFOR: '3600' }, onSend);
  const id = String(objectsIn(answer['created'])['s']?.['id']);
  const { updated } = await scene.client.call('EmailSubmission/set', {
    update: { [id]: { undoStatus: 'canceled' } },
  });
  assert.ok(id in objectsIn(updated));
  assert.deepEqual(await place(scene), [[scene.boxes['drafts']], ['$draft']]);
  assert.equal(await onSendOf(scene, id), null);
  clock.advance(2 * hour);
  await using waker = startSnoozeWaker(house.jmap.personal);
  await waker.round();
  assert.deepEqual(await place(scene), [[scene.boxes['drafts']], ['$draft']]);
});

test('onSend of a mail that is not held files it at once; folders that are gone mean Sent', async () => {
  await using house = await openJmapHouse();
  const { clock } = house.web;
  const first = await withDraft(house);
  const { archive = '', sent = '' } = first.boxes;
  await submit(first, null, { mailboxIds: { [archive]: true } });
  assert.deepEqual(await place(first), [[archive], ['$seen']]);
  const second = await withDraft(house);
  const { created } = await second.client.call('Mailbox/set', { create: { k: { name: 'Later' } } });
  const gone = String(objectsIn(created)['k']?.['id']);
  await submit(second, { HOLDFOR: '60' }, { mailboxIds: { [gone]: true } });
  await second.client.call('Mailbox/set', { destroy: [gone] });
  clock.advance(hour);
  await using waker = startSnoozeWaker(house.jmap.personal);
  assert.equal(await waker.round(), 1);
  assert.deepEqual(await place(second), [[sent], ['$seen']]);
});

test('onSend that cannot be done sends nothing; a waiting mail moved by hand stays where it was put', async () => {
  await using house = await openJmapHouse();
  const { clock, alice } = house.web;
  const scene = await withDraft(house);
  const { drafts = '', inbox = '' } = scene.boxes;
  for (const onSend of [{ mailboxIds: { m999: true } }, { mailboxIds: {} }, {}, { surplus: 1 }, [], 'x', 7]) {
    const answer = await submit(scene, { HOLDFOR: '3600' }, onSend);
    const error = objectsIn(answer['notCreated'])['s'];
    assert.equal(error?.['type'], 'invalidProperties', JSON.stringify(onSend));
  }
  assert.deepEqual(await place(scene), [[drafts], ['$draft']]);
  const { ids } = await scene.client.call('EmailSubmission/query', {});
  assert.deepEqual(ids, []);
  await submit(scene, { HOLDFOR: '3600' }, { mailboxIds: { [inbox]: true } });
  const { scheduled = '' } = await scene.client.mailboxes();
  const snoozing = await scene.client.call('Email/set', {
    update: { [scene.emailId]: { snoozed: { until: at(clock.now() + hour) } } },
  });
  assert.equal(objectsIn(snoozing['notUpdated'])[scene.emailId]?.['type'], 'forbidden');
  // As IMAP MOVE does it.
  const [from, to] = [Number(scheduled.slice(1)), Number(drafts.slice(1))];
  await moveMessages(house.mailboxes, ownScope(alice), from, [[1, 0xffff_ffff]], to);
  clock.advance(2 * hour);
  await using waker = startSnoozeWaker(house.jmap.personal);
  await waker.round();
  assert.deepEqual(await place(scene), [[drafts], ['$draft']]);
});

/** Ways in which a mail is taken out of Scheduled before its time. */
const waysOut: Readonly<
  Record<string, (house: JmapHouse, scene: Scene, folder: string) => Promise<unknown>>
> = {
  'destroyed through JMAP': (_house, { client, emailId }) => client.call('Email/set', { destroy: [emailId] }),
  'moved to Trash through JMAP': (_house, { client, emailId, boxes }) =>
    client.call('Email/set', { update: { [emailId]: { mailboxIds: { [String(boxes['trash'])]: true } } } }),
  'moved by IMAP': (house, { boxes }, folder) =>
    moveMessages(
      house.mailboxes,
      ownScope(house.web.alice),
      numberOf(folder),
      everything,
      numberOf(boxes['trash']),
    ),
  'removed by IMAP': (house, _scene, folder) =>
    removeMessages(house.mailboxes, { scope: ownScope(house.web.alice), id: numberOf(folder) }, everything),
  'gone with its folder': (_house, { client }, folder) =>
    client.call('Mailbox/set', { destroy: [folder], onDestroyRemoveEmails: true }),
};

const everything = [[1, 0xffff_ffff]] as const;
const numberOf = (id: string | undefined): number => Number(id?.slice(1));

for (const [way, takeOut] of Object.entries(waysOut)) {
  test(`CMP-06: a mail that waits and is ${way} does not leave, and its submission says so`, async () => {
    await using house = await openJmapHouse();
    const { clock } = house.web;
    const scene = await withDraft(house);
    const onSend = { mailboxIds: { [String(scene.boxes['sent'])]: true } };
    const id = String(objectsIn((await submit(scene, { HOLDFOR: '3600' }, onSend))['created'])['s']?.['id']);
    const { scheduled = '' } = await scene.client.mailboxes();
    const { state } = await scene.client.call('EmailSubmission/get', { ids: [] });
    await takeOut(house, scene, scheduled);
    const { list } = await scene.client.call('EmailSubmission/get', { ids: [id] });
    assert.equal((list as { undoStatus: string }[])[0]?.undoStatus, 'canceled');
    const changes = await scene.client.call('EmailSubmission/changes', { sinceState: state });
    assert.deepEqual(changes['updated'], [id]);
    clock.advance(2 * hour);
    await using waker = startSnoozeWaker(house.jmap.personal);
    await waker.round();
    await house.settled();
    const bob = await house.client(house.web.bob);
    assert.deepEqual((await bob.call('Email/query', {}))['ids'], []);
    const sentBox = { filter: { inMailbox: scene.boxes['sent'] } };
    assert.deepEqual((await scene.client.call('Email/query', sentBox))['ids'], []);
    const { tenantId } = house.web.alice;
    const [last] = await house.web.records.findTrace({ tenantId }, { limit: 1 });
    assert.deepEqual([last?.event, last?.recipient], ['withdrawn', 'bob@hongyan.test']);
    assert.deepEqual(house.complaints, []);
  });
}

test('RFC 8621 §7.5: a mail that is held without onSend leaves though its Email is destroyed', async () => {
  await using house = await openJmapHouse();
  const scene = await withDraft(house);
  await submit(scene, { HOLDFOR: '60' }, null);
  await scene.client.call('Email/set', { destroy: [scene.emailId] });
  house.web.clock.advance(hour);
  await house.settled();
  const bob = await house.client(house.web.bob);
  const { ids } = await bob.call('Email/query', {});
  assert.equal((ids as string[]).length, 1);
});

test('CMP-06: a mail that its sender has in one more folder waits on when it is taken out of that one', async () => {
  await using house = await openJmapHouse();
  const scene = await withDraft(house);
  const { archive = '', sent = '' } = scene.boxes;
  await submit(scene, { HOLDFOR: '3600' }, { mailboxIds: { [sent]: true } });
  const put = (value: unknown): Promise<unknown> =>
    scene.client.call('Email/set', { update: { [scene.emailId]: { [`mailboxIds/${archive}`]: value } } });
  await put(true);
  await put(null);
  house.web.clock.advance(2 * hour);
  await house.settled();
  const bob = await house.client(house.web.bob);
  assert.equal(((await bob.call('Email/query', {}))['ids'] as string[]).length, 1);
});
