import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImapResponse, ResponseValue } from '@hongyan/formats/imap/output/response.ts';
import { FakeAuthenticator } from '@hongyan/testkit/fake-authenticator.ts';
import { ImapClient } from '@hongyan/testkit/imap-client.ts';
import { type JmapClient, objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { scopeOf } from '@hongyan/testkit/web-house.ts';
import { sharedFoldersScope, systemScope } from '../../src/access/scope.ts';
import { createPublicMailbox } from '../../src/directory/public-mailboxes/public-mailboxes.ts';
import { listMailboxes } from '../../src/mailbox/list.ts';
import { subscribeFolder } from '../../src/mailbox/sharing/subscriptions.ts';
import { setSubscribed } from '../../src/mailbox/subscribe.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { silentLog } from '../../src/platform/log.ts';
import { createImapServer } from '../../src/protocols/imap/server.ts';
import { assertAccountClean } from '../../src/store/checker/check-account.ts';

const bobAddress = 'bob@hongyan.test';
const aliceAddress = 'alice@hongyan.test';
const reading = { mayReadItems: true };

interface Scene extends AsyncDisposable {
  readonly house: JmapHouse;
  readonly alice: JmapClient;
  readonly bob: JmapClient;
  /** Signs in over IMAP, into the same accounts. */
  imap(login: string): Promise<ImapClient>;
}

async function openScene(): Promise<Scene> {
  await using opened = new AsyncDisposableStack();
  const house = opened.use(await openJmapHouse());
  const { alice, bob } = house.web;
  const clients = [await house.client(alice), await house.client(bob)] as const;
  for (const client of clients) await client.mailboxes();
  const server = opened.use(
    await createImapServer({
      host: '127.0.0.1',
      port: 0,
      tlsMode: 'starttls',
      tls: null,
      allowPlainLoopback: true,
      mail: house.mailboxes,
      authenticator: new FakeAuthenticator(
        { [aliceAddress]: 'secret', [bobAddress]: 'secret' },
        { [aliceAddress]: alice, [bobAddress]: bob },
      ),
      limits: { signInDelayMs: 1 },
      clock: systemClock,
      log: silentLog,
    }),
  );
  const closing = opened.move();
  return {
    house,
    alice: clients[0],
    bob: clients[1],
    async imap(login) {
      const client = closing.use(await ImapClient.connect(server.address().port));
      await client.ok(`LOGIN ${login} secret`);
      return client;
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** Alice's folder `Project`, which Bob may use as `rights` say. */
async function shareProject({ alice }: Scene, rights: object = reading): Promise<string> {
  const made = await alice.call('Mailbox/set', {
    create: { p: { name: 'Project', shareWith: { [bobAddress]: rights } } },
  });
  const id = objectsIn(made['created'])['p']?.['id'];
  assert.equal(typeof id, 'string', JSON.stringify(made));
  return String(id);
}

/** Names of the mailboxes of an account that a client is subscribed to. */
async function subscribed(client: JmapClient, accountId: string): Promise<string[]> {
  const { list } = await client.call('Mailbox/get', { accountId, ids: null });
  const names = (list as { name: string; isSubscribed: boolean; id: string }[]).filter(
    item => item.isSubscribed,
  );
  // What is asked for says the same.
  const { ids } = await client.call('Mailbox/query', { accountId, filter: { isSubscribed: true } });
  assert.deepEqual((ids as string[]).toSorted(), names.map(item => item.id).toSorted());
  return names.map(item => item.name).toSorted();
}

/** What a LIST or LSUB response says: its attributes and its name; empty for any other. */
function listed(response: ImapResponse): { readonly attributes: string; readonly name: string } {
  if (response.kind !== 'data' || !['LIST', 'LSUB'].includes(response.name))
    return { attributes: '', name: '' };
  const [attributes, , name] = response.values;
  const text = (value: ResponseValue | undefined): string => {
    if (value?.type === 'list') return value.items.map(text).join(' ');
    return value?.type === 'atom' ? value.text : (value?.octets.toString() ?? '');
  };
  return { attributes: text(attributes), name: text(name) };
}

/** Names that LSUB tells, and that LIST (SUBSCRIBED) and LIST … RETURN (SUBSCRIBED) tell as well. */
async function subscribedIn(client: ImapClient, pattern: string): Promise<string[]> {
  const namesOf = async (command: string, only = ''): Promise<string[]> =>
    (await client.ok(command)).untagged
      .map(listed)
      .filter(({ attributes }) => attributes.includes(only))
      .map(({ name }) => name)
      .toSorted();
  const old = await namesOf(`LSUB "" "${pattern}"`);
  assert.deepEqual(await namesOf(`LIST (SUBSCRIBED) "" "${pattern}"`), old);
  assert.deepEqual(await namesOf(`LIST "" "${pattern}" RETURN (SUBSCRIBED)`, '\\Subscribed'), old);
  return old;
}

const stateOf = async (client: JmapClient, accountId: string): Promise<string> =>
  String((await client.call('Mailbox/get', { accountId, ids: [] }))['state']);

const updatedSince = async (client: JmapClient, accountId: string, sinceState: string): Promise<unknown> =>
  (await client.call('Mailbox/changes', { accountId, sinceState }))['updated'];

test('RFC 8621 §2: in a public mailbox everybody is subscribed to what they say themselves; IMAP and JMAP agree', async () => {
  await using scene = await openScene();
  const { house, alice, bob } = scene;
  const { web } = house;
  const { accountId: number } = await createPublicMailbox(web.directoryContext, web.tenant, {
    address: 'sales@hongyan.test',
    displayName: 'Sales',
    users: [web.alice.accountId, web.bob.accountId],
  });
  const accountId = `a${number}`;
  assert.deepEqual(await subscribed(alice, accountId), [], 'not until they say so');
  const { list } = await alice.call('Mailbox/get', { accountId, ids: null });
  const inbox = String((list as { role: string; id: string }[]).find(item => item.role === 'inbox')?.id);
  const [aliceBefore, bobBefore] = [await stateOf(alice, accountId), await stateOf(bob, accountId)];

  const set = await alice.call('Mailbox/set', {
    accountId,
    ifInState: aliceBefore,
    update: { [inbox]: { isSubscribed: true } },
  });
  assert.deepEqual(set['updated'], { [inbox]: null });
  assert.notEqual(set['newState'], aliceBefore);
  const changes = await alice.call('Mailbox/changes', { accountId, sinceState: aliceBefore });
  assert.deepEqual([changes['updated'], changes['updatedProperties']], [[inbox], null]);
  assert.deepEqual(await subscribed(alice, accountId), ['Inbox']);
  // Bob hears of nothing, because for him nothing changed.
  assert.equal(await stateOf(bob, accountId), bobBefore);
  assert.deepEqual(await updatedSince(bob, accountId, bobBefore), []);
  assert.deepEqual(await subscribed(bob, accountId), []);

  const [imapAlice, imapBob] = [await scene.imap(aliceAddress), await scene.imap(bobAddress)];
  assert.deepEqual(await subscribedIn(imapAlice, 'Shared/*'), ['Shared/Sales/INBOX']);
  assert.deepEqual(await subscribedIn(imapBob, 'Shared/*'), []);
  await imapBob.ok('SUBSCRIBE "Shared/Sales/Archive"');
  await imapAlice.ok('UNSUBSCRIBE "Shared/Sales/inbox"');
  assert.deepEqual(await subscribed(alice, accountId), []);
  assert.deepEqual(await subscribed(bob, accountId), ['Archive']);
  assert.deepEqual(await subscribedIn(imapAlice, 'Shared/*'), []);
  assert.deepEqual(await subscribedIn(imapBob, 'Shared/*'), ['Shared/Sales/Archive']);
  // The names are kept with the folders, none with the person.
  assert.deepEqual(
    (await subscribedIn(imapBob, '*')).filter(name => name.startsWith('Shared/')),
    ['Shared/Sales/Archive'],
  );

  // Mailbox/queryChanges follows Bob's own.
  const query = { accountId, filter: { isSubscribed: true } };
  const { queryState } = await bob.call('Mailbox/query', query);
  const archive = (await bob.call('Mailbox/query', query))['ids'] as string[];
  await imapBob.ok('UNSUBSCRIBE "Shared/Sales/Archive"');
  const delta = await bob.call('Mailbox/queryChanges', { ...query, sinceQueryState: queryState });
  assert.deepEqual([delta['removed'], delta['added']], [archive, []]);

  // What somebody makes there they are subscribed to (§2), nobody else.
  await bob.call('Mailbox/set', { accountId, create: { o: { name: 'Offers' } } });
  await bob.call('Mailbox/set', { accountId, create: { n: { name: 'Notes', isSubscribed: false } } });
  assert.deepEqual(await subscribed(bob, accountId), ['Offers']);
  assert.deepEqual(await subscribed(alice, accountId), []);
  // The mailbox itself, whose flag programs of old rows go by, has them like any other folder.
  const own = await listMailboxes(house.mailboxes, systemScope(web.alice.tenantId, number, 'test'));
  assert.deepEqual(
    own.filter(each => !each.subscribed).map(each => each.path),
    [],
  );
  await assertAccountClean(house.mailboxes.accounts, systemScope(web.alice.tenantId, number, 'test'));
});

test('RFC 8621 §2, RFC 4314 §4: whoever may see a shared folder subscribes to it, also where all else is read-only', async () => {
  await using scene = await openScene();
  const { house, alice, bob } = scene;
  const id = await shareProject(scene);
  const { accountId } = alice;
  assert.deepEqual(await subscribed(bob, accountId), []);
  const owners = await subscribed(alice, accountId);
  assert.ok(owners.includes('Project'));
  const set = await bob.call('Mailbox/set', { accountId, update: { [id]: { isSubscribed: true } } });
  assert.deepEqual(set['updated'], { [id]: null });
  assert.deepEqual(await subscribed(bob, accountId), ['Project']);
  for (const update of [{ isSubscribed: false, name: 'x' }, {}]) {
    const error = await bob.errorOf('Mailbox/set', { accountId, update: { [id]: update } });
    assert.equal(error, 'accountReadOnly');
  }
  const both = { update: { [id]: { isSubscribed: false } }, destroy: [id] };
  assert.equal(await bob.errorOf('Mailbox/set', { accountId, ...both }), 'accountReadOnly');
  const inbox = (await alice.mailboxes())['inbox'] ?? '';
  const hidden = await bob.call('Mailbox/set', { accountId, update: { [inbox]: { isSubscribed: true } } });
  assert.equal(objectsIn(hidden['notUpdated'])[inbox]?.['type'], 'notFound');
  const { mailboxes, web } = house;
  const scope = sharedFoldersScope(web.bob, web.alice.accountId);
  await assert.rejects(subscribeFolder(mailboxes, scope, Number(inbox.slice(1)), true), error =>
    isMailError(error, 'mailbox.not_found'),
  );

  // The owner's own stay the owner's.
  const imapAlice = await scene.imap(aliceAddress);
  await imapAlice.ok('UNSUBSCRIBE Project');
  assert.deepEqual(await subscribed(bob, accountId), ['Project']);
  const imapBob = await scene.imap(bobAddress);
  const name = `Other Users/${aliceAddress}/Project`;
  assert.deepEqual(await subscribedIn(imapBob, 'Other*'), [name]);

  // A rename keeps it, deleting the folder takes it away, and one of the same name is another one.
  await alice.call('Mailbox/set', { update: { [id]: { name: 'Renamed' } } });
  assert.deepEqual(await subscribed(bob, accountId), ['Renamed']);
  assert.deepEqual(await subscribedIn(imapBob, 'Other*'), [`Other Users/${aliceAddress}/Renamed`]);
  await alice.call('Mailbox/set', { destroy: [id], onDestroyRemoveEmails: true });
  assert.deepEqual(await subscribedIn(imapBob, 'Other*'), []);
  await shareProject(scene);
  assert.deepEqual(await subscribed(bob, accountId), []);
  assert.deepEqual(await subscribedIn(imapBob, 'Other*'), []);
  await assertAccountClean(house.mailboxes.accounts, {
    tenantId: house.web.alice.tenantId,
    accountId: house.web.alice.accountId,
  });
});

test('RFC 9051 §6.3.7: a name that nothing has may be subscribed to; the folder that gets it later takes it over', async () => {
  await using scene = await openScene();
  const { alice, bob } = scene;
  const imapBob = await scene.imap(bobAddress);
  const name = `Other Users/${aliceAddress}/Project`;
  await imapBob.ok(`SUBSCRIBE "${name}"`);
  assert.deepEqual(
    (await imapBob.ok('LSUB "" "Other*"')).untagged.map(each => listed(each).name),
    [name],
  );
  await shareProject(scene);
  assert.deepEqual(await subscribedIn(imapBob, 'Other*'), [name]);
  assert.deepEqual(await subscribed(bob, alice.accountId), ['Project'], 'JMAP knows it from then on');
  await imapBob.ok(`UNSUBSCRIBE "${name}"`);
  assert.deepEqual(await subscribedIn(imapBob, 'Other*'), []);
  assert.deepEqual(await subscribed(bob, alice.accountId), []);
  // A name that is both, as after a restore of Bob's mailbox, goes in both places.
  await setSubscribed(scene.house.mailboxes, scopeOf(scene.house.web.bob), name.split('/'), true);
  await imapBob.ok(`UNSUBSCRIBE "${name}"`);
  assert.deepEqual(await subscribedIn(imapBob, 'Other*'), []);
  // A folder that is hidden is a name like any other.
  await imapBob.ok(`SUBSCRIBE "Other Users/${aliceAddress}/INBOX"`);
  await imapBob.ok(`UNSUBSCRIBE "Other Users/${aliceAddress}/INBOX"`);
  assert.deepEqual((await imapBob.ok('LSUB "" "Other*"')).untagged, []);
});

test('RFC 5465 §5.6, RFC 8620 §7.1: one’s own other clients hear of a subscription, other people’s do not', async () => {
  await using scene = await openScene();
  const { alice, bob } = scene;
  const id = await shareProject(scene);
  const { accountId } = alice;
  const listen = async (client: JmapClient): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
    const url = client.session.eventSourceUrl.replace(/\?.*/, '?types=Mailbox&closeafter=no&ping=0');
    const response = await fetch(url, { headers: { authorization: client.authorization } });
    assert.equal(response.status, 200);
    assert.ok(response.body);
    return response.body.getReader();
  };
  const next = async (reader: ReadableStreamDefaultReader<Uint8Array>): Promise<unknown> => {
    for (let text = ''; ; ) {
      const { value, done } = await reader.read();
      assert.ok(!done, 'the stream ended');
      text += Buffer.from(value).toString();
      const data = /^data: (.*)\r\n\r\n/m.exec(text)?.[1];
      if (data !== undefined) return (JSON.parse(data) as { changed: unknown }).changed;
    }
  };
  const [ofAlice, ofBob] = [await listen(alice), await listen(bob)];
  const watching = await scene.imap(bobAddress);
  await watching.ok('NOTIFY SET (SUBTREE "Other Users" (SubscriptionChange MailboxName))');
  const heard = Promise.withResolvers<string>();
  watching.onUntagged = response => {
    const { name, attributes } = listed(response);
    if (name.endsWith('/Project')) heard.resolve(attributes);
  };
  await bob.call('Mailbox/set', { accountId, update: { [id]: { isSubscribed: true } } });
  assert.deepEqual(await next(ofBob), { [accountId]: { Mailbox: await stateOf(bob, accountId) } });
  assert.match(await heard.promise, /\\Subscribed/);
  // The first thing that Alice hears of is what she does herself.
  await alice.call('Mailbox/set', { update: { [id]: { sortOrder: 5 } } });
  assert.deepEqual(await next(ofAlice), { [accountId]: { Mailbox: await stateOf(alice, accountId) } });
  for (const reader of [ofAlice, ofBob]) await reader.cancel();
});
