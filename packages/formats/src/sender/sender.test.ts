import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeSender, parseAuthenticationResults, type SenderVerdict } from './authentication-results.ts';
import { parseUnsubscribe } from './list-unsubscribe.ts';
import { looksLike } from './look-alike.ts';

const verdict = (field: string, domain = 'example.com'): SenderVerdict =>
  judgeSender(parseAuthenticationResults(field), domain);

test('Authentication-Results: server, results, properties, comments and quotes (RFC 8601 §2.2, appendix B)', () => {
  const read = parseAuthenticationResults(
    ' Example.COM 1; (a;b) spf=pass (sender ok) reason="good; really" smtp.mailfrom=example.net; dkim/1 = PASS header.d = "example.com" ; garbage; auth=pass (cram-md5) smtp.auth=sender@example.net',
  );
  assert.equal(read?.authservId, 'example.com');
  assert.deepEqual(
    read?.results.map(({ method, result }) => [method, result]),
    [
      ['spf', 'pass'],
      ['dkim', 'pass'],
      ['auth', 'pass'],
    ],
  );
  assert.equal(read?.results[0]?.properties.get('reason'), 'good; really');
  assert.equal(read?.results[1]?.properties.get('header.d'), 'example.com');
  assert.deepEqual(parseAuthenticationResults('mx.example.org 1; none')?.results, []);
  assert.equal(parseAuthenticationResults('  (only a comment)'), null);
});

test('the verdict follows who signed in here, DMARC, else what stands for the domain of From (RFC 8601 §2.7, RFC 7489 §3.1)', () => {
  assert.equal(verdict('mx; dmarc=pass header.from=example.com'), 'verified');
  assert.equal(
    verdict('mx; dkim=pass header.d=other.test; dmarc=fail header.from=example.com'),
    'suspicious',
  );
  assert.equal(verdict('mx; dkim=pass header.d=mail.example.com'), 'verified');
  assert.equal(verdict('mx; dkim=pass header.d=com'), 'unverified', 'a whole zone vouches for nobody');
  assert.equal(verdict('mx; spf=pass smtp.mailfrom=bounce@example.com'), 'verified');
  assert.equal(verdict('mx; spf=pass smtp.mailfrom=evil.test'), 'unverified');
  assert.equal(
    verdict('mx; spf=fail smtp.mailfrom=example.com; dkim=fail header.d=example.com'),
    'suspicious',
  );
  assert.equal(verdict('mx; auth=pass smtp.mailfrom=alice@example.com'), 'verified', 'signed in here');
  assert.equal(verdict('mx; auth=fail; spf=none'), 'unverified');
  assert.equal(verdict('mx; none'), 'unchecked');
  assert.equal(judgeSender(null, 'example.com'), 'unchecked');
});

test('List-Unsubscribe: one click only over HTTPS and where it is promised (RFC 8058 §3.1, RFC 2369 §3.2)', () => {
  const field = '(use this) <mailto:leave@l.test?subject=off>, <https://l.test/ u/1>';
  assert.deepEqual(parseUnsubscribe(field, 'List-Unsubscribe=One-Click'), {
    oneClick: 'https://l.test/u/1',
    mailto: 'mailto:leave@l.test?subject=off',
    page: 'https://l.test/u/1',
  });
  assert.equal(parseUnsubscribe(field, null)?.oneClick, null);
  assert.equal(parseUnsubscribe('<http://l.test/>', 'List-Unsubscribe=One-Click')?.oneClick, null);
  for (const none of [
    '',
    'https://bare.test/',
    '<javascript:alert(1)>',
    '<data:text/html,x>',
    '<https://open',
  ])
    assert.equal(parseUnsubscribe(none, 'List-Unsubscribe=One-Click'), null, none);
  assert.equal(parseUnsubscribe(null, null), null);
});

test('domains that look like one of ours are named; our own and honest others are not', () => {
  const ours = ['hongyan.test', 'qinghe.example'];
  for (const [seen, meant] of [
    ['h0ngyan.test', 'hongyan.test'],
    ['hongуan.test', 'hongyan.test'],
    ['hongyann.test', 'hongyan.test'],
    ['honygan.test', 'hongyan.test'],
    ['hongyan.test.evil.example', 'hongyan.test'],
    ['hong-yan.test', 'hongyan.test'],
    ['qinghe.test', 'qinghe.example'],
  ] as const)
    assert.equal(looksLike(seen, ours), meant, seen);
  for (const honest of ['hongyan.test', 'mail.hongyan.test', 'example.com', 'hongkong.test', ''])
    assert.equal(looksLike(honest, ours), null, honest);
});
