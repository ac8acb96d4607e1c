import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { type JsonObject, objectOf } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { storeUpload } from '../../../../mailbox/emails/uploads.ts';
import { accountIdOf, readingScope, writingScope } from '../../accounts.ts';
import { findBlob, uploadBlobId } from '../../blobs.ts';
import { toSetError } from '../../errors.ts';
import type { Method } from '../../method.ts';
import { notFound } from '../../standard-set.ts';

/** Blob/copy (RFC 8620 §6.3). */
export const blobCopy: Method = {
  name: 'Blob/copy',
  capability: Capability.Core,
  async run(request, args) {
    const { ctx } = request;
    const from = readingScope(request, args, 'fromAccountId');
    const to = writingScope(request, args);
    const blobIds = args.ids('blobIds');
    args.end();
    if (blobIds === null) throw invalidArgument('blobIds', 'missing');
    if (from.accountId === to.accountId) throw invalidArgument('fromAccountId', 'the same as accountId');
    if (blobIds.length > ctx.limits.maxObjectsInSet) throw new MethodError('requestTooLarge');
    const copied: [string, string][] = [];
    const notCopied: [string, JsonObject][] = [];
    for (const id of new Set(blobIds)) {
      try {
        const blob = await findBlob(ctx, from, id);
        if (!blob) throw notFound();
        const type = blob.type ?? 'application/octet-stream';
        const ref = await storeUpload(ctx.mailboxes, to, blob.stream(), type, ctx.limits.maxSizeUpload);
        copied.push([id, uploadBlobId(ref.hash)]);
      } catch (error) {
        notCopied.push([id, toSetError(error, ctx.log).toJSON()]);
      }
    }
    return {
      response: {
        fromAccountId: accountIdOf(from),
        accountId: accountIdOf(to),
        copied: copied.length === 0 ? null : objectOf(copied),
        notCopied: notCopied.length === 0 ? null : objectOf(notCopied),
      },
    };
  },
};
