import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consoleEn } from '../en.ts';
import { consoleZh } from '../zh.ts';
import { accountsIn, type DetailNames, detailLines, detailText } from './details.ts';

const names: DetailNames = {
  department: id => (id === 3 ? '外贸部 / 北欧' : null),
  account: id => (id === 7 ? '林晓舟' : null),
  tag: id => (id === 1 ? '党员' : null),
  time: at => `at ${at}`,
};

type Details = Readonly<Record<string, unknown>>;

function zh(details: Details): string[] {
  return detailLines(details, consoleZh, names).map(({ label, before, after }) =>
    before === null ? `${label}：${after}` : `${label}：${before} → ${after}`,
  );
}

test('LOG-03: before and after in words, only what differs', () => {
  assert.deepEqual(
    zh({
      accountId: 7,
      before: { jobTitle: '', vip: false, quotaBytes: 1_073_741_824, hidden: false },
      after: { jobTitle: '经理', vip: true, quotaBytes: 5_368_709_120, hidden: false },
    }),
    ['职务：无 → 经理', 'VIP：否 → 是', '容量：1.0 GB → 5.0 GB'],
  );
  assert.deepEqual(zh({ before: { posting: 'anyone' }, after: { posting: 'company' } }), [
    '谁能发信：任何人，包括外部 → 本企业的人',
  ]);
  assert.deepEqual(zh({ before: 'old@a.test', after: 'new@a.test', keptAsAlias: true }), [
    '内容：old@a.test → new@a.test',
    '旧地址保留为别名：是',
  ]);
  assert.deepEqual(zh({ before: false, after: true }), ['内容：否 → 是']);
});

test('LOG-03: numbers of departments, members and tags are said by name, the lost ones by number', () => {
  assert.deepEqual(zh({ departments: [3, 99], name: '王伟', accountId: 12 }), [
    '部门：外贸部 / 北欧、已删除的部门（编号 99）',
    '姓名：王伟'.replace('姓名', '名称'),
  ]);
  assert.deepEqual(zh({ tagId: 4, members: [7, 8] }), ['成员：林晓舟、编号 8']);
  assert.deepEqual(zh({ members: 12, movedTo: '销售' }), ['成员：12', '移到：销售']);
  assert.deepEqual(zh({ before: null, after: { tags: [1], note: '' } }), ['标签：党员']);
  assert.deepEqual(zh({ accountIds: Array.from({ length: 500 }, (_, n) => n) }), ['成员：500 人']);
  assert.deepEqual(
    accountsIn({ before: null, after: { successorId: 7 }, members: [8, 9], accountIds: Array(500).fill(1) }),
    [7, 8, 9],
  );
});

test('LOG-03: rights, functions and times read as in the console, in English, too', () => {
  const lines = detailLines(
    {
      before: null,
      after: { role: 'scoped', functions: { domains: 'view', members: 'manage' }, departments: null },
      expiresAt: '2026-01-08T00:00:00.000Z',
      rights: { read: true, write: false, send: true, administer: false },
    },
    consoleEn,
    names,
  );
  assert.deepEqual(
    lines.map(({ label, after }) => `${label}: ${after}`),
    [
      'Role: scoped administrator',
      'Functions: Domains (view), Members & departments (manage)',
      'Valid until: at 2026-01-08T00:00:00.000Z',
      'Rights: read, send',
    ],
  );
});

test('LOG-03: a member moved to another department, as the server records it', () => {
  assert.deepEqual(
    zh({
      before: { departments: [], aliases: [] },
      after: { departments: [{ departmentId: 3, main: true, leader: false }], aliases: ['a@b.test'] },
    }),
    ['部门：无 → 外贸部 / 北欧 主部门', '别名：无 → a@b.test'],
  );
});

test('LOG-03: details fit into one cell of the export', () => {
  const details = { before: { vip: false }, after: { vip: true }, members: [7] };
  assert.equal(detailText(details, consoleZh, names), 'VIP：否 → 是；成员：林晓舟');
  assert.equal(detailText(details, consoleEn, names), 'VIP: No → Yes; Members: 林晓舟');
  assert.equal(detailText({ accountId: 7 }, consoleZh, names), '');
  assert.equal(detailText({ constructor: 'x' }, consoleEn, names), 'constructor: x');
});

test('details of any shape make text, never braces', () => {
  for (const details of [
    {},
    { before: null, after: null },
    { before: { a: 1 }, after: 'b' },
    { strange: { deep: { deeper: [1, { x: null }] } } },
    { before: [], after: [[1]] },
    { before: { places: [{ id: 3, main: true, leader: true }] }, after: { places: [] } },
  ] as Details[]) {
    const text = JSON.stringify(
      detailLines(details, consoleZh, names).map(({ before, after }) => [before, after]),
    );
    assert.doesNotMatch(text, /[{}]|object Object|undefined/, text);
  }
});
