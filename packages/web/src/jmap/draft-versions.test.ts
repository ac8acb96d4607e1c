import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DraftVersions } from './draft-versions.ts';

test('a draft is followed through its saves, also through one that is under way', async () => {
  const versions = new DraftVersions();
  assert.equal(await versions.newest('a'), 'a');
  await versions.save(null, async () => 'a');
  await versions.save('a', async () => 'b');
  const { promise, resolve } = Promise.withResolvers<string>();
  void versions.save('b', () => promise);
  const asked = versions.newest('a');
  resolve('c');
  assert.equal(await asked, 'c');
  assert.equal(await versions.newest('b'), 'c');
});

test('a save that fails replaces nothing', async () => {
  const versions = new DraftVersions();
  const failing = versions.save('a', () => Promise.reject(new Error('offline')));
  const asked = versions.newest('a');
  await assert.rejects(failing, /offline/);
  assert.equal(await asked, 'a');
  await versions.save('a', async () => 'b');
  assert.equal(await versions.newest('a'), 'b');
});
