import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { place } from '@hongyan/testkit/stores/databases.ts';
import { scopesOf } from '../../src/access/grants.ts';
import { PasswordHasher } from '../../src/access/passwords/password-hasher.ts';
import { defaultPasswordPolicy, type PasswordContext } from '../../src/access/passwords.ts';
import { ownScope, type Scope, tenantScope } from '../../src/access/scope.ts';
import { maySendAs } from '../../src/access/sender-policy.ts';
import type { DirectoryContext } from '../../src/directory/context.ts';
import { createDirectory, createDirectoryContext, type Directory } from '../../src/directory/directory.ts';
import { getGroup, listGroupPage } from '../../src/directory/groups/groups.ts';
import {
  createInvitation,
  listInvitations,
  revokeInvitation,
} from '../../src/directory/invitations/invitations.ts';
import {
  type Applicant,
  approveJoinRequest,
  checkPrefix,
  listJoinRequests,
  openInvitation,
  refuseJoinRequest,
  requestToJoin,
} from '../../src/directory/invitations/joining.ts';
import { changeInvitationSettings } from '../../src/directory/invitations/settings.ts';
import { createMember } from '../../src/directory/members/create.ts';
import { orderPlan } from '../../src/directory/plans/tenant-plan.ts';
import {
  changePublicMailbox,
  createPublicMailbox,
  getPublicMailbox,
  listPublicMailboxes,
  publicMailboxUse,
} from '../../src/directory/public-mailboxes/public-mailboxes.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { type ErrorCode, isMailError } from '../../src/platform/errors.ts';
import type { CompanyDatabase } from '../../src/store/sql/company-database.ts';
import { statement } from '../../src/store/sql/port.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';

interface House {
  readonly clock: FakeClock;
  readonly database: CompanyDatabase;
  readonly ctx: DirectoryContext;
  readonly directory: Directory;
  readonly passwords: PasswordContext;
  readonly scope: Scope;
  /** Another company, away.test. */
  readonly other: Scope;
}

