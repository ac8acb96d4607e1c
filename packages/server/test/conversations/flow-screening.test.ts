import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { test } from 'node:test';
import { parseResults } from '@hongyan/formats/auth/results/results-field.ts';
import { trustedResults } from '@hongyan/formats/auth/results/trusted-results.ts';
import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import { sealMessage } from 'mailauth';
import { isMailError } from '../../src/platform/errors.ts';
import { fillForms } from '../flow-fixture/filtered.ts';
import { mail, openScreened, privateKey, type Screened, signedBy } from '../screening-fixture/screened.ts';

const bob = 'bob@hongyan.test';

/** What our field says of the only message in a folder: `method=result` each. */
function resultsIn(message: string | undefined): string {
  const results = trustedResults(new HeaderBlock(Buffer.from(message ?? '')), 'mail.hongyan.test');
  return results?.results.map(({ method, result }) => `${method}=${result}`).join(' ') ?? 'nothing';
}

async function receive(
  { house }: Screened,
  from: string,
  message: string,
): Promise<{ inbox: string[]; junk: string[] }> {
  const dispatcher = house.dispatcher ?? house.start();
  await house.receive(from, [bob], message);
  await dispatcher.settled();
  return { inbox: await house.messages(bob), junk: await house.messages(bob, 'junk') };
}

/** Words of the reply to a message that is refused. */
async function refusal({ house }: Screened, from: string, message: string): Promise<string> {
  try {
    await house.receive(from, [bob], message);
  } catch (error) {
    if (isMailError(error, 'message.refused')) return String(error.fields['reason']);
    throw error;
  }
  return 'it was taken';
}

test('RFC 7208, RFC 6376, RFC 7489, RFC 8601: what is proven is noted, and known to the trace and to scripts', async () => {
  await using scene = await openScreened();
  const { inbox } = await receive(scene, 'ann@good.test', await signedBy('good.test', mail('ann@good.test')));
  assert.equal(resultsIn(inbox[0]), 'dmarc=pass spf=pass dkim=pass iprev=pass');
  const event = scene.house.trace.find(({ kind }) => kind === 'accepted');
  assert.match(
    event?.note ?? '',
    /ESMTP from 192\.0\.2\.7: spf=pass dkim=pass dmarc=pass \(p=reject\) score=0$/,
  );
  assert.match(inbox[0] ?? '', /^X-Spam-Status: No, score=0 required=5\r$/m);
  // The stored body is what came: only the prefix is ours.
  assert.ok(inbox[0]?.endsWith('\r\n\r\nHello.\r\n'));
});

for (const [why, from] of [
  ['two fields', 'From: ann@good.test\r\nFrom: boss@reject.test'],
  ['two fields, the other first', 'From: boss@reject.test\r\nFrom: ann@good.test'],
  ['two domains in one', 'From: ann@good.test, boss@reject.test'],
  ['no address in it', 'From: "boss@reject.test" <>'],
] as const) {
  test(`RFC 7489 §6.6.1, RFC 5322 §3.6: a From that no policy can be asked for goes to Junk: ${why}`, async () => {
    await using scene = await openScreened();
    const message = mail('ann@good.test').replace(/^From: .*$/m, from);
    assert.ok(message.includes('boss@reject.test'));
    const { inbox, junk } = await receive(scene, 'ann@good.test', message);
    assert.deepEqual([inbox.length, junk.length], [0, 1]);
  });
}

