import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JmapClient, objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';

type Objects = Record<string, unknown>[];

const disposition = { actionMode: 'manual-action', sendingMode: 'mdn-sent-manually', type: 'displayed' };
const onSuccessUpdateEmail = { '#k': { 'keywords/$mdnsent': true } };

async function listOf(client: JmapClient, method: string, args: object = { ids: null }): Promise<Objects> {
  return (await client.call(method, { ...args }))['list'] as Objects;
}

async function identityOf(client: JmapClient): Promise<string> {
  return String((await listOf(client, 'Identity/get'))[0]?.['id']);
}

async function newest(client: JmapClient): Promise<string> {
  const { ids } = await client.call('Email/query', {
    sort: [{ property: 'receivedAt', isAscending: false }],
  });
  return (ids as string[])[0] ?? '';
}

/** Polls until the account has a mail with that subject; notices come by themselves. */
async function until<T>(what: () => Promise<T | undefined>): Promise<T> {
  for (let n = 0; n < 400; n += 1) {
    const found = await what();
    if (found !== undefined) return found;
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  throw new Error('it did not come');
}

async function send(
  house: JmapHouse,
  more: string,
): Promise<{ client: JmapClient; id: string; identityId: string }> {
  const text = `From: sender@outside.test\r\nSubject: =?utf-8?B?5oql5Lu3?=\r\nMessage-ID: <1@outside.test>\r\n${more}\r\nbody\r\n`;
  await house.receive('alice@hongyan.test', text);
  const client = await house.client(house.web.alice);
  return { client, id: await newest(client), identityId: await identityOf(client) };
}

async function refusal(client: JmapClient, args: object): Promise<Record<string, unknown> | undefined> {
  const response = await client.call('MDN/send', { onSuccessUpdateEmail, ...args });
  return objectsIn(response['notSent'])['k'];
}

test('RFC 9007, REA-09: bob reads what alice sent; the receipt shows on her submission, once', async () => {
  await using house = await openJmapHouse();
  const { alice, bob } = house.web;
  await house.receive('bob@hongyan.test', 'Subject: first\r\n\r\nx\r\n');
  await house.receive('alice@hongyan.test', 'Subject: first\r\n\r\nx\r\n');
  const [a, b] = [await house.client(alice), await house.client(bob)];
  const drafts = (await listOf(a, 'Mailbox/get')).find(box => box['role'] === 'drafts');
  const made = await a.call('Email/set', {
    create: {
      m: {
        mailboxIds: { [String(drafts?.['id'])]: true },
        from: [{ email: 'alice@hongyan.test' }],
        to: [{ email: 'bob@hongyan.test' }],
        subject: 'Please read',
        'header:Disposition-Notification-To:asAddresses': [{ name: null, email: 'alice@hongyan.test' }],
        textBody: [{ partId: '1', type: 'text/plain' }],
        bodyValues: { 1: { value: 'hello' } },
      },
    },
  });
  const emailId = String(objectsIn(made['created'])['m']?.['id']);
  const sent = await a.call('EmailSubmission/set', {
    create: { s: { identityId: await identityOf(a), emailId } },
  });
  const submission = String(objectsIn(sent['created'])['s']?.['id']);
  const { state } = await a.call('EmailSubmission/get', { ids: [] });
  // What becomes of it moves the state.
  const delivered = await until(async () => {
    const { updated } = await a.call('EmailSubmission/changes', { sinceState: sent['newState'] });
    return (updated as string[]).includes(submission) ? true : undefined;
  });
  assert.equal(delivered, true);
  const status = async (): Promise<Record<string, unknown>> => {
    const [object] = await listOf(a, 'EmailSubmission/get', { ids: [submission] });
    return { ...objectsIn(object?.['deliveryStatus'])['bob@hongyan.test'], mdn: object?.['mdnBlobIds'] };
  };
  assert.equal((await status())['delivered'], 'yes');
  assert.equal((await status())['displayed'], 'unknown');
  const forEmailId = await until(async () => {
    const id = await newest(b);
    const [mail] = await listOf(b, 'Email/get', { ids: [id], properties: ['subject'] });
    return mail?.['subject'] === 'Please read' ? id : undefined;
  });
  const asking = { identityId: await identityOf(b), send: { k: { forEmailId, disposition } } };
  // Two at the same moment: one goes out.
  const both = await Promise.all([1, 2].map(() => b.call('MDN/send', { ...asking, onSuccessUpdateEmail })));
  const refusals = both.flatMap(one => objectsIn(one['notSent'])['k']?.['type'] ?? []);
  assert.deepEqual(refusals, ['mdnAlreadySent']);
  const answer = both.map(one => objectsIn(one['sent'])['k']).find(one => one !== undefined);
  assert.equal(answer?.['finalRecipient'], 'rfc822; bob@hongyan.test');
  assert.match(String(answer?.['subject']), /Please read/);
  const [mail] = await listOf(b, 'Email/get', { ids: [forEmailId], properties: ['keywords'] });
  assert.deepEqual(mail?.['keywords'], { $mdnsent: true });
  assert.equal((await refusal(b, asking))?.['type'], 'mdnAlreadySent');
  const shown = await until(async () => ((await status())['displayed'] === 'yes' ? status() : undefined));
  const blobs = shown['mdn'] as string[];
  assert.equal(blobs.length, 1);
  const { parsed } = await a.call('MDN/parse', { blobIds: blobs });
  const mdn = objectsIn(parsed)[blobs[0] ?? ''];
  assert.deepEqual(
    [mdn?.['forEmailId'], mdn?.['disposition'], mdn?.['finalRecipient'], mdn?.['includeOriginalMessage']],
    [emailId, disposition, 'rfc822; bob@hongyan.test', false],
  );
  const changes = await a.call('EmailSubmission/changes', { sinceState: state });
  assert.deepEqual(changes['updated'], [submission]);
  assert.deepEqual(house.complaints, []);
});

test('RFC 9007 §2.1: nothing goes out that was not asked for, to lists, in bulk, or to programs', async () => {
  const asks = 'Disposition-Notification-To: sender@outside.test\r\n';
  const cases: readonly (readonly [header: string, type: string])[] = [
    ['', 'notFound'],
    [`${asks}List-Id: <x.y>\r\n`, 'forbidden'],
    [`${asks}Precedence: bulk\r\n`, 'forbidden'],
    [`${asks}Auto-Submitted: auto-generated\r\n`, 'forbidden'],
    ['Disposition-Notification-To: \r\n', 'notFound'],
    [`Disposition-Notification-To: ${'a@b.c, '.repeat(20)}d@e.f\r\n`, 'forbidden'],
  ];
  await using house = await openJmapHouse();
  for (const [header, type] of cases) {
    const { client, id, identityId } = await send(house, header);
    const refused = await refusal(client, { identityId, send: { k: { forEmailId: id, disposition } } });
    assert.equal(refused?.['type'], type, header);
  }
  const { client, id, identityId } = await send(house, 'Disposition-Notification-To: other@outside.test\r\n');
  const automatic = { ...disposition, sendingMode: 'mdn-sent-automatically' };
  const one = { forEmailId: id, disposition };
  const bad: readonly (readonly [object, string])[] = [
    [{ ...one, disposition: automatic }, 'forbidden'],
    [{ ...one, disposition: { ...disposition, type: 'read' } }, 'invalidProperties'],
    [{ ...one, disposition: null }, 'invalidProperties'],
    [{ ...one, finalRecipient: 'rfc822; eve@outside.test' }, 'forbiddenFrom'],
    [{ ...one, originalMessageId: '<x>' }, 'invalidProperties'],
    [{ ...one, extensionFields: { 'Bad: \r\nX': 'y' } }, 'invalidProperties'],
    [{ ...one, forEmailId: 'e9999' }, 'notFound'],
    [{ ...one, more: 1 }, 'invalidProperties'],
  ];
  for (const [object, type] of bad) {
    assert.equal(
      (await refusal(client, { identityId, send: { k: object } }))?.['type'],
      type,
      JSON.stringify(object),
    );
  }
  const unmarked = await client.call('MDN/send', { identityId, send: { k: one } });
  assert.equal(objectsIn(unmarked['notSent'])['k']?.['type'], 'invalidProperties');
  assert.equal(await client.errorOf('MDN/send', { identityId: 'i99', send: { k: one } }), 'invalidArguments');
  const { notFound, notParsable, parsed } = await client.call('MDN/parse', {
    blobIds: ['Bx', await client.upload('Subject: x\r\n\r\nbody\r\n')],
  });
  assert.deepEqual([notFound, (notParsable as string[]).length, parsed], [['Bx'], 1, null]);
  const [mail] = await listOf(client, 'Email/get', { ids: [id], properties: ['keywords'] });
  assert.deepEqual(mail?.['keywords'], {});
  assert.deepEqual(house.complaints, []);
});
