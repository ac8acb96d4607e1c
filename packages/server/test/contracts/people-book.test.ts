import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Scope } from '../../src/access/scope.ts';
import { bookEntry, departmentsSeen, searchBook } from '../../src/directory/book/book.ts';
import { exportBook, exportMembers } from '../../src/directory/book/export.ts';
import { updatePolicies } from '../../src/directory/company/policies.ts';
import { updateDepartment } from '../../src/directory/departments/departments.ts';
import { updateMember } from '../../src/directory/members/change.ts';
import { listMembers } from '../../src/directory/members/list.ts';
import { type Member } from '../../src/directory/members/member.ts';
import { memberScope, refused, withHouse } from '../people-fixture/house.ts';

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
