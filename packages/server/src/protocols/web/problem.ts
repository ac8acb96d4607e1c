import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import { type ErrorCode, errorCatalogue, isMailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';

type Fields = Readonly<Record<string, string | number | boolean | readonly (string | object)[]>>;

/** An answer with problem details (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** Problem details; `code` is the key of the phrase `error.<code>`, `asked` the header of the request. */
function problem(status: number, code: string, fields: Fields, asked: IncomingHttpHeaders): Problem {
  const seconds = code === 'auth.too_many_attempts' ? fields['seconds'] : undefined;
  // Browsers would put up a box of their own; our pages have a better one.
  const challenge = status === 401 && asked['sec-fetch-site'] === undefined;
  return {
    status,
    headers: {
      ...(typeof seconds === 'number' && { 'retry-after': String(seconds) }),
      ...(challenge && { 'www-authenticate': 'Bearer, Basic realm="Hongyan", charset="UTF-8"' }),
      'content-type': 'application/problem+json',
    },
    body: JSON.stringify({ ...fields, type: `urn:hongyan:error:${code}`, status, code }),
  };
}

/** Maps whatever a handler threw: catalogue failures by name, requests that HTTP refuses by status, the rest as 500. */
export function problemOf(error: unknown, asked: IncomingHttpHeaders, log: Log): Problem {
  if (isMailError(error)) return problem(statusOf(error.code), error.code, error.fields, asked);
  const status =
    error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
      ? error.statusCode
      : 500;
  if (status >= 400 && status < 500) {
    return problem(status, status === 413 ? 'message.too_large' : 'input.invalid', {}, asked);
  }
  log.error('web.request_failed', { error });
  return problem(500, 'store.unavailable', {}, asked);
}

function send(reply: FastifyReply, { status, headers, body }: Problem): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}

/** Answers with problem details (RFC 9457). `code` is the key of the phrase `error.<code>`. */
export function sendProblem(
  reply: FastifyReply,
  status: number,
  code: string,
  fields: Fields = {},
): FastifyReply {
  return send(reply, problem(status, code, fields, reply.request.headers));
}

/** Answers with what `problemOf` makes of a failure. */
export function sendError(reply: FastifyReply, error: unknown, log: Log): FastifyReply {
  return send(reply, problemOf(error, reply.request.headers, log));
}

/** HTTP status of a catalogue failure. */
export function statusOf(code: ErrorCode): number {
  return errorCatalogue[code].http;
}
