import assert from 'node:assert/strict';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { compiledCodeFolder } from './compiled-code.ts';

test('compiled code is kept where only the server writes', () => {
  assert.equal(compiledCodeFolder({ CACHE_DIRECTORY: '/var/cache/hongyan' }), '/var/cache/hongyan/compiled');
  assert.equal(compiledCodeFolder({ CACHE_DIRECTORY: '/a:/b', XDG_CACHE_HOME: '/c' }), '/a/compiled');
  assert.equal(compiledCodeFolder({ XDG_CACHE_HOME: '/c' }), '/c/hongyan/compiled');
  assert.equal(compiledCodeFolder({}), join(homedir(), '.cache', 'hongyan', 'compiled'));
  assert.ok(!compiledCodeFolder({}).startsWith(`${tmpdir()}/`));
});
