import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSearch, searchesEverywhere, searchToken, searchTokens } from './query.ts';

test('operators in Latin and Chinese, quotes and plain words become filter conditions (RFC 8621 §4.4.1)', () => {
  assert.deepEqual(parseSearch('from:wang subject:"报价 单" has:attachment 船期'), [
    { from: 'wang' },
    { subject: '报价 单' },
    { hasAttachment: true },
    { text: '船期' },
  ]);
  assert.deepEqual(parseSearch('发件人：王伟 有:附件'), [{ from: '王伟' }, { hasAttachment: true }]);
  assert.deepEqual(parseSearch('is:unread is:starred'), [
    { notKeyword: '$seen' },
    { hasKeyword: '$flagged' },
  ]);
});

test('what only looks like an operator is searched as text', () => {
  assert.deepEqual(parseSearch('http://x.y/z 10:30'), [{ text: 'http://x.y/z' }, { text: '10:30' }]);
  assert.deepEqual(parseSearch('has:cheese before:soon'), [{ text: 'has:cheese' }, { text: 'before:soon' }]);
});

test('dates are days', () => {
  const [condition] = parseSearch('after:2026-03-01');
  assert.match(String(condition?.['after']), /^2026-0[23]-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(parseSearch('after:2026-13-45'), [{ text: 'after:2026-13-45' }]);
});

const names = {
  keywordOf: (label: string): string | null => (label === '大客户' ? 'label-1' : null),
  mailboxOf: (folder: string): string | null => (folder === 'inbox' ? 'm1' : null),
};

test('labels, folders and sizes; what is not there finds nothing instead of everything', () => {
  assert.deepEqual(parseSearch('label:大客户 in:inbox larger:5MB smaller:300kb', names), [
    { hasKeyword: 'label-1' },
    { inMailbox: 'm1' },
    { minSize: 5 * 1024 * 1024 },
    { maxSize: 300 * 1024 },
  ]);
  assert.deepEqual(parseSearch('label:gone in:nowhere', names), [
    { hasKeyword: '$gone' },
    { hasKeyword: '$gone' },
  ]);
  assert.deepEqual(parseSearch('larger:huge', names), [{ text: 'larger:huge' }]);
});

test('in:anywhere adds no condition and lifts the rule about Junk and Deleted', () => {
  assert.deepEqual(parseSearch('silk in:anywhere', names), [{ text: 'silk' }]);
  assert.equal(searchesEverywhere('silk 文件夹：全部'), true);
  assert.equal(searchesEverywhere('silk in:inbox'), false);
});

test('a condition made from a name reads back as that name', () => {
  for (const name of ['大客户', 'big buyers', 'a"b', '']) {
    const [token] = searchTokens(searchToken('label', name));
    assert.equal(token?.operator, 'label');
    assert.equal(token?.value, name.replaceAll('"', ''));
  }
});
