import type { FastifyReply } from 'fastify';
import { type ErrorCode, errorCatalogue, isMailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';

/** Answers with problem details (RFC 9457). `code` is the key of the phrase `error.<code>`. */
export function sendProblem(
  reply: FastifyReply,
  status: number,
  code: string,
  fields: Readonly<Record<string, string | number | boolean | readonly (string | object)[]>> = {},
): FastifyReply {
  if (code === 'auth.too_many_attempts' && typeof fields['seconds'] === 'number') {
    reply.header('retry-after', String(fields['seconds']));
  }
  // Browsers would put up a box of their own; our pages have a better one.
  if (status === 401 && reply.request.headers['sec-fetch-site'] === undefined) {
    reply.header('www-authenticate', 'Bearer, Basic realm="Hongyan", charset="UTF-8"');
  }
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify({ ...fields, type: `urn:hongyan:error:${code}`, status, code }));
}

/** Maps whatever a handler threw: catalogue failures by name, requests that HTTP refuses by status, the rest as 500. */
export function sendError(reply: FastifyReply, error: unknown, log: Log): FastifyReply {
  if (isMailError(error)) {
    return sendProblem(reply, statusOf(error.code), error.code, error.fields);
  }
  const status =
    error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
      ? error.statusCode
      : 500;
  if (status >= 400 && status < 500) {
    return sendProblem(reply, status, status === 413 ? 'message.too_large' : 'input.invalid');
  }
  log.error('web.request_failed', { error });
  return sendProblem(reply, 500, 'store.unavailable');
}

/** HTTP status of a catalogue failure. */
export function statusOf(code: ErrorCode): number {
  return errorCatalogue[code].http;
}
