import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSmtpSink } from '@hongyan/testkit/smtp-sink.ts';
import { tenantScope } from '../../src/access/scope.ts';
import { makeSelfSigned } from '../../src/platform/tls/self-signed.ts';
import { openScene, plain } from '../flow-fixture/relay-scene.ts';

test('the next MX is tried when one is down or lost on the way, not when it may have the message', async () => {
  await using it = await openScene();
  await using second = await startSmtpSink({ host: '127.0.0.2', port: it.sink.port });
  it.outside.zone['outside.test'] = {
    mx: [
      [20, 'mx2.outside.test'],
      [10, 'mx.outside.test'],
    ],
  };
  it.outside.zone['mx2.outside.test'] = { a: ['127.0.0.2'] };
  for (const stage of ['CONNECT', 'MAIL', 'DATA']) {
    it.sink.options.answer = verb => (verb === stage ? 'drop' : undefined);
    it.sink.options.extensions = [];
    await it.send([`${stage.toLowerCase()}@outside.test`]);
    assert.equal(second.messages.at(-1)?.recipients[0], `${stage.toLowerCase()}@outside.test`);
    it.house.clock.advance(10_000);
  }
  it.sink.options.answer = verb => (verb === 'DATA-END' ? 'drop' : undefined);
  await it.send(['final@outside.test']);
  assert.ok(!second.messages.some(message => message.recipients[0] === 'final@outside.test'));
  assert.match((await it.waiting())?.code ?? '', /^4\.4\.2$/);
});

test('MX names without address, private addresses and ourselves are not connected to (RFC 5321 §5.1, RFC 7505)', async () => {
  await using it = await openScene({}, { allowPrivateTargets: false, ownNames: ['me.hongyan.test'] });
  const { zone } = it.outside;
  zone['null.test'] = { mx: [[0, '.']] };
  zone['private.test'] = { mx: [[0, 'inside.test']] };
  zone['inside.test'] = { a: ['10.1.2.3'] };
  zone['loop.test'] = {
    mx: [
      [10, 'me.hongyan.test'],
      [20, 'mx.outside.test'],
    ],
  };
  zone['empty.test'] = { mx: [[0, 'nothing.test']] };
  zone['nothing.test'] = { txt: ['x'] };
  zone['silent.test'] = { fails: 'servfail' };
  zone['cname.test'] = { cname: 'cname2.test' };
  zone['cname2.test'] = { cname: 'cname.test' };
  const ends: [domain: string, end: string][] = [
    ['null.test', 'failed bob@null.test 5.1.10'],
    ['private.test', 'failed bob@private.test 5.4.4'],
    ['loop.test', 'failed bob@loop.test 5.4.6'],
    ['empty.test', 'failed bob@empty.test 5.4.4'],
    ['unknown.test', 'failed bob@unknown.test 5.1.2'],
    ['silent.test', 'deferred bob@silent.test 4.4.3'],
    ['cname.test', 'deferred bob@cname.test 4.4.3'],
    ['[127.0.0.1]', 'failed bob@[127.0.0.1] 5.4.6'],
    ['[192.168.1.1]', 'failed bob@[192.168.1.1] 5.4.4'],
  ];
  for (const [domain, end] of ends) {
    const before = it.history().length;
    await it.send([`bob@${domain}`]);
    assert.equal(it.history()[before], end);
  }
  assert.deepEqual(it.sink.commands, []);
});

test('a domain without MX is its own server; A only when there is no MX (RFC 5321 §5.1)', async () => {
  await using it = await openScene();
  it.outside.zone['plain.test'] = { a: ['127.0.0.1'] };
  it.outside.zone['alias.test'] = { cname: 'plain.test' };
  await it.send(['bob@plain.test', 'bob@alias.test']);
  assert.equal(it.sink.messages.length, 2);
});

