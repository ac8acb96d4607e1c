import assert from 'node:assert/strict';
import { test } from 'node:test';
import { place } from '@hongyan/testkit/stores/databases.ts';
import { tenantScope } from '../../src/access/scope.ts';
import {
  companyOverview,
  getLogo,
  setLogo,
  updateInformation,
} from '../../src/directory/company/information.ts';
import { createDirectoryContext } from '../../src/directory/directory.ts';
import { updateMember } from '../../src/directory/members/change.ts';
import { getMember, listMembers } from '../../src/directory/members/list.ts';
import { type Member } from '../../src/directory/members/member.ts';
import { setVip } from '../../src/directory/members/seats.ts';
import { orderPlan, planOf, requireEntitlement } from '../../src/directory/plans/tenant-plan.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';
import { graded, refused, withHouse } from '../people-fixture/house.ts';

test('TEN-04, TEN-05, MBX-04, MBX-05: Basic has 1 GB for everybody, in Pro a VIP has no limit', () =>
  withHouse(async ({ ctx, scope, directory, member }) => {
    const a = await member('a');
    const b = await member('b');
    const limit = async (one: Member): Promise<number | null> =>
      (await directory.quota(scope.tenantId, one.accountId)).limitBytes;
    await orderPlan(ctx, scope, { plan: 'basic' });
    assert.deepEqual([await limit(a), await limit(b)], [1024 ** 3, 1024 ** 3]);
    await refused(setVip(ctx, scope, { members: [a.accountId] }, true), 'plan.not_included');
    await refused(requireEntitlement(ctx, scope.tenantId, 'archive'), 'plan.not_included');
    await orderPlan(ctx, scope, { plan: 'pro', vipSeats: 1 });
    await requireEntitlement(ctx, scope.tenantId, 'archive');
    assert.deepEqual(await setVip(ctx, scope, { members: [a.accountId] }, true), [a.accountId]);
    assert.deepEqual([await limit(a), await limit(b)], [null, 1024 ** 3]);
    // An allotted number stands above the plan's.
    await updateMember(ctx, scope, b.accountId, { quotaBytes: 5 * 1024 ** 3 });
    assert.equal(await limit(b), 5 * 1024 ** 3);
    await setVip(ctx, scope, { members: [a.accountId] }, false);
    assert.equal(await limit(a), 1024 ** 3);
  }));

test('TEN-06, TEN-07, TEN-08: seats are sold in the numbers of each plan', () =>
  withHouse(async ({ ctx, scope, member }) => {
    const order = (plan: 'standard' | 'premium' | 'group', memberSeats: number): Promise<unknown> =>
      orderPlan(ctx, scope, { plan, memberSeats });
    await refused(order('standard', 4), 'input.invalid');
    await order('standard', 5);
    await refused(order('standard', 9), 'input.invalid');
    await order('standard', 11);
    await refused(order('premium', 9), 'input.invalid');
    await order('premium', 10);
    await refused(order('premium', 13), 'input.invalid');
    await order('premium', 15);
    await refused(order('group', 99), 'input.invalid');
    await order('group', 100);
    await refused(order('group', 130), 'input.invalid');
    await order('group', 150);
    const { limits } = await planOf(ctx, scope.tenantId);
    assert.deepEqual([limits.memberQuotaBytes, limits.attachmentBytes], [null, 60 * 1024 ** 2]);
    await order('standard', 5);
    for (let i = 0; i < 5; i += 1) await member(`m${i}`);
    await refused(member('m5'), 'limit.exceeded');
    // Only the operator orders: it is the company that pays.
    const admin = graded(await getMember(ctx, scope, 1), []);
    await refused(orderPlan(ctx, admin, { plan: 'self-hosted' }), 'access.denied');
  }));

test('TEN-04, TEN-15: nobody is put on a plan with fewer seats than are taken, and the plan stays as it was', () =>
  withHouse(async ({ ctx, scope, member }) => {
    const people = [(await member('a')).accountId, (await member('b')).accountId];
    await orderPlan(ctx, scope, { plan: 'pro', memberSeats: 10, vipSeats: 2 });
    await setVip(ctx, scope, { members: people }, true);
    await refused(orderPlan(ctx, scope, { plan: 'pro', memberSeats: 1 }), 'conflict.state');
    await refused(orderPlan(ctx, scope, { plan: 'pro', vipSeats: 1 }), 'conflict.state');
    const { memberSeats, vipSeats } = await planOf(ctx, scope.tenantId);
    assert.deepEqual([memberSeats, vipSeats], [10, 2]);
    await setVip(ctx, scope, { members: people.slice(1) }, false);
    await orderPlan(ctx, scope, { plan: 'pro', vipSeats: 1 });
    assert.equal((await planOf(ctx, scope.tenantId)).memberSeats, 10, 'what is left out stays');
  }));

test('MBX-04, PUB-03: the pool of VIP seats is never exceeded, also by many at once in two processes', () =>
  withHouse(async ({ ctx, scope, path, clock, member, directory }) => {
    const people: number[] = [];
    for (let i = 0; i < 8; i += 1) people.push((await member(`m${i}`)).accountId);
    await orderPlan(ctx, scope, { plan: 'pro', vipSeats: 5 });
    await using second = await openSystemDatabase(place(path), clock);
    const other = createDirectoryContext({ database: second, clock });
    const results = await Promise.allSettled(
      people.map((id, i) => setVip(i % 2 === 0 ? ctx : other, scope, { members: [id] }, true)),
    );
    assert.equal(results.filter(result => result.status === 'fulfilled').length, 5);
    for (const result of results) {
      if (result.status === 'rejected') assert.ok(isMailError(result.reason, 'limit.exceeded'));
    }
    assert.equal((await listMembers(ctx, scope, { vip: true })).total, 5);
    // 5 bought, 3 assigned: 3 public mailboxes and 2 for the free seats.
    const vips = (await listMembers(ctx, scope, { vip: true })).items.map(one => one.accountId);
    await setVip(ctx, scope, { members: vips.slice(0, 2) }, false);
    for (let i = 0; i < 5; i += 1) {
      await directory.createUser(scope, { address: `p${i}@hongyan.test`, kind: 'public' });
    }
    await refused(
      directory.createUser(scope, { address: 'p5@hongyan.test', kind: 'public' }),
      'limit.exceeded',
    );
  }));

test('TEN-29: company information, logo, members used and allowed', () =>
  withHouse(async ({ ctx, scope, member, directory }) => {
    await member('a');
    await updateInformation(ctx, scope, { name: '鸿雁科技', shortName: '鸿雁', industry: '软件' });
    await orderPlan(ctx, scope, { plan: 'standard', memberSeats: 10 });
    const png = Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1');
    await setLogo(ctx, scope, png);
    const overview = await companyOverview(ctx, scope);
    assert.deepEqual(
      [overview.information.name, overview.information.shortName, overview.information.hasLogo],
      ['鸿雁科技', '鸿雁', true],
    );
    assert.deepEqual([overview.use.members, overview.plan.memberSeats], [1, 10]);
    assert.equal((await getLogo(ctx, scope))?.mediaType, 'image/png');
    await refused(setLogo(ctx, scope, Buffer.from('<svg onload=alert(1)>')), 'input.invalid');
    await refused(setLogo(ctx, scope, Buffer.alloc(600_000, 1)), 'limit.exceeded');
    const other = tenantScope((await directory.createTenant('他社')).tenantId, 'test');
    await refused(updateInformation(ctx, other, { name: '鸿雁科技' }), 'conflict.exists');
    assert.equal(await getLogo(ctx, other), null);
  }));
