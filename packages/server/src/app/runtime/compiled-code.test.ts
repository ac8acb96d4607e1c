import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { compiledCodeFolder, isOursAlone } from './compiled-code.ts';

test('compiled code is kept where only the server writes', () => {
  assert.equal(compiledCodeFolder({ CACHE_DIRECTORY: '/var/cache/hongyan' }), '/var/cache/hongyan/compiled');
  assert.equal(compiledCodeFolder({ CACHE_DIRECTORY: '/a:/b', XDG_CACHE_HOME: '/c' }), '/a/compiled');
  assert.equal(compiledCodeFolder({ XDG_CACHE_HOME: '/c' }), '/c/hongyan/compiled');
  assert.equal(compiledCodeFolder({}), join(homedir(), '.cache', 'hongyan', 'compiled'));
  assert.ok(!compiledCodeFolder({}).startsWith(`${tmpdir()}/`));
});

test('a folder that others may write to, or that leads elsewhere, is not used', t => {
  const base = mkdtempSync(join(tmpdir(), 'hongyan-compiled-'));
  t.after(() => rmSync(base, { recursive: true, force: true }));
  const folder = join(base, 'compiled');
  mkdirSync(folder, { mode: 0o700 });
  assert.equal(isOursAlone(folder), true);
  for (const mode of [0o770, 0o702]) {
    chmodSync(folder, mode);
    assert.equal(isOursAlone(folder), false, mode.toString(8));
  }
  chmodSync(folder, 0o700);
  symlinkSync(folder, join(base, 'link'));
  assert.equal(isOursAlone(join(base, 'link')), false);
});
