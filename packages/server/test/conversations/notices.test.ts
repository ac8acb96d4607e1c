import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openRestHouse, type RestClient } from '@hongyan/testkit/rest-house.ts';
import { place } from '@hongyan/testkit/stores/databases.ts';
import type { AdminFunction } from '../../src/access/administration.ts';
import { tenantScope } from '../../src/access/scope.ts';
import { startNoticeMailer } from '../../src/app/notices/notice-mail.ts';
import {
  grantAdministration,
  revokeAdministration,
} from '../../src/directory/administrators/administrators.ts';
import { change } from '../../src/directory/context.ts';
import { createDepartment } from '../../src/directory/departments/departments.ts';
import { createDirectoryContext } from '../../src/directory/directory.ts';
import { createMember } from '../../src/directory/members/create.ts';
import { noticeLimits } from '../../src/directory/notices/choice.ts';
import { raiseDomainNotice } from '../../src/directory/notices/domain-notice.ts';
import { lookForNotices } from '../../src/directory/notices/look.ts';
import { raiseNotice } from '../../src/directory/notices/raise.ts';
import { changeNoticeSetting } from '../../src/directory/notices/settings.ts';
import { orderPlan } from '../../src/directory/plans/tenant-plan.ts';
import { silentLog } from '../../src/platform/log.ts';
import { statement } from '../../src/store/sql/port.ts';
import { insertCertificate, putOrder } from '../../src/store/system/domains/certificate-rows.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';
import { openHouse } from '../flow-fixture/house.ts';

interface Notice {
  readonly id: number;
  readonly event: string;
  readonly kind: string;
  readonly read: boolean;
  readonly subject: string;
  readonly text: string;
}

function subjects(messages: readonly string[]): string[] {
  return messages.map(text => {
    const raw = /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(text)?.[1] ?? '';
    return raw
      .replaceAll(/\?=\r\n[ \t]=\?/g, '?= =?')
      .replaceAll(/\s*=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how: string, data: string) =>
        how.toLowerCase() === 'b'
          ? Buffer.from(data, 'base64').toString()
          : decodeURIComponent(data.replaceAll('_', ' ').replaceAll('%', '%25').replaceAll('=', '%')),
      )
      .trim();
  });
}

async function listOf(client: RestClient, query = ''): Promise<Notice[]> {
  return (await client('GET', `/notices${query}`)).json<{ items: Notice[] }>().items;
}

