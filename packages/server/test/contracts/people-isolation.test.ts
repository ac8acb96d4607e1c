import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tenantScope } from '../../src/access/scope.ts';
import { bookEntry, searchBook } from '../../src/directory/book/book.ts';
import { updatePolicies } from '../../src/directory/company/policies.ts';
import {
  createDepartment,
  listDepartments,
  removeDepartment,
  updateDepartment,
} from '../../src/directory/departments/departments.ts';
import { setDisabled, updateMember } from '../../src/directory/members/change.ts';
import { createMember } from '../../src/directory/members/create.ts';
import { getMember, listMembers } from '../../src/directory/members/list.ts';
import { renameMembers } from '../../src/directory/members/rename.ts';
import { setVip } from '../../src/directory/members/seats.ts';
import { listRecycled } from '../../src/directory/recycle-bin/recycled.ts';
import { restoreAccount } from '../../src/directory/recycle-bin/restore.ts';
import { changeTagEntries, createTag, listTags } from '../../src/directory/tags/tags.ts';
import { allRefused, graded, memberScope, refused, withHouse } from '../people-fixture/house.ts';

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