const table: readonly (readonly [
  why: string,
  sender: string,
  author: string,
  signer: string | null,
  where: string,
  results: string,
])[] = [
  ['SPF alone', 'ann@good.test', 'ann@good.test', null, 'inbox', 'dmarc=pass spf=pass dkim=none iprev=pass'],
  [
    'DKIM alone',
    'x@none.test',
    'ann@reject.test',
    'reject.test',
    'inbox',
    'dmarc=pass spf=neutral dkim=pass iprev=pass',
  ],
  [
    'p=quarantine',
    'ann@quarantine.test',
    'ann@quarantine.test',
    null,
    'junk',
    'dmarc=fail spf=fail dkim=none iprev=pass',
  ],
  ['p=none', 'ann@none.test', 'ann@none.test', null, 'inbox', 'dmarc=fail spf=neutral dkim=none iprev=pass'],
  [
    'no records',
    'ann@plain.test',
    'ann@plain.test',
    null,
    'inbox',
    'dmarc=none spf=none dkim=none iprev=pass',
  ],
  [
    'SERVFAIL',
    'ann@away.test',
    'ann@away.test',
    'away.test',
    'inbox',
    'dmarc=temperror spf=temperror dkim=temperror iprev=pass',
  ],
  [
    'the null reverse-path: HELO',
    '',
    'ann@mx.outside.test',
    null,
    'inbox',
    'dmarc=none spf=pass dkim=none iprev=pass',
  ],
];
for (const [why, sender, author, signer, where, results] of table) {
  test(`RFC 7489 §6.6: ${why} goes to the ${where}`, async () => {
    await using scene = await openScreened();
    const message = signer === null ? mail(author) : await signedBy(signer, mail(author));
    const { inbox, junk } = await receive(scene, sender, message);
    assert.deepEqual([inbox.length, junk.length], where === 'inbox' ? [1, 0] : [0, 1]);
    assert.equal(resultsIn((where === 'inbox' ? inbox : junk)[0]), results);
  });
}

test('FLT-03, RFC 7489 §6.6: a welcome sender comes through as spam, not when the domain disowns the mail', async () => {
  for (const [sender, body, where] of [
    ['ann@good.test', gtube, 'inbox'],
    ['ann@quarantine.test', 'Hello.', 'junk'],
  ] as const) {
    await using scene = await openScreened();
    fillForms(scene.house, [{ kind: 'allow', value: sender }], 'keep;');
    const { inbox, junk } = await receive(scene, sender, mail(sender, { body }));
    assert.deepEqual([inbox.length, junk.length], where === 'inbox' ? [1, 0] : [0, 1], sender);
  }
});

test('RFC 7489 §6.6.2: p=reject is answered with the reason, nothing is stored, and the trace knows', async () => {
  await using scene = await openScreened();
  const said = await refusal(scene, 'eve@good.test', mail('ceo@reject.test'));
  assert.match(said, /^Refused by the DMARC policy of reject\.test \(p=reject\): .* SPF pass, DKIM none$/);
  assert.equal(await scene.house.countBodies(), 0);
  const [event] = scene.house.trace;
  assert.deepEqual([event?.kind, event?.sender, scene.house.trace.length], ['refused', 'eve@good.test', 1]);
  assert.match(event?.note ?? '', /dmarc=fail \(p=reject\)/);
});

test('what the installation makes of p=reject: junk, or only a note; within pct alone', async () => {
  for (const [dmarcReject, where] of [
    ['junk', [0, 1]],
    ['note', [1, 0]],
  ] as const) {
    await using scene = await openScreened({ dmarcReject });
    const { inbox, junk } = await receive(scene, 'eve@good.test', mail('ceo@reject.test'));
    assert.deepEqual([inbox.length, junk.length], where);
  }
  await using scene = await openScreened({}, { sample: 30 });
  Object.assign(scene.dns.zone, { '_dmarc.reject.test': { txt: ['v=DMARC1; p=reject; pct=30'] } });
  const { junk } = await receive(scene, 'eve@good.test', mail('ceo@reject.test'));
  assert.equal(junk.length, 1);
});

test('RFC 8601 §5: a forged field stays in the mail, below ours', async () => {
  await using scene = await openScreened();
  const forged = 'Authentication-Results: mail.hongyan.test; dmarc=pass header.from=none.test\r\n';
  const { inbox } = await receive(scene, 'ann@none.test', forged + mail('ann@none.test'));
  assert.equal(resultsIn(inbox[0]), 'dmarc=fail spf=neutral dkim=none iprev=pass');
  assert.ok(inbox[0]?.includes(forged));
});

