import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tenantScope } from '../../src/access/scope.ts';
import type { NewGroup } from '../../src/directory/groups/types.ts';
import { setback } from '../../src/flow/outcome.ts';
import type { RecipientOptions } from '../../src/flow/types.ts';
import { isMailError, MailError } from '../../src/platform/errors.ts';
import { type House, type HouseOptions, openHouse } from '../flow-fixture/house.ts';

const at = (name: string): string => `${name}@hongyan.test`;
const team = at('team');
const mail = `From: ${at('alice')}\r\nSubject: x\r\n\r\nhello\r\n`;

interface Scene extends AsyncDisposable {
  readonly house: House;
  group(members: readonly string[], more?: Partial<NewGroup>): Promise<void>;
  /** Sends as Alice and waits until it is settled; the actions of the reports that she then has. */
  send(to: readonly string[], recipient?: RecipientOptions): Promise<string[]>;
}

/** Alice, Bob and Carol; the mailboxes of `failing` take nothing. */
async function openScene(options: HouseOptions = {}, failing: readonly string[] = []): Promise<Scene> {
  const house = await openHouse({
    ...options,
    wrapMailboxes: door => ({
      ...door,
      async deliver(tenant, account, id, folder, message) {
        const prefix = Buffer.from(message.prefix).toString();
        if (failing.some(name => prefix.includes(`Delivered-To: ${at(name)}`)))
          throw new MailError('account.not_found');
        return door.deliver(tenant, account, id, folder, message);
      },
    }),
  });
  const alice = await house.addUser(at('alice'));
  for (const name of ['bob', 'carol']) await house.addUser(at(name));
  const dispatcher = house.start();
  const admin = tenantScope(house.tenantId, 'test');
  return {
    house,
    async group(members, more = {}) {
      await house.directory.createGroup(admin, { address: team, members, posting: 'anyone', ...more });
    },
    async send(to, recipient = {}) {
      await house.submit(alice, to, mail, { recipient });
      await dispatcher.settled();
      const reports = await house.messages(at('alice'));
      return reports.map(report => /Action: (\w+)/.exec(report)?.[1] ?? '');
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

/** How much mail each of these has. */
async function count(house: House, ...names: string[]): Promise<number[]> {
  return Promise.all(names.map(async name => (await house.messages(at(name))).length));
}

test('a recipient who is named twice is one recipient, a group too (RFC 5321 §4.1.1.3, RFC 3461 §5.2.7.3)', async () => {
  await using scene = await openScene({ limits: { maxRecipients: 1 } });
  await scene.group([at('bob'), at('carol')]);
  assert.deepEqual(await scene.send([team, team], { notify: ['SUCCESS'] }), ['expanded']);
  assert.deepEqual(await count(scene.house, 'bob', 'carol'), [1, 1]);
});

test('GRP-01: members who are disabled get nothing from the group; when nobody is left it takes nothing', async () => {
  await using scene = await openScene();
  const { house } = scene;
  await scene.group([at('bob'), at('carol')]);
  const admin = tenantScope(house.tenantId, 'test');
  const disable = async (name: string): Promise<void> => {
    const found = await house.directory.resolve(at(name));
    assert.ok(found.kind === 'account');
    await house.directory.updateUser(admin, found.accountId, { disabled: true });
  };
  await disable('carol');
  await scene.send([team]);
  assert.deepEqual(await count(house, 'bob', 'carol'), [1, 0]);
  await disable('bob');
  await assert.rejects(scene.send([team]), error => isMailError(error, 'recipient.unknown'));
});

test('a group of one passes on what was asked about delivery; there is nothing to expand (RFC 3461 §5.2.7.2)', async () => {
  await using scene = await openScene();
  await scene.group([at('bob')]);
  assert.deepEqual(await scene.send([team], { notify: ['SUCCESS'] }), ['delivered']);
});

test('who asked to hear of success only hears of no failure of a member (RFC 3461 §5.2.7.3 (c))', async () => {
  await using scene = await openScene({}, ['bob']);
  await scene.group([at('bob'), at('carol')]);
  assert.deepEqual(await scene.send([team], { notify: ['SUCCESS'] }), ['expanded']);
  assert.deepEqual(await count(scene.house, 'carol'), [1]);
});

test('other servers are asked to say nothing about members of such a group (RFC 3461 §5.2.7.3 (c))', async () => {
  const asked: unknown[] = [];
  await using scene = await openScene({
    relay: () => ({
      limits: { perDestination: 1, perMinute: null, recipients: 100 },
      keyOf: domain => domain,
      async attempt(_message, recipients) {
        asked.push(...recipients.map(({ details }) => details.notify));
        return recipients.map(() => setback('route', '5.1.2', 'test'));
      },
    }),
  });
  await scene.group([at('bob'), 'x@outside.test']);
  assert.deepEqual(await scene.send([team], { notify: ['SUCCESS'] }), ['expanded']);
  assert.deepEqual(asked, [['NEVER']]);
});

test('a message goes to no more people than the limit, whatever groups they are in', async () => {
  await using scene = await openScene({ limits: { maxExpandedRecipients: 2 } });
  await scene.group([at('bob'), at('carol')]);
  await scene.send([team]);
  await assert.rejects(scene.send([team, at('alice')]), error => isMailError(error, 'recipient.too_many'));
});

test('RFC 5321 §6.3: a group that the mail has been through is not gone through again', async () => {
  await using scene = await openScene();
  await scene.group([at('bob'), at('carol')]);
  const { house } = scene;
  await assert.rejects(house.receive('ann@outside.test', [team], `Delivered-To: ${team}\r\n${mail}`), error =>
    isMailError(error, 'message.loop'),
  );
  await house.receive('ann@outside.test', [team, at('alice')], `Delivered-To: ${team}\r\n${mail}`);
  await house.dispatcher?.settled();
  assert.deepEqual(await count(house, 'alice', 'bob', 'carol'), [1, 0, 0]);
});

test('RFC 6409 §6.1: what our own people send names its author once, and not without end', async () => {
  await using scene = await openScene();
  const { house } = scene;
  const found = await house.directory.resolve(at('alice'));
  assert.ok(found.kind === 'account');
  const alice = { ...found, kind: 'account', login: at('alice') } as const;
  const authors = (header: string): Promise<string> =>
    house.submit(alice, [at('bob')], `${header}\r\nSubject: x\r\n\r\nx\r\n`);
  const invalid = (reason: string) => (error: unknown) =>
    isMailError(error, 'message.invalid') && error.fields['reason'] === reason;
  const one = `From: ${at('alice')}`;
  await assert.rejects(authors(`${one}\r\n${one}`), invalid('more than one From field'));
  await assert.rejects(authors('From: ,'), invalid('empty From field'));
  await authors(`From: ${Array.from({ length: 20 }, () => at('alice')).join(', ')}`);
  const many = Array.from({ length: 21 }, () => at('alice')).join(', ');
  await assert.rejects(authors(`From: ${many}`), invalid('too many authors'));
});

test('a report that cannot be delivered is told to the postmaster, though it asked for nothing (RFC 3461 §6.1)', async () => {
  const options = { reports: { postmaster: at('carol') } };
  await using scene = await openScene(options, ['alice', 'bob']);
  await scene.send([at('bob')]);
  const { house } = scene;
  await house.dispatcher?.settled();
  assert.deepEqual(await count(house, 'alice', 'carol'), [0, 1]);
  const notes = house.trace.filter(({ kind }) => kind === 'unreported').map(({ note }) => note);
  assert.deepEqual(notes, ['double bounce']);
});
