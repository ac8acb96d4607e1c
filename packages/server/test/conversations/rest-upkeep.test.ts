import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Administration } from '@hongyan/server/access/administration.ts';
import { systemScope } from '@hongyan/server/access/scope.ts';
import { grantAdministration } from '@hongyan/server/directory/administrators/administrators.ts';
import { createDepartment } from '@hongyan/server/directory/departments/departments.ts';
import { createMember } from '@hongyan/server/directory/members/create.ts';
import { getMember } from '@hongyan/server/directory/members/list.ts';
import { putOrder } from '@hongyan/server/store/system/domains/certificate-rows.ts';
import { openRestHouse } from '@hongyan/testkit/rest-house.ts';

interface Job {
  readonly id: number;
  readonly kind: string;
  readonly state: string;
  readonly total: number;
  readonly done: number;
}

test('MBX-05: many members get another quota in a job whose progress is told, those out of reach do not', async () => {
  await using house = await openRestHouse();
  const { tenant, alice, bob } = house.web;
  const { directory } = house.rest;
  const sales = await createDepartment(directory, tenant, { name: '销售部' });
  const people: number[] = [];
  for (let i = 0; i < 250; i += 1) {
    const departments = [{ departmentId: sales.departmentId }];
    people.push(
      (await createMember(directory, tenant, { address: `m${i}@hongyan.test`, departments })).accountId,
    );
  }
  const owner = await house.as(alice);
  const filed = await owner('POST', '/members/quota', {
    body: { quotaBytes: 5_000_000, departments: [sales.departmentId] },
  });
  assert.equal(filed.status, 202, filed.text);
  const job = filed.json<Job>();
  assert.deepEqual([job.kind, job.state], ['members.quota', 'waiting']);
  await house.mail.jobs.runAll();
  const after = (await owner('GET', `/jobs/${job.id}`)).json<Job>();
  assert.deepEqual([after.state, after.total, after.done], ['done', 250, 250]);
  const quotaOf = async (id: number): Promise<number | null> =>
    (await getMember(directory, { ...tenant, administration: whole }, id)).quotaBytes;
  assert.equal(await quotaOf(people[0] ?? 0), 5_000_000);
  assert.equal(await quotaOf(people[249] ?? 0), 5_000_000);
  assert.equal(await quotaOf(bob.accountId), null);

  await grantAdministration(directory, tenant, bob.accountId, {
    role: 'scoped',
    functions: new Map([['members', 'manage' as const]]),
    departments: [(await createDepartment(directory, tenant, { name: '别处' })).departmentId],
  });
  const elsewhere = await house.as(bob);
  const refused = await elsewhere('POST', '/members/quota', {
    body: { quotaBytes: 1, members: [people[0]] },
  });
  assert.equal(refused.status, 404);
  // Whoever manages members sees how their job goes, not those of the recycle bin.
  assert.equal((await elsewhere('GET', `/jobs/${job.id}`)).status, 200);
});

const whole: Administration = {
  role: 'owner',
  functions: new Map([['members', 'manage']]),
  departments: null,
};

test('RCY-01: the bin says what its mailboxes take up', async () => {
  await using house = await openRestHouse();
  const { tenant, alice } = house.web;
  const gone = await createMember(house.rest.directory, tenant, { address: 'gone@hongyan.test' });
  const owner = await house.as(alice);
  await house.mail.administration.ensure(tenant.tenantId, gone.accountId);
  const scope = systemScope(tenant.tenantId, gone.accountId, 'test');
  await house.mail.mailboxes.accounts.transact(scope, async tx => tx.use(1_234, 2));
  const use = async (): Promise<unknown> =>
    (await owner('GET', `/recycle-bin-use?mailbox=${gone.accountId}&mailbox=${alice.accountId}`)).json();
  assert.deepEqual(await use(), { items: [] });
  assert.equal((await owner('DELETE', `/members/${gone.accountId}`)).status, 204);
  assert.deepEqual(await use(), { items: [{ id: gone.accountId, usedBytes: 1_234, messages: 2 }] });
});

