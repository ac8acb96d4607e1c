import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { acceptedLanguage, type Language } from '@hongyan/phrases/phrases.ts';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { type Attempt, attempt } from '../../../access/idempotency.ts';
import { MailError } from '../../../platform/errors.ts';
import type { RateLimiter } from '../../../platform/net/rate-limiter.ts';
import type { RestCarrier, RestContext } from '../context.ts';
import { type Download, entityTag, isAnswer, isDownload, namesTag } from './answer.ts';
import { readJson, requireUpload } from './body.ts';
import { type Caller, callerOf, requireAllowed } from './caller.ts';
import { Checker, readParameters } from './input.ts';
import type { Call, Operation } from './operation.ts';
import { problemOf, unknownProblem } from './problem.ts';

/** What all operations of one process share. */
export interface Kit {
  readonly ctx: RestContext;
  readonly carrier: RestCarrier;
  readonly callers: RateLimiter;
  readonly addresses: RateLimiter;
}

/** Path below which the API lies. */
export const base = '/api/v1';

/** Files are bytes that may have come from anywhere: they may not run, load or frame anything. */
const filePolicy = "default-src 'none'; sandbox";

const keyPattern = /^[\x21-\x7e]{1,255}$/;

interface Checkers {
  readonly params: Checker;
  readonly query: Checker;
  readonly body: Checker | null;
  readonly response: Checker | null;
}

/** An answer that is ready to be sent. */
interface Prepared {
  readonly status: number;
  readonly location: string | null;
  readonly body: string | null;
}

/** The HTTP side of an operation: who asks, limits, schemas, idempotency, entity tags, the answer. */
export function handlerOf(operation: Operation, kit: Kit): RouteHandlerMethod {
  const checkers: Checkers = {
    params: new Checker(operation.params),
    query: new Checker(operation.query),
    body: operation.body ? new Checker(operation.body) : null,
    response: operation.response ? new Checker(operation.response) : null,
  };
  return async (request, reply) => {
    const language = acceptedLanguage(request.headers['accept-language']);
    try {
      return await serve(operation, checkers, kit, { request, reply, language });
    } catch (error) {
      return sendFailure(kit, reply, error, language);
    }
  };
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly language: Language;
}

async function serve(
  operation: Operation,
  checkers: Checkers,
  kit: Kit,
  exchange: Exchange,
): Promise<FastifyReply> {
  const { ctx, carrier } = kit;
  const { request, reply, language } = exchange;
  kit.addresses.take(carrier.client(request.raw).address);
  const caller = await callerOf(ctx, carrier, request.raw);
  kit.callers.take(caller.name);
  const administration = requireAllowed(operation, caller);
  const params = readParameters(operation.params, request.params as Record<string, string>);
  const query = readParameters(operation.query, request.query as Record<string, string | string[]>);
  checkers.params.require(params, 'path');
  checkers.query.require(query, 'query');
  const raw = request.body instanceof Readable ? request.body : Readable.from([]);
  const uploadType = operation.upload ? requireUpload(operation, request) : '';
  const text = checkers.body ? await readJson(operation, request, raw, ctx.limits.bodyOctets) : null;
  if (text) checkers.body?.require(text.value, 'body');
  const ifMatch = request.headers['if-match'];
  const call: Call = {
    scope: caller.scope,
    administration,
    params,
    query,
    body: text?.value,
    upload: operation.upload ? limited(raw, operation.upload.maxOctets) : Readable.from([]),
    uploadType,
    language,
    via: caller.via,
    matches(current) {
      if (ifMatch === undefined || namesTag(ifMatch, entityTag(JSON.stringify(current)), false)) return;
      throw new MailError('api.precondition_failed');
    },
  };
  if (ifMatch !== undefined && operation.method !== 'GET') {
    if (!operation.current) throw new MailError('input.invalid', { in: 'header', field: 'If-Match' });
    call.matches(await operation.current(ctx, call));
  }
  const kept = await idempotent(operation, kit, caller, request, text?.text ?? '');
  if (kept?.kind === 'known') {
    reply.header('idempotency-replayed', 'true');
    return sendPrepared(exchange, kept.answer);
  }
  return perform(operation, checkers, kit, exchange, call, kept);
}

