import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountReader } from '../../store/accounts/account-transaction.ts';
import { mailboxRows } from '../../store/accounts/mailbox-rows.ts';
import { ownSubscriptions } from '../sharing/subscriptions.ts';

/**
 * A point in the history of one type of object. Ids are given out in order, so `next` tells what existed then: whatever
 * has a lower id did. `after` is 0, or where telling broke off: for emails the last id told of `modseq`, for other types
 * the last id told of everything up to `until`.
 */
export interface ChangePoint {
  readonly modseq: number;
  readonly next: number;
  readonly after: number;
  readonly until?: { readonly modseq: number; readonly next: number };
}

/** Where the account stands, by type (RFC 8620 §5.1 `state`). */
export interface States {
  readonly email: ChangePoint;
  readonly thread: ChangePoint;
  readonly mailbox: ChangePoint;
  /** Changes up to here cannot be told. */
  readonly floor: number;
  readonly modseq: number;
}

/**
 * Where an account stands, as the scope sees it. What changes in a folder itself may change what a colleague sees of its
 * mail: nothing across such a change can be told to them. What they subscribe to themselves moves their state, and nobody else's.
 */
export async function readStates(reader: AccountReader, scope: Scope): Promise<States> {
  const state = await reader.state();
  const own = [...(await ownSubscriptions(reader, scope)).values()].map(row => row.modseq);
  const mailboxModseq = Math.max(state.mailboxModseq, ...own);
  if (scope.folders === 'shared') {
    const shown = Math.max(0, ...(await mailboxRows(reader)).map(row => row.propsModseq));
    return {
      email: { modseq: Math.max(state.mailModseq, shown), next: state.nextMessage, after: 0 },
      thread: { modseq: Math.max(state.threadModseq, shown), next: state.nextMessage, after: 0 },
      mailbox: { modseq: Math.max(mailboxModseq, shown), next: state.nextMailbox, after: 0 },
      floor: Math.max(state.floor, shown),
      modseq: state.modseq,
    };
  }
  return {
    email: { modseq: state.mailModseq, next: state.nextMessage, after: 0 },
    thread: { modseq: state.threadModseq, next: state.nextMessage, after: 0 },
    mailbox: { modseq: mailboxModseq, next: state.nextMailbox, after: 0 },
    floor: state.floor,
    modseq: state.modseq,
  };
}

/** Throws `conflict.state` when what happened since cannot be told: too long ago, or never a state of this account. */
export function requireTellable(since: ChangePoint, states: States): void {
  if (since.modseq < states.floor || since.modseq > states.modseq) {
    throw new MailError('conflict.state', { reason: 'changes cannot be told' });
  }
}

/** What became of the objects of a type since some point. */
export interface ObjectChanges {
  readonly created: number[];
  readonly updated: number[];
  readonly destroyed: number[];
  /** Where these changes lead. */
  readonly to: ChangePoint;
  readonly more: boolean;
}

/** Where a stretch of changes ends that is told in order of ids: where it broke off, else now. */
export function endOf(
  since: ChangePoint,
  current: ChangePoint,
  modseq: number,
): { readonly modseq: number; readonly next: number } {
  return since.until ?? { modseq, next: current.next };
}

/**
 * The next `max` of the objects changed between `since` and the end of its stretch, in order of ids, and the point that
 * this leads to. What changes meanwhile belongs to the next stretch. `current` is the type's state at `modseq`.
 */
export function nextPage(
  since: ChangePoint,
  current: ChangePoint,
  modseq: number,
  ids: Iterable<number>,
  max: number,
): { readonly told: ReadonlySet<number>; readonly to: ChangePoint; readonly more: boolean } {
  const until = endOf(since, current, modseq);
  const rest = [...new Set(ids)].filter(id => id > since.after).sort((a, b) => a - b);
  const told = rest.slice(0, max);
  const last = told.at(-1);
  if (rest.length > max && last !== undefined) {
    const { modseq: from, next } = since;
    return { told: new Set(told), to: { modseq: from, next, after: last, until }, more: true };
  }
  if (until.modseq < modseq) {
    return { told: new Set(told), to: { ...until, after: 0 }, more: true };
  }
  return { told: new Set(told), to: current, more: false };
}
