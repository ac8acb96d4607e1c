import { printUtcDate } from '@hongyan/formats/jmap/date.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import type { Submission } from '../../../mailbox/sending/submissions.ts';

/** Properties of an EmailSubmission (RFC 8621 §7). */
export const submissionProperties: ReadonlySet<string> = new Set([
  'id',
  'identityId',
  'emailId',
  'threadId',
  'envelope',
  'sendAt',
  'undoStatus',
  'deliveryStatus',
  'dsnBlobIds',
  'mdnBlobIds',
]);

/** The EmailSubmission object. `deliveryStatus` is null unless it was read (`readDeliveryStatus`). */
export function submissionObject(
  submission: Submission,
  deliveryStatus: JsonObject | null = null,
  blobIds: { readonly mdn: readonly string[]; readonly dsn: readonly string[] } = { mdn: [], dsn: [] },
): JsonObject {
  return {
    id: printId('s', submission.id),
    identityId: printId('i', submission.identityId),
    emailId: printId('e', submission.messageId),
    threadId: printId('t', submission.threadId),
    envelope: JSON.parse(submission.envelope) as JsonObject,
    sendAt: printUtcDate(submission.sendAt),
    undoStatus: submission.status,
    deliveryStatus,
    dsnBlobIds: blobIds.dsn,
    mdnBlobIds: blobIds.mdn,
  };
}
