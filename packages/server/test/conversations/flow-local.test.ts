import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tenantScope } from '../../src/access/scope.ts';
import { isMailError, MailError } from '../../src/platform/errors.ts';
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
  const admin = tenantScope(house.tenantId, 'test');
  await house.directory.addAlias(admin, alice.accountId, 'ali@hongyan.test');
  await house.directory.createGroup(admin, {
    address: 'all@hongyan.test',
    displayName: 'All',
    posting: 'anyone',
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

test('a message for two companies is one queue id and one body in the store of each', async () => {
  await using house = await openHouse();
  await house.addUser('bob@hongyan.test');
  const other = await house.directory.createTenant('Other');
  const scope = tenantScope(other.tenantId, 'test');
  await house.directory.addDomain(scope, 'other.test');
  await house.directory.createUser(scope, { address: 'eve@other.test' });
  const dispatcher = house.start();
  const queueId = await house.receive('a@outside.test', ['bob@hongyan.test', 'eve@other.test'], plain);
  await dispatcher.settled();
  assert.equal((await house.messages('bob@hongyan.test')).length, 1);
  const [copy = ''] = await house.messages('eve@other.test');
  assert.ok(copy.includes(`id ${queueId};`) && !copy.includes('bob@hongyan.test>'), copy);
  assert.equal(await house.countBodies(), 2);
  const accepted = house.trace.filter(event => event.kind === 'accepted');
  assert.deepEqual(
    accepted.map(event => [event.queueId, event.tenantId]),
    [
      [queueId, house.tenantId],
      [queueId, other.tenantId],
    ],
  );
});

test('checks and rules are asked in order before acceptance: junk goes to the junk folder, a refusal ends it', async () => {
  const asked: string[] = [];
  await using house = await openHouse({
    context: {
      screenChecks: [
        async candidate => {
          asked.push(`screen ${candidate.recipients.join()} ${candidate.structure.root.type}`);
          return { kind: 'junk', reason: 'test', fields: 'X-Spam: yes\r\n' };
        },
      ],
      policyRules: [
        async candidate => {
          asked.push('policy');
          return candidate.sender.startsWith('bad')
            ? { kind: 'refuse', error: new MailError('access.denied') }
            : { kind: 'pass', fields: 'X-Rule: one\r\n' };
        },
      ],
    },
  });
  await house.addUser('bob@hongyan.test');
  const dispatcher = house.start();
  await house.receive('a@outside.test', ['bob@hongyan.test'], plain);
  await assert.rejects(house.receive('bad@outside.test', ['bob@hongyan.test'], plain), error =>
    isMailError(error, 'access.denied'),
  );
  await dispatcher.settled();
  assert.deepEqual(asked, [
    'screen bob@hongyan.test text',
    'policy',
    'screen bob@hongyan.test text',
    'policy',
  ]);
  assert.deepEqual(await house.messages('bob@hongyan.test'), []);
  const [junk = ''] = await house.messages('bob@hongyan.test', 'junk');
  assert.match(junk, /\+0000\r\nX-Spam: yes\r\nX-Rule: one\r\nFrom: Alice/);
  assert.equal(await house.countBodies(), 1, 'the refused body was not kept');
});

test('a delivery that is given up leaves nothing, and steps out of turn are refused', async () => {
  await using house = await openHouse();
  await house.addUser('bob@hongyan.test');
  const origin = {
    kind: 'mx',
    principal: null,
    peer: { address: '192.0.2.7', port: 1, helo: null },
    tls: null,
    protocol: 'SMTP',
  } as const;
  {
    await using delivery = house.acceptor.begin(origin);
    await assert.rejects(delivery.recipient('bob@hongyan.test', {}), error =>
      isMailError(error, 'conflict.state'),
    );
    await delivery.sender('a@outside.test', {});
    await assert.rejects(delivery.write(Buffer.from('x')), error => isMailError(error, 'conflict.state'));
    await delivery.recipient('bob@hongyan.test', {});
    await delivery.write(Buffer.from('x'));
    await assert.rejects(delivery.recipient('bob@hongyan.test', {}), error =>
      isMailError(error, 'conflict.state'),
    );
  }
  await using delivery = house.acceptor.begin(origin);
  await delivery.sender('a@outside.test', {});
  await delivery.recipient('bob@hongyan.test', {});
  await delivery.write(Buffer.from('x'));
  await delivery.abort();
  await assert.rejects(delivery.commit(), error => isMailError(error, 'conflict.state'));
  assert.equal(await house.countBodies(), 0);
  assert.equal(await house.context.spool.nextDue('local'), null);
});
