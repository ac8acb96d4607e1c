import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FuzzTarget } from '../packages/formats/src/fuzz.ts';
import { fuzzOnce, fuzzTarget } from './fuzz.ts';
import { Mutator } from './fuzz-mutator.ts';

describe('fuzzing', () => {
  it('finds no broken invariant in a bounded run over every target', { timeout: 300_000 }, async () => {
    const report = await fuzzOnce({ runs: 300, seed: 20_261_122 });
    assert.ok(report.targets.length > 0);
    assert.deepEqual(report.missing, []);
    assert.deepEqual(
      report.failures.map(({ target, message, input }) => ({
        target,
        message,
        input: Buffer.from(input).toString('base64'),
      })),
      [],
    );
  });

  const broken: FuzzTarget = {
    name: 'broken',
    seeds: () => [Buffer.from('harmless')],
    dictionary: ['trap'],
    run(input) {
      assert.ok(!Buffer.from(input).includes('trap'));
    },
  };

  it('finds a planted fault, and the same one again for the same seed', () => {
    const inputs = [7, 7].map(
      seed => fuzzTarget({ target: broken, corpus: '/nowhere' }, { runs: 2000, seed }).failures,
    );
    assert.equal(inputs[0]?.length, 1);
    assert.deepEqual(inputs[0], inputs[1]);
  });

  it('finds work that grows faster than the input', () => {
    const slow: FuzzTarget = {
      ...broken,
      name: 'slow',
      run(input) {
        let sum = 0;
        for (let i = 0; i < Math.min(input.length, 6_000); i++)
          for (let k = 0; k < input.length; k++) sum += k & i;
        assert.ok(sum >= 0 || sum < 0);
      },
    };
    const big = Buffer.alloc(60_000);
    const { failures } = fuzzTarget(
      { target: { ...slow, seeds: () => [big] }, corpus: '/nowhere' },
      { runs: 0 },
    );
    assert.match(failures[0]?.message ?? '', /^slow: /);
  });

  it('makes bounded inputs that depend on the seed alone', () => {
    const make = (seed: number): string[] => {
      const mutator = new Mutator(seed, [Buffer.from('From: a@b\r\n\r\nx')], ['=?']);
      return Array.from({ length: 200 }, () => Buffer.from(mutator.next()).toString('latin1'));
    };
    assert.deepEqual(make(1), make(1));
    assert.notDeepEqual(make(1), make(2));
    assert.ok(make(3).every(text => text.length <= 65_536));
  });
});
