import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectsIn } from '@hongyan/testkit/jmap-client.ts';
import { type JmapHouse, openJmapHouse } from '@hongyan/testkit/jmap-house.ts';
import { ownScope } from '../../src/access/scope.ts';
import type { PlanLimits } from '../../src/directory/plans/plan.ts';
import { orderPlan } from '../../src/directory/plans/tenant-plan.ts';
import { listMailboxes } from '../../src/mailbox/list.ts';
import { importMail } from '../../src/migration/import.ts';
import type { MailSource, SourceItem } from '../../src/migration/source.ts';
import { activateScript, putScript } from '../../src/sieve/scripts.ts';
import { until } from '../flow-fixture/until.ts';

const mail = 'urn:ietf:params:jmap:mail';
const labels = 'urn:hongyan:params:jmap:labels';

/** Puts the company on Pro with some numbers of its own. */
async function agree(house: JmapHouse, limits: Partial<PlanLimits>): Promise<void> {
  await orderPlan(house.web.directoryContext, house.web.tenant, { plan: 'pro', changes: { limits } });
}

async function openFirst(limits: Partial<PlanLimits> | null): Promise<JmapHouse> {
  const house = await openJmapHouse();
  await house.receive('alice@hongyan.test', 'Subject: first\r\n\r\nx\r\n');
  if (limits) await agree(house, limits);
  return house;
}

const paths = async ({ mailboxes, web }: JmapHouse): Promise<string[]> =>
  (await listMailboxes(mailboxes, ownScope(web.alice)))
    .filter(({ role }) => role === null)
    .map(({ path }) => path.join('/'));

test('FLD-01, TEN-05: Mailbox/set past the plan is overQuota, by number, by level and by moving; another company is not asked', async () => {
  await using house = await openFirst({ folders: 3, folderLevels: 2 });
  const client = await house.client(house.web.alice);
  const accounts = objectsIn(client.session.accounts);
  const [account] = Object.values(accounts) as {
    accountCapabilities: Record<string, Record<string, unknown>>;
  }[];
  assert.equal(account?.accountCapabilities[mail]?.['maxMailboxDepth'], 2);
  const made = await client.call('Mailbox/set', {
    create: {
      a: { name: 'a' },
      b: { name: 'b', parentId: '#a' },
      c: { name: 'c', parentId: '#b' },
      d: { name: 'd' },
      e: { name: 'e' },
    },
  });
  assert.deepEqual(Object.keys(objectsIn(made['created'])), ['a', 'b', 'd']);
  const errors = objectsIn(made['notCreated']);
  assert.deepEqual([errors['c']?.['type'], errors['e']?.['type']], ['overQuota', 'overQuota']);
  const [a, d] = ['a', 'd'].map(key => String(objectsIn(made['created'])[key]?.['id']));
  const moved = await client.call('Mailbox/set', { update: { [String(a)]: { parentId: d } } });
  assert.equal(objectsIn(moved['notUpdated'])[String(a)]?.['type'], 'overQuota');
  assert.deepEqual(await paths(house), ['a', 'a/b', 'd']);
});

test('FLD-01: fileinto :create past the plan keeps the mail in the inbox (RFC 5490 §3.2)', async () => {
  await using house = await openFirst({ folders: 1 });
  const scope = ownScope(house.web.alice);
  const script =
    'require ["fileinto","mailbox","variables"];\r\nif header :matches "subject" "*" { fileinto :create "${1}"; }\r\n';
  await putScript(house.jmap.scripts, scope, 'by subject', Buffer.from(script));
  await activateScript(house.jmap.scripts, scope, 'by subject');
  const filed = async (): Promise<number[]> => {
    const all = await listMailboxes(house.mailboxes, scope);
    return all.filter(({ total }) => total > 0).map(({ total }) => total);
  };
  await house.receive('alice@hongyan.test', 'Subject: one\r\n\r\nx\r\n');
  await until(async () => (await filed()).join() === '1,1', 'one is filed');
  await house.receive('alice@hongyan.test', 'Subject: two\r\n\r\nx\r\n');
  await until(async () => (await filed()).join() === '2,1', 'two is kept');
  assert.deepEqual(await paths(house), ['one']);
});

test('FLD-01: bringing mail in past the plan reports each mail without a folder and takes the rest', async () => {
  await using house = await openFirst({ folders: 1 });
  const source: MailSource = {
    format: 'mbox',
    totalBytes: 2,
    async *items(): AsyncGenerator<SourceItem, void, undefined> {
      for (const folder of ['one', 'two', 'Sent']) {
        const about = { key: folder, place: folder, flags: 0, receivedAt: 1, size: 20 };
        yield { kind: 'message', message: { ...about, folder: [folder] } };
        yield { kind: 'bytes', bytes: Buffer.from(`Subject: ${folder}\r\n\r\nx\r\n`) };
      }
    },
  };
  const { imported, failed, failures } = await importMail(house.mailboxes, ownScope(house.web.alice), source);
  assert.deepEqual([imported, failed, failures.map(one => one.code)], [2, 1, ['mailbox.limit']]);
});

test('FLD-03, TEN-05: the plan says how many labels there are, and the session says so', async () => {
  await using house = await openFirst({});
  const client = await house.client(house.web.alice);
  assert.equal(client.session.capabilities[labels] !== undefined, true);
  const create = Object.fromEntries(
    Array.from({ length: 21 }, (_, at) => [`l${at}`, { name: `label ${at}` }]),
  );
  const made = await client.call('Label/set', { create });
  assert.deepEqual(
    [Object.keys(objectsIn(made['created'])).length, objectsIn(made['notCreated'])['l20']?.['type']],
    [20, 'overQuota'],
  );
  await agree(house, { labels: 21 });
  const again = await client.call('Label/set', { create: { more: { name: 'one more' } } });
  assert.deepEqual(Object.keys(objectsIn(again['created'])), ['more']);
  const [account] = Object.values((await house.client(house.web.alice)).session.accounts);
  assert.equal(account?.accountCapabilities[labels]?.['maxLabels'], 21);
});

test('FLD-01, FLD-03: a self-hosted installation sets no number', async () => {
  await using house = await openFirst(null);
  const client = await house.client(house.web.alice);
  const folders = Object.fromEntries(Array.from({ length: 310 }, (_, at) => [`f${at}`, { name: `f${at}` }]));
  const made = await client.call('Mailbox/set', { create: folders });
  assert.equal(Object.keys(objectsIn(made['created'])).length, 310);
  const create = Object.fromEntries(
    Array.from({ length: 25 }, (_, at) => [`l${at}`, { name: `label ${at}` }]),
  );
  assert.equal(Object.keys(objectsIn((await client.call('Label/set', { create }))['created'])).length, 25);
});
