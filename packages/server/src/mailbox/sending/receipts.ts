import type { Scope } from '../../access/scope.ts';
import {
  insertReceipt,
  messageOfBody,
  type ReceiptRow,
  receiptRows,
  submissionsByRef,
  touchSubmission,
  touchSubmissionOf,
} from '../../store/accounts/push/receipt-rows.ts';
import { announce, type MailboxContext, requireRead, requireWrite } from '../context.ts';
import type { MessageId } from '../types.ts';

/** A recipient who has shown a mail that was sent. */
export type SubmissionReceipt = ReceiptRow;

/** A receipt that came in: somebody has shown a mail (RFC 8098). */
export interface IncomingReceipt {
  /** Message-ID of that mail, with angle brackets or without. */
  readonly originalMessageId: string;
  /** Addresses that the receipt gives for the recipient, the original one first. */
  readonly recipients: readonly string[];
  /** Body of the receipt. */
  readonly blobHash: Uint8Array;
}

function bare(messageId: string): string {
  return messageId.replace(/^<|>$/g, '');
}

/** Recipients in the JSON of an envelope, in lower case; it was written by us. */
export function recipientsOf(envelope: string): string[] {
  const { rcptTo } = JSON.parse(envelope) as { readonly rcptTo: readonly { readonly email: string }[] };
  return rcptTo.map(({ email }) => email.toLowerCase());
}

/**
 * Notes that a recipient has shown a mail that the account sent through JMAP, and lets clients hear of it. Returns whether
 * that was news. A receipt for somebody the mail did not go to says nothing, unless it went to one address only, which may
 * have sent it on.
 */
export async function noteReceipt(
  ctx: MailboxContext,
  scope: Scope,
  receipt: IncomingReceipt,
): Promise<boolean> {
  requireWrite(scope);
  const ref = bare(receipt.originalMessageId);
  const known = await ctx.accounts.read(scope, reader => submissionsByRef(reader, ref));
  if (known.length === 0) return false;
  return ctx.accounts.transact(scope, async tx => {
    const [submission] = await submissionsByRef(tx, ref);
    if (!submission) return false;
    const sentTo = recipientsOf(submission.envelope);
    const named = receipt.recipients.map(each => each.toLowerCase()).find(each => sentTo.includes(each));
    const recipient = named ?? (sentTo.length === 1 ? sentTo[0] : undefined);
    if (recipient === undefined) return false;
    const messageId = await messageOfBody(tx, receipt.blobHash);
    if (!(await insertReceipt(tx, { submissionId: submission.id, recipient, messageId }))) return false;
    await touchSubmission(tx, submission.id);
    announce(ctx, tx);
    return true;
  });
}

/** Lets clients hear that something became of what a submission sent. */
export async function noteProgress(ctx: MailboxContext, scope: Scope, queueId: string): Promise<void> {
  requireWrite(scope);
  await ctx.accounts.transact(scope, async tx => {
    if (await touchSubmissionOf(tx, queueId)) announce(ctx, tx);
  });
}

/** Receipts by submission. */
export async function readReceipts(
  ctx: MailboxContext,
  scope: Scope,
): Promise<ReadonlyMap<number, readonly ReceiptRow[]>> {
  requireRead(scope);
  const rows = await ctx.accounts.read(scope, receiptRows);
  return Map.groupBy(rows, row => row.submissionId);
}

/** The mail that a receipt is about, if it was sent through JMAP once; null otherwise. */
export async function emailOfReceipt(
  ctx: MailboxContext,
  scope: Scope,
  originalMessageId: string | null,
): Promise<MessageId | null> {
  requireRead(scope);
  if (originalMessageId === null) return null;
  const found = await ctx.accounts.read(scope, reader => submissionsByRef(reader, bare(originalMessageId)));
  const [only, ...others] = found;
  return only && others.length === 0 ? only.messageId : null;
}
