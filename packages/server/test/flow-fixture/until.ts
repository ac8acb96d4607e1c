import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is so, at most 10 s; then fails with `what`. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`);
    await sleep(5);
  }
}
