import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JmapClient, objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { changeMemberRights } from '../../src/personal/member-rights.ts';

type Objects = Record<string, unknown>[];

const day = 86_400_000;

async function rolesOf(client: JmapClient): Promise<Map<string, string>> {
  const { list } = await client.call('Mailbox/get', {});
  return new Map((list as Objects).map(one => [String(one['role'] ?? one['name']), String(one['id'])]));
}

/** Subjects of the mails in a mailbox with their keywords. */
async function mailsIn(client: JmapClient, mailbox: string | undefined): Promise<Record<string, unknown>> {
  const { ids } = await client.call('Email/query', { filter: { inMailbox: mailbox } });
  const { list } = await client.call('Email/get', { ids, properties: ['subject', 'keywords'] });
  return Object.fromEntries(
    (list as Objects).map(one => [one['subject'], Object.keys(objectsIn(one['keywords'])).sort()]),
  );
}

const to = 'alice@hongyan.test';
const mail = (subject: string, more: string = ''): string =>
  `From: Sender <sender@outside.test>\r\nTo: ${to}\r\n${more}Subject: ${subject}\r\n\r\nbody of ${subject}\r\n`;

async function until(house: JmapHouse, client: JmapClient, role: string, subject: string): Promise<void> {
  const folders = await rolesOf(client);
  for (let round = 0; round < 200; round += 1) {
    if (subject in (await mailsIn(client, folders.get(role)))) return;
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  assert.fail(`${subject} did not come to ${role}: ${house.complaints.join()}`);
}

test('FLT-01: a rule labels, stars and moves; one with stop ends the rules; it can be run over old mail', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  await house.receive(to, mail('old invoice'));
  const folders = await rolesOf(client);
  const [made, label] = await client.request([
    ['Mailbox/set', { create: { m: { name: 'Bills', parentId: null } } }],
    ['Label/set', { create: { l: { name: 'Money' } } }],
  ]);
  const bills = String(objectsIn(made?.args['created'])['m']?.['id']);
  const labelId = objectsIn(label?.args['created'])['l']?.['id'];
  const rules = await client.call('FilterRule/set', {
    create: {
      a: {
        sortOrder: 1,
        conditions: [
          { field: 'subject', operator: 'contains', value: 'INVOICE "x\\' },
          { field: 'subject', operator: 'endsWith', value: 'invoice' },
        ],
        match: 'any',
        actions: [{ type: 'move', mailboxId: bills }, { type: 'label', labelId }, { type: 'star' }],
      },
      b: {
        sortOrder: 2,
        conditions: [{ field: 'from', operator: 'is', value: 'sender@outside.test' }],
        actions: [{ type: 'markRead' }],
      },
      c: {
        sortOrder: 3,
        conditions: [{ field: 'size', operator: 'over', value: 1 }],
        actions: [{ type: 'toDo' }],
      },
    },
  });
  assert.deepEqual(rules['notCreated'], null);
  await house.receive(to, mail('new invoice'));
  await house.receive(to, mail('hello'));
  assert.deepEqual(await mailsIn(client, bills), { 'new invoice': ['$flagged', 'label-money'] });
  assert.deepEqual(await mailsIn(client, folders.get('inbox')), { 'old invoice': [], hello: ['$seen'] });
  const ids = [objectsIn(rules['created'])['a']?.['id']];
  const done = await client.call('FilterRule/apply', { ids, mailboxId: folders.get('inbox') });
  assert.deepEqual([done['scanned'], done['matched'], done['changed'], done['hasMore']], [2, 1, 1, false]);
  assert.deepEqual(Object.keys(await mailsIn(client, bills)).sort(), ['new invoice', 'old invoice']);
  assert.deepEqual(house.complaints, []);
});

test('FLT-02, FLT-03: blocked senders go to junk and meet no rule; an allowed address wins over a blocked domain', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const folders = await rolesOf(client);
  await client.call('FilterRule/set', { create: { r: { actions: [{ type: 'star' }] } } });
  const set = await client.call('SenderEntry/set', {
    create: { b: { kind: 'block', value: 'outside.test' } },
  });
  await house.receive(to, mail('blocked'));
  assert.deepEqual(await mailsIn(client, folders.get('junk')), { blocked: [] });
  const state = set['newState'];
  await client.call('SenderEntry/set', {
    ifInState: state,
    create: { a: { kind: 'allow', value: 'sender@outside.test' } },
  });
  await house.receive(to, mail('welcome'));
  assert.deepEqual(await mailsIn(client, folders.get('inbox')), { welcome: ['$flagged'] });
});