test('NTF-04: notices are mailed to whose matter they are, in their language, once; those that follow closely are gathered', async () => {
  await using house = await openHouse();
  const { clock, tenantId } = house;
  await using database = await openSystemDatabase(place(join(house.folder, 'system.db')), clock);
  const directory = createDirectoryContext({ database, clock });
  const scope = tenantScope(tenantId, 'test');
  const dispatcher = house.start();
  const [anna, ben, carl] = [
    await house.addUser('anna@hongyan.test'),
    await house.addUser('ben@hongyan.test'),
    await house.addUser('carl@hongyan.test'),
  ];
  const grant = (accountId: number, functions: readonly AdminFunction[]): Promise<unknown> =>
    grantAdministration(directory, scope, accountId, {
      role: 'scoped',
      functions: new Map(functions.map(name => [name, 'view'])),
      departments: null,
    });
  await changeNoticeSetting(directory, scope, 'administrators', { mail: false, console: false });
  await grant(anna.accountId, ['domains', 'members']);
  await grant(ben.accountId, ['domains']);
  await grant(carl.accountId, ['groups']);
  await database
    .of(tenantId)
    .transact(tx => tx.run(statement("UPDATE account SET language = 'en' WHERE id = $1"), ben.accountId));
  let refuse = false;
  const make = (): ReturnType<typeof startNoticeMailer> =>
    startNoticeMailer({
      directory,
      acceptor: {
        beginFor(...given) {
          if (refuse) throw new Error('no room');
          return house.acceptor.beginFor(...given);
        },
      },
      hostname: 'mail.hongyan.test',
      language: 'zh-CN',
      clock,
      log: silentLog,
    });
  await using mailer = make();
  const drifted = (domain: string): Promise<void> =>
    raiseDomainNotice(directory, tenantId, { kind: 'domain_drifted', domain });

  await drifted('one.test');
  refuse = true;
  assert.equal(await mailer.round(), 0, 'nobody could be told');
  refuse = false;
  assert.equal(await mailer.round(), 1, 'it is tried again');
  assert.equal(await mailer.round(), 0);
  {
    // It ends here: its own rounds would run beside those that are counted below.
    await using other = make();
    assert.equal(await other.round(), 0, 'another process finds nothing left');
  }
  await dispatcher.settled();
  assert.deepEqual(subjects(await house.messages(anna.login)), ['one.test 的来信去了别处'], 'Chinese');
  const letters = await house.messages(ben.login);
  assert.deepEqual(subjects(letters), ['Mail to one.test goes elsewhere'], 'English');
  assert.match(letters[0] ?? '', /^Auto-Submitted: auto-generated\r$/m);
  assert.match(letters[0] ?? '', /^From: postmaster@hongyan\.test\r$/m);
  assert.deepEqual(await house.messages(carl.login), [], 'not his matter');

  // A flood becomes one mail, after its time.
  for (let n = 0; n < 60; n += 1) await drifted(`n${n}.test`);
  assert.equal(await mailer.round(), 0);
  // Another event does not wait for it.
  await changeNoticeSetting(directory, scope, 'seats', {
    recipients: 'chosen',
    addresses: ['carl@hongyan.test'],
  });
  await database.of(tenantId).transact(tx =>
    raiseNotice(tx, clock, tenantId, {
      event: 'seats',
      kind: 'seats_low',
      values: { used: 9, max: 10, left: 1 },
    }),
  );
  assert.equal(await mailer.round(), 1);
  clock.advance(noticeLimits.gatherMs);
  await mailer.round();
  await dispatcher.settled();
  assert.deepEqual(subjects(await house.messages(carl.login)), ['成员席位还剩 1 个'], 'another address');
  const all = await house.messages(ben.login);
  assert.deepEqual(subjects(all).slice(1), ['60 notices: Domains']);
  assert.equal(all[1]?.match(/Mail to n\d+\.test/g)?.length, 50, 'the rest is a number');
  assert.match(all[1] ?? '', /\b10\b/);
  assert.equal((await house.messages(anna.login)).length, 2, 'she was not chosen for seats');

  // A clock that was set back keeps nothing waiting.
  clock.jump(clock.now() - 86_400_000);
  await drifted('earlier.test');
  assert.equal(await mailer.round(), 1);
  await dispatcher.settled();
  assert.equal((await house.messages(ben.login)).length, 3);

  // Whose rights ended hears nothing, chosen or not.
  await changeNoticeSetting(directory, scope, 'domains', { recipients: 'chosen', accounts: [ben.accountId] });
  await revokeAdministration(directory, scope, ben.accountId);
  clock.advance(noticeLimits.gatherMs);
  await drifted('two.test');
  assert.equal(await mailer.round(), 1);
  await dispatcher.settled();
  assert.equal((await house.messages(ben.login)).length, 3);
  assert.equal((await house.messages(anna.login)).length, 3);
});

