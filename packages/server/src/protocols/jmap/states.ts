import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import type { ChangePoint } from '../../mailbox/emails/states.ts';

/** Prints a point in the history of a type as a state string. */
export function printState(point: ChangePoint): string {
  const { modseq, next, after, until } = point;
  if (after === 0) return `${modseq}.${next}`;
  const rest = until ? `.${until.modseq}.${until.next}` : '';
  return `${modseq}.${next}.${after}${rest}`;
}

/** Reads a state string that `printState` made; `cannotCalculateChanges` for anything else. */
export function parseState(text: string): ChangePoint {
  const numbers = text.length > 90 ? [] : text.split('.');
  const known =
    [2, 3, 5].includes(numbers.length) && numbers.every(part => /^(0|[1-9][0-9]{0,15})$/.test(part));
  if (!known) throw new MethodError('cannotCalculateChanges', 'not a state of this server');
  const [modseq = 0, next = 0, after = 0, untilModseq, untilNext] = numbers.map(Number);
  if (untilModseq === undefined || untilNext === undefined) return { modseq, next, after };
  return { modseq, next, after, until: { modseq: untilModseq, next: untilNext } };
}
