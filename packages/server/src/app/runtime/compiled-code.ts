import { lstatSync, mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Folder for compiled code: systemd's `CacheDirectory`, else the user's own cache. Never a shared one such as /tmp: whoever
 * may write there would run their code in the server.
 */
export function compiledCodeFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const { CACHE_DIRECTORY, XDG_CACHE_HOME } = environment;
  const [given] = (CACHE_DIRECTORY ?? '').split(':');
  if (given) return join(given, 'compiled');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'hongyan', 'compiled');
}

/** Whether a folder is this user's and nobody else may write there. */
export function isOursAlone(folder: string): boolean {
  const found = lstatSync(folder);
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

/**
 * Keeps what the engine compiles for the next start, which takes half of the processor's time then. Where no folder can be
 * written, or others may write to it, the program runs without. `NODE_COMPILE_CACHE` goes before it, `NODE_DISABLE_COMPILE_CACHE=1` turns it off.
 */
export function keepCompiledCode(environment: Readonly<Record<string, string | undefined>>): void {
  try {
    const folder = compiledCodeFolder(environment);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (isOursAlone(folder)) enableCompileCache(folder);
  } catch {
    // No home, or a file system that is read only.
  }
}
