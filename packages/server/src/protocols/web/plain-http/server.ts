import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { challengeFor } from '../../../domains/client-settings.ts';
import type { DomainsContext } from '../../../domains/context.ts';
import { createHttpServer } from '../http-server.ts';
import { challengePath } from '../well-known/module.ts';

export interface PlainHttpOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Port of HTTPS as browsers reach it. */
  readonly httpsPort: number;
}

/** The listener on port 80. */
export interface PlainHttpServer extends AsyncDisposable {
  address(): AddressInfo;
  drain(deadlineMs: number): Promise<void>;
}

/**
 * Starts a server that answers the challenges of a certificate authority (RFC 8555 §8.3) and sends everybody else to the
 * same place over HTTPS. Nothing is served without encryption.
 */
export async function startPlainHttp(
  ctx: DomainsContext,
  options: PlainHttpOptions,
): Promise<PlainHttpServer> {
  const server = createHttpServer((request, response) => {
    void answer(ctx, options, request, response).catch((error: unknown) => {
      ctx.log.error('http.request_failed', { error });
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  }, undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', error => ctx.log.error('http.listener_failed', { error }));
  return {
    address: () => addressOf(server),
    drain: deadlineMs => close(ctx, server, deadlineMs),
    [Symbol.asyncDispose]: () => close(ctx, server, 0),
  };
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server is closed');
  return address;
}

async function close(ctx: DomainsContext, server: Server, deadlineMs: number): Promise<void> {
  const closed = new Promise<void>(resolve => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const timer = ctx.clock.after(Math.max(deadlineMs, 0), () => server.closeAllConnections());
  if (deadlineMs <= 0) server.closeAllConnections();
  await closed;
  timer.cancel();
}

async function answer(
  ctx: DomainsContext,
  options: PlainHttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.resume();
  const path = (request.url ?? '/').slice(0, 2_000);
  if (path.startsWith(challengePath)) {
    const text = await challengeFor(ctx, path.slice(challengePath.length));
    response.writeHead(text === null ? 404 : 200, { 'content-type': 'application/octet-stream' });
    response.end(text ?? '');
    return;
  }
  const host = hostOf(request.headers.host ?? '');
  if (host === null || !path.startsWith('/')) {
    response.writeHead(400).end();
    return;
  }
  const port = options.httpsPort === 443 ? '' : `:${options.httpsPort}`;
  response.writeHead(308, { location: `https://${host}${port}${path}`, 'content-length': '0' }).end();
}

/** The host of a `Host` header without its port; null for what could be anything else. */
function hostOf(header: string): string | null {
  if (header.length > 300) return null;
  const host = header.startsWith('[')
    ? header.slice(0, header.indexOf(']') + 1)
    : (header.split(':')[0] ?? '');
  return /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])$/.test(host) ? host : null;
}
