import { SetError } from '@hongyan/formats/jmap/method-error.ts';
import { HeaderBlock } from '@hongyan/formats/message/headers.ts';
import { decodeParts } from '@hongyan/formats/message/part-table.ts';
import type { Scope } from '../../../access/scope.ts';
import type { Delivery } from '../../../flow/types.ts';
import { readMessageRange, streamMessage } from '../../../mailbox/body.ts';
import type { EmailContent } from '../../../mailbox/emails/contents.ts';
import { isMailError } from '../../../platform/errors.ts';
import type { AccountId } from '../../../platform/ids.ts';
import type { RequestState } from '../method.ts';
import type { Envelope } from './envelope.ts';

/** Gives an email to the flow, without Bcc and without the lines that we added when it came; returns the queue id. */
export async function sendEmail(
  request: RequestState,
  scope: Scope,
  email: EmailContent,
  envelope: Envelope,
): Promise<string> {
  const { acceptor } = request.ctx;
  if (email.blob.size > acceptor.maxMessageBytes) {
    throw new SetError('tooLarge', '', { maxSize: acceptor.maxMessageBytes });
  }
  return deliver(request, envelope, () => withoutBcc(request, scope, email), scope.accountId);
}

/**
 * Gives a message to the flow; returns the queue id. `account` is where its EmailSubmission will stand, to be told what
 * becomes of it. Throws a `SetError` for whatever the flow refuses.
 */
export async function deliver(
  request: RequestState,
  envelope: Omit<Envelope, 'json'>,
  message: () => AsyncIterable<Uint8Array>,
  account?: AccountId,
): Promise<string> {
  const { ctx, caller } = request;
  const { acceptor } = ctx;
  await using delivery = acceptor.begin({
    kind: 'jmap',
    principal: caller.principal,
    peer: { address: caller.address, port: 0, helo: null },
    tls: null,
    protocol: caller.encrypted ? 'HTTPS' : 'HTTP',
    ...(account === undefined ? {} : { submittedFrom: account }),
  });
  await sender(delivery, envelope);
  await recipients(delivery, envelope, acceptor.maxRecipients);
  try {
    for await (const chunk of message()) await delivery.write(chunk);
    return (await delivery.commit()).queueId;
  } catch (error) {
    if (isMailError(error, 'access.sender_not_owned')) throw new SetError('forbiddenFrom');
    const unfit = ['message.invalid', 'message.loop', 'message.header_too_large'] as const;
    if (isMailError(error) && unfit.some(code => error.code === code)) {
      throw new SetError('invalidEmail', error.code, { properties: [] });
    }
    if (isMailError(error, 'access.denied')) throw new SetError('forbiddenToSend', error.code);
    throw error;
  }
}

async function sender(delivery: Delivery, envelope: Omit<Envelope, 'json'>): Promise<void> {
  try {
    await delivery.sender(envelope.mailFrom, envelope.sender);
  } catch (error) {
    if (isMailError(error, 'access.sender_not_owned') || isMailError(error, 'address.invalid')) {
      throw new SetError('forbiddenMailFrom');
    }
    throw error;
  }
}

/** Every recipient has to be taken, or nothing is sent. */
async function recipients(delivery: Delivery, envelope: Omit<Envelope, 'json'>, max: number): Promise<void> {
  const invalid: string[] = [];
  for (const { email, options } of envelope.rcptTo) {
    try {
      await delivery.recipient(email, options);
    } catch (error) {
      if (isMailError(error, 'recipient.too_many')) {
        throw new SetError('tooManyRecipients', '', { maxRecipients: max });
      }
      if (!isMailError(error) || error.code.startsWith('store.')) throw error;
      invalid.push(email);
    }
  }
  if (invalid.length > 0) throw new SetError('invalidRecipients', '', { invalidRecipients: invalid });
}

/** The message proper; of its header everything but Bcc (RFC 8621 §7.5). */
async function* withoutBcc(
  request: RequestState,
  scope: Scope,
  email: EmailContent,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { mailboxes } = request.ctx;
  const before = email.prefix.length;
  const { bodyStart } = decodeParts(email.parts);
  const header = await readMessageRange(mailboxes, scope, email, before, before + bodyStart);
  let from = 0;
  for (const field of new HeaderBlock(header).fields) {
    if (field.key !== 'bcc' && field.key !== 'resent-bcc') continue;
    if (field.start > from) yield header.subarray(from, field.start);
    from = field.end;
  }
  if (from < header.length) yield header.subarray(from);
  yield* streamMessage(mailboxes, scope, email, before + bodyStart);
}