test('mail of the house itself: auth=pass without a login name; mail from this machine: none, above what is forged', async () => {
  await using scene = await openScreened();
  const { house } = scene;
  const alice = await house.addUser('alice@hongyan.test');
  house.start();
  await house.submit(alice, [bob], mail('alice@hongyan.test'));
  await house.dispatcher?.settled();
  const [own = ''] = await house.messages(bob);
  assert.match(
    own,
    /^Authentication-Results: mail\.hongyan\.test;\r\n\tauth=pass smtp\.mailfrom=alice@hongyan\.test\r$/m,
  );
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    await using delivery = house.acceptor.begin({
      kind: 'mx',
      principal: null,
      peer: { address, port: 1, helo: 'x' },
      tls: null,
      protocol: 'ESMTP',
    });
    await delivery.sender('ceo@reject.test', {});
    await delivery.recipient(bob, {});
    await delivery.write(
      Buffer.from(`Authentication-Results: mail.hongyan.test; dmarc=pass\r\n${mail('ceo@reject.test')}`),
    );
    await delivery.commit();
  }
  await house.dispatcher?.settled();
  const messages = await house.messages(bob);
  assert.deepEqual(messages.slice(1).map(resultsIn), ['', '', '']);
  assert.deepEqual(scene.dns.asked, []);
});

const gtube = ['XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD', '-ANTI-UBE-TEST-EMAIL*C.34X'].join('');
const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD', '-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
const wrapped = (text: string): string => Buffer.from(text).toString('base64').replaceAll(/.{60}/g, '$&\r\n');

test('REA-08, SEC-12, STA-04: the spam test string goes to the junk folder, plain or encoded', async () => {
  await using scene = await openScreened();
  const bodies = [
    gtube,
    ...['', 'a', 'ab'].map(before => wrapped(`${before}${gtube}..`)),
    gtube.replace('GTUBE', 'GT=\r\nUBE'),
  ];
  for (const body of bodies)
    await receive(scene, 'ann@good.test', mail('ann@good.test', { body: `x\r\n${body}\r\n` }));
  const { inbox, junk } = await receive(scene, 'ann@good.test', mail('ann@good.test', { body: 'GTUBE\r\n' }));
  assert.deepEqual([inbox.length, junk.length], [1, bodies.length]);
  assert.match(junk[0] ?? '', /^X-Spam-Status: Yes, score=1000 required=5\r\n GTUBE=1000\r$/m);
});

test('SEC-12: the virus test file is refused without a scanner, plain or as an attachment', async () => {
  await using scene = await openScreened();
  for (const body of [eicar, wrapped(eicar), `a\r\n${eicar}`])
    assert.equal(
      await refusal(scene, 'ann@good.test', mail('ann@good.test', { body: `${body}\r\n` })),
      'A virus was found: Eicar-Test-Signature',
    );
  assert.equal(await scene.house.countBodies(), 0);
});

test('several signals together make it junk; a block list counts when it is configured', async () => {
  await using scene = await openScreened({ dnsbl: ['bl.test', 'other.bl.test'] });
  Object.assign(scene.dns.zone, { '7.2.0.192.in-addr.arpa': {} });
  const { junk } = await receive(scene, 'ann@plain.test', mail('ann@plain.test'));
  const [status] = /^X-Spam-Status: [^]*?\r\n(?! )/m.exec(junk[0] ?? '') ?? [''];
  assert.deepEqual(status.match(/[A-Z_]{5,}=[0-9.]+/g), [
    'UNPROVEN=1',
    'NO_REVERSE_NAME=1.5',
    'LISTED_BL_TEST=4',
  ]);
});

test('a forged colleague is junk when SPF says no', async () => {
  await using scene = await openScreened();
  Object.assign(scene.dns.zone, { 'hongyan.test': { txt: ['v=spf1 -all'] } });
  const { junk } = await receive(scene, 'boss@hongyan.test', mail('boss@hongyan.test'));
  assert.equal(junk.length, 1);
});

