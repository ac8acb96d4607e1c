import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSearch } from './query.ts';

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
