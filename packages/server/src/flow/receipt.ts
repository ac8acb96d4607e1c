import { Buffer } from 'node:buffer';
import { decodePartBody } from '@hongyan/formats/message/content.ts';
import {
  addressOfRecipient,
  maxNotificationBytes,
  notificationPart,
  parseNotification,
} from '@hongyan/formats/message/disposition/notification.ts';
import { decodeParts } from '@hongyan/formats/message/part-table.ts';
import type { MessageSummary } from '@hongyan/formats/message/summary.ts';
import type { AccountId } from '../platform/ids.ts';
import type { SpoolMessage } from '../store/spool/types.ts';
import type { FlowContext } from './context.ts';

function maybe(summary: MessageSummary): boolean {
  const text = Buffer.from(summary.bodyStructure).toString('latin1').toLowerCase();
  return text.includes('disposition-notification');
}

/**
 * Recognises a receipt that was delivered (RFC 8098) and notes it with the mail it is for. Never throws: the receipt itself
 * is in the mailbox.
 */
export async function noteIncomingReceipt(
  context: FlowContext,
  message: SpoolMessage,
  accountId: AccountId,
  summary: MessageSummary,
): Promise<void> {
  const { mailboxes, blobs, log } = context;
  if (!mailboxes.receipt || !maybe(summary)) return;
  try {
    const part = notificationPart(decodeParts(summary.parts));
    if (!part || part.end - part.bodyStart > maxNotificationBytes) return;
    const bytes = await blobs.readRange(message.tenantId, message.blob.hash, part.bodyStart, part.end);
    const notification = parseNotification(decodePartBody(part, bytes));
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