test('settings of notices: who may, what is refused, what is recorded', async () => {
  await using house = await openRestHouse();
  const { tenant, alice, bob } = house.web;
  const owner = await house.as(alice);
  const settings = (
    await owner('GET', '/notice-settings', { headers: { 'accept-language': 'zh-CN' } })
  ).json<{
    items: { event: string; name: string; mail: boolean; candidates: { accountId: number }[] }[];
  }>().items;
  assert.deepEqual(
    settings.map(({ event, name, mail, candidates }) => [event, name, mail, candidates.length]).slice(0, 3),
    [
      ['domains', '域名', true, 1],
      ['certificates', '证书', true, 1],
      ['joining', '加入企业', true, 1],
    ],
  );
  assert.equal(settings.length, 10);
  const set = (event: string, body: unknown): ReturnType<RestClient> =>
    owner('PATCH', `/notice-settings/${event}`, { body });
  for (const [event, body] of [
    ['weather', { mail: true }],
    ['domains', { recipients: 'chosen' }],
    ['domains', { accounts: [bob.accountId] }],
    ['domains', { accounts: [999_999] }],
    ['domains', { addresses: ['nobody'] }],
    ['domains', { addresses: ['a@b.test\r\nBcc: c@d.test'] }],
    ['domains', { addresses: Array.from({ length: 11 }, (_, n) => `a${n}@out.test`) }],
    ['domains', { mail: 'yes' }],
    ['domains', { surplus: 1 }],
  ] as const) {
    const answer = await set(event, body);
    assert.equal(answer.status, 422, `${event} ${JSON.stringify(body)} ${answer.text}`);
  }
  const changed = await set('domains', {
    recipients: 'chosen',
    accounts: [alice.accountId],
    addresses: [' it@out.test ', 'it@out.test'],
    console: false,
  });
  assert.equal(changed.status, 200, changed.text);
  const after = changed.json<{ addresses: string[]; console: boolean; recipients: string }>();
  assert.deepEqual([after.addresses, after.console, after.recipients], [['it@out.test'], false, 'chosen']);
  const log = (await owner('GET', '/operations?action=notice.')).json<{
    items: { target: string; details: { after: { console: boolean } } }[];
  }>().items;
  assert.deepEqual([log.length, log[0]?.target, log[0]?.details.after.console], [1, 'domains', false]);
  // Switched off both ways, nothing is filed.
  await set('domains', { mail: false });
  await raiseDomainNotice(house.rest.directory, tenant.tenantId, { kind: 'domain_gone', domain: 'x.test' });
  await set('domains', { console: true });
  assert.deepEqual(await listOf(owner, '?event=domains'), []);
});

test('the console lists what is the reader’s matter, page by page, and knows what each has seen', async () => {
  await using house = await openRestHouse();
  const { tenant, alice, bob, clock } = house.web;
  const { directory } = house.rest;
  const { tenantId } = tenant;
  const owner = await house.as(alice);
  const department = await createDepartment(directory, tenant, { name: '外贸部' });
  await grantAdministration(directory, tenant, bob.accountId, {
    role: 'scoped',
    functions: new Map([
      ['domains', 'view'],
      ['invitations', 'view'],
    ]),
    departments: [department.departmentId],
  });
  const scoped = await house.as(bob);
  const tell = (kind: string, event: 'domains' | 'joining', target: string): Promise<void> =>
    change(directory, tenantId, tx =>
      raiseNotice(tx, clock, tenantId, { event, kind, values: { target, domain: target } }),
    );
  await tell('domain_gone', 'domains', 'a.test');
  await tell('join_request_made', 'joining', 'new@hongyan.test');
  const mine = await listOf(owner);
  assert.deepEqual(
    mine.map(({ kind }) => kind),
    ['join_request_made', 'domain_gone', 'operation'],
  );
  assert.match(mine[2]?.subject ?? '', /bob@hongyan\.test/);
  assert.doesNotMatch(JSON.stringify(mine), /\{[a-z]+\}/i, 'every place is filled');
  assert.deepEqual(
    (await listOf(scoped)).map(({ kind }) => kind),
    ['domain_gone'],
    'who asks to join may be of any department',
  );
  const page = (await owner('GET', '/notices?limit=2')).json<{ items: Notice[]; next: string }>();
  assert.equal(page.items.length, 2);
  assert.equal((await listOf(owner, `?limit=2&cursor=${page.next}`)).length, 1);
  assert.equal((await owner('GET', '/notices?cursor=zzz')).status, 422);

  const unread = async (who: RestClient): Promise<number> =>
    (await who('GET', '/notices/unread')).json<{ count: number }>().count;
  assert.deepEqual([await unread(owner), await unread(scoped)], [3, 1]);
  assert.equal((await owner('POST', '/notices/read', { body: { upTo: mine[1]?.id } })).status, 204);
  assert.deepEqual([await unread(owner), await unread(scoped)], [1, 1], 'each reads alone');
  // Back is not possible, nor into the future.
  await owner('POST', '/notices/read', { body: { upTo: 1 } });
  assert.equal(await unread(owner), 1);
  await owner('POST', '/notices/read', { body: { upTo: Number.MAX_SAFE_INTEGER } });
  assert.equal(await unread(owner), 0);
  await tell('domain_gone', 'domains', 'later.test');
  assert.equal(await unread(owner), 1);
});

