import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JmapArguments, type JmapClient, objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';

async function draft(client: JmapClient, more: JmapArguments = {}): Promise<string> {
  const { drafts = '' } = await client.mailboxes();
  const { created } = await client.call('Email/set', {
    create: {
      d: {
        mailboxIds: { [drafts]: true },
        keywords: { $draft: true, $seen: true },
        from: [{ name: 'Alice', email: 'alice@hongyan.test' }],
        to: [{ email: 'bob@hongyan.test' }],
        bcc: [{ email: 'alice@hongyan.test' }],
        subject: 'to be sent',
        textBody: [{ partId: 't', type: 'text/plain' }],
        bodyValues: { t: { value: 'hello' } },
        ...more,
      },
    },
  });
  return (created as { d: { id: string } }).d.id;
}

async function identity(client: JmapClient): Promise<string> {
  const { list } = await client.call('Identity/get', { ids: null });
  return (list as { id: string }[])[0]?.id ?? '';
}

async function submit(client: JmapClient, object: JmapArguments): Promise<Record<string, unknown>> {
  const { created, notCreated } = await client.call('EmailSubmission/set', { create: { k: object } });
  return objectsIn(created ?? notCreated)['k'] ?? {};
}

async function inboxOf(house: JmapHouse, client: JmapClient, count: number): Promise<string[]> {
  const { inbox } = await client.mailboxes();
  for (let turn = 0; turn < 500; turn++) {
    const ids = (await client.call('Email/query', { filter: { inMailbox: inbox } }))['ids'] as string[];
    if (ids.length >= count) return ids;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error(`nothing came: ${house.complaints.join()}`);
}

/** `deliveryStatus` of the only submission once nothing of it is queued: the trace comes after the mail. */
async function deliveredStatus(client: JmapClient): Promise<unknown> {
  for (let turn = 0; ; turn++) {
    const { list } = await client.call('EmailSubmission/get', { ids: null, properties: ['deliveryStatus'] });
    const status = (list as Record<string, unknown>[])[0]?.['deliveryStatus'];
    if (turn === 500 || !JSON.stringify(status).includes('queued')) return status;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

test('RFC 8621 §7.5: sending delivers without Bcc, and changes the email as asked', async () => {
  await using house = await openJmapHouse();
  const alice = await house.client(house.web.alice);
  const bob = await house.client(house.web.bob);
  const { drafts = '', sent = '' } = await alice.mailboxes();
  const emailId = await draft(alice);
  const responses = await alice.request([
    [
      'EmailSubmission/set',
      {
        create: { k: { identityId: await identity(alice), emailId } },
        onSuccessUpdateEmail: {
          '#k': { [`mailboxIds/${drafts}`]: null, [`mailboxIds/${sent}`]: true, 'keywords/$draft': null },
        },
      },
      'call',
    ],
  ]);
  assert.deepEqual(
    responses.map(({ name, callId }) => [name, callId]),
    [
      ['EmailSubmission/set', 'call'],
      ['Email/set', 'call'],
    ],
  );
  const submission = objectsIn(responses[0]?.args['created'])['k'];
  assert.equal(submission?.['undoStatus'], 'final');
  const { list } = await alice.call('Email/get', { ids: [emailId], properties: ['mailboxIds', 'keywords'] });
  assert.deepEqual((list as object[])[0], {
    id: emailId,
    mailboxIds: { [sent]: true },
    keywords: { $seen: true },
  });
  const [id] = await inboxOf(house, bob, 1);
  const received = await bob.call('Email/get', {
    ids: [id],
    properties: ['subject', 'from', 'header:Bcc', 'header:Received', 'bodyValues'],
    fetchTextBodyValues: true,
  });
  const [mail] = received['list'] as Record<string, unknown>[];
  assert.equal(mail?.['subject'], 'to be sent');
  assert.equal(mail?.['header:Bcc'], null);
  assert.match(String(mail?.['header:Received']), /with HTTP/);
  assert.equal(objectsIn(mail?.['bodyValues'])['1']?.['value'], 'hello');
  assert.equal((await inboxOf(house, alice, 1)).length, 1);
  const got = await alice.call('EmailSubmission/get', { ids: null });
  const [object] = got['list'] as Record<string, unknown>[];
  assert.deepEqual(
    ((objectsIn(object)['envelope']?.['rcptTo'] ?? []) as { email: string }[]).map(item => item.email),
    ['bob@hongyan.test', 'alice@hongyan.test'],
  );
  // §7: a copy that lies in our mailbox is delivered; whether it was seen nobody told us.
  const arrived = { smtpReply: '250 2.0.0 Delivered', delivered: 'yes', displayed: 'unknown' };
  assert.deepEqual(await deliveredStatus(alice), {
    'bob@hongyan.test': arrived,
    'alice@hongyan.test': arrived,
  });
  assert.deepEqual(house.complaints, []);
});

test('RFC 8621 §7.5: what cannot be sent is refused by name', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const identityId = await identity(client);
  const refused = async (email: JmapArguments, more: JmapArguments = {}): Promise<unknown> =>
    (await submit(client, { identityId, emailId: await draft(client, email), ...more }))['type'];
  const to = (email: string): JmapArguments => ({
    envelope: { mailFrom: { email: 'alice@hongyan.test' }, rcptTo: [{ email }] },
  });
  assert.equal(await refused({ to: [], bcc: [] }), 'noRecipients');
  assert.equal(await refused({ from: [] }), 'invalidEmail');
  assert.equal(await refused({ from: [{ email: 'bob@hongyan.test' }] }), 'forbiddenFrom');
  assert.equal(await refused({}, to('nobody@hongyan.test')), 'invalidRecipients');
  assert.equal(await refused({}, to('no address')), 'invalidRecipients');
  const stranger = {
    envelope: { mailFrom: { email: 'bob@hongyan.test' }, rcptTo: [{ email: 'bob@hongyan.test' }] },
  };
  assert.equal(await refused({}, stranger), 'forbiddenMailFrom');
  assert.equal(await refused({}, { envelope: { mailFrom: 'x' } }), 'invalidProperties');
  assert.equal((await submit(client, { identityId, emailId: 'e999' }))['type'], 'invalidProperties');
  assert.equal(
    (await submit(client, { identityId: 'i999', emailId: await draft(client) }))['type'],
    'invalidProperties',
  );
  const many = Array.from({ length: 2_000 }, (_, index) => ({ email: `a${index}@outside.test` }));
  const wide = { envelope: { mailFrom: { email: 'alice@hongyan.test' }, rcptTo: many } };
  assert.equal(await refused({}, wide), 'tooManyRecipients');
  const bob = await house.client(house.web.bob);
  assert.deepEqual((await bob.call('Email/query', {}))['ids'], []);
});

test('RFC 8621 §7, RFC 4865: a held mail can be taken back until its time has come', async () => {
  await using house = await openJmapHouse();
  const client = await house.client(house.web.alice);
  const bob = await house.client(house.web.bob);
  const identityId = await identity(client);
  const hold = async (): Promise<Record<string, unknown>> =>
    submit(client, {
      identityId,
      emailId: await draft(client),
      envelope: {
        mailFrom: { email: 'alice@hongyan.test', parameters: { HOLDFOR: '10' } },
        rcptTo: [{ email: 'bob@hongyan.test' }],
      },
    });
  const first = await hold();
  const second = await hold();
  assert.deepEqual([first['undoStatus'], first['sendAt']], ['pending', '2026-01-01T00:00:10Z']);
  const cancel = async (id: unknown): Promise<unknown> => {
    const answer = await client.call('EmailSubmission/set', {
      update: { [String(id)]: { undoStatus: 'canceled' } },
    });
    return objectsIn(answer['notUpdated'])?.[String(id)]?.['type'] ?? 'done';
  };
  assert.equal(await cancel(first['id']), 'done');
  house.web.clock.advance(11_000);
  assert.equal(await cancel(second['id']), 'cannotUnsend');
  await inboxOf(house, bob, 1);
  const { ids } = await client.call('EmailSubmission/query', { filter: { undoStatus: 'canceled' } });
  assert.deepEqual(ids, [first['id']]);
  assert.equal((await inboxOf(house, bob, 1)).length, 1);
  const changes = await client.call('EmailSubmission/changes', { sinceState: '1.1' });
  assert.deepEqual(changes['created'], [first['id'], second['id']]);
});

test('RFC 4865: what is held goes back whole or not at all, and only before its time', async () => {
  await using house = await openJmapHouse();
  const { alice, clock } = house.web;
  await house.client(alice);
  const hold = async (): Promise<string> => {
    await using delivery = house.acceptor.begin({
      kind: 'jmap',
      principal: alice,
      peer: { address: '127.0.0.1', port: 1, helo: null },
      tls: null,
      protocol: 'HTTP',
    });
    await delivery.sender(alice.login, { holdUntil: clock.now() + 10_000 });
    for (const name of ['alice', 'bob']) await delivery.recipient(`${name}@hongyan.test`, {});
    await delivery.write(Buffer.from(`From: ${alice.login}\r\nSubject: x\r\n\r\nbody\r\n`));
    return (await delivery.commit()).queueId;
  };
  const { takeBack } = house.jmap;
  const [first, second] = [await hold(), await hold()];
  assert.deepEqual(
    [await takeBack(first), await takeBack(first), await takeBack('none')],
    [true, false, false],
  );
  clock.jump(clock.now() + 10_000);
  assert.equal(await takeBack(second), false);
});

test('RFC 8621 §6: an identity for each address; others may be added, only for own addresses', async () => {
  await using house = await openJmapHouse();
  const { directory, tenant, alice } = house.web;
  await directory.addAlias(tenant, alice.accountId, 'ali@hongyan.test');
  const client = await house.client(alice);
  const { list, state } = await client.call('Identity/get', { ids: null });
  const identities = list as Record<string, unknown>[];
  assert.deepEqual(
    identities.map(item => [item['email'], item['mayDelete']]),
    [
      ['alice@hongyan.test', false],
      ['ali@hongyan.test', false],
    ],
  );
  const answer = await client.call('Identity/set', {
    create: {
      own: { email: 'alice@hongyan.test', name: '爱丽丝', htmlSignature: '<b>A</b>' },
      other: { email: 'bob@hongyan.test' },
      odd: { email: 'alice@hongyan.test', replyTo: 'x' },
    },
    update: {
      [String(identities[0]?.['id'])]: { textSignature: '-- \nAlice' },
      [String(identities[1]?.['id'])]: { email: 'new@hongyan.test' },
    },
    destroy: [identities[1]?.['id']],
  });
  const [errors, made] = [objectsIn(answer['notCreated']), objectsIn(answer['created'])['own']];
  assert.deepEqual(
    [errors['other']?.['type'], errors['odd']?.['type']],
    ['forbiddenFrom', 'invalidProperties'],
  );
  assert.equal(made?.['mayDelete'], true);
  assert.equal(Object.values(objectsIn(answer['notDestroyed']))[0]?.['type'], 'forbidden');
  assert.equal(Object.values(objectsIn(answer['notUpdated']))[0]?.['type'], 'invalidProperties');
  const changes = await client.call('Identity/changes', { sinceState: state });
  assert.deepEqual([changes['created'], changes['updated']], [[made?.['id']], [identities[0]?.['id']]]);
  await directory.removeAlias(tenant, 'ali@hongyan.test');
  assert.deepEqual((await client.call('Identity/get', { ids: [identities[1]?.['id']] }))['notFound'], [
    identities[1]?.['id'],
  ]);
});
