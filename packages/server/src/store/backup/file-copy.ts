import { copyFile, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncPath } from './database-copy.ts';

const copyBytes = 1024 * 1024;

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Size of a file; null when there is none. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Copies a whole file that does not change, durably. */
export async function copyWhole(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await copyFile(source, target);
  await syncPath(target);
  await syncPath(dirname(target));
}

/**
 * Copies an append-only file as far as it is `final`, bytes: behind that somebody may be writing, or write again what a full
 * disk did not take. Starts where an earlier copy ended. Returns the bytes of the copy.
 */
async function copyAppendOnly(
  source: string,
  target: string,
  final: number,
  signal: AbortSignal | null,
): Promise<number> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const { size } = await stat(source);
  const end = Math.min(size, final);
  const start = (await sizeOf(target)) ?? 0;
  // Longer than the source: not a copy of it.
  const from = start <= size ? start : 0;
  await using input = await open(source, 'r');
  await using output = await open(target, from === 0 ? 'w' : 'r+', 0o600);
  const buffer = Buffer.allocUnsafe(copyBytes);
  for (let at = from; at < end; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await input.read(buffer, 0, Math.min(copyBytes, end - at), at);
    if (bytesRead === 0) break;
    let written = 0;
    while (written < bytesRead) {
      written += (await output.write(buffer, written, bytesRead - written, at + written)).bytesWritten;
    }
    at += bytesRead;
  }
  await output.sync();
  await syncPath(dirname(target));
  return Math.max(from, end);
}

/**
 * As `copyAppendOnly`, for a pack that may go to a bucket meanwhile (`mayMove`): it is there whole before its file goes.
 * Returns false when the file is gone.
 */
export async function copyPack(
  source: string,
  target: string,
  final: number,
  mayMove: boolean,
  signal: AbortSignal | null,
): Promise<boolean> {
  try {
    await copyAppendOnly(source, target, final, signal);
    return true;
  } catch (error) {
    if (!mayMove || !isAbsent(error) || (await sizeOf(source)) !== null) throw error;
    return false;
  }
}
