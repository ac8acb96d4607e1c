import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { type JsonObject, own } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import type { Scope } from '../../../access/scope.ts';
import { findBlob } from '../blobs.ts';
import type { RequestState } from '../method.ts';
import { maxSizeAttachments } from '../transport/session.ts';
import { composeEmail } from './compose-email.ts';
import type { BlobFinder } from './compose-parts.ts';
import { fileMessageBytes } from './file-message.ts';
import { readKeywords } from './keywords.ts';
import { readMailboxIds } from './placement.ts';

/** Makes an email out of an Email object (RFC 8621 §4.6). */
export async function createEmail(
  request: RequestState,
  scope: Scope,
  object: JsonObject,
): Promise<JsonObject> {
  const { ctx, caller } = request;
  const mailboxes = readMailboxIds(request, own(object, 'mailboxIds'));
  const flags = readKeywords(own(object, 'keywords'));
  const args = new Arguments(object, (name, why) => invalidProperties([name], why));
  const now = ctx.clock.now();
  const receivedAt = args.utcDate('receivedAt') ?? now;
  const domain = caller.principal.login.slice(caller.principal.login.lastIndexOf('@') + 1);
  const message = await composeEmail(object, attachmentFinder(request, scope), { domain, now });
  return fileMessageBytes(ctx, scope, message, { mailboxes, flags, receivedAt, strict: false });
}

/** Finds blobs for one new email; throws `tooLarge` once they are more than a client may attach. */
function attachmentFinder(request: RequestState, scope: Scope): BlobFinder {
  let left = maxSizeAttachments;
  return async blobId => {
    const blob = await findBlob(request.ctx, scope, blobId);
    if (!blob) return null;
    left -= blob.storedSize;
    if (left < 0) throw new SetError('tooLarge', '', { maxSize: maxSizeAttachments });
    return { type: blob.type, stream: () => blob.stream() };
  };
}
