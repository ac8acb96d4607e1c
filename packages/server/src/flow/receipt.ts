import { Buffer } from 'node:buffer';
import { decodePartBody } from '@hongyan/formats/message/content.ts';
import {
  maxReportBytes,
  parseReport,
  reportParts,
  returnedHeader,
} from '@hongyan/formats/message/delivery/report.ts';
import {
  addressOfRecipient,
  maxNotificationBytes,
  notificationPart,
  parseNotification,
} from '@hongyan/formats/message/disposition/notification.ts';
import type { StoredPart } from '@hongyan/formats/message/part.ts';
import { decodeParts } from '@hongyan/formats/message/part-table.ts';
import type { MessageSummary } from '@hongyan/formats/message/summary.ts';
import type { AccountId } from '../platform/ids.ts';
import type { SpoolMessage } from '../store/spool/types.ts';
import type { FlowContext } from './context.ts';

/**
 * Recognises what was delivered as an answer to a mail that the account sent, a receipt (RFC 8098) or a delivery status
 * notification (RFC 3464), and notes it with that mail. Never throws: the answer itself is in the mailbox.
 */
export async function noteAnswers(
  context: FlowContext,
  message: SpoolMessage,
  accountId: AccountId,
  summary: MessageSummary,
): Promise<void> {
  const structure = Buffer.from(summary.bodyStructure).toString('latin1').toLowerCase();
  if (structure.includes('disposition-notification')) await noteReceipt(context, message, accountId, summary);
  if (structure.includes('delivery-status')) await noteReport(context, message, accountId, summary);
}

/** The decoded beginning of a part; parts that are longer are not read further. */
async function contentOf(
  { blobs }: FlowContext,
  message: SpoolMessage,
  part: StoredPart,
  most: number,
): Promise<Uint8Array> {
  const end = Math.min(part.end, part.bodyStart + most);
  return decodePartBody(
    part,
    await blobs.readRange(message.tenantId, message.blob.hash, part.bodyStart, end),
  );
}

async function noteReport(
  context: FlowContext,
  message: SpoolMessage,
  accountId: AccountId,
  summary: MessageSummary,
): Promise<void> {
  const { mailboxes, log } = context;
  const parts = mailboxes.report && reportParts(decodeParts(summary.parts));
  if (!parts) return;
  try {
    const report = parseReport(await contentOf(context, message, parts.status, maxReportBytes));
    if (!report) return;
    const { returned } = parts;
    await mailboxes.report?.(message.tenantId, accountId, {
      envelopeId: report.envelopeId,
      returned: returned && returnedHeader(await contentOf(context, message, returned, maxReportBytes)),
      fromNobody: message.reversePath === '',
      recipients: report.recipients,
      blobHash: message.blob.hash,
    });
  } catch (error) {
    log.warn('flow.report_not_noted', { queueId: message.queueId, account: accountId, error });
  }
}

async function noteReceipt(
  context: FlowContext,
  message: SpoolMessage,
  accountId: AccountId,
  summary: MessageSummary,
): Promise<void> {
  const { mailboxes, log } = context;
  if (!mailboxes.receipt) return;
  try {
    const part = notificationPart(decodeParts(summary.parts));
    if (!part || part.end - part.bodyStart > maxNotificationBytes) return;
    const notification = parseNotification(await contentOf(context, message, part, maxNotificationBytes));
    if (notification?.disposition.type !== 'displayed' || notification.originalMessageId === null) return;
    const given = [notification.originalRecipient, notification.finalRecipient];
    await mailboxes.receipt(message.tenantId, accountId, {
      originalMessageId: notification.originalMessageId,
      recipients: given.map(addressOfRecipient).filter(address => address !== null),
      blobHash: message.blob.hash,
    });
  } catch (error) {
    log.warn('flow.receipt_not_noted', { queueId: message.queueId, account: accountId, error });
  }
}
