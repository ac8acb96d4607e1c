import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import type { FuzzTarget } from '../fuzz.ts';
import { judgeSender, parseAuthenticationResults } from './authentication-results.ts';
import { parseUnsubscribe } from './list-unsubscribe.ts';
import { looksLike } from './look-alike.ts';

const verdicts = new Set(['verified', 'unverified', 'suspicious', 'unchecked']);

export const target: FuzzTarget = {
  name: 'sender',
  seeds: () => [
    Buffer.from('mx.test 1; spf=pass (ok) smtp.mailfrom=a@b.test; dkim=fail reason="x;y" header.d=b.test'),
    Buffer.from('(list) <mailto:a@b.test?subject=off>, <https://b.test/u?x=1>'),
    Buffer.from('xn--fsqu00a.xn--0zwm56d'),
  ],
  dictionary: [
    '; ',
    '=',
    '"',
    '\\',
    '(',
    ')',
    '<',
    '>',
    ',',
    'dmarc=',
    'pass',
    'https://',
    'mailto:',
    '\r\n ',
  ],
  run(input) {
    const text = Buffer.from(input).toString();
    const read = parseAuthenticationResults(text);
    assert.ok(verdicts.has(judgeSender(read, 'b.test')));
    const leaving = parseUnsubscribe(text, 'List-Unsubscribe=One-Click');
    if (leaving?.oneClick) assert.equal(new URL(leaving.oneClick).protocol, 'https:');
    const meant = looksLike(text, ['hongyan.test']);
    assert.ok(meant === null || meant === 'hongyan.test');
  },
};
