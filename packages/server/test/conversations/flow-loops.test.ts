import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tenantScope } from '../../src/access/scope.ts';
import { type House, openHouse } from '../flow-fixture/house.ts';

const address = (name: string): string => `${name}@hongyan.test`;
const mail =
  'From: ann@outside.test\r\nMessage-ID: <1@outside.test>\r\nSubject: round and round\r\n\r\nx\r\n';

interface Circle extends AsyncDisposable {
  readonly house: House;
  /** Sends one mail from outside and waits until nothing moves; how many copies each has, and how many mails were accepted. */
  send(to: string): Promise<{ readonly copies: Record<string, number>; readonly accepted: number }>;
}

/** Members of whom each has the script named. */
async function openCircle(scripts: Readonly<Record<string, string | null>>): Promise<Circle> {
  const house = await openHouse();
  const people = Object.keys(scripts);
  for (const name of people) await house.addUser(address(name));
  for (const [name, script] of Object.entries(scripts)) {
    if (script !== null) await house.script(address(name), script);
  }
  const dispatcher = house.start();
  return {
    house,
    async send(to) {
      await house.receive('ann@outside.test', [address(to)], mail);
      await dispatcher.settled();
      assert.equal(await house.context.spool.nextDue('local'), null, 'nothing is left in the queue');
      const copies: Record<string, number> = {};
      for (const name of people) copies[name] = (await house.messages(address(name))).length;
      return { copies, accepted: house.trace.filter(({ kind }) => kind === 'accepted').length };
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

const onTo = (name: string): string => `redirect "${address(name)}";`;
const copyTo = (name: string): string => `require "copy"; redirect :copy "${address(name)}";`;

test('RFC 5228 §4.2: two members who forward to each other with a copy have one each', async () => {
  await using circle = await openCircle({ alice: copyTo('bob'), bob: copyTo('alice') });
  assert.deepEqual(await circle.send('alice'), { copies: { alice: 1, bob: 1 }, accepted: 2 });
});

test('RFC 5228 §4.2: two members who forward to each other without a copy: the mail stays with the second', async () => {
  await using circle = await openCircle({ alice: onTo('bob'), bob: onTo('alice') });
  assert.deepEqual(await circle.send('alice'), { copies: { alice: 0, bob: 1 }, accepted: 2 });
});

test('RFC 5228 §4.2: a circle of three ends where it would begin again', async () => {
  await using kept = await openCircle({ alice: copyTo('bob'), bob: copyTo('carol'), carol: copyTo('alice') });
  assert.deepEqual(await kept.send('alice'), { copies: { alice: 1, bob: 1, carol: 1 }, accepted: 3 });
  await using passed = await openCircle({ alice: onTo('bob'), bob: onTo('carol'), carol: onTo('alice') });
  assert.deepEqual(await passed.send('alice'), { copies: { alice: 0, bob: 0, carol: 1 }, accepted: 3 });
});

test('GRP-05, RFC 5228 §4.2: members who forward to a group that they are in have one copy each', async () => {
  await using circle = await openCircle({ alice: copyTo('team'), bob: copyTo('team'), carol: null });
  const { house } = circle;
  const admin = tenantScope(house.tenantId, 'test');
  await house.directory.createGroup(admin, {
    address: address('team'),
    members: ['alice', 'bob', 'carol'].map(address),
    posting: 'anyone',
  });
  const { copies, accepted } = await circle.send('alice');
  assert.deepEqual(copies, { alice: 1, bob: 1, carol: 1 });
  assert.ok(accepted <= 3, `${accepted} mails were accepted`);
});

test('GRP-05: groups that are members of each other, and members who forward between them', async () => {
  await using circle = await openCircle({ alice: copyTo('second'), bob: copyTo('first') });
  const { house } = circle;
  const admin = tenantScope(house.tenantId, 'test');
  await house.directory.createGroup(admin, {
    address: address('first'),
    members: [address('alice')],
    posting: 'anyone',
  });
  await house.directory.createGroup(admin, {
    address: address('second'),
    members: [address('bob'), address('first')],
    posting: 'anyone',
  });
  await house.receive('ann@outside.test', [address('first')], mail);
  await house.dispatcher?.settled();
  assert.deepEqual(
    [(await house.messages(address('alice'))).length, (await house.messages(address('bob'))).length],
    [1, 1],
  );
  assert.ok(house.trace.filter(({ kind }) => kind === 'accepted').length <= 4);
});
