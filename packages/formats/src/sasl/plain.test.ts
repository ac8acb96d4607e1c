import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBase64 } from './base64.ts';
import { formatPlain, parsePlain } from './plain.ts';
import { saslprep } from './saslprep.ts';

test('PLAIN messages (RFC 4616 §2)', () => {
  const message = { authorizationId: '', authenticationId: '李伟', password: '鸿雁 x' };
  assert.deepEqual(parsePlain(formatPlain(message)), message);
  assert.equal(parsePlain(Buffer.from('bob\0alice\0secret'))?.authorizationId, 'bob');
  for (const text of [
    '',
    'alice',
    '\0alice',
    '\0alice\0',
    '\0\0secret',
    '\0a\0b\0c',
    `\0${'a'.repeat(1021)}\0b`,
  ]) {
    assert.equal(parsePlain(Buffer.from(text)), null, JSON.stringify(text.slice(0, 20)));
  }
  assert.equal(parsePlain(Buffer.from('\0a\0\xff', 'latin1')), null);
});

test('base64 is taken strictly (RFC 4648 §3.5, §4)', () => {
  assert.deepEqual(decodeBase64('YQ=='), Buffer.from('a'));
  assert.deepEqual(decodeBase64(''), Buffer.alloc(0));
  for (const text of ['YQ', 'YQ=', 'YR==', 'Y Q==', 'YQ==\n', '_-8=', '*', 'YQ==YQ=='])
    assert.equal(decodeBase64(text), null, text);
});

test('the examples of RFC 4013 §3', () => {
  assert.equal(saslprep('I\u00adX'), 'IX');
  assert.equal(saslprep('user'), 'user');
  assert.equal(saslprep('\u00aa'), 'a');
  assert.equal(saslprep('\u2168'), 'IX');
  assert.equal(saslprep('\u0007'), null);
  assert.equal(saslprep('a\u3000b'), 'a b');
  assert.equal(saslprep('ａｂｃ'), 'abc');
  for (const text of ['', '\u00ad', '\ud800', '\ue000', 'a\u202eb'])
    assert.equal(saslprep(text), null, JSON.stringify(text));
});
