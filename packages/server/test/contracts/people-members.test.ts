import assert from 'node:assert/strict';
import { test } from 'node:test';
import { place } from '@hongyan/testkit/stores/databases.ts';
import { adminFunctions } from '../../src/access/administration.ts';
import { type Scope, tenantScope } from '../../src/access/scope.ts';
import { searchBook } from '../../src/directory/book/book.ts';
import { updatePolicies } from '../../src/directory/company/policies.ts';
import {
  createDepartment,
  listDepartments,
  removeDepartment,
  updateDepartment,
} from '../../src/directory/departments/departments.ts';
import { createDirectoryContext } from '../../src/directory/directory.ts';
import { setDisabled } from '../../src/directory/members/change.ts';
import { createMember } from '../../src/directory/members/create.ts';
import { getMember, listMembers } from '../../src/directory/members/list.ts';
import { type Member } from '../../src/directory/members/member.ts';
import { renameMembers } from '../../src/directory/members/rename.ts';
import { orderPlan } from '../../src/directory/plans/tenant-plan.ts';
import { mobileKey } from '../../src/directory/profiles/profile.ts';
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
import { openSystemDatabase } from '../../src/store/system/open.ts';
import { membersOfMobile } from '../../src/store/system/people/members.ts';
import { graded, refused, withHouse } from '../people-fixture/house.ts';

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
    await using second = await openSystemDatabase(place(path), clock);
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
    const companies = async (mobile: string): Promise<string[]> =>
      (await membersOfMobile(ctx.database.look('sign-in'), mobileKey(mobile) ?? '')).map(one => one.company);
    assert.deepEqual(await companies('+8613800138000'), ['鸿雁', '他社']);
    await setDisabled(ctx, scope, [chen.accountId], true);
    assert.deepEqual(await companies('13800138000'), ['他社']);
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
