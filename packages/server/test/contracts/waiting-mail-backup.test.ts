import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type JmapClient, objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import type { Principal } from '../../src/access/scope.ts';
import { noteRestored } from '../../src/personal/snoozing/after-restore.ts';
import { startSnoozeWaker } from '../../src/personal/snoozing/waker.ts';
import { exportAccount } from '../../src/store/backup/export-account.ts';
import { importAccount } from '../../src/store/backup/import-account.ts';
import { assertAccountClean } from '../../src/store/checker/check-account.ts';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

const hour = 3_600_000;

async function emailsIn(client: JmapClient, mailbox: string | undefined): Promise<Record<string, string>> {
  const { ids } = await client.call('Email/query', { filter: { inMailbox: mailbox } });
  const { list } = await client.call('Email/get', { ids, properties: ['subject'] });
  return Object.fromEntries(
    (list as { id: string; subject: string }[]).map(({ id, subject }) => [subject, id]),
  );
}

async function assertClean(house: JmapHouse, { tenantId, accountId }: AccountPrincipal): Promise<void> {
  const { accounts, blobs } = house.mailboxes;
  await assertAccountClean(
    accounts,
    { tenantId, accountId },
    {
      pages: true,
      blobExists: async hash => {
        await blobs.readRange(tenantId, hash, 0, 1);
        return true;
      },
    },
  );
}

/** Puts one mail away, schedules another and deletes a third for good. */
async function fill(house: JmapHouse, client: JmapClient): Promise<void> {
  for (const subject of ['snoozed', 'deleted']) {
    await house.receive('alice@hongyan.test', `Subject: ${subject}\r\n\r\nbody of ${subject}\r\n`);
  }
  const { inbox, drafts, sent } = await client.mailboxes();
  const mails = await emailsIn(client, inbox);
  const until = `${new Date(house.web.clock.now() + hour).toISOString().slice(0, 19)}Z`;
  await client.call('Email/set', {
    update: { [String(mails['snoozed'])]: { snoozed: { until } } },
    destroy: [mails['deleted']],
  });
  const { list } = await client.call('Identity/get', { ids: null });
  const draft = {
    mailboxIds: { [String(drafts)]: true },
    keywords: { $draft: true },
    from: [{ email: 'alice@hongyan.test' }],
    to: [{ email: 'bob@hongyan.test' }],
    subject: 'scheduled',
  };
  const [, submitted] = await client.request([
    ['Email/set', { create: { d: draft } }],
    [
      'EmailSubmission/set',
      {
        create: {
          s: {
            identityId: (list as { id: string }[])[0]?.id,
            emailId: '#d',
            envelope: {
              mailFrom: { email: 'alice@hongyan.test', parameters: { HOLDUNTIL: until } },
              rcptTo: [{ email: 'bob@hongyan.test', parameters: null }],
            },
            onSend: { mailboxIds: { [String(sent)]: true } },
          },
        },
      },
    ],
  ]);
  assert.ok(submitted?.args['created'], JSON.stringify(submitted?.args));
}

test('CLN-02, CMP-06: snoozed, waiting and restorable mail is clean to the checker and comes back from an export', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-waiting-'));
  const target = join(folder, 'export');
  try {
    {
      await using house = await openJmapHouse();
      const { alice, clock } = house.web;
      await fill(house, await house.client(alice));
      await assertClean(house, alice);
      const { accounts, blobs } = house.mailboxes;
      const manifest = await exportAccount({ accounts, blobs, clock, account: alice, target });
      // The body of the mail that was deleted for good comes along as long as it can be restored.
      assert.deepEqual([manifest.bodies, manifest.missing], [3, []]);
    }
    await using house = await openJmapHouse();
    const { bob, clock, database } = house.web;
    const { accounts, blobs } = house.mailboxes;
    const account = { tenantId: bob.tenantId, accountId: bob.accountId };
    await importAccount({ accounts, blobs, clock, account, source: target, replace: false });
    await noteRestored({ accounts, database }, account);
    await assertClean(house, bob);
    const client = await house.client(bob);
    const { inbox, sent, scheduled, snoozed } = await client.mailboxes();
    assert.deepEqual(Object.keys(await emailsIn(client, scheduled)), ['scheduled']);
    assert.deepEqual(Object.keys(await emailsIn(client, snoozed)), ['snoozed']);
    clock.advance(2 * hour);
    await using waker = startSnoozeWaker(house.jmap.personal);
    assert.equal(await waker.round(), 2);
    assert.deepEqual(Object.keys(await emailsIn(client, sent)), ['scheduled']);
    const { list } = await client.call('DeletedEmail/get', {});
    const [gone] = list as { id: string; subject: string }[];
    assert.equal(gone?.subject, 'deleted');
    const { restored } = await client.call('DeletedEmail/restore', { ids: [gone.id], mailboxId: inbox });
    const back = objectsIn({ restored })['restored']?.[gone.id];
    assert.deepEqual(Object.keys(await emailsIn(client, inbox)).sort(), ['deleted', 'snoozed']);
    const { list: read } = await client.call('Email/get', {
      ids: [back],
      properties: ['bodyValues'],
      fetchTextBodyValues: true,
    });
    assert.match(JSON.stringify(read), /body of deleted/);
    await assertClean(house, bob);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