/** A message that a list changed after the author's domain had signed it, sealed by forwarder.test. */
async function throughList(): Promise<string> {
  const message = await signedBy('reject.test', mail('ann@reject.test'));
  const changed = message
    .replace('Hello.', 'Hello.\r\n-- list footer')
    .replace('From:', 'List-Id: <dev.lists.test>\r\nFrom:');
  const seal = await sealMessage(Buffer.from(changed), {
    signingDomain: 'forwarder.test',
    selector: 'one',
    privateKey,
    authResults: 'mx.forwarder.test; dmarc=pass header.from=reject.test; dkim=pass header.d=reject.test',
    cv: 'none',
    signTime: new Date(Date.UTC(2025, 11, 31)),
  });
  return seal.toString() + changed;
}

test('RFC 8617 §7.2.1: a list is excused by a sealer that we trust, by our trust in it, and never refused', async () => {
  const message = await throughList();
  const cases = [
    [{ trustedSealers: ['forwarder.test'] }, 'x@plain.test', 'inbox'],
    [{ trustedLists: ['lists.test'] }, 'dev-bounce@lists.test', 'inbox'],
    [{}, 'dev-bounce@lists.test', 'junk'],
  ] as const;
  for (const [options, sender, where] of cases) {
    await using scene = await openScreened(options);
    const found = await receive(scene, sender, message);
    assert.deepEqual([found.inbox.length, found.junk.length], where === 'inbox' ? [1, 0] : [0, 1]);
    assert.match(resultsIn(found[where][0]), /^dmarc=fail .* arc=pass/);
  }
  // Who only says to be a list, or seals without our trust, is refused; so is a seal over something else.
  await using scene = await openScreened();
  assert.match(await refusal(scene, 'x@plain.test', message), /DMARC policy/);
  await using trusting = await openScreened({ trustedSealers: ['forwarder.test'] });
  assert.match(await refusal(trusting, 'x@plain.test', message.replace('footer', 'fraud')), /DMARC policy/);
});

/** A scanner that knows one virus. */
function startFakeClamd(): Promise<Server> {
  const server = createServer(socket => {
    let data = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', piece => {
      data = Buffer.concat([data, Buffer.from(piece)]);
      if (!data.subarray(-4).equals(Buffer.alloc(4))) return;
      assert.equal(data.toString('latin1', 0, 10), 'zINSTREAM\0');
      socket.end(data.includes('infected') ? 'stream: Worm.Test FOUND\0' : 'stream: OK\0');
    });
  });
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

test('SEC-12: clamd is given the mail while it comes in; without an answer mail is taken, with a note', async () => {
  const server = await startFakeClamd();
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const clamd = `127.0.0.1:${address.port}`;
  await using scene = await openScreened({ clamd });
  const infected = mail('ann@good.test', { body: 'infected\r\n' });
  assert.equal(await refusal(scene, 'ann@good.test', infected), 'A virus was found: Worm.Test');
  assert.equal((await receive(scene, 'ann@good.test', mail('ann@good.test'))).inbox.length, 1);
  await using small = await openScreened({ clamd, clamdMaxBytes: 100 });
  await receive(small, 'ann@good.test', infected);
  assert.match(small.house.trace[0]?.note ?? '', /too large to be scanned/);
  server.close();
  await using away = await openScreened({ clamd });
  await receive(away, 'ann@good.test', infected);
  assert.match(away.house.trace[0]?.note ?? '', /clamd: .*ECONNREFUSED/);
});

test('parseResults reads what we write about hostile envelopes', async () => {
  await using scene = await openScreened();
  const { inbox } = await receive(scene, '"a; dmarc=pass"@none.test', mail('ann@none.test'));
  const field = new HeaderBlock(Buffer.from(inbox[0] ?? '')).first('authentication-results');
  assert.deepEqual(
    parseResults(field ?? '')?.results.map(({ method, result }) => `${method}=${result}`),
    ['dmarc=fail', 'spf=neutral', 'dkim=none', 'iprev=pass'],
  );
});
