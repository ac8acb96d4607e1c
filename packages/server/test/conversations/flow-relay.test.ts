import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { House } from '../flow-fixture/house.ts';
import { openScene, plain } from '../flow-fixture/relay-scene.ts';

for (const [name, extensions] of [
  ['everything', ['PIPELINING', '8BITMIME', 'SIZE 10000000', 'DSN', 'SMTPUTF8', 'CHUNKING']],
  ['PIPELINING without CHUNKING', ['PIPELINING', '8BITMIME']],
  ['nothing', []],
] as const) {
  test(`a message reaches a server that offers ${name}, byte for byte (RFC 5321 §4.5.2, RFC 2920, RFC 3030)`, async () => {
    await using it = await openScene({ extensions });
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
  await using it = await openScene({ answer: verb => (verb === 'EHLO' ? '502 5.5.1 what' : undefined) });
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
      await using it = await openScene({ extensions, answer: verb => (verb === stage ? reply : undefined) });
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
  await using it = await openScene({
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
  await using it = await openScene({
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
  await using it = await openScene({
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
  await using it = await openScene();
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
  await using it = await openScene({
    answer: (verb, line) => (verb === 'RCPT' && line.includes('bad@') ? '550 5.1.1 no' : undefined),
  });
  await it.send(['bad@outside.test']);
  await it.send(['bob@outside.test']);
  assert.equal(it.sink.messages.length, 1);
  assert.equal(it.sink.commands.length, 1);
  assert.ok(it.sink.commands[0]?.includes('RSET'));
});

test('what the next server cannot take is returned with the right status (RFC 6531 §3.4, RFC 6152 §3, RFC 1870, RFC 8689)', async () => {
  await using it = await openScene({ extensions: ['SIZE 500'] });
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
  await using it = await openScene();
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
    await using it = await openScene({ extensions });
    await it.send(['bob@outside.test'], plain, { recipient: { notify: ['SUCCESS'] } });
    const reports = await it.house.messages('alice@hongyan.test');
    assert.equal(reports.length, extensions.includes('DSN') ? 0 : 1);
    if (reports[0] !== undefined)
      assert.match(reports[0], /Action: relayed\r\nStatus: 2\.0\.0\r\nRemote-MTA: dns; mx\.outside\.test/);
  }
});

test('recipients of one domain share a transaction, other domains have their own; names are compared without case', async () => {
  await using it = await openScene();
  it.outside.zone['second.test'] = { mx: [[0, 'mx.outside.test']] };
  await it.send(['a@outside.test', 'b@OUTSIDE.test', 'c@second.test', 'A@outside.test']);
  assert.deepEqual(
    it.sink.messages.map(message => message.recipients.join()).toSorted(),
    ['a@outside.test,b@OUTSIDE.test,A@outside.test', 'c@second.test'],
    'local parts are compared with case: RFC 5321 §2.4',
  );
});

const everything = ['PIPELINING', '8BITMIME', 'SIZE 10485760', 'SMTPUTF8', 'CHUNKING', 'BINARYMIME'];
const bare = 'From: alice@hongyan.test\r\nSubject: bare\r\n\r\none\ntwo\rthree\n.\n';

test('RFC 5321 §2.3.8: no line ends of CR or LF alone go out, whatever the next server offers', async () => {
  await using scene = await openScene({ extensions: everything });
  await scene.send(['bob@outside.test'], bare);
  const data = scene.sink.messages[0]?.data ?? '';
  assert.ok(data.endsWith('\r\n\r\none\r\ntwo\r\nthree\r\n.\r\n'), data);
  assert.doesNotMatch(data, /\r(?!\n)|(?<!\r)\n/);
});

test('RFC 3030 §3: binary mail goes out byte for byte, and stays binary when a script sends it on', async () => {
  await using scene = await openScene({ extensions: everything });
  const { house } = scene;
  await scene.send(['bob@outside.test'], bare, { options: { body: 'BINARYMIME' } });
  await house.script('alice@hongyan.test', 'redirect "carol@outside.test";');
  await house.receive('ann@elsewhere.test', ['alice@hongyan.test'], bare, {
    options: { body: 'BINARYMIME' },
  });
  await house.dispatcher?.settled();
  assert.equal(scene.sink.messages.length, 2);
  for (const { mail, data } of scene.sink.messages) {
    assert.match(mail, / BODY=BINARYMIME/);
    assert.ok(data.endsWith('\r\n\r\none\ntwo\rthree\n.\n'), data);
  }
});

test('RFC 3030 §3: binary mail that a script sends on is not given to a server that takes none', async () => {
  await using scene = await openScene({ extensions: ['8BITMIME', 'CHUNKING'] });
  const { house } = scene;
  await house.script('alice@hongyan.test', 'redirect "carol@outside.test";');
  await house.receive('ann@elsewhere.test', ['alice@hongyan.test'], bare, {
    options: { body: 'BINARYMIME' },
  });
  await house.dispatcher?.settled();
  // The report about it is mail for alice, and sent on like any other.
  assert.deepEqual(
    scene.sink.messages.map(({ sender }) => sender),
    [''],
  );
  assert.ok(scene.history().includes('failed carol@outside.test 5.6.3'), scene.history().join());
});
