import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { type JsonObject, own } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import type { Scope } from '../../../access/scope.ts';
import { findBlob, readBlob } from '../blobs.ts';
import type { RequestState } from '../method.ts';
import { maxSizeAttachments } from '../transport/session.ts';
import { composeEmail } from './compose-email.ts';
import type { BlobReader } from './compose-parts.ts';
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
  const bytes = await composeEmail(object, attachmentReader(request, scope), { domain, now });
  return fileMessageBytes(ctx, scope, [bytes], { mailboxes, flags, receivedAt, strict: false });
}

/** Reads blobs for one new email; throws `tooLarge` once they are more than a client may attach. */
function attachmentReader(request: RequestState, scope: Scope): BlobReader {
  let left = maxSizeAttachments;
  return async blobId => {
    const blob = await findBlob(request.ctx, scope, blobId);
    if (!blob) return null;
    if (blob.storedSize > left) throw new SetError('tooLarge', '', { maxSize: maxSizeAttachments });
    const bytes = await readBlob(blob, left);
    left -= bytes.length;
    return { bytes, type: blob.type };
  };
}
