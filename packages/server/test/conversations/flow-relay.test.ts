import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SinkOptions, type SmtpSink, startSmtpSink } from '@hongyan/testkit/smtp-sink.ts';
import { type Principal, tenantScope } from '../../src/access/scope.ts';
import { createRelay, type Relay } from '../../src/flow/relay/relay.ts';
import { makeSelfSigned } from '../../src/platform/tls/self-signed.ts';
import { type House, type HouseOptions, openHouse } from '../flow-fixture/house.ts';
import { type Outside, type OutsideOptions, openOutside } from '../flow-fixture/outside.ts';

const plain = 'From: alice@hongyan.test\r\nSubject: out\r\n\r\n.dots\r\n..\r\nend\r\n';

interface Scene extends AsyncDisposable {
  readonly house: House;
  readonly sink: SmtpSink;
  readonly outside: Outside;
  readonly alice: Principal & { kind: 'account' };
  /** Sends from alice, works the queue, and tells what the queue still holds. */
  send(to: readonly string[], message?: string, more?: Parameters<House['submit']>[3]): Promise<void>;
  /** Kinds of trace events per recipient, the acceptance left out. */
  history(): string[];
  /** Error of the only recipient still queued; null when there is none. */
  waiting(): Promise<{ code: string; text: string } | null>;
}

async function scene(
  sinkOptions: SinkOptions = {},
  relayOptions: OutsideOptions = {},
  houseOptions: HouseOptions = {},
): Promise<Scene> {
  const sink = await startSmtpSink(sinkOptions);
  const outside = await openOutside(
    { 'outside.test': { mx: [[10, 'mx.outside.test']] }, 'mx.outside.test': { a: ['127.0.0.1'] } },
    sink.port,
  );
  let relay: Relay | null = null;
  const house = await openHouse({
    ...houseOptions,
    relay: (clock, blobs) => (relay = createRelay(outside.context(clock, relayOptions), blobs)),
  });
  const alice = await house.addUser('alice@hongyan.test');
  const dispatcher = house.start();
  return {
    house,
    sink,
    outside,
    alice,
    async send(to, message = plain, more = {}) {
      await house.submit(alice, to, message, more);
      await dispatcher.settled();
    },
    history: () =>
      house.trace
        .filter(event => event.kind !== 'accepted' && event.recipient !== null)
        .map(event => `${event.kind} ${event.recipient} ${event.diagnostic?.status ?? ''}`),
    async waiting() {
      const due = await house.context.spool.nextDue('relay');
      if (due === null) return null;
      const event = house.trace.findLast(entry => entry.kind === 'deferred');
      return { code: event?.diagnostic?.status ?? '', text: event?.diagnostic?.text ?? '' };
    },
    async [Symbol.asyncDispose]() {
      await house[Symbol.asyncDispose]();
      await relay?.[Symbol.asyncDispose]();
      await outside[Symbol.asyncDispose]();
      await sink[Symbol.asyncDispose]();
    },
  };
}

for (const [name, extensions] of [
  ['everything', ['PIPELINING', '8BITMIME', 'SIZE 10000000', 'DSN', 'SMTPUTF8', 'CHUNKING']],
  ['PIPELINING without CHUNKING', ['PIPELINING', '8BITMIME']],
  ['nothing', []],
] as const) {
  test(`a message reaches a server that offers ${name}, byte for byte (RFC 5321 §4.5.2, RFC 2920, RFC 3030)`, async () => {
    await using it = await scene({ extensions });
    await it.send(['bob@outside.test', 'carol@outside.test']);
    const [message, ...more] = it.sink.messages;
    assert.equal(more.length, 0, 'both recipients in one transaction');
    assert.deepEqual(message?.recipients, ['bob@outside.test', 'carol@outside.test']);
    assert.equal(message?.sender, 'alice@hongyan.test');
    assert.ok(message?.data.endsWith(plain), message?.data);
    assert.match(message?.data ?? '', /^Received: from laptop/);
    assert.ok(!message?.data.includes('Return-Path'));
    assert.deepEqual(it.history(), ['relayed bob@outside.test 2.0.0', 'relayed carol@outside.test 2.0.0']);
    assert.equal(await it.waiting(), null);
  });
}

