import { problemDetails } from '@hongyan/formats/jmap/problem.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { storeUpload } from '../../../mailbox/emails/uploads.ts';
import { isMailError, MailError } from '../../../platform/errors.ts';
import { callerOf, findScope } from '../accounts.ts';
import { uploadBlobId } from '../blobs.ts';
import type { JmapCarrier, JmapContext } from '../context.ts';
import { mediaType } from './media-type.ts';
import type { Turns } from './turns.ts';

/** POST of a blob (RFC 8620 §6.1), streamed to the store. */
export function uploadHandler(
  ctx: JmapContext,
  carrier: JmapCarrier,
  turns: Turns,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    const { principal } = await carrier.identify(request.raw);
    const caller = await callerOf(ctx, principal, carrier.client(request.raw));
    const { accountId } = request.params as { readonly accountId: string };
    const scope = findScope(caller, accountId);
    if (!scope) throw new MailError('account.not_found');
    const limit = (name: string, detail: string): FastifyReply =>
      reply
        .code(400)
        .header('connection', 'close')
        .type('application/problem+json')
        .send(JSON.stringify(problemDetails({ type: 'limit', limit: name, detail })));
    using turn = turns.take(principal.accountId);
    if (!turn) return limit('maxConcurrentUpload', `at most ${ctx.limits.maxConcurrentUpload} at a time`);
    const max = ctx.limits.maxSizeUpload;
    if (Number(request.headers['content-length'] ?? 0) > max) return limit('maxSizeUpload', `at most ${max}`);
    const type = mediaType(request.headers['content-type']);
    try {
      const ref = await storeUpload(
        ctx.mailboxes,
        scope,
        request.body as AsyncIterable<Uint8Array>,
        type,
        max,
      );
      return reply
        .code(201)
        .type('application/json')
        .send(JSON.stringify({ accountId, blobId: uploadBlobId(ref.hash), type, size: ref.size }));
    } catch (error) {
      if (isMailError(error, 'message.too_large')) return limit('maxSizeUpload', `at most ${max}`);
      throw error;
    }
  };
}
