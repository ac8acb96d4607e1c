import { Buffer } from 'node:buffer';
import type { MessageSummary } from '@hongyan/formats/message/summary.ts';
import { errorCatalogue, isMailError, type MailError } from '../platform/errors.ts';
import type { SpoolMessage, SpoolRecipient } from '../store/spool/types.ts';
import type { FlowContext } from './context.ts';
import type { Incoming } from './filter/evaluate.ts';
import { filterDelivery } from './filter/filter.ts';
import { deliveryFields } from './intake/received.ts';
import { type Outcome, setback } from './outcome.ts';
import { noteAnswers } from './receipt.ts';

/** Key under which an account remembers that it has a delivery: the same however often it is tried. */
export function deliveryIdOf(message: SpoolMessage, recipient: SpoolRecipient): string {
  return `${message.queueId}/${recipient.id}`;
}

/** Files a queued message in a mailbox of ours, as its owner's script says. Never throws: whatever happens is an outcome. */
export async function deliverLocal(
  context: FlowContext,
  message: SpoolMessage,
  recipient: SpoolRecipient,
  summary: MessageSummary,
): Promise<Outcome> {
  if (recipient.accountId === null) return setback('local', '5.3.5', 'the queue names no mailbox');
  const fields = deliveryFields(message.reversePath, recipient.address, recipient.details.listId ?? null);
  const incoming: Incoming = {
    message,
    recipient,
    accountId: recipient.accountId,
    summary,
    prefix: Buffer.concat([Buffer.from(fields), message.prefix]),
    deliveryId: deliveryIdOf(message, recipient),
    folder: recipient.details.junk === true ? 'junk' : 'inbox',
  };
  try {
    const text = (await filterDelivery(context, incoming)) ?? (await fileUnfiltered(context, incoming));
    await noteAnswers(context, message, recipient.accountId, summary);
    const diagnostic = {
      stage: 'local',
      status: '2.0.0',
      text,
      reply: null,
      remote: null,
      tls: null,
    } as const;
    return { kind: 'delivered', dsn: 'here', diagnostic };
  } catch (error) {
    if (isMailError(error)) return outcomeOf(context, error);
    context.log.error('flow.delivery_failed', {
      error,
      queueId: message.queueId,
      account: recipient.accountId,
    });
    return setback('local', '4.3.0', 'the mailbox could not be written to');
  }
}

/** Files a message of an account without a script. Returns what was done, for the trace. */
async function fileUnfiltered(context: FlowContext, incoming: Incoming): Promise<string> {
  const { message, accountId, summary, prefix, deliveryId, folder } = incoming;
  const { duplicate } = await context.mailboxes.deliver(message.tenantId, accountId, deliveryId, folder, {
    blob: message.blob,
    summary,
    prefix,
    flags: { bits: 0, keywords: [] },
    receivedAt: message.acceptedAt,
  });
  return duplicate ? 'was in the mailbox already' : 'filed in the mailbox';
}

function outcomeOf(context: FlowContext, error: MailError): Outcome {
  const { enhanced } = errorCatalogue[error.code];
  if (error.code === 'quota.exceeded') {
    const status = context.limits.fullMailbox === 'return' ? '5.2.2' : '4.2.2';
    return setback('local', status, 'the mailbox is full');
  }
  return setback('local', enhanced, error.message);
}
