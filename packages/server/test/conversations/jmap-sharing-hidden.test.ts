import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { scopeOf } from '@hongyan/testkit/web-house.ts';
import { setAcl } from '../../src/mailbox/sharing/acl.ts';
import { parseRights } from '../../src/mailbox/sharing/rights.ts';
import { bobAddress, listOf, openScene, reading, share } from '../jmap-fixture/sharing-scene.ts';

test('RFC 4314 §4 in JMAP: a folder that may be read but not looked up is hidden, and so is its mail', async () => {
  await using scene = await openScene(reading);
  const { house, bob, alice, accountId, shared, visible } = scene;
  const second = await alice.call('Mailbox/set', { create: { o: { name: 'Other' } } });
  const other = String(objectsIn(second['created'])['o']?.['id']);
  await share({ alice, shared: other }, reading);
  const blobId = await alice.upload('Subject: other\r\n\r\nzebra\r\n');
  const imported = await alice.call('Email/import', {
    emails: { v: { blobId, mailboxIds: { [other]: true } } },
  });
  const there = String(objectsIn(imported['created'])['v']?.['id']);
  const seen = async (): Promise<readonly unknown[]> => [
    (await listOf(bob, 'Mailbox/get', { accountId, ids: null })).map(box => box['name']),
    (await bob.call('Email/query', { accountId }))['ids'],
    (await listOf(bob, 'Email/get', { accountId, ids: [visible, there], properties: ['id'] })).map(
      ({ id }) => id,
    ),
  ];
  assert.deepEqual(await seen(), [
    ['Project', 'Other'],
    [there, visible],
    [visible, there],
  ]);
  const change = { mode: 'set', rights: parseRights('r') } as const;
  await setAcl(house.mailboxes, scopeOf(house.web.alice), Number(shared.slice(1)), bobAddress, change);
  assert.deepEqual(await seen(), [['Other'], [there], [there]]);
});
