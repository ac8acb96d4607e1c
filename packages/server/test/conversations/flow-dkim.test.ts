import assert from 'node:assert/strict';
import { test } from 'node:test';
import { txtStrings } from '@hongyan/formats/auth/dkim/key-record.ts';
import type { DKIMResult } from 'mailauth';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { tenantScope } from '../../src/access/scope.ts';
import { defaultDkimLimits } from '../../src/directory/dkim.ts';
import type { FlowContext } from '../../src/flow/context.ts';
import { type Log, type LogFields, silentLog } from '../../src/platform/log.ts';
import type { House, HouseOptions } from '../flow-fixture/house.ts';
import { openScene, plain, type Scene } from '../flow-fixture/relay-scene.ts';

function openSigned(more: HouseOptions = {}): Promise<Scene> {
  return openScene({}, {}, { signed: true, ...more });
}

/** The zone of a house's domains: what an operator publishes. */
async function published(house: House, domain = 'hongyan.test'): Promise<Map<string, string[]>> {
  const keys = await house.dkim.list(tenantScope(house.tenantId, 'test'), domain);
  return new Map(keys.map(({ record }) => [record.name, txtStrings(record.text)]));
}

/** What a server outside says about the signatures: `algorithm domain result` for each. */
async function verdicts(message: string, zone: ReadonlyMap<string, string[]>): Promise<string[]> {
  const { results } = await dkimVerify(Buffer.from(message), {
    resolver: (name, type) => {
      const strings = type === 'TXT' ? zone.get(name) : undefined;
      if (strings) return Promise.resolve([strings]);
      return Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    },
  });
  return results.map(
    (result: DKIMResult) =>
      `${result.algo ?? 'none'} ${result.signingDomain ?? ''} ${result.status?.result ?? ''}`,
  );
}

const bothPass = ['rsa-sha256 hongyan.test pass', 'ed25519-sha256 hongyan.test pass'];

function left({ sink }: Scene): string {
  const data = sink.messages.at(-1)?.data;
  assert.ok(data !== undefined, 'nothing left the house');
  return data;
}

test('RFC 6376, RFC 8463: mail that leaves carries two signatures that another implementation accepts', async () => {
  await using scene = await openSigned();
  await scene.send(['bob@outside.test']);
  const message = left(scene);
  assert.match(message, /^DKIM-Signature: v=1; a=rsa-sha256; c=relaxed\/relaxed;\r\n/);
  assert.deepEqual(await verdicts(message, await published(scene.house)), bothPass);
  // The server's own Date and Message-ID are covered, and the body is as it was.
  for (const name of ['Date', 'Message-ID']) assert.match(message, new RegExp(`^${name}: `, 'm'));
  assert.ok(message.endsWith(plain));
});

const odd: Record<string, string> = {
  'an empty body': 'From: alice@hongyan.test\r\nSubject: empty\r\n\r\n',
  'no body at all': 'From: alice@hongyan.test\r\nSubject: none\r\n',
  'empty lines at the end': 'From: alice@hongyan.test\r\n\r\nx\r\n\r\n\r\n \r\n\r\n',
  'a body of empty lines': 'From: alice@hongyan.test\r\n\r\n\r\n\r\n',
  'white space at line ends': 'From: alice@hongyan.test\r\n\r\na  \t b \t\r\n\tc\r\n',
  'a folded subject': 'From: alice@hongyan.test\r\nSubject:\r\n a \t\r\n\tb\r\n   c  \r\n\r\nx\r\n',
  'an empty field': 'From: alice@hongyan.test\r\nSubject:\r\nCc: \r\nTo: b@outside.test\r\n\r\nx\r\n',
  'fields in any case': 'FROM: Alice <ALICE@HONGYAN.TEST>\r\nsubject: x\r\nTO : b@outside.test\r\n\r\nx\r\n',
  'fields several times': 'From: alice@hongyan.test\r\nList-Id: a\r\nTo: b@c.test\r\nList-Id: b\r\n\r\nx\r\n',
  'an older signature': `DKIM-Signature: v=1\r\n${plain}`,
};
for (const [name, message] of Object.entries(odd)) {
  test(`RFC 6376 §3.4: signatures hold for ${name}`, async () => {
    await using scene = await openSigned();
    await scene.send(['bob@outside.test'], message);
    const results = await verdicts(left(scene), await published(scene.house));
    assert.deepEqual(results.slice(0, 2), bothPass);
  });
}

