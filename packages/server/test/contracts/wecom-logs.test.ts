import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TraceEntry } from '@hongyan/server/store/records/types.ts';
import { fine, openScene, type Scene } from '../wecom-fixture/scene.ts';

const day = 86_400_000;
const hour = 3_600_000;

/** A day in China, as the calls take it. */
const dateOf = (ms: number): string => new Date(ms + 8 * hour).toISOString().slice(0, 10);

async function tell({ house }: Scene, ...entries: Partial<TraceEntry>[]): Promise<void> {
  const { records, tenant, clock } = house.web;
  for (const entry of entries) {
    const common = { at: clock.now(), tenantId: tenant.tenantId, queueId: null, event: 'accepted' };
    await records.trace({ ...common, ...entry });
  }
}

const alice = 'alice@hongyan.test';
const bob = 'bob@hongyan.test';
const out = 'x@out.example';

/** Mail with every ending, of one day. */
async function story(scene: Scene): Promise<void> {
  const one = (queueId: string, sender: string, subject: string, ...steps: Partial<TraceEntry>[]) =>
    tell(scene, { queueId, sender, subject }, ...steps.map(step => ({ queueId, sender, ...step })));
  await one(
    'q1',
    alice,
    '报价 1',
    { recipient: bob, event: 'delivered' },
    { recipient: 'a@nordvik.example', event: 'relayed' },
    { recipient: 'b@nordvik.example', event: 'failed' },
  );
  await one('q2', out, 'offer', { recipient: bob, event: 'delivered', verdict: 'junk' });
  await one('q3', out, 'blocked', { recipient: bob, event: 'refused' });
  await one('q4', out, 'no room', { recipient: bob, event: 'failed' });
  await tell(scene, { queueId: 'q5', sender: out, subject: '报价 of others', tenantId: 999 });
  await tell(scene, { queueId: 'q5', sender: out, recipient: bob, event: 'delivered', tenantId: 999 });
}

type Row = Record<string, number | string>;

async function logOf(scene: Scene, more: Record<string, unknown>): Promise<string[]> {
  const today = dateOf(scene.house.web.clock.now());
  const answer = fine(
    await scene.post('/log/mail', { begin_date: today, end_date: today, mailtype: 0, ...more }),
  );
  return (answer['list'] as Row[])
    .map(({ mailtype, subject, receiver, status }) => `${mailtype} ${subject} ${receiver} ${status}`)
    .toSorted();
}

test('API-02: log/mail lists mail by recipient, sent 1 and received 2, with every status there is', async () => {
  await using scene = await openScene();
  await story(scene);
  const sent = [`1 报价 1 ${bob} 3`, '1 报价 1 a@nordvik.example 3', '1 报价 1 b@nordvik.example 2'];
  const received = [`2 blocked ${bob} 11`, `2 no room ${bob} 4`, `2 offer ${bob} 12`, `2 报价 1 ${bob} 13`];
  assert.deepEqual(await logOf(scene, {}), [...sent, ...received].toSorted());
  assert.deepEqual(await logOf(scene, { mailtype: 1 }), sent.toSorted());
  assert.deepEqual(await logOf(scene, { mailtype: 2, userid: 'bob' }), received.toSorted());
  assert.deepEqual(await logOf(scene, { userid: 'alice@hongyan.test' }), sent.toSorted());
  assert.deepEqual(await logOf(scene, { subject: '报价', mailtype: 2 }), [`2 报价 1 ${bob} 13`]);
  const today = dateOf(scene.house.web.clock.now());
  const { list } = await scene.post('/log/mail', { begin_date: today, end_date: today, mailtype: 1 });
  const time = Math.floor(scene.house.web.clock.now() / 1_000);
  assert.deepEqual((list as Row[])[0], {
    mailtype: 1,
    subject: '报价 1',
    sender: alice,
    receiver: (list as Row[])[0]?.['receiver'],
    time,
    status: (list as Row[])[0]?.['status'],
  });
});

test('API-02: log/mail counts days in China, and finds nothing outside of them', async () => {
  await using scene = await openScene();
  await story(scene);
  const now = scene.house.web.clock.now();
  const before = { begin_date: dateOf(now - 2 * day), end_date: dateOf(now - day) };
  assert.deepEqual(await logOf(scene, before), []);
  const midnight = Date.parse(`${dateOf(now)}T00:00:00+08:00`);
  for (const [at, found] of [
    [midnight - 1, 0],
    [midnight, 1],
    [midnight + day - 1, 1],
    [midnight + day, 0],
  ] as const) {
    const queueId = `at${at}`;
    await tell(scene, { at, queueId, sender: alice, subject: queueId });
    await tell(scene, { at, queueId, sender: alice, recipient: bob, event: 'delivered' });
    assert.equal((await logOf(scene, { subject: queueId, mailtype: 1 })).length, found, queueId);
  }
  // Accepted the day before, delivered today.
  await tell(scene, { at: midnight - 1, queueId: 'late', sender: alice, subject: 'late' });
  await tell(scene, { at: midnight + 1, queueId: 'late', sender: alice, recipient: bob, event: 'delivered' });
  assert.deepEqual(await logOf(scene, { subject: 'late' }), []);
});

