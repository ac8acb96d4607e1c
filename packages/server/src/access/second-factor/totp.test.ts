import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeBase32 } from './base32.ts';
import { matchTotp, totpCode, totpStepMs, totpUri } from './totp.ts';

const secret = Buffer.from('12345678901234567890');

test('RFC 4226 appendix D and RFC 6238 appendix B: the codes of the examples', () => {
  const hotp = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583'];
  assert.deepEqual(
    hotp.map((_, counter) => totpCode(secret, counter)),
    hotp,
  );
  // The examples of RFC 6238 have eight digits; these are their last six.
  const totp: readonly (readonly [number, string])[] = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ];
  for (const [seconds, code] of totp) {
    assert.equal(totpCode(secret, Math.floor((seconds * 1000) / totpStepMs)), code);
  }
});

test('RFC 6238 §5.2: a code is good one step early and late, and once', () => {
  const now = 1_000_000 * totpStepMs;
  const step = 1_000_000;
  for (const near of [step - 1, step, step + 1]) {
    assert.equal(matchTotp(secret, totpCode(secret, near), now, 0), near);
  }
  for (const far of [step - 2, step + 2]) {
    assert.equal(matchTotp(secret, totpCode(secret, far), now, 0), null);
  }
  assert.equal(matchTotp(secret, totpCode(secret, step), now, step), null, 'used before');
  assert.equal(
    matchTotp(secret, totpCode(secret, step - 1), now, step),
    null,
    'older than one that was used',
  );
});

test('what is no code is none', () => {
  for (const code of ['', '12345', '1234567', '１２３４５６', '12345a', ' 123456', '9'.repeat(100_000)]) {
    assert.equal(matchTotp(secret, code, 1_000_000 * totpStepMs, 0), null);
  }
});

test('RFC 4648 §10: base32 of the examples, without padding', () => {
  const examples = ['', 'MY', 'MZXQ', 'MZXW6', 'MZXW6YQ', 'MZXW6YTB', 'MZXW6YTBOI'];
  assert.deepEqual(
    examples.map((_, length) => encodeBase32(Buffer.from('foobar'.slice(0, length)))),
    examples,
  );
});

test('the URI escapes what people may be called', () => {
  const uri = new URL(totpUri('MZXW6', '鸿雁 & co', 'zhang?wei@hongyan.test'));
  assert.equal(uri.protocol, 'otpauth:');
  assert.equal(uri.searchParams.get('issuer'), '鸿雁 & co');
  assert.equal(decodeURIComponent(uri.pathname.slice(1)), '鸿雁 & co:zhang?wei@hongyan.test');
  assert.equal(uri.searchParams.get('secret'), 'MZXW6');
});