async function withHouse(run: (house: House) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-sharing-'));
  const clock = new FakeClock();
  try {
    await using database = await openSystemDatabase(place(join(folder, 'system.db')), clock);
    const ctx = createDirectoryContext({ database, clock });
    const directory = createDirectory(ctx);
    const company = async (name: string, domain: string): Promise<Scope> => {
      const scope = tenantScope((await directory.createTenant(name)).tenantId, 'test');
      await directory.addDomain(scope, domain);
      return scope;
    };
    const hasher = new PasswordHasher({ memory: 64, passes: 1 });
    await run({
      clock,
      database,
      ctx,
      directory,
      passwords: { database, clock, hasher, policy: defaultPasswordPolicy },
      scope: await company('鸿雁', 'hongyan.test'),
      other: await company('Away', 'away.test'),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const fails = (work: Promise<unknown>, code: ErrorCode): Promise<void> =>
  assert.rejects(work, error => isMailError(error, code), code);

const day = 24 * 3_600_000;

test('PUB-03: Pro has 3 public mailboxes and one for each VIP seat that is free: 5 bought, 3 given, 5 allowed, the 6th refused', () =>
  withHouse(async ({ ctx, scope }) => {
    await orderPlan(ctx, scope, { plan: 'pro', vipSeats: 5 });
    for (let i = 0; i < 3; i += 1) {
      await createMember(ctx, scope, { address: `vip${i}@hongyan.test`, vip: true });
    }
    for (let i = 0; i < 5; i += 1) await createPublicMailbox(ctx, scope, { address: `p${i}@hongyan.test` });
    await fails(createPublicMailbox(ctx, scope, { address: 'p5@hongyan.test' }), 'limit.exceeded');
    assert.deepEqual(await publicMailboxUse(ctx, scope), { used: 5, max: 5 });
  }));

test('PUB-03, PUB-04: Basic has 3 with 1 GB each; two requests for the last place make one mailbox', () =>
  withHouse(async ({ ctx, scope }) => {
    await orderPlan(ctx, scope, { plan: 'basic' });
    const first = await createPublicMailbox(ctx, scope, { address: 'p0@hongyan.test' });
    assert.equal(first.quotaBytes, 1024 ** 3);
    await createPublicMailbox(ctx, scope, { address: 'p1@hongyan.test' });
    const both = await Promise.allSettled(
      ['p2', 'p3'].map(name => createPublicMailbox(ctx, scope, { address: `${name}@hongyan.test` })),
    );
    assert.deepEqual(both.map(result => result.status).sort(), ['fulfilled', 'rejected']);
    await orderPlan(ctx, scope, { plan: 'pro' });
    assert.equal((await getPublicMailbox(ctx, scope, first.accountId)).quotaBytes, null);
  }));

test('PUB-02, PUB-07: chosen members may use it and send as it, in one company only; who is not chosen any more may not', () =>
  withHouse(async ({ ctx, directory, scope, other }) => {
    const alice = await createMember(ctx, scope, { address: 'alice@hongyan.test' });
    const bob = await createMember(ctx, scope, { address: 'bob@hongyan.test' });
    const stranger = await createMember(ctx, other, { address: 'eve@away.test' });
    const address = 'sales@hongyan.test';
    const made = await createPublicMailbox(ctx, scope, { address, users: [alice.accountId, bob.accountId] });
    const as = (accountId: number, tenantId = scope.tenantId) =>
      ({ kind: 'account', tenantId, accountId, login: 'x@hongyan.test' }) as const;
    const uses = async (accountId: number): Promise<number[]> => [
      ...(await scopesOf(directory, as(accountId))).keys(),
    ];
    assert.deepEqual(await uses(alice.accountId), [alice.accountId, made.accountId]);
    assert.equal(await maySendAs(directory, as(bob.accountId), address), true);
    assert.equal(await maySendAs(directory, as(stranger.accountId, other.tenantId), address), false);
    await fails(
      changePublicMailbox(ctx, scope, made.accountId, { users: [stranger.accountId] }),
      'account.not_found',
    );
    await fails(
      changePublicMailbox(ctx, scope, made.accountId, { users: [made.accountId] }),
      'input.invalid',
    );
    await fails(changePublicMailbox(ctx, other, made.accountId, { displayName: 'x' }), 'account.not_found');
    assert.deepEqual((await listPublicMailboxes(ctx, other, {})).items, []);
    assert.equal((await listPublicMailboxes(ctx, scope, { search: 'SALES@' })).items.length, 1);
    assert.equal((await listPublicMailboxes(ctx, scope, { search: 'sal%s' })).items.length, 0);
    await changePublicMailbox(ctx, scope, made.accountId, { users: [bob.accountId] });
    assert.deepEqual(await uses(alice.accountId), [alice.accountId]);
    assert.equal(await maySendAs(directory, as(alice.accountId), address), false);
    // PUB-09: disabled, it is nobody's.
    await changePublicMailbox(ctx, scope, made.accountId, { disabled: true });
    assert.deepEqual(await uses(bob.accountId), [bob.accountId]);
    const own = ownScope(as(alice.accountId));
    await fails(createPublicMailbox(ctx, own, { address: 'x@hongyan.test' }), 'access.denied');
    await fails(listPublicMailboxes(ctx, own, {}), 'access.denied');
  }));

test('GRP-02: groups are listed in pages and found by name and address, each company its own', () =>
  withHouse(async ({ ctx, directory, scope, other }) => {
    for (let i = 0; i < 5; i += 1) {
      await directory.createGroup(scope, { address: `g${i}@hongyan.test`, displayName: `Gruppe ${i}` });
    }
    const first = await listGroupPage(ctx, scope, { limit: 3 });
    const cursor = first.nextCursor ?? '';
    const second = await listGroupPage(ctx, scope, { limit: 3, cursor });
    assert.deepEqual([first.items.length, second.items.length, second.nextCursor], [3, 2, null]);
    const found = await listGroupPage(ctx, scope, { search: 'GRUPPE 3' });
    assert.deepEqual(
      found.items.map(group => group.address),
      ['g3@hongyan.test'],
    );
    assert.deepEqual((await listGroupPage(ctx, other, {})).items, []);
    await fails(getGroup(ctx, other, first.items[0]?.groupId ?? 0), 'group.not_found');
  }));

const applicant: Applicant = {
  name: '张三',
  mobile: '13800138000',
  prefix: 'zhangsan',
  password: 'wild goose 1',
};

test('DIR-05: while nobody may be invited, no link is made and every link says closed', () =>
  withHouse(async ({ ctx, scope }) => {
    await fails(createInvitation(ctx, scope, {}), 'invitation.closed');
    await changeInvitationSettings(ctx, scope, { open: true });
    const { token } = await createInvitation(ctx, scope, {});
    assert.equal((await openInvitation(ctx, token)).domain, 'hongyan.test');
    await changeInvitationSettings(ctx, scope, { open: false });
    await fails(openInvitation(ctx, token), 'invitation.closed');
    await fails(openInvitation(ctx, 'x'.repeat(32)), 'invitation.not_found');
  }));

const storedTokens = statement('SELECT token_hash FROM invitation');

test('DIR-04: a link runs out after its days, is revoked, is used up; only its hash is kept', () =>
  withHouse(async ({ ctx, clock, database, passwords, scope, other }) => {
    await changeInvitationSettings(ctx, scope, { open: true, approval: false });
    const { token, invitation } = await createInvitation(ctx, scope, { days: 3 });
    const [stored] = await database.look('provider').all<{ token_hash: string }>(storedTokens);
    assert.notEqual(stored?.token_hash, token);
    clock.advance(3 * day - 1);
    await openInvitation(ctx, token);
    clock.advance(1);
    await fails(openInvitation(ctx, token), 'invitation.closed');
    const again = await createInvitation(ctx, scope, { maxUses: 1, label: 'QR' });
    await fails(revokeInvitation(ctx, other, again.invitation.id), 'invitation.not_found');
    const joined = await requestToJoin(ctx, passwords, again.token, applicant, '192.0.2.1');
    assert.deepEqual(joined, { state: 'member', address: 'zhangsan@hongyan.test' });
    await fails(openInvitation(ctx, again.token), 'invitation.closed');
    const third = await createInvitation(ctx, scope, {});
    await revokeInvitation(ctx, scope, third.invitation.id);
    await fails(openInvitation(ctx, third.token), 'invitation.closed');
    const { items } = await listInvitations(ctx, scope, {});
    assert.deepEqual(
      items.map(item => [item.id, item.state]),
      [
        [third.invitation.id, 'revoked'],
        [again.invitation.id, 'used'],
        [invitation.id, 'expired'],
      ],
    );
  }));

test('DIR-06: with approval a request waits; approved, the member is in the default department and domain', () =>
  withHouse(async ({ ctx, directory, passwords, scope, other }) => {
    await directory.addDomain(scope, 'second.test');
    await changeInvitationSettings(ctx, scope, { open: true, domain: 'second.test' });
    await fails(changeInvitationSettings(ctx, scope, { domain: 'away.test' }), 'domain.not_found');
    await fails(changeInvitationSettings(ctx, scope, { departmentId: 77 }), 'department.not_found');
    const { token } = await createInvitation(ctx, scope, {});
    assert.equal((await checkPrefix(ctx, token, 'zhangsan')).free, true);
    const asked = await requestToJoin(ctx, passwords, token, applicant, '192.0.2.1');
    assert.deepEqual(asked, { state: 'waiting', address: 'zhangsan@second.test' });
    assert.equal((await directory.resolve('zhangsan@second.test')).kind, 'unknown');
    // The address waits with the request.
    assert.deepEqual(await checkPrefix(ctx, token, 'ZhangSan'), {
      address: 'ZhangSan@second.test',
      free: false,
      suggestion: 'ZhangSan2',
    });
    const rival = { ...applicant, mobile: '13800138001' };
    await fails(requestToJoin(ctx, passwords, token, rival, '192.0.2.1'), 'conflict.exists');
    const [request] = (await listJoinRequests(ctx, scope, {})).items;
    assert.deepEqual((await listJoinRequests(ctx, other, {})).items, []);
    await fails(approveJoinRequest(ctx, other, request?.id ?? 0), 'invitation.not_found');
    const approved = await approveJoinRequest(ctx, scope, request?.id ?? 0);
    const found = await directory.resolve('zhangsan@second.test');
    assert.equal(found.kind === 'account' && found.accountId, approved.accountId);
    await fails(approveJoinRequest(ctx, scope, request?.id ?? 0), 'conflict.state');

    const second = await requestToJoin(
      ctx,
      passwords,
      token,
      { ...rival, prefix: 'lisi', name: '李四' },
      '192.0.2.1',
    );
    assert.equal(second.state, 'waiting');
    const [waiting] = (await listJoinRequests(ctx, scope, {})).items;
    await refuseJoinRequest(ctx, scope, waiting?.id ?? 0);
    assert.equal((await checkPrefix(ctx, token, 'lisi')).free, true);
  }));

test('DIR-04: what a stranger sends is checked before it costs anything', () =>
  withHouse(async ({ ctx, passwords, scope }) => {
    await changeInvitationSettings(ctx, scope, { open: true });
    const { token } = await createInvitation(ctx, scope, {});
    const ask = (more: Partial<Applicant>): Promise<unknown> =>
      requestToJoin(ctx, passwords, token, { ...applicant, ...more }, '192.0.2.1');
    await fails(ask({ prefix: 'a@b' }), 'address.invalid');
    await fails(ask({ prefix: 'x'.repeat(5_000) }), 'address.invalid');
    await fails(ask({ prefix: 'a\r\nb' }), 'address.invalid');
    await fails(ask({ name: ' ' }), 'input.invalid');
    await fails(ask({ name: 'a\u0000b' }), 'input.invalid');
    await fails(ask({ mobile: 'none' }), 'input.invalid');
    await fails(ask({ password: '12345678' }), 'input.invalid');
    await fails(ask({ password: 'zhangsan' }), 'input.invalid');
    assert.deepEqual((await listJoinRequests(ctx, scope, {})).items, []);
  }));