async function perform(
  operation: Operation,
  checkers: Checkers,
  kit: Kit,
  exchange: Exchange,
  call: Call,
  kept: Extract<Attempt, { kind: 'new' }> | null,
): Promise<FastifyReply> {
  let result: unknown;
  try {
    result = await operation.run(kit.ctx, call);
  } catch (error) {
    await kept?.failed();
    throw error;
  }
  if (isDownload(result)) {
    await kept?.done({ status: 200, location: null, body: null });
    return sendDownload(exchange.reply, result);
  }
  const prepared = prepare(operation, checkers.response, result);
  await kept?.done(operation.secret ? { ...prepared, body: null } : prepared);
  return sendPrepared(exchange, prepared);
}

/** The key's record; null without a key. */
async function idempotent(
  operation: Operation,
  kit: Kit,
  caller: Caller,
  request: FastifyRequest,
  body: string,
): Promise<Attempt | null> {
  const name = request.headers['idempotency-key'];
  if (name === undefined || operation.method === 'GET') return null;
  if (typeof name !== 'string' || !keyPattern.test(name)) {
    throw new MailError('input.invalid', { in: 'header', field: 'Idempotency-Key' });
  }
  const hash = createHash('sha256').update(`${request.url}\0${body}`).digest('base64url');
  const key = { tenantId: caller.scope.tenantId, caller: caller.name, operation: operation.id, name };
  return attempt(kit.ctx.idempotency, key, hash);
}

/** An answer as text, made sure that nothing leaves that the schema does not name. */
function prepare(operation: Operation, checker: Checker | null, result: unknown): Prepared {
  const { value, status, location } = isAnswer(result)
    ? result
    : { value: result, status: undefined, location: undefined };
  const body = checker ? JSON.stringify(value) : null;
  if (checker && (body === undefined || !checker.check(JSON.parse(body ?? 'null')))) {
    const [first] = checker.problems(value);
    throw new Error(`${operation.id} answers what its schema does not have: ${first?.field} ${first?.rule}`);
  }
  return {
    status: status ?? operation.status,
    location: location === undefined ? null : `${base}${location}`,
    body,
  };
}

function sendPrepared({ request, reply }: Exchange, answer: Prepared): FastifyReply {
  const { status, location, body } = answer;
  reply.code(status);
  if (location !== null) reply.header('location', location);
  if (body === null) return reply.send();
  const tag = entityTag(body);
  reply.header('etag', tag).header('cache-control', 'private, no-cache').header('vary', 'accept-language');
  const known = request.headers['if-none-match'];
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (reads && known !== undefined && namesTag(known, tag, true)) return reply.code(304).send();
  return reply.type('application/json').send(body);
}

function sendDownload(reply: FastifyReply, file: Download): FastifyReply {
  const plain = file.name.replaceAll(/[^\w.-]/g, '_');
  const encoded = encodeURIComponent(file.name).replaceAll(
    /['()*]/g,
    c => `%${c.charCodeAt(0).toString(16)}`,
  );
  return reply
    .header('content-security-policy', filePolicy)
    .header('content-disposition', `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`)
    .type(file.type)
    .send(
      file.content instanceof Readable ? file.content : Readable.from(file.content, { objectMode: false }),
    );
}

/** Answers with problem details; what has no name is logged and answered with 500. */
export function sendFailure(
  kit: Pick<Kit, 'ctx'>,
  reply: FastifyReply,
  error: unknown,
  language: Language,
): FastifyReply {
  const known = problemOf(error, language);
  if (!known) kit.ctx.log.error('rest.request_failed', { error, url: reply.request.routeOptions.url ?? '' });
  const { status, headers, body } = known ?? unknownProblem(language);
  return reply
    .code(status)
    .headers(headers)
    .type('application/problem+json')
    .send(JSON.stringify({ ...body, status }));
}

/** The upload, cut with an error as soon as it is longer than `maxOctets`. */
function limited(stream: Readable, maxOctets: number): Readable {
  async function* count(): AsyncGenerator<Uint8Array> {
    let octets = 0;
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      octets += chunk.byteLength;
      if (octets > maxOctets) throw new MailError('api.body_too_large', { max: maxOctets });
      yield chunk;
    }
  }
  return Readable.from(count(), { objectMode: false });
}
