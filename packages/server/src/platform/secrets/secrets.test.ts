import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isMailError } from '../errors.ts';
import { nodeFiles } from '../files/node-files.ts';
import { deriveKey } from './derive.ts';
import { masterKey, openMasterKey } from './master-key.ts';
import { pooledRandom } from './random.ts';
import { unwrapSecret, wrapSecret } from './wrap.ts';

async function withDirectory(run: (path: string) => Promise<void>): Promise<void> {
  const path = mkdtempSync(join(tmpdir(), 'hongyan-secrets-'));
  try {
    await run(path);
  } finally {
    rmSync(path, { recursive: true });
  }
}

test('HKDF-SHA-256 as in RFC 5869, with our info string', () => {
  // Computed apart with HMAC alone: T(1) = HMAC(HMAC(zero salt, key), info || 0x01).
  const derived = deriveKey(Buffer.alloc(32, 1), 'test');
  assert.equal(derived.toString('hex'), 'ad39d828a6aed71a88ed8f6420bd5b204d6a98300c0abbb7e6e1244a95a0829c');
  assert.notDeepEqual(deriveKey(Buffer.alloc(32, 1), 'other'), derived);
});

test('a wrapped secret opens only whole, under its key, for its purpose', () => {
  const key = Buffer.alloc(32, 5);
  const secret = Buffer.from('secret');
  const wrapped = wrapSecret(key, secret, 'tenant 1');
  assert.deepEqual(unwrapSecret(key, wrapped, 'tenant 1'), secret);
  assert.equal(unwrapSecret(key, wrapped, 'tenant 2'), null);
  assert.equal(unwrapSecret(Buffer.alloc(32, 6), wrapped, 'tenant 1'), null);
  for (let at = 0; at < wrapped.length; at += 1) {
    const changed = Buffer.from(wrapped);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(unwrapSecret(key, changed, 'tenant 1'), null);
    assert.equal(unwrapSecret(key, wrapped.subarray(0, at), 'tenant 1'), null);
  }
});

test('the master key is made once, for the owner only, also when many start at once', () =>
  withDirectory(async directory => {
    const path = join(directory, 'keys', 'master.key');
    const keys = await Promise.all(Array.from({ length: 8 }, () => openMasterKey(nodeFiles, path)));
    for (const key of keys) assert.deepEqual(key.derive('x'), keys[0]?.derive('x'));
    if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(join(directory, 'keys')), ['master.key']);
    assert.deepEqual((await openMasterKey(nodeFiles, path)).derive('x'), keys[0]?.derive('x'));
  }));

test('a master key file of another length is refused, not replaced', () =>
  withDirectory(async directory => {
    const path = join(directory, 'master.key');
    for (const length of [0, 31, 33, 4096]) {
      writeFileSync(path, Buffer.alloc(length, 1));
      chmodSync(path, 0o600);
      await assert.rejects(openMasterKey(nodeFiles, path), error => isMailError(error, 'store.corrupt'));
      assert.equal(statSync(path).size, length);
    }
    assert.throws(
      () => masterKey(Buffer.alloc(5)),
      error => isMailError(error, 'store.corrupt'),
    );
  }));

test('pooled random bytes are never handed out twice', () => {
  const seen = new Set(Array.from({ length: 2000 }, () => pooledRandom(12).toString('hex')));
  assert.equal(seen.size, 2000);
  assert.throws(() => pooledRandom(65), RangeError);
});