test('SEC-11: administrators see how the certificates of their hosts stand, and order a failed one again', async () => {
  await using house = await openRestHouse();
  const { alice, database, clock } = house.web;
  const owner = await house.as(alice);
  const later = clock.now() + 6 * 3_600_000;
  await database.act('upkeep').transact(async tx => {
    for (const [name, attempts] of [
      ['mail.hongyan.test', 3],
      ['mail.other.test', 3],
    ] as const) {
      await putOrder(tx, {
        name,
        certificate_id: null,
        attempts,
        next_attempt_at: later,
        last_error: 'DNS problem: NXDOMAIN',
      });
    }
  });
  const list = async (): Promise<readonly { name: string; nextAttemptAt: string }[]> =>
    (await owner('GET', '/certificates/hosts')).json<{ items: { name: string; nextAttemptAt: string }[] }>()
      .items;
  assert.deepEqual(await list(), [
    {
      name: 'mail.hongyan.test',
      state: 'failing',
      attempts: 3,
      nextAttemptAt: new Date(later).toISOString(),
      lastError: 'DNS problem: NXDOMAIN',
      notAfter: null,
    },
  ]);
  const again = await owner('POST', '/certificates/hosts/mail.hongyan.test/order');
  assert.equal(again.status, 204, again.text);
  assert.equal((await list())[0]?.nextAttemptAt, new Date(clock.now() + 60_000).toISOString());
  assert.equal((await owner('POST', '/certificates/hosts/mail.hongyan.test/order')).status, 409);
  assert.equal((await owner('POST', '/certificates/hosts/mail.other.test/order')).status, 404);

  // Which hosts get one is chosen; of others' domains nothing is.
  const choose = (name: string, automatic: boolean): ReturnType<typeof owner> =>
    owner('PUT', `/certificates/hosts/${name}/automatic`, { body: { automatic } });
  const excluded = async (): Promise<string[]> =>
    (await owner('GET', '/certificates/hosts')).json<{ excluded: string[] }>().excluded;
  assert.equal((await choose('IMAP.hongyan.test.', false)).status, 204);
  assert.equal((await choose('imap.hongyan.test', false)).status, 204);
  assert.deepEqual(await excluded(), ['imap.hongyan.test']);
  assert.equal((await choose('mail.other.test', false)).status, 404);
  assert.equal((await choose('nohost', false)).status, 404);
  assert.equal((await choose('imap.hongyan.test', true)).status, 204);
  assert.deepEqual(await excluded(), []);
});

test('a test mail leaves from a domain of the company only, so many in an hour, and is recorded (LOG-03)', async () => {
  const sent: { tenantId: number; domain: string; to: string; returnTo: string | null }[] = [];
  await using house = await openRestHouse();
  const { alice, clock } = house.web;
  Object.assign(house.rest.domains, {
    async sendTest(tenantId: number, mail: { domain: string; to: string; returnTo: string | null }) {
      sent.push({ tenantId, ...mail });
      return { queueId: `q${sent.length}` };
    },
  });
  const owner = await house.as(alice);
  const send = (domain: string, to = 'someone@elsewhere.test') =>
    owner('POST', `/domains/${domain}/test-mail`, { body: { to } });
  const answer = await send('hongyan.test');
  assert.deepEqual([answer.status, answer.json()], [202, { queueId: 'q1' }]);
  const [mail] = sent;
  assert.deepEqual(
    [mail?.domain, mail?.to, mail?.returnTo],
    ['hongyan.test', 'someone@elsewhere.test', alice.login],
  );
  assert.equal((await send('elsewhere.test')).status, 404);
  assert.equal((await send('hongyan.test', 'nonsense')).status, 422);
  for (let i = 1; i < 20; i += 1) assert.equal((await send('hongyan.test')).status, 202);
  assert.equal((await send('hongyan.test')).status, 429);
  clock.advance(3_600_000);
  assert.equal((await send('hongyan.test')).status, 202);
  const log = await owner('GET', '/operations?action=domain.test_mail');
  assert.equal(log.json<{ items: unknown[] }>().items.length, 21, log.text);
});
