import { Buffer } from 'node:buffer';
import { buildMessage } from '@hongyan/formats/message/build.ts';
import { createPhrases } from '@hongyan/phrases/phrases.ts';
import { factsOf } from '../queue/queued.ts';
import { isAscii } from '../relay/envelope.ts';
import { returnedPart } from '../report/returned-part.ts';
import { unanswerable } from './automatic.ts';
import { type Filtering, sentMemoryMs } from './filtering.ts';
import { answerFields, mailboxInput, sendMessage } from './send.ts';

const languages = ['zh-CN', 'en'] as const;

function typed(address: string): string {
  return `${isAscii(address) ? 'rfc822' : 'utf-8'}; ${address}`;
}

/** The machine-readable part (RFC 8098 §3.1). */
function disposition({ context, message, recipient, summary }: Filtering): string {
  const lines = [
    `Reporting-UA: ${context.hostname}; Hongyan`,
    `Original-Recipient: ${typed(recipient.details.original ?? recipient.address)}`,
    `Final-Recipient: ${typed(recipient.address)}`,
    ...(summary.messageId === null ? [] : [`Original-Message-ID: <${summary.messageId}>`]),
    'Disposition: automatic-action/MDN-sent-automatically; deleted',
    `X-Queue-Id: ${message.queueId}`,
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** What came of a refusal. */
export type Refusal =
  /** The sender was told. */
  | 'told'
  /** A program, a list or nobody sent it: there is nobody to tell. */
  | 'nobody'
  /** The address of the sender may be borrowed: telling it could hit somebody who has nothing to do with it. */
  | 'unproven';

/**
 * Tells the sender that the message was refused (RFC 5429 §2.2, as a disposition notification of RFC 8098), if it is
 * one of our own people or was proven. Where it was not told, it is for the caller to keep the message.
 */
export async function refuse(filtering: Filtering, reason: string): Promise<Refusal> {
  const { context, message, recipient, header, owner, door, scope, summary, deliveryId } = filtering;
  const own = [...owner.addresses, recipient.address];
  if (unanswerable(message.reversePath, header, own) !== null || recipient.details.junk === true)
    return 'nobody';
  const { own: ours, senderProven } = factsOf(message);
  if (!ours && !senderProven) return 'unproven';
  const key = `${deliveryId}\nreject`;
  if (await door.isKnown(scope, 'sent', key)) return 'told';
  const address = recipient.details.original ?? recipient.address;
  const said = languages.map(language =>
    createPhrases(language).say('sieve.reject_intro', { recipient: address }),
  );
  const phrases = createPhrases(owner.language);
  const fields = answerFields(filtering, {
    from: mailboxInput(address.includes('@') ? address : owner.address, null),
    to: [mailboxInput(message.reversePath, null)],
    subject: phrases.say('sieve.reject_subject', {
      subject: summary.subject || phrases.say('report.no_subject'),
    }),
    autoSubmitted: 'auto-replied (rejected)',
    refers: true,
  });
  const { maxReturnedBytes, maxReturnedHeaderBytes } = context.limits;
  const limits = { message: maxReturnedBytes, header: maxReturnedHeaderBytes };
  const bytes = buildMessage(fields, {
    kind: 'multipart',
    subtype: 'report',
    parameters: [['report-type', 'disposition-notification']],
    boundary: `reject-${message.queueId}-${recipient.id}`,
    parts: [
      { kind: 'text', text: `${said.join('\r\n\r\n')}\r\n\r\n${reason}\r\n` },
      {
        kind: 'data',
        mediaType: 'message/disposition-notification',
        content: Buffer.from(disposition(filtering)),
        encoding: 'as-is',
      },
      await returnedPart(context.blobs, message, summary, { full: false, global: false }, limits),
    ],
  });
  await sendMessage(filtering, '', [message.reversePath], [bytes]);
  await door.remember(scope, 'sent', key, sentMemoryMs);
  return 'told';
}
