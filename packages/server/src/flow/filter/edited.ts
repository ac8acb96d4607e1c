import { Buffer } from 'node:buffer';
import { type MessageSummary, summarise } from '@hongyan/formats/message/summary.ts';
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

/** The message with the header as a script edited it (RFC 5293), the body as it came. */
export async function* editedBytes(filtering: Filtering, header: Uint8Array): AsyncGenerator<Uint8Array> {
  const { context, message, summary, wholeHeader } = filtering;
  if (!wholeHeader)
    throw new MailError('message.invalid', { reason: 'the header is too large to be edited' });
  yield Buffer.concat([header, Buffer.from('\r\n')]);
  if (summary.headerSize < message.blob.size)
    yield* context.blobs.stream(message.tenantId, message.blob.hash, summary.headerSize);
}

/**
 * Stores the edited message as a body of its own and lets `work` file it. The stored original is never changed. Throws
 * `message.invalid` for a header that is too large to be edited, and what the stores throw.
 */
export async function withEdited(
  filtering: Filtering,
  header: Uint8Array,
  work: (stored: Stored) => Promise<void>,
): Promise<void> {
  const { context, message, scope, prefix } = filtering;
  await using body = new BodyIntake(
    context.blobs,
    [message.tenantId],
    Number.MAX_SAFE_INTEGER,
    message.blob.size,
  );
  for await (const chunk of editedBytes(filtering, header)) await body.write(chunk);
  const summary = summarise(body.structure());
  const [ref] = (await body.seal()).values();
  if (ref === undefined) throw new MailError('store.unavailable');
  await context.blobs.link(message.tenantId, scope.accountId, [ref]);
  // What the server added before the script ran is part of the edited header; only this recipient's fields are not.
  const own = prefix.subarray(0, prefix.length - message.prefix.length);
  await work({ blob: ref, summary, prefix: own });
}
