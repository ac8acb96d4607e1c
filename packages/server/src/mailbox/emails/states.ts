import { MailError } from '../../platform/errors.ts';
import type { AccountReader } from '../../store/accounts/account-transaction.ts';

/**
 * A point in the history of one type of object. Ids are given out in order, so `next` tells what existed then: whatever
 * has a lower id did. `after` is 0, or within a modseq that was told in part the last id that was told.
 */
export interface ChangePoint {
  readonly modseq: number;
  readonly next: number;
  readonly after: number;
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

export async function readStates(reader: AccountReader): Promise<States> {
  const state = await reader.state();
  return {
    email: { modseq: state.mailModseq, next: state.nextMessage, after: 0 },
    thread: { modseq: state.threadModseq, next: state.nextMessage, after: 0 },
    mailbox: { modseq: state.mailboxModseq, next: state.nextMailbox, after: 0 },
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
