import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PackEngine } from '../blobs/packs/pack-engine.ts';
import { syncPath } from './database-copy.ts';
import { sizeOf } from './file-copy.ts';
import { layout } from './layout.ts';

const copyBytes = 1024 * 1024;

/** Path of a pack in a backup, relative to its root. */
export function packPath(pack: number): string {
  return join(layout.blobs, `${String(pack).padStart(10, '0')}.pack`);
}

/**
 * Copies the packs that are not among `present` out of the bucket (or of the rows where they wait for it) into files of a
 * backup. Objects never change: one that a backup before has copied is not read again. Returns their paths in the backup.
 */
export async function savePacks(
  engine: PackEngine,
  target: string,
  present: ReadonlySet<string>,
  options: { readonly signal?: AbortSignal; readonly progress?: (path: string) => void },
): Promise<string[]> {
  const paths: string[] = [];
  for (const pack of await engine.list()) {
    const path = packPath(pack);
    if (present.has(path)) continue;
    options.signal?.throwIfAborted();
    const size = await engine.size(pack);
    // Collected between the list and the look: nothing refers to it.
    if (size === null) continue;
    const file = join(target, path);
    if ((await sizeOf(file)) !== size) await savePack(engine, pack, size, file, options.signal);
    paths.push(path);
    options.progress?.(path);
  }
  return paths;
}

async function savePack(
  engine: PackEngine,
  pack: number,
  size: number,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.new`;
  try {
    await using output = await open(draft, 'w', 0o600);
    await engine.use(
      pack,
      async reader => {
        const buffer = Buffer.allocUnsafe(copyBytes);
        for (let at = 0; at < size; ) {
          signal?.throwIfAborted();
          const part = buffer.subarray(0, Math.min(copyBytes, size - at));
          const read = (await reader?.read(part, at)) ?? 0;
          if (read === 0) throw new Error(`pack ${pack} ends at ${at} of ${size} bytes`);
          let written = 0;
          while (written < read)
            written += (await output.write(part, written, read - written, at + written)).bytesWritten;
          at += read;
        }
      },
      'sequential',
    );
    await output.sync();
    await rename(draft, path);
    await syncPath(dirname(path));
  } finally {
    await rm(draft, { force: true });
  }
}
