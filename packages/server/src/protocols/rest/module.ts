import { acceptedLanguage } from '@hongyan/phrases/phrases.ts';
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { MailError } from '../../platform/errors.ts';
import { RateLimiter } from '../../platform/net/rate-limiter.ts';
import type { RestCarrier, RestContext, RestModule } from './context.ts';
import { registerJoin } from './join.ts';
import { entityTag, namesTag } from './kit/answer.ts';
import { base, handlerOf, type Kit, sendFailure } from './kit/handler.ts';
import { openApiDocument } from './kit/openapi.ts';
import type { Operation } from './kit/operation.ts';
import { operations as allOperations } from './registry.ts';

const methods: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * The administration API under `/api/v1`: every operation of the registry, and the OpenAPI document at
 * `/api/v1/openapi.json`, which needs no sign-in.
 *
 * @example
 * await openWeb(web, options, [services => restModule(rest, services)]);
 */
export function restModule(
  ctx: RestContext,
  carrier: RestCarrier,
  operations: readonly Operation[] = allOperations,
): RestModule {
  const { limits, clock } = ctx;
  const kit: Kit = {
    ctx,
    carrier,
    callers: new RateLimiter(clock, limits.callerPerMinute, limits.callerBurst),
    addresses: new RateLimiter(clock, limits.addressPerMinute, limits.addressBurst),
  };
  return {
    register(server) {
      // Bodies are taken as streams: operations have limits of their own.
      server.removeAllContentTypeParsers();
      server.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
      server.setErrorHandler((error, request, reply) =>
        sendFailure(kit, reply, error, acceptedLanguage(request.headers['accept-language'])),
      );
      registerDocument(server, operations);
      registerJoin(server, kit);
      for (const [path, ofPath] of Map.groupBy(operations, operation => operation.path)) {
        registerPath(server, kit, path, ofPath);
      }
      server.all(`${base}/*`, () => {
        throw new MailError('api.not_found');
      });
    },
    drain() {
      // Downloads end by themselves or with the connection.
    },
  };
}

/** The operations of a path, `OPTIONS`, and 405 for what it does not know. */
function registerPath(server: FastifyInstance, kit: Kit, path: string, ofPath: readonly Operation[]): void {
  const url = `${base}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
  const known = ofPath.map(operation => operation.method);
  const allow = [...known, ...(known.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  for (const operation of ofPath) {
    server.route({
      method: operation.method,
      url,
      bodyLimit: Number.MAX_SAFE_INTEGER,
      handler: handlerOf(operation, kit),
    });
  }
  server.options(url, (_request, reply) => reply.header('allow', allow).code(204).send());
  server.route({
    method: methods.filter(method => !known.some(one => one === method)),
    url,
    handler: (_request, reply) => {
      reply.header('allow', allow);
      throw new MailError('api.method_not_allowed', { allow });
    },
  });
}

function registerDocument(server: FastifyInstance, operations: readonly Operation[]): void {
  let made: { readonly document: string; readonly tag: string } | null = null;
  const make = (): NonNullable<typeof made> => {
    const document = JSON.stringify(openApiDocument(operations));
    return { document, tag: entityTag(document) };
  };
  server.get(`${base}/openapi.json`, (request, reply) => {
    made ??= make();
    const { document, tag } = made;
    reply.header('etag', tag).header('cache-control', 'no-cache');
    if (namesTag(request.headers['if-none-match'] ?? '', tag, true)) return reply.code(304).send();
    return reply.type('application/json').send(document);
  });
}
