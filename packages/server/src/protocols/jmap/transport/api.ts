import { problemDetails, type RequestProblem } from '@hongyan/formats/jmap/problem.ts';
import { parseRequest } from '@hongyan/formats/jmap/request.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../accounts.ts';
import type { JmapCarrier, JmapContext } from '../context.ts';
import { dispatch } from '../dispatch.ts';
import { knownCapabilities, sessionState } from './session.ts';
import type { Turns } from './turns.ts';

/** POST of a Request object (RFC 8620 §3.1). */
export function apiHandler(
  ctx: JmapContext,
  carrier: JmapCarrier,
  turns: Turns,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    const { principal } = await carrier.identify(request.raw);
    const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
    if (type !== 'application/json') {
      return refuse(reply, { type: 'notJSON', detail: 'Content-Type is not application/json' });
    }
    using turn = turns.take(principal.accountId);
    if (!turn) {
      return refuse(reply, {
        type: 'limit',
        limit: 'maxConcurrentRequests',
        detail: `at most ${ctx.limits.maxConcurrentRequests} at a time`,
      });
    }
    const body = await readBody(request.body as AsyncIterable<Uint8Array>, ctx.limits.maxSizeRequest);
    if (body === null) {
      reply.header('connection', 'close');
      return refuse(reply, { type: 'limit', limit: 'maxSizeRequest', detail: 'the request is too large' });
    }
    const parsed = parseRequest(body, knownCapabilities, ctx.limits);
    if (parsed.kind === 'problem') return refuse(reply, parsed.problem);
    const caller = await callerOf(ctx, principal, carrier.client(request.raw));
    const response = await dispatch(ctx, caller, parsed.request, sessionState(ctx, caller));
    return reply.type('application/json').send(JSON.stringify(response));
  };
}

function refuse(reply: FastifyReply, problem: RequestProblem): FastifyReply {
  return reply
    .code(400)
    .type('application/problem+json')
    .send(JSON.stringify(problemDetails(problem)));
}

/** The whole body; null as soon as it is larger than `max`. */
async function readBody(chunks: AsyncIterable<Uint8Array>, max: number): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > max) return null;
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}
