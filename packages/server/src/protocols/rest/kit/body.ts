import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { MailError } from '../../../platform/errors.ts';
import type { Operation } from './operation.ts';

/** A JSON body as it came and what it says. */
export interface JsonBody {
  readonly text: string;
  readonly value: unknown;
}

function mediaType(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Reads a JSON body. Throws `api.media_type`, `api.body_too_large`, `input.invalid`. */
export async function readJson(
  operation: Pick<Operation, 'bodyOctets'>,
  request: FastifyRequest,
  stream: Readable,
  defaultOctets: number,
): Promise<JsonBody> {
  if (mediaType(request) !== 'application/json')
    throw new MailError('api.media_type', { type: 'application/json' });
  const max = operation.bodyOctets ?? defaultOctets;
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > max) throw new MailError('api.body_too_large', { max });
  const chunks: Uint8Array[] = [];
  let octets = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    octets += chunk.byteLength;
    if (octets > max) throw new MailError('api.body_too_large', { max });
    chunks.push(chunk);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    return { text, value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) {
      throw new MailError('input.invalid', { in: 'body', rule: 'json' });
    }
    throw error;
  }
}

/** Media type of an upload. Throws `api.media_type` for one that the operation does not take, `api.body_too_large`. */
export function requireUpload(operation: Operation, request: FastifyRequest): string {
  const { types = [], maxOctets = 0 } = operation.upload ?? {};
  const type = mediaType(request);
  if (!types.includes(type)) throw new MailError('api.media_type', { type: types.join(', ') });
  if (Number(request.headers['content-length'] ?? 0) > maxOctets) {
    throw new MailError('api.body_too_large', { max: maxOctets });
  }
  return type;
}
