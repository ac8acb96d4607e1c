import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  type AdminAccess,
  type AdminFunction,
  type Administration,
  adminFunctions,
} from '../../src/access/administration.ts';
import { ownScope, type Scope, tenantScope } from '../../src/access/scope.ts';
import { bookEntry, departmentsSeen, searchBook } from '../../src/directory/book/book.ts';
import { exportBook, exportMembers } from '../../src/directory/book/export.ts';
import {
  companyOverview,
  getLogo,
  setLogo,
  updateInformation,
} from '../../src/directory/company/information.ts';
import { updatePolicies } from '../../src/directory/company/policies.ts';
import type { DirectoryContext } from '../../src/directory/context.ts';
import {
  createDepartment,
  listDepartments,
  removeDepartment,
  updateDepartment,
} from '../../src/directory/departments/departments.ts';
import { createDirectory, createDirectoryContext, type Directory } from '../../src/directory/directory.ts';
import { setDisabled, updateMember } from '../../src/directory/members/change.ts';
import { createMember, type NewMember } from '../../src/directory/members/create.ts';
import { companiesOfMobile, getMember, listMembers } from '../../src/directory/members/list.ts';
import type { Member } from '../../src/directory/members/member.ts';
import { renameMembers } from '../../src/directory/members/rename.ts';
import { setVip } from '../../src/directory/members/seats.ts';
import { orderPlan, planOf, requireEntitlement } from '../../src/directory/plans/tenant-plan.ts';
import { listRecycled } from '../../src/directory/recycle-bin/recycled.ts';
import { restoreAccount } from '../../src/directory/recycle-bin/restore.ts';
import {
  changeTagEntries,
  createTag,
  getTagEntries,
  listTags,
  removeTag,
  renameTag,
} from '../../src/directory/tags/tags.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { statement } from '../../src/store/sql/port.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';

interface House {
  readonly path: string;
  readonly clock: FakeClock;
  readonly ctx: DirectoryContext;
  readonly directory: Directory;
  readonly scope: Scope;
  member(local: string, more?: Partial<NewMember>): Promise<Member>;
  department(name: string, parentId?: number): Promise<number>;
  /** What the operation log has. */
  actions(): Promise<string[]>;
}

const readActions = statement('SELECT action FROM operation WHERE tenant_id = $1 ORDER BY id');

