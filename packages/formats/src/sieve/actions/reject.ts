import type { Run } from '../execution/run.ts';
import type { CommandShape } from '../language/shape.ts';
import type { Position } from '../problem.ts';

/** RFC 5429 §2.2: what was refused cannot have been delivered as well. */
const incompatible: ReadonlySet<string> = new Set(['keep', 'fileinto', 'redirect', 'vacation', 'reject']);

/** Throws `run_conflict` when a refusal and a delivery meet, in either order. */
export function checkConflicts(run: Run, at: Position): void {
  const rejects = run.actions.findIndex(action => action.kind === 'reject');
  if (rejects === -1) return;
  const other = run.actions.find((action, index) => index !== rejects && incompatible.has(action.kind));
  if (other !== undefined) run.fail('run_conflict', at, { action: 'reject', other: other.kind });
}

function rejecting(name: 'reject' | 'ereject'): CommandShape {
  return {
    name,
    requires: name,
    rfc: '5429 §2',
    positional: ['string'],
    prepare: args => run => {
      run.act({ kind: 'reject', reason: run.text(args.required(0)), extended: name === 'ereject' }, args.at);
      checkConflicts(run, args.at);
    },
  };
}

/** Refuses the message and tells its sender why (RFC 5429 §2.2). */
export const reject: CommandShape = rejecting('reject');

/** The same, at the protocol where that is possible (RFC 5429 §2.1). */
export const ereject: CommandShape = rejecting('ereject');
