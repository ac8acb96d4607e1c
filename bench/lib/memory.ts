import { readFileSync } from 'node:fs';
import { descendants } from './cpu.ts';

/** Octets of memory that a server's processes have for themselves (proportional set size), all descendants included. */
export function memoryBytes(roots: readonly number[]): number {
  let kilobytes = 0;
  for (const pid of descendants(roots)) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // Ended meanwhile.
    }
  }
  return kilobytes * 1_024;
}
