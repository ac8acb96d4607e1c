import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { callerOf } from './accounts.ts';
import type { JmapCarrier, JmapContext } from './context.ts';
import { apiHandler } from './transport/api.ts';
import { downloadHandler } from './transport/download.ts';
import { EventSources } from './transport/event-source.ts';
import { paths, sessionObject } from './transport/session.ts';
import { Turns } from './transport/turns.ts';
import { uploadHandler } from './transport/upload.ts';
import { WebSockets } from './transport/web-socket.ts';

/** JMAP as a part of the web server (its `WebModule`). */
export interface JmapModule {
  register(server: FastifyInstance): void;
  readonly upgrades: ReadonlyMap<string, (request: IncomingMessage, socket: Duplex, head: Buffer) => void>;
  readonly streams: ReadonlyMap<string, EventSources['serve']>;
  drain(): void;
  cut(): void;
}

/**
 * JMAP over HTTP: session, API, upload, download, event source and WebSocket (RFC 8620, RFC 8887).
 *
 * @example
 * await openWeb(web, options, [services => jmapModule(jmap, services)]);
 */
export function jmapModule(ctx: JmapContext, carrier: JmapCarrier): JmapModule {
  const requests = new Turns(ctx.limits.maxConcurrentRequests);
  const uploads = new Turns(ctx.limits.maxConcurrentUpload);
  const events = new EventSources(ctx, carrier);
  const sockets = new WebSockets(ctx, carrier, requests);
  return {
    register(server) {
      // Bodies are taken as streams: each handler has its own limit.
      server.removeAllContentTypeParsers();
      server.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
      server.get('/.well-known/jmap', (_request, reply) => reply.redirect(paths.session, 307));
      server.get(paths.session, async (request, reply) => {
        const { principal } = await carrier.identify(request.raw);
        const client = carrier.client(request.raw);
        const caller = await callerOf(ctx, principal, client);
        return reply.type('application/json').send(JSON.stringify(sessionObject(ctx, caller, client)));
      });
      server.post(paths.api, apiHandler(ctx, carrier, requests));
      server.post(`${paths.upload}:accountId`, uploadHandler(ctx, carrier, uploads));
      server.post(`${paths.upload}:accountId/`, uploadHandler(ctx, carrier, uploads));
      server.get(`${paths.download}:accountId/:blobId/:name`, downloadHandler(ctx, carrier));
    },
    upgrades: new Map([[paths.webSocket, sockets.upgrade]]),
    streams: new Map([[paths.eventSource, events.serve]]),
    drain() {
      events.drain();
      sockets.drain();
    },
    cut() {
      events.cut();
      sockets.cut();
    },
  };
}