test('static routes and a smart host with AUTH replace the DNS; one transaction for all domains', async () => {
  for (const [offered, mechanism] of [
    ['AUTH LOGIN PLAIN', 'AUTH PLAIN AHUAcA=='],
    ['AUTH LOGIN', 'AUTH LOGIN'],
  ] as const) {
    await using hub = await startSmtpSink({ extensions: ['PIPELINING', offered] });
    await using it = await openScene(
      {},
      {
        smartHost: { host: '127.0.0.1', port: hub.port, tls: 'none', auth: { username: 'u', password: 'p' } },
      },
    );
    await it.send(['bob@one.test', 'bob@two.test']);
    assert.deepEqual(
      hub.messages.map(message => message.recipients.length),
      [2],
    );
    assert.ok(hub.commands[0]?.includes(mechanism), (hub.commands[0] ?? []).join('\n'));
  }
  await using it = await openScene();
  await using routed = await openScene(
    {},
    { routes: { 'far.test': { host: '127.0.0.1', port: it.sink.port, tls: 'opportunistic' } } },
  );
  await routed.send(['bob@Far.test']);
  assert.equal(it.sink.messages.length, 1);
});

test('a refused sign-in at the smart host makes mail wait, not bounce', async () => {
  await using hub = await startSmtpSink({
    extensions: ['AUTH PLAIN'],
    answer: verb => (verb === 'AUTH' ? '535 5.7.8 no' : undefined),
  });
  await using it = await openScene(
    {},
    { smartHost: { host: '127.0.0.1', port: hub.port, tls: 'none', auth: { username: 'u', password: 'p' } } },
  );
  await it.send(['bob@one.test']);
  assert.deepEqual(it.history(), ['deferred bob@one.test 4.7.8']);
});

test('TLS is used where offered, with SNI, and its failure falls back only when it may (RFC 3207, RFC 7435)', async () => {
  const pair = await makeSelfSigned({ names: ['mx.outside.test'], now: Date.now() });
  const other = await makeSelfSigned({ names: ['other.test'], now: Date.now() });
  await using it = await openScene({ tls: pair });
  await it.send(['bob@outside.test']);
  assert.deepEqual([it.sink.messages[0]?.tls, it.sink.messages[0]?.serverName], [true, 'mx.outside.test']);
  assert.ok(
    it.house.trace.some(
      event => event.diagnostic?.tls?.version === 'TLSv1.3' && !event.diagnostic.tls.verified,
    ),
  );

  await using refusing = await openScene({
    tls: pair,
    answer: verb => (verb === 'STARTTLS' ? '454 4.7.0 not now' : undefined),
  });
  await refusing.send(['bob@outside.test']);
  assert.equal(refusing.sink.messages[0]?.tls, false);

  await using broken = await openScene({
    tls: pair,
    answer: verb => (verb === 'STARTTLS' ? '220 go\ngarbage' : undefined),
  });
  broken.sink.options.answer = verb => (verb === 'STARTTLS' ? 'drop' : undefined);
  await broken.send(['bob@outside.test']);
  assert.equal(broken.sink.messages[0]?.tls, false, 'a second connection in plain text');

  const route = (port: number, tls: 'required' | 'verified' | 'implicit-verified') => ({
    routes: { 'outside.test': { host: 'mx.outside.test', port, tls } },
    trustedCa: [pair.cert],
  });
  await using secure = await startSmtpSink({ tls: pair });
  await using verified = await openScene({}, route(secure.port, 'verified'));
  await verified.send(['bob@outside.test']);
  assert.equal(secure.messages.length, 1);
  await using wrong = await startSmtpSink({ tls: other });
  await using mismatch = await openScene({}, route(wrong.port, 'verified'));
  await mismatch.send(['bob@outside.test']);
  assert.deepEqual([mismatch.history(), wrong.messages.length], [['deferred bob@outside.test 4.7.5'], 0]);
  await using bare = await startSmtpSink();
  await using required = await openScene({}, route(bare.port, 'required'));
  await required.send(['bob@outside.test']);
  assert.deepEqual([required.history(), bare.messages.length], [['deferred bob@outside.test 4.7.10'], 0]);
  await using implicit = await startSmtpSink({ tls: pair, implicitTls: true });
  await using smtps = await openScene({}, route(implicit.port, 'implicit-verified'));
  await smtps.send(['bob@outside.test']);
  assert.equal(implicit.messages[0]?.tls, true);
});

