import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tenantScope } from '../../src/access/scope.ts';
import { deliverLocal } from '../../src/flow/deliver.ts';
import { decodeSummary } from '../../src/flow/queue/summary-codec.ts';
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

const delivered = (name: string): string => `Delivered-To: ${address(name)}\r\n`;
const own = mail.replaceAll('ann@outside.test', 'ann@hongyan.test');

test('RFC 5321 §6.3: who was named by the sender and had the mail before is returned with 5.4.6, the others get it', async () => {
  await using circle = await openCircle({ ann: null, alice: null, bob: null });
  const { house } = circle;
  const ann = await house.directory.resolve(address('ann'));
  assert.ok(ann.kind === 'account');
  const principal = {
    kind: 'account',
    tenantId: ann.tenantId,
    accountId: ann.accountId,
    login: address('ann'),
  } as const;
  await house.submit(principal, [address('alice'), address('bob')], delivered('bob') + own);
  await house.dispatcher?.settled();
  const [report = '', ...more] = await house.messages(address('ann'));
  assert.equal(more.length, 0);
  assert.match(report, /Final-Recipient: rfc822; bob@hongyan\.test\r\nAction: failed\r\nStatus: 5\.4\.6\r\n/);
  assert.equal((await house.messages(address('alice'))).length, 1);
  assert.equal((await house.messages(address('bob'))).length, 0);
  assert.ok(house.trace.some(({ kind, recipient }) => kind === 'failed' && recipient === address('bob')));
});

test('RFC 5321 §6.3: from outside nobody is written to about it, but the history says that it failed', async () => {
  await using circle = await openCircle({ alice: null, bob: null });
  const { house } = circle;
  await house.receive('ann@outside.test', [address('alice'), address('bob')], delivered('bob') + mail);
  await house.dispatcher?.settled();
  const [failed] = house.trace.filter(({ kind }) => kind === 'failed');
  assert.deepEqual([failed?.recipient, failed?.diagnostic?.status], [address('bob'), '5.4.6']);
  assert.equal((await house.messages(address('alice'))).length, 1);
  await assert.rejects(
    house.receive('ann@outside.test', [address('bob')], delivered('bob') + mail),
    /message\.loop/,
  );
});

test('a node of a release that does not know the mark of a loop returns the mail, too', async () => {
  await using house = await openHouse();
  for (const name of ['alice', 'bob']) await house.addUser(address(name));
  await house.receive('ann@outside.test', [address('alice'), address('bob')], delivered('bob') + mail);
  const [claimed] = await house.context.spool.claimDue('local', 10, []);
  const row = claimed?.recipients.find(recipient => recipient.address === address('bob'));
  assert.ok(claimed && row);
  assert.equal(row.details.loops, true);
  // What that release does with every row of this kind.
  const summary = decodeSummary(claimed.message.summary);
  const outcome = await deliverLocal(house.context, claimed.message, { ...row, details: {} }, summary);
  assert.deepEqual([outcome.kind, outcome.diagnostic.status], ['failed', '5.3.5']);
});

test('GRP-05, RFC 5321 §6.3: members of a group who had the mail are left out and nobody is told', async () => {
  await using circle = await openCircle({ alice: null, bob: null });
  const { house } = circle;
  await house.directory.createGroup(tenantScope(house.tenantId, 'test'), {
    address: address('team'),
    members: ['alice', 'bob'].map(address),
    posting: 'anyone',
  });
  await house.receive('ann@outside.test', [address('team')], delivered('bob') + mail);
  await house.dispatcher?.settled();
  assert.deepEqual(
    [(await house.messages(address('alice'))).length, (await house.messages(address('bob'))).length],
    [1, 0],
  );
  assert.equal(house.trace.filter(({ kind }) => kind === 'failed').length, 0);
});

test('RFC 5322 §3.6.6: what a member resends by hand comes to those who had it before; a program outside that writes the same does not', async () => {
  await using house = await openHouse();
  const bob = await house.addUser(address('bob'));
  await house.addUser(address('alice'));
  const dispatcher = house.start();
  // Alice had it and gave it to bob; he bounces it to her again, as mutt does with Delivered-To and all.
  const history =
    delivered('bob') +
    `Resent-From: ${address('alice')}\r\nResent-To: ${address('bob')}\r\n` +
    delivered('alice');
  const resent = `Resent-From: ${address('bob')}\r\nResent-To: ${address('alice')}\r\n`;
  const message = history + mail.replace('ann@outside.test', address('bob'));
  await house.submit(bob, [address('alice')], resent + message);
  await dispatcher.settled();
  assert.equal((await house.messages(address('alice'))).length, 1);
  // Without a Resent- block in front it is the same mail on its way round.
  await assert.rejects(house.submit(bob, [address('bob')], message), /message\.loop/);
  await assert.rejects(
    house.receive('ann@outside.test', [address('alice')], resent + message),
    /message\.loop/,
  );
});
