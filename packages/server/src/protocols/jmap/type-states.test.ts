import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nothingTold, packStates, unpackStates } from './type-states.ts';

test('states that are packed come out as they were, those of some types as well', () => {
  for (const states of [
    { Mailbox: '12.3', Email: '12.4.7.1.2', Quota: '5', SieveScript: 'x', Label: '0.0' },
    { Thread: '1.1' },
    {},
  ]) {
    assert.deepEqual(unpackStates(packStates(states)), states);
  }
  assert.deepEqual(unpackStates(nothingTold), {});
});