test('states that nobody brings about: seats, certificates and the bin are told once; old notices go', async () => {
  await using house = await openRestHouse();
  const { tenant, alice, clock, database } = house.web;
  const { directory } = house.rest;
  const owner = await house.as(alice);
  await orderPlan(directory, tenant, { plan: 'self-hosted', memberSeats: 10 });
  for (let n = 0; n < 7; n += 1) await createMember(directory, tenant, { address: `m${n}@hongyan.test` });
  const order = { certificate_id: null, next_attempt_at: 0, last_error: 'no such host' };
  await database.act('upkeep').transact(async tx => {
    await putOrder(tx, { ...order, name: 'mail.hongyan.test', attempts: 3 });
    await putOrder(tx, { ...order, name: 'mail.other.test', attempts: 9 });
    await putOrder(tx, { ...order, name: 'mail.nothongyan.test', attempts: 9 });
    await putOrder(tx, { ...order, name: 'imap.hongyan.test', attempts: 2 });
  });
  const looked = async (): Promise<string[]> => {
    await lookForNotices(directory);
    // Sessions end while the days pass.
    return (await listOf(await house.as(alice)))
      .filter(({ event }) => event !== 'company')
      .map(({ kind }) => kind)
      .toSorted();
  };
  assert.deepEqual(await looked(), ['certificate_failing', 'seats_low']);
  assert.deepEqual(await looked(), ['certificate_failing', 'seats_low'], 'told once');
  const last = await createMember(directory, tenant, { address: 'last@hongyan.test' });
  assert.deepEqual(await looked(), ['certificate_failing', 'seats_full', 'seats_low']);
  await owner('DELETE', `/members/${last.accountId}`);
  assert.equal((await looked()).includes('bin_ending'), false);
  clock.advance(28 * 86_400_000);
  const bin = (await looked()).filter(kind => kind === 'bin_ending');
  assert.equal(bin.length, 1);
  clock.advance(noticeLimits.keptMs + 1);
  await lookForNotices(directory);
  assert.deepEqual(
    (await listOf(await house.as(alice))).filter(
      ({ kind }) => kind.startsWith('bin') || kind.startsWith('seats_low'),
    ),
    [],
  );
});

test('the end of a certificate is told 21, 7 and 1 days before, each once, and not after it', async () => {
  await using house = await openRestHouse();
  const { tenant, alice, clock, database } = house.web;
  const day = 86_400_000;
  const certificate = {
    tenant_id: tenant.tenantId,
    source: 'uploaded',
    names: '["mail.hongyan.test"]',
    chain: '',
    wrapped: new Uint8Array(),
    not_before: 0,
    created_at: 0,
  } as const;
  await database.act('upkeep').transact(async tx => {
    await insertCertificate(tx, { ...certificate, id: 1, not_after: clock.now() + 22 * day });
    await insertCertificate(tx, { ...certificate, id: 2, not_after: clock.now() - 2 * day });
  });
  const told = async (): Promise<string[]> => {
    await lookForNotices(house.rest.directory);
    const all = await listOf(await house.as(alice), '?event=certificates');
    return all.map(({ subject }) => /\d+/.exec(subject)?.[0] ?? subject);
  };
  const left: [number, string[]][] = [];
  for (let days = 22; days >= -2; days -= 1) {
    const all = await told();
    if (left.at(-1)?.[1].length !== all.length) left.push([days, all]);
    clock.advance(day);
  }
  assert.deepEqual(left, [
    [22, []],
    [21, ['21']],
    [7, ['7', '21']],
    [1, ['1', '7', '21']],
  ]);
});
