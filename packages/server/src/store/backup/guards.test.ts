import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isMailError } from '../../platform/errors.ts';
import type { BlobRef } from '../blob-store.ts';
import { BodyFileWriter, readBodyFile } from './body-file.ts';
import { parseManifest } from './layout.ts';

const corrupt = (reason: string) => (error: unknown) =>
  isMailError(error, 'store.corrupt') && error.fields['reason'] === reason;

async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

test('a body that is not as long as its row says is not saved, and one that is passed over is told of', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-bodies-'));
  try {
    const path = join(folder, 'bodies.bin');
    await using output = await open(path, 'w');
    const writer = new BodyFileWriter(output);
    await writer.begin();
    const ref = { hash: new Uint8Array(32), size: 5 } as BlobRef;
    for (const text of ['first', 'other']) await writer.add(ref, one(text));
    await using input = await open(path, 'r');
    await assert.rejects(async () => {
      for await (const body of readBodyFile(input)) assert.equal(body.size, 5);
    }, corrupt('body not read'));
    for (const text of ['shor', 'longer'])
      await assert.rejects(writer.add(ref, one(text)), corrupt('body length'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a manifest whose dumps are not what they should be is none', () => {
  const whole = { format: 1, startedAt: 1, finishedAt: 2, files: [] };
  const right = [{ name: 'big', file: 'rows-big.dump' }];
  const parse = (databases: unknown): unknown =>
    parseManifest(JSON.stringify({ ...whole, databases }))?.databases ?? null;
  assert.deepEqual(parse(right), right);
  for (const wrong of [
    'text',
    {},
    [null],
    ['text'],
    [{ file: 'rows-big.dump' }],
    [{ name: 1, file: 'rows-big.dump' }],
    [{ name: 'big' }],
    [{ name: 'big', file: '../rows-big.dump' }],
    [{ name: 'big', file: '/rows-big.dump' }],
  ])
    assert.equal(parseManifest(JSON.stringify({ ...whole, databases: wrong })), null, JSON.stringify(wrong));
});