test('a server that knows only HELO is spoken to in its way (RFC 5321 §3.2)', async () => {
  await using it = await scene({ answer: verb => (verb === 'EHLO' ? '502 5.5.1 what' : undefined) });
  await it.send(['bob@outside.test']);
  assert.deepEqual(
    it.sink.commands[0]?.slice(0, 3).map(line => line.split(' ')[0]),
    ['EHLO', 'HELO', 'MAIL'],
  );
  assert.equal(it.sink.messages.length, 1);
});

/** Reply at a stage, and what must become of the message. */
const classes: [stage: string, reply: string, expected: RegExp][] = [
  ['CONNECT', '421 4.3.2 busy', /^deferred bob@outside\.test 4\.3\.2$/],
  ['CONNECT', '554 no service', /^failed bob@outside\.test 5\.0\.0$/],
  ['CONNECT', '550 not you', /^deferred bob@outside\.test 4\.0\.0$/],
  ['CONNECT', 'drop', /^deferred bob@outside\.test 4\.4\.2$/],
  ['CONNECT', 'nonsense', /^deferred bob@outside\.test 4\.5\.0$/],
  ['EHLO', '421 4.7.0 later', /^deferred bob@outside\.test 4\.7\.0$/],
  ['MAIL', '451 4.7.1 greylisted', /^deferred bob@outside\.test 4\.7\.1$/],
  ['MAIL', '550 5.7.1 we do not like you', /^failed bob@outside\.test 5\.7\.1$/],
  ['MAIL', 'drop', /^deferred bob@outside\.test 4\.4\.2$/],
  ['RCPT', '450 4.2.0 greylisted', /^deferred bob@outside\.test 4\.2\.0$/],
  ['RCPT', '550 5.1.1 nobody', /^failed bob@outside\.test 5\.1\.1$/],
  ['RCPT', '550 4.1.1 contradiction', /^failed bob@outside\.test 5\.0\.0$/],
  ['DATA', '451 4.3.0 later', /^deferred bob@outside\.test 4\.3\.0$/],
  ['DATA', '554 5.7.1 never', /^failed bob@outside\.test 5\.7\.1$/],
  ['DATA', 'drop', /^deferred bob@outside\.test 4\.4\.2$/],
  ['DATA-END', '452 4.3.1 full', /^deferred bob@outside\.test 4\.3\.1$/],
  ['DATA-END', '550 5.7.1 spam', /^failed bob@outside\.test 5\.7\.1$/],
  ['DATA-END', 'drop', /^deferred bob@outside\.test 4\.4\.2$/],
];
for (const [stage, reply, expected] of classes) {
  test(`${reply.replace(/\n.*/s, '')} at ${stage} leads to the right state (RFC 5321 §4.2.1)`, async () => {
    for (const extensions of [['PIPELINING'], []]) {
      await using it = await scene({ extensions, answer: verb => (verb === stage ? reply : undefined) });
      await it.send(['bob@outside.test']);
      const [first = ''] = it.history();
      assert.match(first, expected);
      assert.equal((await it.waiting()) !== null, first.startsWith('deferred'));
      const reports = await it.house.messages('alice@hongyan.test');
      assert.equal(reports.length, first.startsWith('failed') ? 1 : 0);
      if (first.startsWith('failed')) assert.match(reports[0] ?? '', /\r\nDiagnostic-Code: smtp; 55\d/);
    }
  });
}

test('some recipients are refused, others not: each gets its own end (RFC 5321 §3.3)', async () => {
  await using it = await scene({
    answer: (verb, line) =>
      verb !== 'RCPT'
        ? undefined
        : line.includes('bad@')
          ? '550 5.1.1 nobody'
          : line.includes('grey@')
            ? '451 4.7.1 grey'
            : undefined,
  });
  await it.send(['good@outside.test', 'bad@outside.test', 'grey@outside.test']);
  assert.deepEqual(it.sink.messages[0]?.recipients, ['good@outside.test']);
  assert.deepEqual(it.history().slice(0, 3), [
    'relayed good@outside.test 2.0.0',
    'failed bad@outside.test 5.1.1',
    'deferred grey@outside.test 4.7.1',
  ]);
  const [report = ''] = await it.house.messages('alice@hongyan.test');
  assert.match(
    report,
    /Final-Recipient: rfc822; bad@outside\.test\r\nAction: failed\r\nStatus: 5\.1\.1\r\nRemote-MTA: dns; mx\.outside\.test\r\nDiagnostic-Code: smtp; 550 5\.1\.1 nobody\r\n/,
  );
  assert.ok(!report.includes('Final-Recipient: rfc822; grey@'));
});

