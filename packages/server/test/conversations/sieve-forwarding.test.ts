import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { ownScope } from '../../src/access/scope.ts';
import { changeMemberRights } from '../../src/personal/member-rights.ts';
import { activateScript, putScript } from '../../src/sieve/scripts.ts';

const alice = 'alice@hongyan.test';
const bob = 'bob@hongyan.test';

const from = {
  kind: 'mx',
  principal: null,
  peer: { address: '192.0.2.7', port: 4321, helo: 'mx.outside.test' },
  tls: null,
  protocol: 'ESMTP',
} as const;

/** Brings a mail for alice; what its history says about her copy. */
async function bring(house: JmapHouse, subject: string): Promise<string> {
  await using delivery = house.acceptor.begin(from);
  await delivery.sender('ann@outside.test', {});
  await delivery.recipient(alice, {});
  await delivery.write(
    Buffer.from(`From: ann@outside.test\r\nTo: ${alice}\r\nSubject: ${subject}\r\n\r\nsecret\r\n`),
  );
  const { queueId } = await delivery.commit();
  await house.settled();
  const { tenantId } = house.web.alice;
  const rows = await house.web.records.findTrace({ tenantId, queueId }, { limit: 50 });
  return rows.find(row => row.event === 'delivered' && row.recipient === alice)?.reason ?? '';
}

/** Alice's own script. */
async function write(house: JmapHouse, text: string): Promise<void> {
  await house.receive(alice, 'Subject: the account is there\r\n\r\nx\r\n');
  const scope = ownScope(house.web.alice);
  const stored = await putScript(house.jmap.scripts, scope, 'main', Buffer.from(text));
  assert.equal(stored.kind, 'done');
  await activateScript(house.jmap.scripts, scope, 'main');
}

async function allow(house: JmapHouse, mayForward: boolean): Promise<void> {
  const { database, clock, tenant } = house.web;
  await changeMemberRights({ database, clock }, tenant, { mayForward });
}

async function count(house: JmapHouse, who: 'alice' | 'bob', text: string): Promise<number> {
  const client = await house.client(house.web[who]);
  return ((await client.call('Email/query', { filter: { subject: text } }))['ids'] as string[]).length;
}

test('SRC-10: redirect of a hand-written script rests while the company forbids forwarding, and works at once when allowed', async () => {
  await using house = await openJmapHouse();
  await write(house, `redirect "${bob}";`);
  assert.match(await bring(house, 'first'), /^script "main": sent on to bob@hongyan\.test as \S+$/);
  await allow(house, false);
  const kept = 'script "main": not sent on to bob@hongyan.test (the company does not allow forwarding)';
  assert.equal(await bring(house, 'second'), `${kept}; filed in INBOX`);
  await allow(house, true);
  assert.match(await bring(house, 'third'), /^script "main": sent on to bob@hongyan\.test as \S+$/);
  for (const [subject, hers, his] of [
    ['first', 0, 1],
    ['second', 1, 0],
    ['third', 0, 1],
  ] as const)
    assert.deepEqual(
      [subject, await count(house, 'alice', subject), await count(house, 'bob', subject)],
      [subject, hers, his],
    );
});

test('SRC-10: a forbidden redirect to outside keeps one copy beside what the script files, whatever it edited', async () => {
  await using house = await openJmapHouse();
  await write(
    house,
    `require ["copy","fileinto","editheader","variables"]; addheader "X-Note" "1";
     if header :matches "subject" "*" { set "to" "\${1}@elsewhere.test"; }
     redirect "\${to}"; redirect :copy "other@elsewhere.test"; fileinto :copy "Archive";`,
  );
  await allow(house, false);
  const note = await bring(house, 'plan');
  assert.match(note, /not sent on to plan@elsewhere\.test \(the company does not allow forwarding\)/);
  assert.match(note, /not sent on to other@elsewhere\.test/);
  assert.match(note, /filed in Archive/);
  assert.match(note, /filed in INBOX/);
  assert.equal(await count(house, 'alice', 'plan'), 2);
});

test('SRC-10, RFC 5436 §2.7: notify tells nobody but the owner while the company forbids forwarding', async () => {
  await using house = await openJmapHouse();
  await write(
    house,
    `require ["enotify","variables"];
     if header :matches "subject" "*" { set "text" "about \${1}"; }
     if header "subject" "both" { notify :message "\${text}" "mailto:${alice}?to=${bob}"; }
     else { notify :message "\${text}" "mailto:${bob}?body=look"; }`,
  );
  assert.match(await bring(house, 'open'), /notification sent as \S+$/);
  await allow(house, false);
  assert.equal(
    await bring(house, 'shut'),
    'script "main": filed in INBOX; no notification (the company does not allow forwarding)',
  );
  assert.match(
    await bring(house, 'both'),
    /notification sent as \S+, to the owner only \(the company does not allow forwarding\)$/,
  );
  assert.deepEqual([await count(house, 'bob', 'open'), await count(house, 'bob', 'shut')], [1, 0]);
  assert.deepEqual([await count(house, 'bob', 'both'), await count(house, 'alice', 'about both')], [0, 1]);
});
