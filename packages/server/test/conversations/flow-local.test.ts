import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailError } from '../../src/platform/errors.ts';
import { openHouse } from '../flow-fixture/house.ts';

const plain =
  'From: Alice <alice@hongyan.test>\r\nTo: bob@hongyan.test\r\nSubject: hello\r\n\r\nHello Bob.\r\n';

test('a submission to a colleague is filed byte for byte, with Return-Path, Delivered-To and Received in front (RFC 5321 §4.4)', async () => {
  await using house = await openHouse();
  const alice = await house.addUser('alice@hongyan.test');
  await house.addUser('bob@hongyan.test');
  const dispatcher = house.start();
  const queueId = await house.submit(alice, ['bob@hongyan.test'], plain);
  await dispatcher.settled();
  const [message = '', ...others] = await house.messages('bob@hongyan.test');
  assert.equal(others.length, 0);
  assert.ok(message.endsWith(plain), message);
  const added = message.slice(0, -plain.length);
  assert.match(
    added,
    /^Return-Path: <alice@hongyan\.test>\r\nDelivered-To: bob@hongyan\.test\r\nReceived: from laptop \(\[127\.0\.0\.1\]\)\r\n/,
  );
  assert.ok(
    added.includes(`by mail.hongyan.test (Hongyan) with ESMTPSA id ${queueId}\r\n\tfor <bob@hongyan.test>;`),
    added,
  );
  assert.deepEqual(
    house.trace.map(event => [event.kind, event.recipient]),
    [
      ['accepted', null],
      ['delivered', 'bob@hongyan.test'],
    ],
  );
});

test('a submission without Date, From and Message-ID gets them in front of its stored bytes (RFC 6409 §8)', async () => {
  await using house = await openHouse();
  const alice = await house.addUser('alice@hongyan.test');
  const dispatcher = house.start();
  await house.submit(alice, ['alice@hongyan.test'], 'Subject: bare\r\n\r\ntext\r\n');
  await dispatcher.settled();
  await house.submit(alice, ['alice@hongyan.test'], 'no header at all');
  await dispatcher.settled();
  const [bare = '', headless = ''] = await house.messages('alice@hongyan.test');
  assert.match(
    bare,
    /\r\nDate: [^\r]+\r\nFrom: <alice@hongyan\.test>\r\nMessage-ID: <[^\r]+@mail\.hongyan\.test>\r\nSubject: bare\r\n\r\ntext\r\n$/,
  );
  assert.match(headless, /\r\nMessage-ID: [^\r]+\r\n\r\nno header at all$/);
});

test('mail from outside is not completed, and goes nowhere else: RFC 5321 §7.1, §3.6.2', async () => {
  await using house = await openHouse();
  await house.addUser('bob@hongyan.test');
  const dispatcher = house.start();
  await house.receive('a@outside.test', ['bob@hongyan.test'], 'Subject: x\r\n\r\n');
  await assert.rejects(house.receive('a@outside.test', ['b@elsewhere.test'], 'x'), error =>
    isMailError(error, 'relay.denied'),
  );
  await dispatcher.settled();
  const [message = ''] = await house.messages('bob@hongyan.test');
  assert.match(message, /for <bob@hongyan\.test>;\r\n\t[^\r]+\r\nSubject: x\r\n\r\n$/);
});

test('what can be refused is refused at once: unknown, disabled, full, not owned, too many, too large', async () => {
  await using house = await openHouse({ limits: { maxRecipients: 2, maxMessageBytes: 1000 } });
  const alice = await house.addUser('alice@hongyan.test');
  await house.addUser('bob@hongyan.test');
  await house.addUser('small@hongyan.test', { quotaBytes: 50 });
  const refuses = async (code: Parameters<typeof isMailError>[1], work: Promise<unknown>): Promise<void> => {
    await assert.rejects(work, error => isMailError(error, code), code);
  };
  await refuses('recipient.unknown', house.receive('a@outside.test', ['nobody@hongyan.test'], 'x'));
  await refuses('quota.exceeded', house.receive('a@outside.test', ['small@hongyan.test'], plain));
  await refuses(
    'quota.exceeded',
    house.receive('a@outside.test', ['small@hongyan.test'], 'x', { options: { declaredSize: 51 } }),
  );
  await refuses('message.too_large', house.receive('a@outside.test', ['bob@hongyan.test'], 'x'.repeat(1001)));
  await refuses(
    'message.too_large',
    house.receive('a@outside.test', ['bob@hongyan.test'], 'x', { options: { declaredSize: 1001 } }),
  );
  await refuses(
    'access.sender_not_owned',
    house.submit(alice, ['bob@hongyan.test'], plain, { sender: 'bob@hongyan.test' }),
  );
  await refuses(
    'access.sender_not_owned',
    house.submit(alice, ['bob@hongyan.test'], 'From: bob@hongyan.test\r\n\r\n'),
  );
  await refuses(
    'access.sender_not_owned',
    house.submit(alice, ['bob@hongyan.test'], 'From: alice@hongyan.test\r\nSender: x@outside.test\r\n\r\n'),
  );
  const many = ['alice@hongyan.test', 'bob@hongyan.test', 'carol@hongyan.test'];
  await house.addUser('carol@hongyan.test');
  await refuses('recipient.too_many', house.receive('a@outside.test', many, 'x'));
  assert.deepEqual(await house.context.spool.nextDue('local'), null, 'nothing was queued');
});

test('quota counts what is still on its way (MBX quota with pending bytes)', async () => {
  await using house = await openHouse();
  await house.addUser('bob@hongyan.test', { quotaBytes: 3000 });
  await house.receive('a@outside.test', ['bob@hongyan.test'], `Subject: 1\r\n\r\n${'x'.repeat(2000)}\r\n`);
  await assert.rejects(
    house.receive('a@outside.test', ['bob@hongyan.test'], `Subject: 2\r\n\r\n${'x'.repeat(2000)}\r\n`),
    error => isMailError(error, 'quota.exceeded'),
  );
});

test('aliases, details and groups lead to one copy each, stored once', async () => {
  await using house = await openHouse();
  const alice = await house.addUser('alice@hongyan.test');
  await house.addUser('bob@hongyan.test');
  const { tenantScope } = await import('../../src/access/scope.ts');
  const admin = tenantScope(house.tenantId, 'test');
  await house.directory.addAlias(admin, alice.accountId, 'ali@hongyan.test');
  await house.directory.createGroup(admin, {
    address: 'all@hongyan.test',
    displayName: 'All',
    members: ['alice@hongyan.test', 'bob@hongyan.test'],
  });
  const dispatcher = house.start();
  const to = [
    'ali@hongyan.test',
    'alice+x@hongyan.test',
    'alice@hongyan.test',
    'all@hongyan.test',
    'ALL@Hongyan.test',
  ];
  await house.receive('a@outside.test', to, plain);
  await dispatcher.settled();
  assert.equal((await house.messages('alice@hongyan.test')).length, 1);
  assert.equal((await house.messages('bob@hongyan.test')).length, 1);
});