test('API-02: log/mailstatus sums what a domain sent and received, of this company only', async () => {
  await using scene = await openScene();
  await story(scene);
  const today = dateOf(scene.house.web.clock.now());
  const asked = { domain: 'Hongyan.test', begin_date: today, end_date: today };
  const { sendsum, recvsum } = fine(await scene.post('/log/mailstatus', asked));
  assert.deepEqual([sendsum, recvsum], [2, 2]);
  assert.equal((await scene.post('/log/mailstatus', { ...asked, domain: 'out.example' })).errcode, 60105);
  assert.equal((await scene.post('/log/mailstatus', { ...asked, domain: undefined })).errcode, 40035);
});

test('API-02: log/batchjob lists imports of members as 2 and other work as 0, with who and how far', async () => {
  await using scene = await openScene();
  const { web } = scene.house;
  const owner = await scene.house.as(web.alice);
  const preview = await owner('POST', '/imports', {
    raw: 'name,address\nZhang,zhang@hongyan.test\n',
    headers: { 'content-type': 'text/csv' },
  });
  const { id } = preview.json<{ id: number }>();
  const today = dateOf(web.clock.now());
  const asked = { begin_date: today, end_date: today };
  assert.deepEqual(fine(await scene.post('/log/batchjob', asked))['list'], [], 'a preview is no job');
  const run = await owner('POST', `/imports/${id}/run`);
  assert.equal(run.status, 202, run.text);
  const time = Math.floor(web.clock.now() / 1_000);
  const listed = async (): Promise<Row[]> => fine(await scene.post('/log/batchjob', asked))['list'] as Row[];
  const deadline = performance.now() + 30_000;
  while ((await listed())[0]?.['status'] !== 2) assert.ok(performance.now() < deadline, 'the import ends');
  assert.deepEqual(await listed(), [{ time, operator: alice, type: 2, status: 2 }]);
  const past = { begin_date: '2020-01-01', end_date: '2020-01-02' };
  assert.deepEqual(fine(await scene.post('/log/batchjob', past))['list'], []);
});

test('API-02: log/operation knows the numbers of requests and answers, and says who was restored', async () => {
  await using scene = await openScene();
  const { web } = scene.house;
  const owner = await scene.house.as(web.alice);
  const account = `/members/${web.bob.accountId}`;
  fine(await scene.post('/exmail/account/act_email', { userid: 'bob', type: 2 }));
  await owner('DELETE', account);
  await owner('POST', `/recycle-bin/${web.bob.accountId}/restore`);
  const today = dateOf(web.clock.now());
  const listed = async (type: number): Promise<string[]> => {
    const answer = fine(await scene.post('/log/operation', { type, begin_date: today, end_date: today }));
    return (answer['list'] as Row[]).map(row => `${row['type']} ${row['operand']} ${row['remark']}`.trim());
  };
  const members = await listed(8);
  assert.deepEqual(members.slice(0, 3), [`20 ${bob} 1`, `20 ${bob}`, `22 ${bob}`]);
  assert.ok((await listed(1)).length > members.length, 'all: tokens, too');
  for (const type of [2, 3, 4, 5, 6, 7, 9, 10]) assert.deepEqual(await listed(type), [], String(type));
  for (const type of [0, 11, -1]) {
    const wrong = await scene.post('/log/operation', { type, begin_date: today, end_date: today });
    assert.equal(wrong.errcode, 40035);
  }
});

const calls = [
  ['mail', { mailtype: 0 }],
  ['mailstatus', { domain: 'hongyan.test' }],
  ['login', { userid: 'bob' }],
  ['batchjob', {}],
  ['operation', { type: 1 }],
] as const;

for (const [name, body] of calls) {
  test(`API-02: log/${name} refuses wrong days and more than three months (40035), and who may not see it (48002)`, async () => {
    await using scene = await openScene();
    const ask = async (begin_date: unknown, end_date: unknown): Promise<number> =>
      (await scene.post(`/log/${name}`, { ...body, begin_date, end_date })).errcode;
    assert.equal(await ask('2026-01-01', '2026-04-03'), 0, '93 days');
    assert.equal(await ask('2026-01-01', '2026-04-04'), 40035, '94 days');
    assert.equal(await ask('2026-01-02', '2026-01-01'), 40035);
    assert.equal(await ask('2026-1-2', '2026-01-03'), 40035);
    assert.equal(await ask('2026-13-40', '2026-13-41'), 40035);
    assert.equal(await ask(undefined, '2026-01-03'), 40035);
    assert.equal(await ask('2026-01-03', {}), 40035);
    await using narrow = await openScene(['groups']);
    const refused = await narrow.post(`/log/${name}`, {
      ...body,
      begin_date: '2026-01-01',
      end_date: '2026-01-02',
    });
    assert.equal(refused.errcode, 48002);
  });
}

test('API-02: log/mail refuses a wrong kind and an unknown person', async () => {
  await using scene = await openScene();
  const days = { begin_date: '2026-01-01', end_date: '2026-01-02' };
  const ask = async (more: object): Promise<number> =>
    (await scene.post('/log/mail', { ...days, ...more })).errcode;
  assert.equal(await ask({}), 40035);
  assert.equal(await ask({ mailtype: 3 }), 40035);
  assert.equal(await ask({ mailtype: -1 }), 40035);
  assert.equal(await ask({ mailtype: 'x' }), 40035);
  assert.equal(await ask({ mailtype: 0, userid: 'nobody' }), 60111);
});
