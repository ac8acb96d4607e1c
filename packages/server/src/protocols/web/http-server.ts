import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { TlsProvider } from '../../platform/net/tls.ts';

const handshakeTimeoutMs = 30_000;

/** Times in ms: the header has to come within one, a whole request (uploads too) within the other. */
const timeouts = { headers: 30_000, request: 30 * 60_000, keepAlive: 75_000 };

/**
 * An HTTP/1.1 server; with `tls`, TLS from the first byte, the certificate asked for at each handshake. Not listening
 * yet.
 */
export function createHttpServer(handler: RequestListener, tls: TlsProvider | undefined): Server {
  const server = createServer(
    {
      noDelay: true,
      maxHeaderSize: 32 * 1024,
      headersTimeout: timeouts.headers,
      requestTimeout: timeouts.request,
      keepAliveTimeout: timeouts.keepAlive,
      connectionsCheckingInterval: 5_000,
    },
    handler,
  );
  server.maxRequestsPerSocket = 100_000;
  if (tls) wrapInTls(server, tls);
  return server;
}

/** Puts TLS before the server's own way of taking connections. */
function wrapInTls(server: Server, tls: TlsProvider): void {
  const accept = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (raw: Socket) => {
    const socket = new TLSSocket(raw, {
      isServer: true,
      secureContext: tls.contextFor(undefined),
      SNICallback: (name, done) => done(null, tls.contextFor(name)),
      ALPNProtocols: ['http/1.1'],
    });
    const timer = setTimeout(() => socket.destroy(), handshakeTimeoutMs);
    timer.unref();
    const drop = (): void => {
      clearTimeout(timer);
      socket.destroy();
    };
    socket.once('error', drop).once('close', drop);
    raw.once('error', drop);
    socket.once('secure', () => {
      clearTimeout(timer);
      socket.off('error', drop);
      for (const listener of accept) listener.call(server, socket);
    });
  });
}
