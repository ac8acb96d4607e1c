import { readRunningInfo } from '../data-lock.ts';
import type { House } from '../house.ts';

/** Tells a running server to look at the queue now; harmless when none runs. */
export function wakeQueue(house: Pick<House, 'folder'>): void {
  const running = readRunningInfo(house.folder);
  if (running?.kind !== 'server') return;
  try {
    process.kill(running.pid, 'SIGUSR2');
  } catch {
    // It is gone, or another user's: it finds the change when it looks by itself.
  }
}
