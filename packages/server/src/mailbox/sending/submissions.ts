import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { objectState, vanishObject } from '../../store/accounts/emails/object-rows.ts';
import {
  insertSubmission,
  removeSubmission,
  type SubmissionRow,
  type SubmissionStatus,
  setSubmissionStatus,
  submissionOfQueue,
  submissionRows,
} from '../../store/accounts/emails/submission-rows.ts';
import { removeReceipts } from '../../store/accounts/push/receipt-rows.ts';
import { removeReports } from '../../store/accounts/push/report-rows.ts';
import { snoozedRow } from '../../store/accounts/push/snoozed-rows.ts';
import { announce, type MailboxContext, requireRead, requireWrite } from '../context.ts';
import type { ChangePoint } from '../emails/states.ts';
import { objectPoint } from './objects.ts';

/** A message that was sent through JMAP (RFC 8621 §7). */
export interface Submission {
  readonly id: number;
  readonly identityId: number;
  readonly messageId: number;
  readonly threadId: number;
  /** JSON of the Envelope as it was given or made. */
  readonly envelope: string;
  readonly sendAt: number;
  readonly status: SubmissionStatus;
  readonly queueId: string | null;
  /** Message-ID that was sent, without brackets: receipts name it. */
  readonly messageRef: string | null;
  /** ENVID that was sent, decoded: delivery reports name it. */
  readonly envelopeRef: string | null;
}

/** Submissions that are remembered; older ones are forgotten when new ones come. */
const maxRemembered = 1_000;

function toSubmission(row: SubmissionRow, now: number): Submission {
  // What was held back is on its way once its time has come; nobody has to write that down.
  const status = row.status === 'pending' && row.send_at <= now ? 'final' : row.status;
  return {
    id: row.id,
    identityId: row.identity_id,
    messageId: row.message_id,
    threadId: row.thread_id,
    envelope: row.envelope,
    sendAt: row.send_at,
    status,
    queueId: row.queue_id,
    messageRef: row.message_ref,
    envelopeRef: row.envelope_ref,
  };
}

/** The account's submissions, the last sent first. */
export async function listSubmissions(
  ctx: MailboxContext,
  scope: Scope,
): Promise<{ readonly state: ChangePoint; readonly list: Submission[] }> {
  requireRead(scope);
  return ctx.accounts.read(scope, async reader => ({
    state: await objectPoint(reader, 's'),
    list: (await submissionRows(reader)).map(row => toSubmission(row, ctx.clock.now())),
  }));
}

/**
 * Remembers a submission. With `waits` its mail lies in the scheduled folder until its time: one that was taken out of there
 * meanwhile is canceled at once.
 */
export async function addSubmission(
  ctx: MailboxContext,
  scope: Scope,
  submission: Omit<Submission, 'id'>,
  waits: boolean = false,
): Promise<Pick<Submission, 'id' | 'status'>> {
  return ctx.accounts.transact(scope, async tx => {
    const { next } = await objectState(tx, 's');
    const status = waits && !(await snoozedRow(tx, submission.messageId)) ? 'canceled' : submission.status;
    await insertSubmission(tx, {
      id: next,
      identity_id: submission.identityId,
      message_id: submission.messageId,
      thread_id: submission.threadId,
      envelope: submission.envelope,
      send_at: submission.sendAt,
      status,
      queue_id: submission.queueId,
      message_ref: submission.messageRef,
      envelope_ref: submission.envelopeRef,
    });
    const now = ctx.clock.now();
    const old = (await submissionRows(tx)).slice(maxRemembered).filter(row => row.send_at < now);
    for (const row of old) {
      await removeSubmission(tx, row.id);
      await forgetAnswers(tx, row.id);
      await vanishObject(tx, 's', row.id);
    }
    announce(ctx, tx);
    return { id: next, status };
  });
}

async function forgetAnswers(tx: AccountTransaction, id: number): Promise<void> {
  await removeReceipts(tx, id);
  await removeReports(tx, id);
}

/** Marks a submission as canceled. */
export async function markCanceled(ctx: MailboxContext, scope: Scope, id: number): Promise<void> {
  await ctx.accounts.transact(scope, async tx => {
    await setSubmissionStatus(tx, id, 'canceled');
    announce(ctx, tx);
  });
}

/** Whether the mail of a queue id was called back by its sender: then it must not leave any more. */
export async function isCanceled(ctx: MailboxContext, scope: Scope, queueId: string): Promise<boolean> {
  requireRead(scope);
  const row = await ctx.accounts.read(scope, reader => submissionOfQueue(reader, queueId));
  return row?.status === 'canceled';
}

/**
 * Claims the state of EmailSubmission: moves it when it is `expected`, so that of several who found the same state one goes
 * on (RFC 8620 §5.3). What they send is accepted outside the account's transactions. Returns whether this was the one.
 */
export async function claimSubmissions(
  ctx: MailboxContext,
  scope: Scope,
  isExpected: (present: ChangePoint) => boolean,
): Promise<boolean> {
  requireWrite(scope);
  return ctx.accounts.transact(scope, async tx => {
    if (!isExpected(await objectPoint(tx, 's'))) return false;
    // A number that nobody gets: a tombstone of something that nobody has seen tells no client anything.
    const { next } = await objectState(tx, 's');
    await vanishObject(tx, 's', next);
    return true;
  });
}

/** Forgets a submission; what it sent goes its way. Throws `message.not_found`. */
export async function destroySubmission(ctx: MailboxContext, scope: Scope, id: number): Promise<void> {
  await ctx.accounts.transact(scope, async tx => {
    if (!(await submissionRows(tx)).some(row => row.id === id)) {
      throw new MailError('message.not_found', { submission: id });
    }
    await removeSubmission(tx, id);
    await forgetAnswers(tx, id);
    await vanishObject(tx, 's', id);
    announce(ctx, tx);
  });
}