test('greylisting is waited out along the schedule (RFC 6647 as clients see it)', async () => {
  let calls = 0;
  await using it = await scene({
    answer: verb => (verb === 'RCPT' && ++calls === 1 ? '451 4.7.1 come back' : undefined),
  });
  await it.send(['bob@outside.test']);
  assert.equal(it.sink.messages.length, 0);
  it.house.clock.advance(5 * 60_000 - 1);
  await it.house.dispatcher?.settled();
  assert.equal(it.sink.messages.length, 0);
  it.house.clock.advance(1);
  await it.house.dispatcher?.settled();
  assert.equal(it.sink.messages.length, 1);
});

test('a server that wants fewer recipients gets the rest in another transaction at once (RFC 5321 §4.5.3.1.10)', async () => {
  let accepted = 0;
  await using it = await scene({
    answer: verb => {
      if (verb === 'MAIL') accepted = 0;
      return verb === 'RCPT' && ++accepted > 2 ? '452 4.5.3 too many' : undefined;
    },
  });
  const to = ['a', 'b', 'c', 'd', 'e'].map(name => `${name}@outside.test`);
  await it.send(to);
  assert.deepEqual(
    it.sink.messages.map(message => message.recipients.length),
    [2, 2, 1],
  );
  assert.equal(it.sink.commands.length, 1, 'one connection');
  assert.equal(await it.waiting(), null);
});

test('a connection is kept for the next message, and a stale one does no harm', async () => {
  await using it = await scene();
  await it.send(['bob@outside.test']);
  await it.send(['bob@outside.test']);
  assert.deepEqual(
    it.sink.messages.map(message => message.connection),
    [1, 1],
  );
  it.sink.options.answer = (verb, _line, connection) =>
    verb === 'MAIL' && connection === 1 ? 'drop' : undefined;
  await it.send(['bob@outside.test']);
  assert.deepEqual(
    it.sink.messages.map(message => message.connection),
    [1, 1, 2],
  );
  it.house.clock.advance(10_000);
  await it.send(['bob@outside.test']);
  assert.equal(it.sink.messages.at(-1)?.connection, 3, 'idle connections are closed');
});

test('after a refused transaction a kept connection is reset first (RFC 5321 §4.1.1.5)', async () => {
  await using it = await scene({
    answer: (verb, line) => (verb === 'RCPT' && line.includes('bad@') ? '550 5.1.1 no' : undefined),
  });
  await it.send(['bad@outside.test']);
  await it.send(['bob@outside.test']);
  assert.equal(it.sink.messages.length, 1);
  assert.equal(it.sink.commands.length, 1);
  assert.ok(it.sink.commands[0]?.includes('RSET'));
});

