import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeDns } from '@hongyan/testkit/fake-dns.ts';
import { authenticate } from 'mailauth';
import { tenantScope } from '../../src/access/scope.ts';
import { openScene, type Scene } from '../flow-fixture/relay-scene.ts';
import { mail, screenHouse, signedBy, zone } from '../screening-fixture/screened.ts';

const bob = 'bob@hongyan.test';

interface Forwarding extends AsyncDisposable {
  readonly scene: Scene;
  /** Publishes the keys of hongyan.test, for ourselves to see. */
  publish(): Promise<void>;
  /** Receives a message from outside and returns what left for outside.test. */
  pass(from: string, message: string): Promise<string>;
  /** What another implementation says about the chain of a message. */
  chain(message: string): Promise<{ result: string | false; sets: number }>;
}

async function openForwarding(signed = true): Promise<Forwarding> {
  const dns = await startFakeDns({ ...zone });
  const scene = await openScene({}, {}, { signed });
  const { house } = scene;
  screenHouse(house, dns);
  await house.addUser(bob);
  await house.script(bob, 'redirect "robert@outside.test";');
  return {
    scene,
    async publish() {
      const published = await house.dkim.list(tenantScope(house.tenantId, 'test'), 'hongyan.test');
      for (const { record } of published) dns.zone[record.name] = { txt: [record.text] };
    },
    async pass(from, message) {
      await house.receive(from, [bob], message);
      await house.dispatcher?.settled();
      const left = scene.sink.messages.at(-1)?.data;
      assert.ok(left !== undefined, 'nothing left the house');
      return left;
    },
    async chain(message) {
      const published = await house.dkim.list(tenantScope(house.tenantId, 'test'), 'hongyan.test');
      const keys = new Map(published.map(({ record }) => [record.name, record.text]));
      const { arc } = await authenticate(Buffer.from(message), {
        ip: '192.0.2.99',
        helo: 'mail.hongyan.test',
        sender: bob,
        mta: 'mx.outside.test',
        disableBimi: true,
        resolver: (name: string, type: string) => {
          const text = keys.get(name) ?? zone[name]?.txt?.[0];
          if (type === 'TXT' && text !== undefined) return Promise.resolve([[text]]);
          return Promise.reject(Object.assign(new Error(name), { code: 'ENOTFOUND' }));
        },
      });
      return { result: arc && (arc.status?.result ?? false), sets: (arc && arc.i) || 0 };
    },
    async [Symbol.asyncDispose]() {
      await scene[Symbol.asyncDispose]();
      await dns[Symbol.asyncDispose]();
    },
  };
}

test('RFC 8617 §5.1: what a script sends on is sealed with the domain’s key, and says what had been found out', async () => {
  await using forwarding = await openForwarding();
  const left = await forwarding.pass('ann@good.test', await signedBy('good.test', mail('ann@good.test')));
  assert.match(left, /^ARC-Seal: i=1; a=rsa-sha256; cv=none;\r\n\td=hongyan\.test;/);
  assert.match(
    left,
    /ARC-Authentication-Results: i=1; mail\.hongyan\.test;\r\n\tdmarc=pass header\.from=good\.test/,
  );
  assert.deepEqual(await forwarding.chain(left), { result: 'pass', sets: 1 });
  // It comes back, and the key is not where the seal says: the chain does not hold, and is sealed as such.
  const again = await forwarding.pass('ann@good.test', left.replace(/^Delivered-To: .*\r\n/m, ''));
  assert.match(again, /^ARC-Seal: i=2; a=rsa-sha256; cv=fail;/);
});

test('RFC 8617 §5.2: a chain of our own that holds is sealed on, and another implementation verifies both sets', async () => {
  await using forwarding = await openForwarding();
  await forwarding.publish();
  const left = await forwarding.pass('ann@good.test', await signedBy('good.test', mail('ann@good.test')));
  const again = await forwarding.pass('ann@good.test', left.replace(/^Delivered-To: .*\r\n/m, ''));
  assert.match(again, /^ARC-Seal: i=2; a=rsa-sha256; cv=pass;\r\n\td=hongyan\.test;/);
  assert.match(again, /ARC-Authentication-Results: i=2; mail\.hongyan\.test;[^]*?arc=pass/);
  assert.deepEqual(await forwarding.chain(again), { result: 'pass', sets: 2 });
  // One letter of the body changed on the way: both implementations see it.
  const altered = again.replace('Hello.', 'Hullo.');
  assert.equal((await forwarding.chain(altered)).result, 'fail');
  assert.match(
    await forwarding.pass('ann@good.test', altered.replaceAll(/^Delivered-To: .*\r\n/gm, '')),
    /^ARC-Seal: i=3; a=rsa-sha256; cv=fail;/,
  );
});

test('RFC 8617 §5.1.2: a broken chain is sealed as broken, and a given up one not at all', async () => {
  await using forwarding = await openForwarding();
  const message = mail('ann@good.test');
  const half = `ARC-Seal: i=1; a=rsa-sha256; cv=none; d=good.test; s=one; b=QUJD\r\n${message}`;
  assert.match(await forwarding.pass('ann@good.test', half), /^ARC-Seal: i=2; a=rsa-sha256; cv=fail;/);
  const lost =
    'ARC-Seal: i=1; a=rsa-sha256; cv=fail; d=good.test; s=one; b=QUJD\r\n' +
    'ARC-Message-Signature: i=1; a=rsa-sha256; d=good.test; s=one; h=from; bh=QUJD; b=QUJD\r\n' +
    `ARC-Authentication-Results: i=1; good.test; none\r\n${message.replace('<1@', '<2@')}`;
  assert.match(await forwarding.pass('ann@good.test', lost), /^Received: by mail/);
});

test('a group with members outside passes mail on sealed; without keys it goes unsealed', async () => {
  await using forwarding = await openForwarding();
  const { house } = forwarding.scene;
  const admin = tenantScope(house.tenantId, 'test');
  await house.directory.createGroup(admin, {
    address: 'team@hongyan.test',
    members: ['robert@outside.test'],
    posting: 'anyone',
  });
  await house.receive('ann@good.test', ['team@hongyan.test'], mail('ann@good.test'));
  await house.dispatcher?.settled();
  const left = forwarding.scene.sink.messages.at(-1)?.data ?? '';
  assert.match(left, /^ARC-Seal: i=1; a=rsa-sha256; cv=none;\r\n\td=hongyan\.test;/m);
  assert.deepEqual(await forwarding.chain(left), { result: 'pass', sets: 1 });
  await using bare = await openForwarding(false);
  assert.doesNotMatch(await bare.pass('ann@good.test', mail('ann@good.test')), /^ARC-Seal/m);
});
