/**
 * When to try again, ms since the epoch: the wait of this attempt out of `waits` (the last one repeats), made longer
 * by up to `jitter` of itself, and never past `expiresAt`, so that the last attempt comes at the end of the time.
 *
 * @param attempts attempts made so far, at least 1
 * @param chance a number in [0, 1)
 */
export function nextAttempt(
  now: number,
  attempts: number,
  waits: readonly number[],
  jitter: number,
  expiresAt: number,
  chance: number,
): number {
  const wait = waits[Math.min(Math.max(attempts, 1), waits.length) - 1] ?? 0;
  return Math.min(now + Math.round(wait * (1 + jitter * chance)), Math.max(expiresAt, now + 1));
}