test('a report that cannot be delivered to an outside sender is no cause for another one', async () => {
  await using it = await openScene(
    { answer: verb => (verb === 'RCPT' ? '550 5.1.1 nobody' : undefined) },
    {},
    { reports: { outsiders: true } },
  );
  await it.house.addUser('bob@hongyan.test');
  await it.house.directory.createGroup(tenantScope(it.house.tenantId, 'test'), {
    address: 'out@hongyan.test',
    displayName: 'Out',
    posting: 'anyone',
    members: ['far@outside.test'],
  });
  await it.house.receive('stranger@outside.test', ['out@hongyan.test'], plain);
  await it.house.dispatcher?.settled();
  assert.deepEqual(
    it.house.trace.map(event => event.kind),
    ['accepted', 'failed', 'accepted', 'notified', 'failed', 'unreported'],
  );
  assert.equal(await it.waiting(), null);
  assert.ok(it.sink.commands.flat().some(line => line.startsWith('MAIL FROM:<>')));
});

test('a mail that a group sends outside carries the group, and is stopped when it comes back (loop detection)', async () => {
  await using it = await openScene();
  await it.house.directory.createGroup(tenantScope(it.house.tenantId, 'test'), {
    address: 'out@hongyan.test',
    displayName: 'Out',
    posting: 'anyone',
    members: ['far@outside.test'],
  });
  await it.house.receive('stranger@outside.test', ['out@hongyan.test'], 'Subject: x\r\n\r\n');
  await it.house.dispatcher?.settled();
  const [message] = it.sink.messages;
  assert.match(
    message?.data ?? '',
    /^Delivered-To: out@hongyan\.test\r\nList-Id: <out\.hongyan\.test>\r\nReceived: /,
  );
  await assert.rejects(
    it.house.receive('stranger@outside.test', ['out@hongyan.test'], message?.data ?? ''),
    /message\.loop/,
  );
  const hops = 'Received: from a by b; Thu, 1 Jan 2026 00:00:00 +0000\r\n'.repeat(101);
  await assert.rejects(it.house.submit(it.alice, ['alice@hongyan.test'], `${hops}${plain}`), /message\.loop/);
});

test('an IPv6 address that does not answer is followed by the IPv4 one (RFC 5321 §5.2)', async () => {
  await using it = await openScene({}, { families: 'both' });
  it.outside.zone['mx.outside.test'] = { aaaa: ['::1'], a: ['127.0.0.1'] };
  await it.send(['bob@outside.test']);
  assert.equal(it.sink.messages.length, 1);
  assert.deepEqual(it.history(), ['relayed bob@outside.test 2.0.0']);
});

test('what to do about TLS is asked for every host: the place of DANE and MTA-STS', async () => {
  const asked: string[] = [];
  await using it = await openScene(
    {},
    {
      planTls: async question => {
        asked.push(`${question.domain} ${question.host}`);
        return { level: 'required', implicit: false, nameSecure: false };
      },
    },
  );
  await it.send(['bob@outside.test']);
  assert.deepEqual(asked, ['outside.test mx.outside.test']);
  assert.deepEqual(it.history(), ['deferred bob@outside.test 4.7.10']);
});

test('of the MX records only those better than our own are used (RFC 5321 §5.1)', async () => {
  await using it = await openScene({}, { ownNames: ['me.hongyan.test'], ownAddresses: ['127.0.0.9'] });
  const { zone } = it.outside;
  zone['worse.test'] = {
    mx: [
      [10, 'me.hongyan.test'],
      [20, 'mx.outside.test'],
    ],
  };
  zone['address.test'] = {
    mx: [
      [10, 'alias.hongyan.test'],
      [10, 'mx.outside.test'],
    ],
  };
  zone['alias.hongyan.test'] = { a: ['127.0.0.9'] };
  zone['better.test'] = {
    mx: [
      [5, 'mx.outside.test'],
      [10, 'me.hongyan.test'],
    ],
  };
  for (const domain of ['worse.test', 'address.test', 'better.test']) await it.send([`bob@${domain}`]);
  assert.deepEqual(
    it.history().filter(line => !line.includes('alice') && !line.startsWith('notified')),
    ['failed bob@worse.test 5.4.6', 'failed bob@address.test 5.4.6', 'relayed bob@better.test 2.0.0'],
  );
});
