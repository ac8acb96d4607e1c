import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayName, initials, isAddress, parseAddresses } from './addresses.ts';

test('CMP-02: typed and pasted recipients are taken apart at Latin and Chinese separators', () => {
  const { addresses, rest } = parseAddresses('王伟 <w@a.cn>；b@c.de，"李 雷" <l@x.cn>\n写错了、d@e.fr');
  assert.deepEqual(addresses, [
    { name: '王伟', email: 'w@a.cn' },
    { name: null, email: 'b@c.de' },
    { name: '李 雷', email: 'l@x.cn' },
    { name: null, email: 'd@e.fr' },
  ]);
  assert.equal(rest, '写错了');
});

test('Unicode addresses count as addresses (RFC 6531), incomplete ones do not', () => {
  assert.ok(isAddress('张三@例子.中国'));
  for (const wrong of ['a@b', 'a@@b.c', 'a b@c.d', '@b.c', 'a@b.', `${'x'.repeat(250)}@b.cd`])
    assert.ok(!isAddress(wrong), wrong);
});

test('badges show the given name of a Chinese name and the initials of a Latin one', () => {
  assert.equal(initials({ name: '林晓舟', email: 'x@y.z' }), '晓');
  assert.equal(initials({ name: 'Ingrid Solberg', email: 'x@y.z' }), 'IS');
  assert.equal(initials({ name: null, email: 'bob@y.z' }), 'B');
  assert.equal(displayName({ name: ' ', email: 'bob@y.z' }), 'bob');
});
