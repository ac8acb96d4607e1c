import assert from 'node:assert/strict';
import type { FuzzTarget } from '../../fuzz.ts';
import { formatResults, parseResults } from './results-field.ts';

export const target: FuzzTarget = {
  name: 'authentication-results',
  seeds: () => [
    Buffer.from(
      'mx.test 1; spf=pass (x (y)) reason="a \\" b" smtp.mailfrom="a b"@c.test; dkim/1 = fail header.d=d.test',
    ),
    Buffer.from('mx.test; none'),
  ],
  dictionary: [
    ';',
    '=',
    '.',
    '(',
    ')',
    '"',
    '\\',
    ' ',
    'spf=pass',
    'smtp.mailfrom=',
    'reason=',
    'none',
    '/',
    '\r\n ',
  ],
  run(input) {
    const parsed = parseResults(Buffer.from(input).toString('latin1'));
    if (parsed === null || !/^[\x21-\x7e]+$/.test(parsed.server) || /[;("\\=]/.test(parsed.server)) return;
    const again = parseResults(formatResults(parsed));
    assert.deepEqual(
      again?.results.map(({ method, result, properties }) => [method, result, properties.length]),
      parsed.results.map(({ method, result, properties }) => [method, result, properties.length]),
    );
  },
};
