import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { WalSync } from './wal-sync.ts';

/** Syncs that end when the test says so. */
async function withSyncs(
  run: (wal: WalSync, syncs: { end(): void; fail(): void }[]) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-wal-'));
  try {
    writeFileSync(join(folder, 'x.db-wal'), '');
    const syncs: { end(): void; fail(): void }[] = [];
    const wal = new WalSync(join(folder, 'x.db'), () => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      syncs.push({ end: resolve, fail: () => reject(new Error('EIO')) });
      return promise;
    });
    await run(wal, syncs);
    await wal.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test('who asks during a sync waits for one that began afterwards, and shares it', () =>
  withSyncs(async (wal, syncs) => {
    const told: string[] = [];
    const first = wal.sync().then(() => told.push('first'));
    const second = wal.sync().then(() => told.push('second'));
    const third = wal.sync().then(() => told.push('third'));
    assert.equal(syncs.length, 1);
    syncs[0]?.end();
    await first;
    await turn();
    assert.deepEqual(told, ['first']);
    assert.equal(syncs.length, 2);
    const fourth = wal.sync().then(() => told.push('fourth'));
    syncs[1]?.end();
    await Promise.all([second, third]);
    await turn();
    assert.equal(syncs.length, 3);
    syncs[2]?.end();
    await fourth;
    assert.deepEqual(told, ['first', 'second', 'third', 'fourth']);
  }));

test('a sync that fails fails those who waited for it, not those after it', () =>
  withSyncs(async (wal, syncs) => {
    const first = wal.sync();
    const second = wal.sync();
    syncs[0]?.fail();
    await assert.rejects(first, /EIO/);
    await turn();
    syncs[1]?.end();
    await second;
    const third = wal.sync();
    assert.equal(syncs.length, 3);
    syncs[2]?.end();
    await third;
  }));