async function withHouse(run: (house: House) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-people-'));
  const path = join(folder, 'system.db');
  const clock = new FakeClock();
  try {
    await using database = await openSystemDatabase(path, clock);
    const ctx = createDirectoryContext({ database, clock });
    const directory = createDirectory(ctx);
    const scope = tenantScope((await directory.createTenant('鸿雁')).tenantId, 'test');
    await directory.addDomain(scope, 'hongyan.test');
    await run({
      path,
      clock,
      ctx,
      directory,
      scope,
      member: (local, more = {}) => createMember(ctx, scope, { address: `${local}@hongyan.test`, ...more }),
      department: async (name, parentId) =>
        (await createDepartment(ctx, scope, { name, ...(parentId && { parentId }) })).departmentId,
      actions: async () =>
        (await database.all<{ action: string }>(readActions, scope.tenantId)).map(row => row.action),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const refused = (work: Promise<unknown>, code: Parameters<typeof isMailError>[1]): Promise<void> =>
  assert.rejects(work, error => isMailError(error, code));

async function allRefused(
  code: Parameters<typeof isMailError>[1],
  works: readonly Promise<unknown>[],
): Promise<void> {
  await Promise.all(works.map(work => refused(work, code)));
}

function memberScope(member: Member): Scope {
  return ownScope({
    kind: 'account',
    tenantId: member.tenantId,
    accountId: member.accountId,
    login: member.address,
  });
}

function graded(
  member: Member,
  departments: readonly number[],
  functions: readonly AdminFunction[] = adminFunctions,
  access: AdminAccess = 'manage',
): Scope {
  const administration: Administration = {
    role: 'scoped',
    functions: new Map(functions.map(name => [name, access])),
    departments: new Set(departments),
  };
  return { ...memberScope(member), accountId: 0, administration };
}

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

test('MBX-04, PUB-03: the pool of VIP seats is never exceeded, also by many at once in two processes', () =>
  withHouse(async ({ ctx, scope, path, clock, member, directory }) => {
    const people: number[] = [];
    for (let i = 0; i < 8; i += 1) people.push((await member(`m${i}`)).accountId);
    await orderPlan(ctx, scope, { plan: 'pro', vipSeats: 5 });
    await using second = await openSystemDatabase(path, clock);
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

test('DIR-01: departments are a tree: three levels, moves of branches, no circles, order, removal', () =>
  withHouse(async ({ ctx, scope, department, member, actions }) => {
    const sales = await department('销售');
    const north = await department('北方', sales);
    const beijing = await department('北京', north);
    const abroad = await department('海外');
    await refused(createDepartment(ctx, scope, { name: '北方', parentId: sales }), 'conflict.exists');
    await refused(createDepartment(ctx, scope, { name: 'a/b' }), 'input.invalid');
    await refused(createDepartment(ctx, scope, { name: 'x', parentId: 999 }), 'department.not_found');
    for (const parentId of [sales, north, beijing]) {
      await refused(updateDepartment(ctx, scope, sales, { parentId }), 'conflict.state');
    }
    await updateDepartment(ctx, scope, north, { parentId: abroad });
    const paths = async (): Promise<string[]> =>
      (await listDepartments(ctx, scope)).map(one => one.path.join('/'));
    assert.deepEqual(await paths(), ['销售', '海外', '海外/北方', '海外/北方/北京']);
    await updateDepartment(ctx, scope, abroad, { position: 0 });
    assert.equal((await paths())[0], '海外');
    const chen = await member('chen', { departments: [beijing] });
    await refused(removeDepartment(ctx, scope, north), 'conflict.state');
    await refused(removeDepartment(ctx, scope, beijing), 'conflict.state');
    await removeDepartment(ctx, scope, beijing, { moveTo: sales });
    assert.deepEqual((await getMember(ctx, scope, chen.accountId)).departments, [
      { departmentId: sales, main: true, leader: false },
    ]);
    await removeDepartment(ctx, scope, north);
    assert.deepEqual(await paths(), ['海外', '销售']);
    assert.deepEqual(
      new Set((await actions()).filter(name => name.startsWith('department.'))),
      new Set(['department.created', 'department.moved', 'department.changed', 'department.removed']),
    );
  }));

test('DIR-01: two moves that would make a circle together: one is refused', () =>
  withHouse(async ({ ctx, scope, department, path, clock }) => {
    const a = await department('a');
    const b = await department('b');
    await using second = await openSystemDatabase(path, clock);
    const other = createDirectoryContext({ database: second, clock });
    const results = await Promise.allSettled([
      updateDepartment(ctx, scope, a, { parentId: b }),
      updateDepartment(other, scope, b, { parentId: a }),
    ]);
    assert.equal(results.filter(result => result.status === 'fulfilled').length, 1);
  }));

test('DIR-02, TEN-37: a member has a profile; user id and mobile number are unique in the company, not beyond', () =>
  withHouse(async ({ ctx, scope, department, member, directory }) => {
    const a = await department('甲');
    const b = await department('乙');
    const chen = await member('chen', {
      name: '陈晓雁',
      userId: 'E001',
      englishName: 'Grace Chen',
      jobTitle: '经理',
      mobile: '138 0013 8000',
      employeeNumber: '0007',
      gender: 'female',
      outward: [{ name: '职务', value: '销售经理' }],
      departments: [
        { departmentId: a, leader: true },
        { departmentId: b, main: true },
      ],
    });
    assert.deepEqual(
      [
        chen.userId,
        chen.englishName,
        chen.departments.map(place => [place.departmentId, place.main, place.leader]),
      ],
      [
        'E001',
        'Grace Chen',
        [
          [b, true, false],
          [a, false, true],
        ],
      ],
    );
    await refused(member('x', { userId: 'e001' }), 'conflict.exists');
    await refused(member('x', { mobile: '+86 13800138000' }), 'conflict.exists');
    await refused(member('x', { mobile: 'no number' }), 'input.invalid');
    await refused(member('x', { departments: [a, a] }), 'input.invalid');
    await refused(member('x', { departments: [999] }), 'department.not_found');
    await refused(member('x', { name: 'a\u0000b' }), 'input.invalid');
    await refused(member('x', { jobTitle: 'x'.repeat(101) }), 'input.invalid');
    // What was refused left nothing behind: the address is free.
    await member('x');
    // The same local part in another domain gets the address as its user id.
    await directory.addDomain(scope, 'hongyan2.test');
    const twin = await createMember(ctx, scope, { address: 'x@hongyan2.test' });
    assert.equal(twin.userId, 'x@hongyan2.test');
    const other = tenantScope((await directory.createTenant('他社')).tenantId, 'test');
    await directory.addDomain(other, 'other.test');
    await createMember(ctx, other, { address: 'chen@other.test', userId: 'E001', mobile: '13800138000' });
    assert.deepEqual(
      (await companiesOfMobile(ctx, '+8613800138000')).map(one => [one.company, one.address]),
      [
        ['鸿雁', 'chen@hongyan.test'],
        ['他社', 'chen@other.test'],
      ],
    );
    await setDisabled(ctx, scope, [chen.accountId], true);
    assert.equal((await companiesOfMobile(ctx, '13800138000')).length, 1);
  }));

test('DIR-02: lists are paged by pinyin and found by hanzi, pinyin, initials, number, department, state', () =>
  withHouse(async ({ ctx, scope, department, member }) => {
    const sales = await department('销售');
    const north = await department('北方', sales);
    await member('zqm', { name: '赵启明', departments: [north], employeeNumber: '0042' });
    await member('zeng', { name: '曾志伟', departments: [sales] });
    await member('bob', { name: 'Bob', englishName: 'Robert 100%_x' });
    const names = async (query: Parameters<typeof listMembers>[2]): Promise<string[]> =>
      (await listMembers(ctx, scope, query)).items.map(one => one.name);
    assert.deepEqual(await names({}), ['Bob', '曾志伟', '赵启明']);
    for (const text of ['启明', 'ZhaoQiMing', 'zqm', 'zqm@hongyan', '0042']) {
      assert.deepEqual(await names({ text }), ['赵启明'], text);
    }
    // A surname is read as one.
    assert.deepEqual(await names({ text: 'zengzhi' }), ['曾志伟']);
    // Signs of patterns mean themselves.
    assert.deepEqual(await names({ text: '100%_' }), ['Bob']);
    assert.deepEqual(await names({ text: '%' }), ['Bob']);
    assert.deepEqual(await names({ departmentId: sales }), ['曾志伟', '赵启明']);
    assert.deepEqual(await names({ departmentId: sales, directOnly: true }), ['曾志伟']);
    assert.deepEqual(await names({ departmentId: 999 }), []);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof listMembers>> = await listMembers(ctx, scope, {
        cursor,
        limit: 1,
      });
      seen.push(...page.items.map(one => one.name));
      cursor = page.nextCursor;
    }
    assert.deepEqual(seen, ['Bob', '曾志伟', '赵启明']);
    for (const bad of ['x', Buffer.from('[1,2]').toString('base64url'), 'a'.repeat(5_000)]) {
      await refused(listMembers(ctx, scope, { cursor: bad }), 'input.invalid');
    }
    await refused(listMembers(ctx, scope, { limit: 201 }), 'input.invalid');
    await refused(listMembers(ctx, scope, { text: 'x'.repeat(101) }), 'input.invalid');
  }));

test('MBX-06: a disabled mailbox is told apart and comes back; nobody disables oneself', () =>
  withHouse(async ({ ctx, scope, member, directory }) => {
    const a = await member('a');
    assert.deepEqual(await setDisabled(ctx, scope, [a.accountId], true), [a.accountId]);
    assert.deepEqual(await setDisabled(ctx, scope, [a.accountId], true), []);
    assert.equal((await listMembers(ctx, scope, { state: 'disabled' })).total, 1);
    const found = await directory.resolve('a@hongyan.test');
    assert.equal(found.kind === 'account' && found.disabled, true);
    await setDisabled(ctx, scope, [a.accountId], false);
    assert.equal((await listMembers(ctx, scope, { state: 'enabled' })).total, 1);
    const self: Scope = {
      ...graded(a, []),
      administration: {
        role: 'super',
        functions: new Map(adminFunctions.map(name => [name, 'manage'])),
        departments: null,
      },
    };
    await refused(setDisabled(ctx, self, [a.accountId], true), 'conflict.state');
  }));

test('DIR-08, DIR-14, DIR-15, ALS-03: renaming follows the policy, and the old address may stay as an alias', () =>
  withHouse(async ({ ctx, scope, member, directory }) => {
    const made = await member('zhangsan', { generatedAddress: true });
    const plain = await member('old');
    const rename = (one: Member, local: string, keepOld = true): Promise<string[]> =>
      renameMembers(ctx, scope, [{ accountId: one.accountId, address: `${local}@hongyan.test`, keepOld }]);
    await rename(plain, 'new');
    const renamed = await getMember(ctx, scope, plain.accountId);
    assert.deepEqual([renamed.address, renamed.aliases], ['new@hongyan.test', ['old@hongyan.test']]);
    assert.equal((await listMembers(ctx, scope, { text: 'new@' })).total, 1);
    // Back again: the alias takes the place of the address.
    await rename(plain, 'old', false);
    assert.deepEqual((await getMember(ctx, scope, plain.accountId)).aliases, []);
    assert.equal((await directory.resolve('new@hongyan.test')).kind, 'unknown');
    await refused(rename(plain, 'zhangsan'), 'conflict.exists');
    await updatePolicies(ctx, scope, { rename: 'once' });
    await refused(rename(plain, 'x'), 'access.denied');
    await rename(made, 'san');
    await refused(rename(made, 'zhang'), 'access.denied');
    await updatePolicies(ctx, scope, { rename: 'never' });
    await refused(rename(plain, 'x'), 'access.denied');
  }));

test('DIR-08: a batch repair changes all or none', () =>
  withHouse(async ({ ctx, scope, member }) => {
    const people: Member[] = [];
    for (let i = 0; i < 3; i += 1) people.push(await member(`gen${i}`, { generatedAddress: true }));
    await updatePolicies(ctx, scope, { rename: 'once' });
    const renames = people.map((one, i) => ({
      accountId: one.accountId,
      address: `good${i}@hongyan.test`,
      keepOld: false,
    }));
    const clash = [
      ...renames.slice(0, 2),
      { accountId: people[2]?.accountId ?? 0, address: 'good0@hongyan.test', keepOld: false },
    ];
    await refused(renameMembers(ctx, scope, clash), 'conflict.exists');
    assert.equal((await getMember(ctx, scope, people[0]?.accountId ?? 0)).address, 'gen0@hongyan.test');
    assert.deepEqual(
      await renameMembers(ctx, scope, renames),
      renames.map(one => one.address),
    );
  }));

test('ALS-01: the sixth alias is refused, and a name that is used anywhere in the tenant', () =>
  withHouse(async ({ ctx, scope, member, directory }) => {
    await orderPlan(ctx, scope, { plan: 'pro' });
    const a = await member('a');
    const b = await member('b', { aliases: ['taken@hongyan.test'] });
    await refused(directory.addAlias(scope, a.accountId, 'taken@hongyan.test'), 'conflict.exists');
    for (let i = 0; i < 5; i += 1) await directory.addAlias(scope, a.accountId, `a${i}@hongyan.test`);
    await refused(directory.addAlias(scope, a.accountId, 'a5@hongyan.test'), 'limit.exceeded');
    await refused(
      renameMembers(ctx, scope, [{ accountId: a.accountId, address: 'z@hongyan.test', keepOld: true }]),
      'limit.exceeded',
    );
    // In the bin the alias stays taken.
    await directory.removeUser(scope, b.accountId);
    await directory.removeAlias(scope, 'a4@hongyan.test');
    await refused(directory.addAlias(scope, a.accountId, 'taken@hongyan.test'), 'conflict.exists');
  }));

test('tags hold members and departments; names are unique', () =>
  withHouse(async ({ ctx, scope, member, department }) => {
    const a = await member('a');
    const sales = await department('销售');
    const tag = await createTag(ctx, scope, '党员');
    await refused(createTag(ctx, scope, '党员'), 'conflict.exists');
    const entries = { members: [a.accountId], departments: [sales] };
    assert.equal(await changeTagEntries(ctx, scope, tag.tagId, entries, 'add'), 2);
    assert.equal(await changeTagEntries(ctx, scope, tag.tagId, entries, 'add'), 0);
    await refused(changeTagEntries(ctx, scope, tag.tagId, { members: [999] }, 'add'), 'account.not_found');
    assert.deepEqual(await getTagEntries(ctx, scope, tag.tagId), entries);
    assert.deepEqual(await listTags(ctx, scope), [
      { tagId: tag.tagId, name: '党员', members: 1, departments: 1 },
    ]);
    assert.equal((await listMembers(ctx, scope, { tagId: tag.tagId })).total, 1);
    await renameTag(ctx, scope, tag.tagId, '团员');
    assert.equal(await changeTagEntries(ctx, scope, tag.tagId, entries, 'remove'), 2);
    await removeTag(ctx, scope, tag.tagId);
    await refused(getTagEntries(ctx, scope, tag.tagId), 'tag.not_found');
  }));

test('RCY-06, RCY-07: a restore brings everything back, once', () =>
  withHouse(async ({ ctx, scope, member, department, directory, clock, actions }) => {
    const sales = await department('销售');
    const a = await member('a', {
      departments: [sales],
      mobile: '13800138000',
      aliases: ['ali@hongyan.test'],
    });
    await directory.createGroup(scope, { address: 'all@hongyan.test', members: ['a@hongyan.test'] });
    await directory.removeUser(scope, a.accountId);
    assert.equal((await directory.resolve('a@hongyan.test')).kind, 'unknown');
    assert.equal((await listMembers(ctx, scope)).total, 0);
    assert.equal((await searchBook(ctx, scope)).total, 0);
    clock.advance(86_400_000);
    const restored = await restoreAccount(ctx, scope, a.accountId);
    assert.equal(restored.state, 'restored');
    const back = await getMember(ctx, scope, a.accountId);
    assert.deepEqual(
      [back.address, back.aliases, back.mobile, back.departments.map(place => place.departmentId)],
      ['a@hongyan.test', ['ali@hongyan.test'], '13800138000', [sales]],
    );
    const group = await directory.resolve('all@hongyan.test');
    assert.equal(group.kind === 'group' && group.members.length, 1);
    assert.deepEqual(
      (await listRecycled(ctx, scope)).items.map(item => item.state),
      ['restored'],
    );
    await refused(restoreAccount(ctx, scope, a.accountId), 'account.not_found');
    await directory.removeUser(scope, a.accountId);
    assert.deepEqual(
      (await listRecycled(ctx, scope)).items.map(item => item.state),
      ['spent'],
    );
    await refused(restoreAccount(ctx, scope, a.accountId), 'conflict.state');
    for (const action of ['member.created', 'member.deleted', 'member.restored']) {
      assert.ok((await actions()).includes(action), action);
    }
  }));

test('DIR-09, DIR-13: who is hidden is in no search, no entry, no list of departments and no count of others', () =>
  withHouse(async ({ ctx, scope, member, department }) => {
    const board = await department('董事会');
    const sales = await department('销售');
    const viewer = await member('viewer', { name: '林晓舟', departments: [sales] });
    const boss = await member('boss', { name: '周总', departments: [board] });
    const both = await member('both', { name: '何思远', departments: [board, sales] });
    const quiet = await member('quiet', { name: '苏静', departments: [sales] });
    const look = memberScope(viewer);
    const names = async (from: Scope, text = ''): Promise<string[]> =>
      (await searchBook(ctx, from, { text })).items.map(one => one.name).toSorted();
    assert.equal((await names(look)).length, 4);
    await updateDepartment(ctx, scope, board, { hidden: true });
    await updateMember(ctx, scope, quiet.accountId, { hidden: true });
    assert.deepEqual(await names(look), ['何思远', '林晓舟']);
    assert.equal((await searchBook(ctx, look)).total, 2);
    for (const text of ['boss', '周', 'zhouzong', 'zz', 'quiet', 'sujing'])
      assert.deepEqual(await names(look, text), [], text);
    await refused(bookEntry(ctx, look, boss.accountId), 'account.not_found');
    await refused(bookEntry(ctx, look, quiet.accountId), 'account.not_found');
    assert.deepEqual(
      (await departmentsSeen(ctx, look)).map(one => [one.name, one.people]),
      [['销售', 2]],
    );
    // The other department of somebody who is seen is not told either.
    assert.deepEqual(
      (await bookEntry(ctx, look, both.accountId)).departments.map(one => one.path),
      [['销售']],
    );
    assert.deepEqual((await searchBook(ctx, look, { departmentId: board })).items, []);
    // They see themselves, and administrators see everybody.
    assert.ok((await names(memberScope(quiet))).includes('苏静'));
    assert.equal((await listMembers(ctx, scope)).total, 4);
  }));

test('DIR-10: who is restricted to the own branch sees it and nothing else', () =>
  withHouse(async ({ ctx, scope, member, department }) => {
    const a = await department('甲');
    const a1 = await department('甲一', a);
    const b = await department('乙');
    const inA = await member('ina', { departments: [a] });
    const inA1 = await member('ina1', { departments: [a1] });
    const inB = await member('inb', { departments: [b] });
    const nowhere = await member('nowhere');
    const sees = async (who: Member): Promise<string[]> =>
      (await searchBook(ctx, memberScope(who))).items.map(one => one.address.split('@')[0] ?? '').toSorted();
    await updateDepartment(ctx, scope, a, { view: 'branch' });
    assert.deepEqual(await sees(inA1), ['ina', 'ina1']);
    assert.deepEqual(await sees(inB), ['ina', 'ina1', 'inb', 'nowhere']);
    assert.deepEqual(
      (await departmentsSeen(ctx, memberScope(inA))).map(one => one.name),
      ['甲', '甲一'],
    );
    await refused(bookEntry(ctx, memberScope(inA), inB.accountId), 'account.not_found');
    // A rule further down stands above.
    await updateDepartment(ctx, scope, a1, { view: 'company' });
    assert.equal((await sees(inA1)).length, 4);
    await updatePolicies(ctx, scope, { view: 'branch' });
    assert.deepEqual(await sees(inB), ['inb']);
    assert.deepEqual(await sees(nowhere), ['nowhere']);
  }));

test('DIR-11, DIR-12: fields are shown as the company wants; export needs the right and runs no formula', () =>
  withHouse(async ({ ctx, scope, member }) => {
    const a = await member('a', { name: '=HYPERLINK("x")', mobile: '13800138000', jobTitle: '+1, "boss"' });
    const look = memberScope(a);
    assert.equal((await bookEntry(ctx, look, a.accountId)).fields.mobile, '13800138000');
    await updatePolicies(ctx, scope, { shownFields: ['jobTitle'] });
    assert.deepEqual((await bookEntry(ctx, look, a.accountId)).fields, { jobTitle: '+1, "boss"' });
    const read = async (rows: AsyncIterable<string>): Promise<string> => {
      let text = '';
      for await (const piece of rows) text += piece;
      return text;
    };
    const csv = await read(exportMembers(ctx, scope));
    assert.ok(csv.includes(`"'=HYPERLINK(""x"")",a@hongyan.test,,,"'+1, ""boss""",13800138000`), csv);
    await refused(read(exportMembers(ctx, look)), 'access.denied');
    await refused(read(exportBook(ctx, look)), 'conflict.state');
    await updatePolicies(ctx, scope, { memberExport: true });
    assert.equal((await read(exportBook(ctx, look))).includes('13800138000'), false);
    await refused(updatePolicies(ctx, look, { memberExport: true }), 'access.denied');
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

test('TEN-36: an administrator of one department neither sees nor changes another, nor an administrator', () =>
  withHouse(async ({ ctx, scope, member, department, directory }) => {
    const a = await department('甲');
    const b = await department('乙');
    const admin = await member('admin', { departments: [a] });
    const mine = await member('mine', { departments: [a] });
    const theirs = await member('theirs', { departments: [b] });
    const owner = await member('owner', { departments: [a], role: 'administrator' });
    const on = graded(admin, [a]);
    assert.deepEqual(
      (await listMembers(ctx, on)).items.map(one => one.userId),
      ['admin', 'mine', 'owner'],
    );
    assert.deepEqual((await listMembers(ctx, on, { departmentId: b })).items, []);
    assert.deepEqual(
      (await listDepartments(ctx, on)).map(one => one.departmentId),
      [a],
    );
    await updateMember(ctx, on, mine.accountId, { jobTitle: 'x' });
    await allRefused('account.not_found', [
      getMember(ctx, on, theirs.accountId),
      updateMember(ctx, on, theirs.accountId, { jobTitle: 'x' }),
      setDisabled(ctx, on, [theirs.accountId], true),
      setVip(ctx, on, { members: [theirs.accountId] }, true),
      directory.removeUser(on, theirs.accountId),
      directory.addAlias(on, theirs.accountId, 'x@hongyan.test'),
      renameMembers(ctx, on, [{ accountId: theirs.accountId, address: 'y@hongyan.test', keepOld: false }]),
    ]);
    await allRefused('access.denied', [
      createMember(ctx, on, { address: 'n@hongyan.test' }),
      createMember(ctx, on, { address: 'n@hongyan.test', departments: [b] }),
      updateMember(ctx, on, mine.accountId, { departments: [a, b] }),
      updateMember(ctx, on, mine.accountId, { departments: [] }),
      createDepartment(ctx, on, { name: 'top' }),
      setDisabled(ctx, on, [owner.accountId], true),
      updateMember(ctx, on, owner.accountId, { jobTitle: 'x' }),
      directory.removeUser(on, owner.accountId),
      createTag(ctx, on, 'tag'),
      updatePolicies(ctx, on, { memberExport: true }),
      createMember(ctx, graded(admin, [a], ['members'], 'view'), {
        address: 'n@hongyan.test',
        departments: [a],
      }),
    ]);
    await allRefused('department.not_found', [
      createDepartment(ctx, on, { name: 'x', parentId: b }),
      updateDepartment(ctx, on, b, { name: 'x' }),
      removeDepartment(ctx, on, b),
      setVip(ctx, on, { departments: [b] }, true),
    ]);
    await createMember(ctx, on, { address: 'n@hongyan.test', departments: [a] });
    await directory.removeUser(scope, theirs.accountId);
    await directory.removeUser(scope, mine.accountId);
    assert.deepEqual(
      (await listRecycled(ctx, on)).items.map(item => item.accountId),
      [mine.accountId],
    );
    await refused(restoreAccount(ctx, on, theirs.accountId), 'account.not_found');
  }));

test('isolation: nothing of one company is found or changed from another', () =>
  withHouse(async ({ ctx, scope, member, department, directory }) => {
    const sales = await department('销售');
    const a = await member('a', { departments: [sales], userId: 'E1' });
    const tag = await createTag(ctx, scope, 't');
    const other = tenantScope((await directory.createTenant('他社')).tenantId, 'test');
    await directory.addDomain(other, 'other.test');
    const b = await createMember(ctx, other, { address: 'a@other.test', userId: 'E1' });
    assert.equal((await listMembers(ctx, other)).total, 1);
    assert.equal((await searchBook(ctx, memberScope(b))).total, 1);
    assert.deepEqual(await listDepartments(ctx, other), []);
    assert.deepEqual(await listTags(ctx, other), []);
    await directory.removeUser(scope, a.accountId);
    assert.deepEqual((await listRecycled(ctx, other)).items, []);
    const works = [
      [getMember(ctx, other, a.accountId), 'account.not_found'],
      [updateMember(ctx, other, a.accountId, { jobTitle: 'x' }), 'account.not_found'],
      [restoreAccount(ctx, other, a.accountId), 'account.not_found'],
      [updateDepartment(ctx, other, sales, { name: 'x' }), 'department.not_found'],
      [createMember(ctx, other, { address: 'b@other.test', departments: [sales] }), 'department.not_found'],
      [createMember(ctx, other, { address: 'b@hongyan.test' }), 'domain.not_found'],
      [changeTagEntries(ctx, other, tag.tagId, { members: [b.accountId] }, 'add'), 'tag.not_found'],
      [bookEntry(ctx, memberScope(b), a.accountId), 'account.not_found'],
    ] as const;
    await Promise.all(works.map(([work, code]) => refused(work, code)));
  }));
