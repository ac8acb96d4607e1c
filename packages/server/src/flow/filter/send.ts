import {
  addressField,
  dateField,
  idField,
  type MailboxInput,
  plainField,
  textField,
} from '@hongyan/formats/message/fields.ts';
import { newQueueId } from '../../store/spool/queue-id.ts';
import { createAcceptor } from '../accept.ts';
import { senderOptionsOf } from '../queue/queued.ts';
import type { Origin, SenderOptions } from '../types.ts';
import type { Filtering } from './filtering.ts';

/** How what scripts send comes into the flow. */
const origin: Origin = {
  kind: 'local',
  principal: { kind: 'system', reason: 'filter script' },
  peer: { address: '', port: 0, helo: null },
  tls: null,
  protocol: 'local',
};

/**
 * Gives a message to the queue; durable when it resolves. `more`: what is known of the bytes. Throws what the acceptor
 * throws. Returns its queue id.
 */
export async function sendMessage(
  { context, message }: Filtering,
  reversePath: string,
  recipients: readonly string[],
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  more: Pick<SenderOptions, 'body'> = {},
): Promise<string> {
  await using delivery = createAcceptor(context).beginFor(message.tenantId, origin);
  // What had to travel encrypted is answered and sent on so (RFC 8689 §6).
  const { requireTls = false } = senderOptionsOf(message);
  await delivery.sender(reversePath, { ...more, smtputf8: true, ...(requireTls && { requireTls }) });
  // Nobody asked for a report about an answer; a copy that cannot be sent on is reported to its owner.
  const options = reversePath === '' ? { notify: ['NEVER' as const] } : {};
  for (const recipient of recipients) await delivery.recipient(recipient, options);
  for await (const chunk of chunks) await delivery.write(chunk);
  return (await delivery.commit()).queueId;
}

export function mailboxInput(address: string, name: string | null): MailboxInput {
  const at = address.lastIndexOf('@');
  const parts = { local: address.slice(0, at), domain: address.slice(at + 1) };
  return name === null || name === '' ? parts : { ...parts, name };
}

/** What an answer says about itself, besides its body. */
export interface AnswerHead {
  readonly from: MailboxInput;
  readonly to: readonly MailboxInput[];
  readonly subject: string;
  /** Value of Auto-Submitted (RFC 3834 §5, RFC 5436 §2.7.1). */
  readonly autoSubmitted: string;
  /** Whether it refers to the message that it answers. */
  readonly refers: boolean;
}

/** Header fields of a message that a script sends (RFC 3834 §3). */
export function answerFields({ context, summary }: Filtering, head: AnswerHead): string[] {
  const now = context.clock.now();
  const refers = head.refers && summary.messageId !== null;
  return [
    dateField('Date', now, 0),
    addressField('From', [head.from]),
    addressField('To', head.to),
    textField('Subject', head.subject),
    idField('Message-ID', [`${newQueueId(now)}@${context.hostname}`]),
    ...(refers ? [idField('In-Reply-To', [summary.messageId ?? ''])] : []),
    ...(refers ? [idField('References', [...summary.references.slice(-20), summary.messageId ?? ''])] : []),
    plainField('Auto-Submitted', head.autoSubmitted),
  ];
}
