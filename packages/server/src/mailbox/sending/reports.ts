import type { ReportedRecipient, ReturnedHeader } from '@hongyan/formats/message/delivery/report.ts';
import type { Scope } from '../../access/scope.ts';
import type { AccountReader, AccountTransaction } from '../../store/accounts/account-transaction.ts';
import {
  type SubmissionRow,
  submissionOfEnvelope,
  submissionOfQueue,
} from '../../store/accounts/emails/submission-rows.ts';
import { messageOfBody, touchSubmission } from '../../store/accounts/push/receipt-rows.ts';
import {
  insertReport,
  oldestReported,
  type ReportRow,
  removeReports,
  reportCount,
  reportRows,
  reportTotal,
} from '../../store/accounts/push/report-rows.ts';
import { announce, type MailboxContext, requireRead, requireWrite } from '../context.ts';
import type { MailboxLimits } from '../limits.ts';
import { recipientsOf } from './receipts.ts';

type Reader = AccountReader | AccountTransaction;
type ReportLimits = Pick<MailboxLimits, 'maxReports'>;

/** What a notification says of one recipient of a submission. */
export type SubmissionReport = ReportRow;

/** A delivery status notification that came in (RFC 3464). */
export interface IncomingReport {
  /** Original-Envelope-Id; null where there is none. */
  readonly envelopeId: string | null;
  /** What the mail that it is about says, as far as it came back; null where nothing did. */
  readonly returned: ReturnedHeader | null;
  /** It came with an empty reverse-path, as notifications have to (RFC 3461 §6.1). */
  readonly fromNobody: boolean;
  readonly recipients: readonly ReportedRecipient[];
  /** Body of the notification. */
  readonly blobHash: Uint8Array;
}

/** What a report without the ENVID may tell: servers that keep no ENVID send no other (RFC 3461 §6.3 asks for both together). */
const setbacks: ReadonlySet<string> = new Set(['failed', 'delayed']);

interface Proven {
  readonly submission: SubmissionRow;
  readonly recipients: readonly ReportedRecipient[];
}

/**
 * The submission that a notification is about, if it comes from somebody who had the mail in hand, and what may be believed of
 * it. Whoever names the ENVID may tell anything. Without one it takes the id under which we gave the mail out, which stands in
 * the header that travels with it and not in what people answer or quote. A Message-ID alone proves nothing.
 */
async function prove(reader: Reader, report: IncomingReport): Promise<Proven | null> {
  const { envelopeId, returned, fromNobody, recipients } = report;
  if (envelopeId !== null) {
    const submission = await submissionOfEnvelope(reader, envelopeId);
    return submission && { submission, recipients };
  }
  if (!returned || !fromNobody) return null;
  const told = recipients.filter(({ action }) => setbacks.has(action));
  for (const id of told.length > 0 ? new Set(returned.traceIds) : []) {
    const submission = await submissionOfQueue(reader, id);
    if (submission && submission.message_ref === returned.messageId) return { submission, recipients: told };
  }
  return null;
}

/** Makes room for new rows of a submission: what was reported of the oldest others goes. */
async function makeRoom(tx: AccountTransaction, limits: ReportLimits, keep: number): Promise<void> {
  while ((await reportTotal(tx)) > limits.maxReports) {
    const oldest = await oldestReported(tx, keep);
    if (oldest === null) return;
    await removeReports(tx, oldest);
    await touchSubmission(tx, oldest);
  }
}

/**
 * Notes what a notification says of a mail that the account sent through JMAP, and lets clients hear of it. Returns whether
 * that was news. A recipient that the mail did not go to (a member of a group, a forwarding address) is counted for the only
 * address there is, else for nobody. What proves nothing counts for nothing.
 */
export async function noteReport(
  ctx: MailboxContext,
  scope: Scope,
  report: IncomingReport,
): Promise<boolean> {
  requireWrite(scope);
  if ((await ctx.accounts.read(scope, reader => prove(reader, report))) === null) return false;
  return ctx.accounts.transact(scope, async tx => {
    const proven = await prove(tx, report);
    if (!proven) return false;
    const { submission, recipients } = proven;
    const messageId = await messageOfBody(tx, report.blobHash);
    const sentTo = new Set(recipientsOf(submission.envelope));
    const [only = '', ...others] = sentTo;
    let room = ctx.limits.maxReportsOfSubmission - (await reportCount(tx, submission.id));
    let news = false;
    for (const { addresses, action, reply } of recipients) {
      if (room <= 0) break;
      const named = addresses.map(each => each.toLowerCase()).find(each => sentTo.has(each));
      const recipient = named ?? (others.length === 0 ? only : '');
      const row = { submissionId: submission.id, messageId, recipient, action, reply };
      if (!(await insertReport(tx, row))) continue;
      news = true;
      room -= 1;
    }
    if (!news) return false;
    await makeRoom(tx, ctx.limits, submission.id);
    await touchSubmission(tx, submission.id);
    announce(ctx, tx);
    return true;
  });
}

/** What was reported, by submission; the oldest notification first. */
export async function readReports(
  ctx: MailboxContext,
  scope: Scope,
): Promise<ReadonlyMap<number, readonly SubmissionReport[]>> {
  requireRead(scope);
  const rows = await ctx.accounts.read(scope, reportRows);
  return Map.groupBy(rows, row => row.submissionId);
}