test('RFC 6376 §3.4, RFC 6532: signatures hold for 8-bit text in header and body', async () => {
  await using scene = await openSigned();
  const text = 'From: 爱丽丝 <alice@hongyan.test>\r\nSubject:  周报   ☺\r\n\r\n正文  结束 \r\n';
  await scene.send(['bob@outside.test'], text, { options: { smtputf8: true, body: '8BITMIME' } });
  assert.deepEqual(await verdicts(left(scene), await published(scene.house)), bothPass);
});

test('RFC 6376: the hash does not depend on how the body came in pieces, and a large one holds', async () => {
  await using scene = await openSigned();
  const { house, alice } = scene;
  const text = `From: alice@hongyan.test\r\n\r\n${'0123456789  \t\r\n\r\n'.repeat(20_000)}`;
  const origin = { kind: 'submission', principal: alice, tls: null, protocol: 'ESMTPSA' } as const;
  await using delivery = house.acceptor.begin({
    ...origin,
    peer: { address: '127.0.0.1', port: 1, helo: 'laptop' },
  });
  await delivery.sender('alice@hongyan.test', {});
  await delivery.recipient('bob@outside.test', {});
  const bytes = Buffer.from(text);
  for (let at = 0, step = 1; at < bytes.length; at += step, step = (step * 7) % 4099) {
    await delivery.write(bytes.subarray(at, at + step));
  }
  await delivery.commit();
  await house.dispatcher?.settled();
  assert.deepEqual(await verdicts(left(scene), await published(house)), bothPass);
});

test('RFC 6376 §5.4: a signature falls with any change of what people read, and with fields added on top', async () => {
  await using scene = await openSigned();
  await scene.send(['bob@outside.test']);
  const zone = await published(scene.house);
  const message = left(scene);
  for (const changed of [
    message.replace('Subject: out', 'Subject: in'),
    message.replace('end\r\n', 'END\r\n'),
    `${message}more\r\n`,
    message.replace('From: alice', 'From: mallory'),
    message.replace(/Date: .*/, 'Date: Thu, 1 Jan 2015 00:00:00 +0000'),
    `From: ceo@hongyan.test\r\n${message}`,
    `Subject: other\r\n${message}`,
    `Reply-To: mallory@outside.test\r\n${message}`,
  ]) {
    assert.notEqual(changed, message);
    for (const verdict of await verdicts(changed, zone)) assert.doesNotMatch(verdict, /pass/);
  }
  const traced = `Received: from a by b; Thu, 1 Jan 2026 00:00:00 +0000\r\n${message}`;
  assert.deepEqual(await verdicts(traced, zone), bothPass);
});

test('mail within the house is not signed; with recipients on both sides the one outside is', async () => {
  await using scene = await openSigned();
  const { house } = scene;
  await house.addUser('carol@hongyan.test');
  await scene.send(['carol@hongyan.test']);
  assert.doesNotMatch((await house.messages('carol@hongyan.test')).join(), /DKIM-Signature/);
  await scene.send(['carol@hongyan.test', 'bob@outside.test']);
  assert.deepEqual(await verdicts(left(scene), await published(house)), bothPass);
});

interface LogLine {
  readonly event: string;
  readonly fields: LogFields;
}

function collecting(lines: LogLine[]): Log {
  const take = (event: string, fields: LogFields = {}): void => void lines.push({ event, fields });
  const log: Log = { ...silentLog, warn: take, error: take, child: () => log };
  return log;
}

test('a domain without a key, or a store that fails, sends unsigned and says so', async () => {
  for (const [keys, event] of [
    [async () => [], 'dkim.unsigned'],
    [() => Promise.reject(new Error('disk')), 'dkim.signing_failed'],
  ] as const) {
    const lines: LogLine[] = [];
    const signingKeys: FlowContext['signingKeys'] = { signing: keys };
    await using scene = await openSigned({ log: collecting(lines), context: { signingKeys } });
    await scene.send(['bob@outside.test']);
    assert.doesNotMatch(left(scene), /DKIM-Signature/);
    assert.deepEqual(
      lines.map(line => line.event),
      [event],
    );
  }
});

test('RFC 6376 §5.3: what cannot be signed so that it holds goes unsigned', async () => {
  const lines: LogLine[] = [];
  await using scene = await openSigned({ log: collecting(lines) });
  await scene.send(['bob@outside.test'], 'From: alice@hongyan.test\r\n\r\na\nb\r\n');
  assert.doesNotMatch(left(scene), /DKIM-Signature/);
  await scene.send(['bob@outside.test'], 'no header at all\r\n');
  assert.doesNotMatch(left(scene), /DKIM-Signature/);
  assert.deepEqual(
    lines.map(line => line.fields['reason']),
    ['line ends that are not CRLF', 'a header that cannot be signed'],
  );
});

