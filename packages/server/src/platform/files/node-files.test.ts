import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isMailError } from '../errors.ts';
import { FaultyFiles } from './faulty-files.ts';
import { nodeFiles, translateFileError } from './node-files.ts';

async function withDirectory(run: (path: string) => Promise<void>): Promise<void> {
  const path = mkdtempSync(join(tmpdir(), 'hongyan-files-'));
  try {
    await run(path);
  } finally {
    rmSync(path, { recursive: true });
  }
}

test('what may well happen is a value: missing, taken, read beyond the end', () =>
  withDirectory(async directory => {
    const path = join(directory, 'a');
    assert.equal(await nodeFiles.openRead(path), null);
    assert.equal(await nodeFiles.openWrite(path), null);
    assert.equal(await nodeFiles.stat(path), null);
    assert.equal(await nodeFiles.unlink(path), false);
    assert.deepEqual(await nodeFiles.list(join(directory, 'missing')), []);
    await using file = await nodeFiles.create(path);
    assert.ok(file);
    assert.equal(await nodeFiles.create(path), null);
    await file.write([Buffer.from('ab'), Buffer.from('cd')], 3);
    const into = Buffer.alloc(10);
    assert.equal(await file.read(into, 4), 3);
    assert.equal(into.subarray(0, 3).toString(), 'bcd');
    assert.equal(await file.size(), 7);
    assert.equal(await nodeFiles.link(path, join(directory, 'b')), true);
    assert.equal(await nodeFiles.link(path, join(directory, 'b')), false);
    await nodeFiles.rename(path, join(directory, 'c'));
    await nodeFiles.syncDirectory(directory);
    assert.deepEqual(await nodeFiles.list(directory), ['b', 'c']);
  }));

test('large writes and reads take the way through the thread pool and are whole', () =>
  withDirectory(async directory => {
    await using file = await nodeFiles.create(join(directory, 'a'));
    assert.ok(file);
    const chunks = [Buffer.alloc(100_000, 1), Buffer.alloc(300_000, 2)];
    await file.write(chunks, 10);
    await file.datasync();
    const into = Buffer.alloc(400_000);
    assert.equal(await file.read(into, 10), 400_000);
    assert.ok(into.equals(Buffer.concat(chunks)));
  }));

test('the rest throws failures of the catalogue', async () => {
  await assert.rejects(nodeFiles.create('/proc/none/x'), error => isMailError(error));
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  assert.ok(isMailError(translateFileError(full), 'store.full'));
  const broken = Object.assign(new Error('i/o'), { code: 'EIO' });
  assert.ok(isMailError(translateFileError(broken), 'store.unavailable'));
});

test('faulty files fail the n-th operation, tear writes, and lose what was not synced', () =>
  withDirectory(async directory => {
    const files = new FaultyFiles(nodeFiles);
    const path = join(directory, 'a');
    await using file = await files.create(path);
    assert.ok(file);
    await file.write([Buffer.from('1234')], 0);
    await file.datasync();
    files.arm(1, { kind: 'torn', code: 'store.full' });
    await assert.rejects(file.write([Buffer.from('5678')], 4), error => isMailError(error, 'store.full'));
    assert.equal(readFileSync(path, 'utf8'), '123456');
    files.arm(2, { kind: 'death' });
    await file.write([Buffer.from('ab')], 6);
    await assert.rejects(file.datasync());
    await assert.rejects(files.rename(path, join(directory, 'b')));
    files.heal();
    assert.equal(readFileSync(path, 'utf8'), '123456ab');
    await files.loseUnsynced();
    assert.equal(readFileSync(path, 'utf8'), '1234');
    assert.deepEqual(files.operations, [
      'create',
      'write',
      'datasync',
      'write',
      'write',
      'datasync',
      'rename',
    ]);
  }));
