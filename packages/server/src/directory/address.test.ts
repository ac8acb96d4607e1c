import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailError } from '../platform/errors.ts';
import { addressKey, domainToKey, parseAddress, requireNewAddress } from './address.ts';

function key(text: string): string | null {
  const parsed = parseAddress(text);
  return parsed && addressKey(parsed);
}

test('RFC 6531 and IDNA: Unicode addresses compare equal in every spelling', () => {
  assert.equal(key('张伟@鸿雁.中国'), '张伟@xn--9n5an1m.xn--fiqs8s');
  assert.equal(key('张伟@XN--9N5AN1M.xn--fiqs8s.'), '张伟@xn--9n5an1m.xn--fiqs8s');
  // The same letter composed and decomposed.
  assert.equal(key('Ren\u00E9@x.test'), key('rene\u0301@X.TEST'));
});

test('RFC 5321 §4.1.2: quoted local parts compare by their content', () => {
  assert.equal(key('"alice"@x.test'), 'alice@x.test');
  assert.equal(key('"a\\"b c"@x.test'), 'a"b c@x.test');
  assert.equal(key('"a"b"@x.test'), null);
});

test('what no mailbox can have is refused', () => {
  for (const bad of [
    '',
    '@x.test',
    'a@',
    'a',
    'a b@x.test',
    'a\r\nRCPT TO:<b@x.test>@x.test',
    'a@-x.test',
    'a@x..test',
    'a@192.0.2.1',
    'a@0x7f.1',
    'a@localhost',
    'a\uD800@x.test',
    `${'a'.repeat(65)}@x.test`,
    `${'张'.repeat(22)}@x.test`,
    `a@${'a'.repeat(64)}.test`,
    `a@${'a.'.repeat(130)}test`,
    'a'.repeat(1_000_000),
  ]) {
    assert.equal(parseAddress(bad), null, bad.slice(0, 60));
  }
  assert.equal(key('a@[192.0.2.1]'), 'a@[192.0.2.1]');
});

test('an address that is given out has no signs that clients trip over', () => {
  assert.equal(requireNewAddress('李.娜-2@x.test').localKey, '李.娜-2');
  for (const bad of [
    'a+b@x.test',
    '"a b"@x.test',
    '.a@x.test',
    'a..b@x.test',
    'a\u200Bb@x.test',
    'a@[192.0.2.1]',
    'a%b@x.test',
  ]) {
    assert.throws(
      () => requireNewAddress(bad),
      error => isMailError(error, 'address.invalid'),
      bad,
    );
  }
});

test('domain names: labels of letters, digits and hyphens, two at least', () => {
  assert.equal(domainToKey('ExAmple.TEST.'), 'example.test');
  assert.equal(domainToKey('例え。テスト'), 'xn--r8jz45g.xn--zckzah');
  for (const bad of ['', 'test', 'a_b.test', 'a b.test', '1.2.3.4', 'x.123', 'a..b']) {
    assert.equal(domainToKey(bad), null, bad);
  }
});
