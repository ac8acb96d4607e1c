import { printBlobId } from '@hongyan/formats/jmap/blob-id.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import type { Scope } from '../../../../access/scope.ts';
import { readEmails } from '../../../../mailbox/emails/contents.ts';
import { readReceipts, type SubmissionReceipt } from '../../../../mailbox/sending/receipts.ts';
import { readReports, type SubmissionReport } from '../../../../mailbox/sending/reports.ts';
import { listSubmissions, type Submission } from '../../../../mailbox/sending/submissions.ts';
import { accountIdOf, readingScope } from '../../accounts.ts';
import type { JmapContext } from '../../context.ts';
import type { Method } from '../../method.ts';
import { answerGet, readGet } from '../../standard-get.ts';
import { printState } from '../../states.ts';
import { readDeliveryStatus } from '../../submission/delivery-status.ts';
import { submissionObject, submissionProperties } from '../../submission/object.ts';
import { addOnSend, onSendProperty, usesScheduled } from '../../submission/on-send.ts';

/** Blob ids of the messages that are still there, by message. */
async function blobIdsOf(
  ctx: JmapContext,
  scope: Scope,
  ids: readonly number[],
): Promise<Map<number, string>> {
  const unique = [...new Set(ids)].filter(id => id !== 0);
  if (unique.length === 0) return new Map();
  const { emails } = await readEmails(ctx.mailboxes, ctx.indexes, scope, unique);
  return new Map(
    emails.map(({ id, blob }) => [
      id,
      printBlobId({ kind: 'message', messageId: id, hash: blob.hash, part: null }),
    ]),
  );
}

/** What came in answer to submissions, as far as it is asked for. */
interface Answers {
  readonly receipts: ReadonlyMap<number, readonly SubmissionReceipt[]>;
  readonly reports: ReadonlyMap<number, readonly SubmissionReport[]>;
  readonly blobs: ReadonlyMap<number, string>;
}

async function readAnswers(
  ctx: JmapContext,
  scope: Scope,
  asked: readonly Submission[],
  tells: (property: string) => boolean,
): Promise<Answers> {
  const status = tells('deliveryStatus');
  const [mdn, dsn] = [tells('mdnBlobIds'), tells('dsnBlobIds')];
  const receipts: Answers['receipts'] = status || mdn ? await readReceipts(ctx.mailboxes, scope) : new Map();
  const reports: Answers['reports'] = status || dsn ? await readReports(ctx.mailboxes, scope) : new Map();
  const ids = asked.flatMap(({ id }) => [
    ...(mdn ? (receipts.get(id) ?? []) : []),
    ...(dsn ? (reports.get(id) ?? []) : []),
  ]);
  const blobs = await blobIdsOf(
    ctx,
    scope,
    ids.map(({ messageId }) => messageId),
  );
  return { receipts, reports, blobs };
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
    const tells = (name: string): boolean => properties === null || properties.includes(name);
    // More than may be asked for is refused below, before anything is read for it.
    const reads = tells('deliveryStatus') && asked.length <= ctx.limits.maxObjectsInGet;
    const { receipts, reports, blobs } = await readAnswers(ctx, scope, asked, tells);
    const blobIds = (answers: readonly { readonly messageId: number }[]): string[] => {
      const ids = new Set(answers.map(({ messageId }) => messageId));
      return [...ids].flatMap(id => blobs.get(id) ?? []);
    };
    const objects = await Promise.all(
      asked.map(async item => {
        const shown = receipts.get(item.id) ?? [];
        const reported = reports.get(item.id) ?? [];
        const displayed = new Set(shown.map(({ recipient }) => recipient));
        const status = reads ? await readDeliveryStatus(ctx, scope, item, displayed, reported) : null;
        return submissionObject(item, status, { mdn: blobIds(shown), dsn: blobIds(reported) });
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
