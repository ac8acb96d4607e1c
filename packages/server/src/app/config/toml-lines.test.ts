import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tomlLines } from './toml-lines.ts';

test('keys, headers, arrays of tables and inline tables have their lines', () => {
  const lines = tomlLines(`a = 1 # b = 2
"c.d" = '''
x = 1
'''
[e.f]
g = [
  1,
  { h = 2 }, # three
]
i.j = "k = \\" l"
[[m]]
n = 1
[[m]]
n = 2
[m.o]
p = 3
q = """a\\"""
[not.a.header]
"""
r = 4
`);
  const expected: Record<string, number> = {
    a: 1,
    'c\\.d': 2,
    'e.f': 5,
    'e.f.g': 6,
    'e.f.g.1.h': 8,
    'e.f.i.j': 10,
    'm.0.n': 12,
    'm.1': 13,
    'm.1.n': 14,
    'm.1.o': 15,
    'm.1.o.p': 16,
    'm.1.o.r': 20,
  };
  for (const [key, line] of Object.entries(expected)) assert.equal(lines.get(key), line, key);
  assert.equal(lines.has('b'), false);
  assert.equal(lines.has('not.a.header'), false);
  assert.equal(lines.has('x'), false);
});

test('any text comes to an end', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('a', '.', '=', '[', ']', '{', '}', '"', "'", '\n', '#', ',', '\\', ' '),
      }),
      text => {
        tomlLines(text);
      },
    ),
    { numRuns: 2_000 },
  );
});
