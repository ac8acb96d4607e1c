import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HeaderBlock } from '../../message/headers.ts';
import { formatResults, parseResults } from './results-field.ts';
import { trustedResults } from './trusted-results.ts';

describe('RFC 8601 Appendix B: fields of others', () => {
  const cases: readonly (readonly [field: string, summary: string])[] = [
    ['example.org 1; none', ''],
    ['example.com;\r\n spf=pass smtp.mailfrom=example.net', 'spf=pass smtp.mailfrom=example.net'],
    [
      'example.com;\r\n auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n spf=pass smtp.mailfrom=example.net',
      'auth=pass smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net',
    ],
    [
      'example.com;\r\n dkim=pass (good signature) header.i=@mail-router.example.net;\r\n dkim=fail (bad signature) header.i=@newyork.example.com',
      'dkim=pass header.i=@mail-router.example.net; dkim=fail header.i=@newyork.example.com',
    ],
    [
      "foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n policy (A dot can go here) . (like that) expired\r\n (this surprised me) = (as I wasn't expecting it) 1362471462",
      'dkim=fail policy.expired=1362471462',
    ],
  ];
  for (const [field, summary] of cases) {
    it(summary || 'none', () => {
      const parsed = parseResults(field);
      const shown = parsed?.results.map(({ method, result, properties }) =>
        [
          `${method}=${result}`,
          ...properties.map(({ type, name, value }) => `${type}.${name}=${value}`),
        ].join(' '),
      );
      assert.equal(shown?.join('; '), summary);
    });
  }
  for (const broken of [
    '',
    'example.com',
    'example.com; spf',
    'example.com; =pass',
    'a; none; spf=pass',
    'a; spf=pass x.=1',
    'a; spf=pass smtp.x="',
  ])
    it(`is broken: ${broken}`, () => assert.equal(parseResults(broken), null));
});

describe('writing and trusting', () => {
  it('nothing in a value ends its result', () => {
    const value = 'a"; dmarc=pass header.from=bank.test\r\nX: y\\';
    const text = formatResults({
      server: 'mx.test',
      results: [
        {
          method: 'spf',
          result: 'fail',
          reason: value,
          properties: [{ type: 'smtp', name: 'mailfrom', value }],
        },
      ],
    });
    const parsed = parseResults(text);
    assert.deepEqual(
      parsed?.results.map(({ method }) => method),
      ['spf'],
    );
    assert.ok(!/\r\n[^\t]/.test(text));
  });
  it('RFC 8601 §5: only the topmost field with our name counts', () => {
    const ours = 'Authentication-Results: mx.test; spf=fail\r\n';
    const forged = 'Authentication-Results: mx.test; dmarc=pass header.from=bank.test\r\n';
    const other = 'Authentication-Results: mx.other; spf=pass\r\n';
    const read = (header: string): string | undefined =>
      trustedResults(new HeaderBlock(Buffer.from(header)), 'MX.test')?.results[0]?.method;
    assert.equal(read(`Received: x\r\n${ours}${forged}`), 'spf');
    assert.equal(read(`${other}${forged}`), undefined);
    assert.equal(read('Subject: x\r\n'), undefined);
  });
});
