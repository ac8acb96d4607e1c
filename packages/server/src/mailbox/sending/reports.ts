import type { ReportedRecipient } from '@hongyan/formats/message/delivery/report.ts';
import type { Scope } from '../../access/scope.ts';
import { messageOfBody, submissionsByRef, touchSubmission } from '../../store/accounts/push/receipt-rows.ts';
import {
  insertReport,
  type ReportRow,
  reportCount,
  reportRows,
} from '../../store/accounts/push/report-rows.ts';
import { announce, type MailboxContext, requireRead, requireWrite } from '../context.ts';
import { recipientsOf } from './receipts.ts';

/** What a notification says of one recipient of a submission. */
export type SubmissionReport = ReportRow;

/** A delivery status notification that came in (RFC 3464). */
export interface IncomingReport {
  /** Message-ID of the mail that it is about, without brackets. */
  readonly originalMessageId: string;
  readonly recipients: readonly ReportedRecipient[];
  /** Body of the notification. */
  readonly blobHash: Uint8Array;
}

/** Rows kept of one submission: a flood of forged notifications must not fill the account. */
const mostRows = 2_000;

/**
 * Notes what a notification says of a mail that the account sent through JMAP, and lets clients hear of it. Returns whether
 * that was news. A recipient that the mail did not go to (a member of a group, a forwarding address) is counted for the only
 * address there is, else for nobody.
 */
export async function noteReport(
  ctx: MailboxContext,
  scope: Scope,
  report: IncomingReport,
): Promise<boolean> {
  requireWrite(scope);
  const ref = report.originalMessageId;
  const known = await ctx.accounts.read(scope, reader => submissionsByRef(reader, ref));
  if (known.length === 0) return false;
  return ctx.accounts.transact(scope, async tx => {
    const [submission] = await submissionsByRef(tx, ref);
    if (!submission) return false;
    const messageId = await messageOfBody(tx, report.blobHash);
    const sentTo = new Set(recipientsOf(submission.envelope));
    const [only = '', ...others] = sentTo;
    let room = mostRows - (await reportCount(tx, submission.id));
    let news = false;
    for (const { addresses, action, reply } of report.recipients) {
      if (room <= 0) break;
      const named = addresses.map(each => each.toLowerCase()).find(each => sentTo.has(each));
      const recipient = named ?? (others.length === 0 ? only : '');
      const row = { submissionId: submission.id, messageId, recipient, action, reply };
      if (!(await insertReport(tx, row))) continue;
      news = true;
      room -= 1;
    }
    if (!news) return false;
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
