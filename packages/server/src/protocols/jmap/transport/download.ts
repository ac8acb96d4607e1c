import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MailError } from '../../../platform/errors.ts';
import { callerOf, findScope } from '../accounts.ts';
import { findBlob } from '../blobs.ts';
import type { JmapCarrier, JmapContext } from '../context.ts';
import { mediaType } from './media-type.ts';

/** What comes by mail may not run or load anything, whatever type is claimed for it. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** GET of a blob (RFC 8620 §6.2), streamed; a part of a message is decoded on the way. */
export function downloadHandler(
  ctx: JmapContext,
  carrier: JmapCarrier,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    const { principal } = await carrier.identify(request.raw);
    const caller = await callerOf(ctx, principal, carrier.client(request.raw));
    const { accountId, blobId, name } = request.params as Record<'accountId' | 'blobId' | 'name', string>;
    const scope = findScope(caller, accountId);
    const blob = scope ? await findBlob(ctx, scope, blobId) : null;
    if (!blob) throw new MailError('message.not_found');
    const { accept } = request.query as { readonly accept?: string | string[] };
    const asked = typeof accept === 'string' ? accept : undefined;
    reply
      .header('content-type', mediaType(asked ?? blob.type ?? undefined))
      .header('content-disposition', disposition(name))
      .header('content-security-policy', policy)
      .header('cache-control', 'private, immutable, max-age=31536000');
    if (blob.encoding === 'none') reply.header('content-length', blob.storedSize);
    if (request.method === 'HEAD') return reply.send();
    return reply.send(Readable.from(blob.stream(), { objectMode: false }));
  };
}

/** `attachment` with the file name by RFC 6266: in UTF-8 (RFC 8187), and in ASCII for clients that read nothing else. */
function disposition(given: string): string {
  const name = given.toWellFormed().replaceAll(/[\u0000-\u001f\u007f]/g, '');
  const ascii = name.replaceAll(/[^\x20-\x7e]/g, '_');
  const quoted = ascii.replaceAll(/["\\]/g, '\\$&');
  if (ascii === name) return `attachment; filename="${quoted}"`;
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${quoted}"; filename*=UTF-8''${encoded}`;
}