test('nothing is signed for a domain that is not the tenant’s, whoever sends', async () => {
  await using scene = await openSigned();
  const { house } = scene;
  const other = await house.directory.createTenant('other');
  await house.directory.addDomain(tenantScope(other.tenantId, 'test'), 'rival.test');
  const system = {
    kind: 'local',
    principal: { kind: 'system', reason: 'test' },
    peer: { address: '', port: 0, helo: null },
    tls: null,
    protocol: 'local',
  } as const;
  for (const from of [
    'boss@rival.test',
    'boss@outside.test',
    'boss@sub.hongyan.test',
    'alice@hongyan.test, boss@rival.test',
    'boss@hongyan.test.rival.test',
    '"alice@hongyan.test" <boss@rival.test>',
    'undisclosed:;',
  ]) {
    await using delivery = house.acceptor.beginFor(house.tenantId, system);
    await delivery.sender('', {});
    await delivery.recipient('bob@outside.test', {});
    await delivery.write(Buffer.from(`From: ${from}\r\nSubject: x\r\n\r\nx\r\n`));
    await delivery.commit();
    await house.dispatcher?.settled();
    assert.match(left(scene), /Subject: x/);
    assert.doesNotMatch(left(scene), /DKIM-Signature/, from);
  }
});

test('mail from outside that names one of us as its author is not signed when a group or a script sends it on', async () => {
  await using scene = await openSigned();
  const { house } = scene;
  const scope = tenantScope(house.tenantId, 'test');
  await house.directory.createGroup(scope, { address: 'team@hongyan.test', posting: 'anyone' });
  await house.directory.addGroupMembers(scope, 'team@hongyan.test', ['bob@outside.test']);
  await house.script('alice@hongyan.test', 'redirect "carl@outside.test";');
  const forged = 'From: ceo@hongyan.test\r\nSubject: pay\r\n\r\nnow\r\n';
  for (const [to, arrives] of [
    ['team@hongyan.test', 'bob@outside.test'],
    ['alice@hongyan.test', 'carl@outside.test'],
  ] as const) {
    await house.receive('x@outside.test', [to], forged);
    await house.dispatcher?.settled();
    assert.deepEqual(scene.sink.messages.at(-1)?.recipients, [arrives]);
    assert.match(left(scene), /Subject: pay/);
    assert.doesNotMatch(left(scene), /DKIM-Signature/);
  }
});

test('rotation: mail signed with the old key still holds while the new one signs, until its record goes', async () => {
  await using scene = await openSigned();
  const { house, sink } = scene;
  const scope = tenantScope(house.tenantId, 'test');
  await scene.send(['bob@outside.test']);
  await house.dkim.rotate(scope, 'hongyan.test');
  await scene.send(['bob@outside.test']);
  house.clock.advance(defaultDkimLimits.publishMs);
  await scene.send(['bob@outside.test']);
  const zone = await published(house);
  assert.equal(zone.size, 4);
  const selectors: (string | undefined)[] = [];
  for (const { data } of sink.messages) {
    assert.deepEqual(await verdicts(data, zone), bothPass);
    selectors.push(/ s=([^;]+);/.exec(data)?.[1]);
  }
  assert.deepEqual(selectors, ['rsa-20260101', 'rsa-20260101', 'rsa-20260101-2']);
  house.clock.advance(defaultDkimLimits.keepMs);
  assert.equal((await published(house)).size, 2);
});

test('a domain of other letters is signed under its A-labels', async () => {
  await using scene = await openSigned();
  const { house } = scene;
  await house.directory.addDomain(tenantScope(house.tenantId, 'test'), '例子.测试');
  const user = await house.addUser('li@例子.测试');
  await house.submit(user, ['bob@outside.test'], 'From: li@例子.测试\r\n\r\nx\r\n', {
    options: { smtputf8: true },
  });
  await house.dispatcher?.settled();
  const domain = 'xn--fsqu00a.xn--0zwm56d';
  assert.deepEqual(await verdicts(left(scene), await published(house, domain)), [
    `rsa-sha256 ${domain} pass`,
    `ed25519-sha256 ${domain} pass`,
  ]);
});