test('the next MX is tried when one is down or lost on the way, not when it may have the message', async () => {
  await using it = await scene();
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
  await using it = await scene({}, { allowPrivateTargets: false, ownNames: ['me.hongyan.test'] });
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
  await using it = await scene();
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
    await using it = await scene(
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
  await using it = await scene();
  await using routed = await scene(
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
  await using it = await scene(
    {},
    { smartHost: { host: '127.0.0.1', port: hub.port, tls: 'none', auth: { username: 'u', password: 'p' } } },
  );
  await it.send(['bob@one.test']);
  assert.deepEqual(it.history(), ['deferred bob@one.test 4.7.8']);
});

test('TLS is used where offered, with SNI, and its failure falls back only when it may (RFC 3207, RFC 7435)', async () => {
  const pair = await makeSelfSigned({ names: ['mx.outside.test'], now: Date.now() });
  const other = await makeSelfSigned({ names: ['other.test'], now: Date.now() });
  await using it = await scene({ tls: pair });
  await it.send(['bob@outside.test']);
  assert.deepEqual([it.sink.messages[0]?.tls, it.sink.messages[0]?.serverName], [true, 'mx.outside.test']);
  assert.ok(
    it.house.trace.some(
      event => event.diagnostic?.tls?.version === 'TLSv1.3' && !event.diagnostic.tls.verified,
    ),
  );

  await using refusing = await scene({
    tls: pair,
    answer: verb => (verb === 'STARTTLS' ? '454 4.7.0 not now' : undefined),
  });
  await refusing.send(['bob@outside.test']);
  assert.equal(refusing.sink.messages[0]?.tls, false);

  await using broken = await scene({
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
  await using verified = await scene({}, route(secure.port, 'verified'));
  await verified.send(['bob@outside.test']);
  assert.equal(secure.messages.length, 1);
  await using wrong = await startSmtpSink({ tls: other });
  await using mismatch = await scene({}, route(wrong.port, 'verified'));
  await mismatch.send(['bob@outside.test']);
  assert.deepEqual([mismatch.history(), wrong.messages.length], [['deferred bob@outside.test 4.7.5'], 0]);
  await using bare = await startSmtpSink();
  await using required = await scene({}, route(bare.port, 'required'));
  await required.send(['bob@outside.test']);
  assert.deepEqual([required.history(), bare.messages.length], [['deferred bob@outside.test 4.7.10'], 0]);
  await using implicit = await startSmtpSink({ tls: pair, implicitTls: true });
  await using smtps = await scene({}, route(implicit.port, 'implicit-verified'));
  await smtps.send(['bob@outside.test']);
  assert.equal(implicit.messages[0]?.tls, true);
});

test('what the next server cannot take is returned with the right status (RFC 6531 §3.4, RFC 6152 §3, RFC 1870, RFC 8689)', async () => {
  await using it = await scene({ extensions: ['SIZE 500'] });
  const status = async (
    to: string,
    message: string,
    more: Parameters<House['submit']>[3],
  ): Promise<string> => {
    const before = it.history().length;
    await it.send([to], message, more);
    return it.history()[before]?.split(' ').at(-1) ?? '';
  };
  const header = 'From: alice@hongyan.test\r\nMessage-ID: <a@b>\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\n';
  assert.equal(await status('bob@outside.test', `${header}\r\n你好\r\n`, {}), '5.6.3');
  assert.equal(
    await status('鲍勃@outside.test', `${header}\r\nx\r\n`, { options: { smtputf8: true } }),
    '5.6.7',
  );
  assert.equal(
    await status('bob@outside.test', `${header}Subject: 你好\r\n\r\nx\r\n`, { options: { smtputf8: true } }),
    '5.6.7',
  );
  assert.equal(
    await status('bob@outside.test', `${header}\r\nx\r\n`, { options: { body: 'BINARYMIME' } }),
    '5.6.3',
  );
  assert.equal(await status('bob@outside.test', `${header}\r\n${'x'.repeat(600)}\r\n`, {}), '5.3.4');
  assert.equal(
    await status('bob@outside.test', `${header}\r\nx\r\n`, { options: { requireTls: true } }),
    '5.7.10',
  );
  assert.equal(it.sink.messages.length, 0);
});

test('SMTPUTF8, BODY, SIZE and DSN parameters are passed on where they are understood (RFC 3461 §5.2.1, RFC 6533 §3)', async () => {
  await using it = await scene();
  await it.send(['鲍勃@例子.test'], `From: alice@hongyan.test\r\nSubject: 你好\r\n\r\nx\r\n`, {
    options: { smtputf8: true, body: '8BITMIME', ret: 'HDRS', envid: 'E+3D1' },
    recipient: { notify: ['SUCCESS', 'DELAY'], orcpt: 'utf-8;\\x{9C8D}@x.test' },
  });
  assert.equal(it.sink.messages.length, 0, 'the domain does not exist');
  it.outside.zone['xn--fsqu00a.test'] = { mx: [[0, 'mx.outside.test']] };
  await it.send(['鲍勃@例子.test'], `From: alice@hongyan.test\r\nSubject: 你好\r\n\r\nx\r\n`, {
    options: { smtputf8: true, body: '8BITMIME', ret: 'HDRS', envid: 'E+3D1' },
    recipient: { notify: ['SUCCESS', 'DELAY'], orcpt: 'utf-8;\\x{9C8D}@x.test' },
  });
  const [message] = it.sink.messages;
  assert.match(
    message?.mail ?? '',
    /^MAIL FROM:<alice@hongyan\.test> SIZE=\d+ BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=E\+3D1$/,
  );
  assert.deepEqual(message?.rcpts, [
    'RCPT TO:<鲍勃@例子.test> NOTIFY=SUCCESS,DELAY ORCPT=utf-8;\\x{9C8D}@x.test',
  ]);
});

test('success is reported as relayed when the next server knows no DSN, and left to it when it does (RFC 3461 §5.2.2 (b))', async () => {
  for (const extensions of [['PIPELINING'], ['PIPELINING', 'DSN']]) {
    await using it = await scene({ extensions });
    await it.send(['bob@outside.test'], plain, { recipient: { notify: ['SUCCESS'] } });
    const reports = await it.house.messages('alice@hongyan.test');
    assert.equal(reports.length, extensions.includes('DSN') ? 0 : 1);
    if (reports[0] !== undefined)
      assert.match(reports[0], /Action: relayed\r\nStatus: 2\.0\.0\r\nRemote-MTA: dns; mx\.outside\.test/);
  }
});

test('a report that cannot be delivered to an outside sender is no cause for another one', async () => {
  await using it = await scene(
    { answer: verb => (verb === 'RCPT' ? '550 5.1.1 nobody' : undefined) },
    {},
    { reports: { outsiders: true } },
  );
  await it.house.addUser('bob@hongyan.test');
  await it.house.directory.createGroup(tenantScope(it.house.tenantId, 'test'), {
    address: 'out@hongyan.test',
    displayName: 'Out',
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
  await using it = await scene();
  await it.house.directory.createGroup(tenantScope(it.house.tenantId, 'test'), {
    address: 'out@hongyan.test',
    displayName: 'Out',
    members: ['far@outside.test'],
  });
  await it.house.receive('stranger@outside.test', ['out@hongyan.test'], 'Subject: x\r\n\r\n');
  await it.house.dispatcher?.settled();
  const [message] = it.sink.messages;
  assert.match(message?.data ?? '', /^Delivered-To: out@hongyan\.test\r\nReceived: /);
  await assert.rejects(
    it.house.receive('stranger@outside.test', ['out@hongyan.test'], message?.data ?? ''),
    /message\.loop/,
  );
  const hops = 'Received: from a by b; Thu, 1 Jan 2026 00:00:00 +0000\r\n'.repeat(101);
  await assert.rejects(it.house.submit(it.alice, ['alice@hongyan.test'], `${hops}${plain}`), /message\.loop/);
});

test('an IPv6 address that does not answer is followed by the IPv4 one (RFC 5321 §5.2)', async () => {
  await using it = await scene({}, { families: 'both' });
  it.outside.zone['mx.outside.test'] = { aaaa: ['::1'], a: ['127.0.0.1'] };
  await it.send(['bob@outside.test']);
  assert.equal(it.sink.messages.length, 1);
  assert.deepEqual(it.history(), ['relayed bob@outside.test 2.0.0']);
});

test('recipients of one domain share a transaction, other domains have their own; names are compared without case', async () => {
  await using it = await scene();
  it.outside.zone['second.test'] = { mx: [[0, 'mx.outside.test']] };
  await it.send(['a@outside.test', 'b@OUTSIDE.test', 'c@second.test', 'A@outside.test']);
  assert.deepEqual(
    it.sink.messages.map(message => message.recipients.join()).toSorted(),
    ['a@outside.test,b@OUTSIDE.test,A@outside.test', 'c@second.test'],
    'local parts are compared with case: RFC 5321 §2.4',
  );
});

test('what to do about TLS is asked for every host: the place of DANE and MTA-STS', async () => {
  const asked: string[] = [];
  await using it = await scene(
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
