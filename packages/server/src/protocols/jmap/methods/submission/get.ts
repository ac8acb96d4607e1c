import { printBlobId } from '@hongyan/formats/jmap/blob-id.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import type { Scope } from '../../../../access/scope.ts';
import { readEmails } from '../../../../mailbox/emails/contents.ts';
import { readReceipts, type SubmissionReceipt } from '../../../../mailbox/sending/receipts.ts';
import { listSubmissions } from '../../../../mailbox/sending/submissions.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import type { JmapContext } from '../../context.ts';
import type { Method } from '../../method.ts';
import { answerGet, readGet } from '../../standard-get.ts';
import { printState } from '../../states.ts';
import { readDeliveryStatus } from '../../submission/delivery-status.ts';
import { submissionObject, submissionProperties } from '../../submission/object.ts';
import { addOnSend, onSendProperty, usesScheduled } from '../../submission/on-send.ts';

/** Blob ids of the receipts that are still there, by message. */
async function receiptBlobIds(
  ctx: JmapContext,
  scope: Scope,
  receipts: ReadonlyMap<number, readonly SubmissionReceipt[]>,
): Promise<Map<number, string>> {
  const ids = [...receipts.values()].flat().map(({ messageId }) => messageId);
  if (ids.length === 0) return new Map();
  const { emails } = await readEmails(ctx.mailboxes, ctx.indexes, scope, ids);
  return new Map(
    emails.map(({ id, blob }) => [
      id,
      printBlobId({ kind: 'message', messageId: id, hash: blob.hash, part: null }),
    ]),
  );
}

/** EmailSubmission/get (RFC 8621 §7.1). */
export const submissionGet: Method = {
  name: 'EmailSubmission/get',
  capability: Capability.Submission,
  async run(request, args) {
    const { ctx } = request;
    const scope = readingScope(request, args);
    const extended = usesScheduled(request);
    const known = (name: string): boolean =>
      submissionProperties.has(name) || (extended && name === onSendProperty);
    const wanted = readGet(ctx, args, known);
    args.end();
    const { list, state } = await listSubmissions(ctx.mailboxes, scope);
    const { ids, properties } = wanted;
    const asked = list.filter(item => ids === null || ids.includes(printId('s', item.id)));
    const tells = properties === null || properties.includes('deliveryStatus');
    // More than may be asked for is refused below, before anything is read for it.
    const reads = tells && asked.length <= ctx.limits.maxObjectsInGet;
    const tellsReceipts = properties === null || properties.includes('mdnBlobIds');
    const receipts = tells || tellsReceipts ? await readReceipts(ctx.mailboxes, scope) : new Map();
    const blobs = tellsReceipts ? await receiptBlobIds(ctx, scope, receipts) : new Map<number, string>();
    const objects = await Promise.all(
      asked.map(async item => {
        const shown: readonly SubmissionReceipt[] = receipts.get(item.id) ?? [];
        const displayed = new Set(shown.map(({ recipient }) => recipient));
        const status = reads ? await readDeliveryStatus(ctx, scope, item, displayed) : null;
        return submissionObject(
          item,
          status,
          shown.flatMap(({ messageId }) => blobs.get(messageId) ?? []),
        );
      }),
    );
    return {
      response: {
        accountId: accountIdOf(scope),
        state: printState(state),
        ...answerGet(extended ? await addOnSend(request, scope, objects) : objects, wanted, ctx),
      },
    };
  },
};