test('SET-12, SRC-10: forwarding with and without a copy; it rests when the company forbids it', async () => {
  await using house = await openJmapHouse();
  const alice = await house.client(house.web.alice);
  const bob = await house.client(house.web.bob);
  const forward = async (keepCopy: boolean): Promise<unknown> =>
    (
      await alice.call('Settings/set', {
        update: { singleton: { autoForward: { isEnabled: true, address: 'bob@hongyan.test', keepCopy } } },
      })
    )['notUpdated'];
  const inbox = (await rolesOf(alice)).get('inbox');
  assert.equal(await forward(true), null);
  await house.receive(to, mail('kept'));
  await until(house, bob, 'inbox', 'kept');
  assert.deepEqual(Object.keys(await mailsIn(alice, inbox)), ['kept']);
  assert.equal(await forward(false), null);
  const { acceptor } = house;
  const send = async (subject: string): Promise<void> => {
    await using delivery = acceptor.begin({
      kind: 'mx',
      principal: null,
      peer: { address: '192.0.2.7', port: 4321, helo: 'mx.outside.test' },
      tls: null,
      protocol: 'ESMTP',
    });
    await delivery.sender('sender@outside.test', {});
    await delivery.recipient(to, {});
    await delivery.write(Buffer.from(mail(subject)));
    await delivery.commit();
  };
  await send('gone');
  await until(house, bob, 'inbox', 'gone');
  assert.deepEqual(Object.keys(await mailsIn(alice, inbox)), ['kept']);
  const { database, clock, tenant } = house.web;
  await changeMemberRights({ database, clock }, tenant, { mayForward: false });
  await send('stays');
  await until(house, alice, 'inbox', 'stays');
  const settings = ((await alice.call('Settings/get', {}))['list'] as Objects)[0];
  assert.equal(settings?.['mayForward'], false);
  assert.equal(objectsIn(await forward(true))['singleton']?.['type'], 'forbidden');
});

test('SET-11, RFC 8621 §8: one answer per sender and period, none to lists', async () => {
  await using house = await openJmapHouse();
  const alice = await house.client(house.web.alice);
  const bob = await house.client(house.web.bob);
  const set = await alice.call('VacationResponse/set', {
    update: { singleton: { isEnabled: true, subject: 'Away', htmlBody: '<p>back <b>soon</b></p>' } },
  });
  assert.deepEqual(set['updated'], { singleton: null });
  const inbox = (await rolesOf(bob)).get('inbox');
  const count = async (): Promise<number> =>
    ((await bob.call('Email/query', { filter: { inMailbox: inbox } }))['ids'] as string[]).length;
  const fromBob = async (subject: string, more: string = ''): Promise<void> => {
    const before = (await alice.call('Email/query', {}))['ids'] as string[];
    await using delivery = house.acceptor.begin({
      kind: 'mx',
      principal: null,
      peer: { address: '192.0.2.7', port: 4321, helo: 'mx.outside.test' },
      tls: null,
      protocol: 'ESMTP',
    });
    await delivery.sender('bob@hongyan.test', {});
    await delivery.recipient(to, {});
    await delivery.write(
      Buffer.from(`From: bob@hongyan.test\r\nTo: ${to}\r\n${more}Subject: ${subject}\r\n\r\nx\r\n`),
    );
    await delivery.commit();
    for (let round = 0; round < 200; round += 1) {
      if (((await alice.call('Email/query', {}))['ids'] as string[]).length > before.length) return;
      await new Promise(resolve => setTimeout(resolve, 25));
    }
  };
  await fromBob('to the list', 'List-Id: <l.test>\r\n');
  await fromBob('first');
  await until(house, bob, 'inbox', 'Away');
  await fromBob('second');
  await new Promise(resolve => setTimeout(resolve, 100));
  assert.equal(await count(), 1);
  house.web.clock.advance(8 * day);
  await fromBob('third');
  for (let round = 0; round < 200 && (await count()) < 2; round += 1) {
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  assert.equal(await count(), 2);
});

test('CLN-02, CLN-03: what was deleted for good comes back on day 13, not on day 15, not where it is forbidden', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  await house.receive(to, mail('precious'));
  await house.receive(to, mail('late'));
  const { ids } = await client.call('Email/query', { sort: [{ property: 'subject', isAscending: false }] });
  const [precious = '', late = ''] = ids as string[];
  await client.call('Email/set', { update: { [precious]: { 'keywords/$flagged': true } } });
  await client.call('Email/set', { destroy: [precious, late] });
  const deleted = async (): Promise<Objects> =>
    (await client.call('DeletedEmail/get', {}))['list'] as Objects;
  const inbox = (await rolesOf(client)).get('inbox');
  const [a, b] = (await deleted()).toSorted((x, y) => (String(x['subject']) > String(y['subject']) ? -1 : 1));
  assert.deepEqual([a?.['subject'], b?.['subject'], a?.['mailboxName']], ['precious', 'late', 'INBOX']);
  const query = await client.call('DeletedEmail/query', { filter: { text: 'preci' } });
  assert.deepEqual(query['ids'], [a?.['id']]);
  house.web.clock.advance(13 * day);
  const restored = await client.call('DeletedEmail/restore', { ids: [a?.['id'], 'dm999'], mailboxId: inbox });
  assert.deepEqual(Object.keys(objectsIn(restored['restored'])), [a?.['id']]);
  assert.equal(objectsIn(restored['notRestored'])['dm999']?.['type'], 'notFound');
  assert.deepEqual(await mailsIn(client, inbox), { precious: ['$flagged'] });
  const { database, clock, tenant } = house.web;
  await changeMemberRights({ database, clock }, tenant, { mayRestoreDeleted: false });
  assert.equal(await client.errorOf('DeletedEmail/get', {}), 'forbidden');
  await changeMemberRights({ database, clock }, tenant, { mayRestoreDeleted: true });
  assert.equal((await deleted()).length, 1);
  clock.advance(2 * day);
  assert.deepEqual(await deleted(), []);
  const gone = await client.call('DeletedEmail/restore', { ids: [b?.['id']], mailboxId: inbox });
  assert.equal(objectsIn(gone['notRestored'])[String(b?.['id'])]?.['type'], 'notFound');
});
