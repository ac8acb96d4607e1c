import { Buffer } from 'node:buffer';
import { type MessageSummary, summarise } from '@hongyan/formats/message/summary.ts';
import type { EditedMessage } from '@hongyan/formats/sieve/execution/action.ts';
import { MailError } from '../../platform/errors.ts';
import type { BlobRef } from '../../store/blob-store.ts';
import { BodyIntake } from '../intake/body-intake.ts';
import type { Filtering } from './filtering.ts';

/** A message as it is filed. */
export interface Stored {
  readonly blob: BlobRef;
  readonly summary: MessageSummary;
  readonly prefix: Uint8Array;
}

/** The message as a script changed it (RFC 5293, RFC 5703); what it left alone, octet for octet. */
export async function* editedBytes(filtering: Filtering, edited: EditedMessage): AsyncGenerator<Uint8Array> {
  const { context, message, summary, wholeHeader } = filtering;
  if (!wholeHeader)
    throw new MailError('message.invalid', { reason: 'the header is too large to be edited' });
  const { header, body } = edited;
  const lineEnd = header.length === 0 || header.at(-1) === 0x0a ? '\r\n' : '\r\n\r\n';
  yield Buffer.concat([header, Buffer.from(lineEnd)]);
  for (const piece of body ?? [{ start: summary.headerSize, end: message.blob.size }]) {
    if (piece instanceof Uint8Array) yield piece;
    else if (piece.start < piece.end)
      yield* context.blobs.stream(message.tenantId, message.blob.hash, piece.start, piece.end);
  }
}

/**
 * Stores the edited message as a body of its own and lets `work` file it. The stored original is never changed. Throws
 * `message.invalid` for a header that is too large to be edited, and what the stores throw.
 */
export async function withEdited(
  filtering: Filtering,
  edited: EditedMessage,
  work: (stored: Stored) => Promise<void>,
): Promise<void> {
  const { context, message, scope, prefix } = filtering;
  await using body = new BodyIntake(
    context.blobs,
    [message.tenantId],
    Number.MAX_SAFE_INTEGER,
    message.blob.size,
  );
  for await (const chunk of editedBytes(filtering, edited)) await body.write(chunk);
  const summary = summarise(body.structure());
  const [ref] = (await body.seal()).values();
  if (ref === undefined) throw new MailError('store.unavailable');
  await context.blobs.link(message.tenantId, scope.accountId, [ref]);
  // What the server added before the script ran is part of the edited header; only this recipient's fields are not.
  const own = prefix.subarray(0, prefix.length - message.prefix.length);
  await work({ blob: ref, summary, prefix: own });
}
