import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import type { ChangePoint } from '../../mailbox/emails/states.ts';

/** Prints a point in the history of a type as a state string. */
export function printState(point: ChangePoint): string {
  const start = `${point.modseq}.${point.next}`;
  return point.after === 0 ? start : `${start}.${point.after}`;
}

/** Reads a state string that `printState` made; `cannotCalculateChanges` for anything else. */
export function parseState(text: string): ChangePoint {
  const match = /^(0|[1-9][0-9]{0,15})\.([1-9][0-9]{0,15})(?:\.([1-9][0-9]{0,15}))?$/.exec(
    text.length > 60 ? '' : text,
  );
  if (!match) throw new MethodError('cannotCalculateChanges', 'not a state of this server');
  return { modseq: Number(match[1]), next: Number(match[2]), after: Number(match[3] ?? 0) };
}
