import type { Run } from '../execution/run.ts';
import type { Position } from '../problem.ts';

/** Counts one change of the message and the `octets` that it copies. */
export function countMessageEdit(run: Run, octets: number, at: Position): void {
  const max = run.limits.messageEdits;
  if (++run.messageEdits > max) run.fail('run_message_edits', at, { max });
  run.spend(octets, at);
}
