import { createServer, IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { TlsProvider } from '../../platform/net/tls.ts';

const handshakeTimeoutMs = 30_000;

/** Times in ms: the header has to come within one, a whole request (uploads too) within the other. */
const timeouts = { headers: 30_000, request: 30 * 60_000, keepAlive: 75_000 };

/**
 * An HTTP/1.1 server; with `tls`, TLS from the first byte, the certificate asked for at each handshake. Not listening
 * yet. Connections of requests for which `handsOver` says so come out as `upgrade`, whether they ask for that or not; of
 * all others an `Upgrade` is not heeded (RFC 9110 §7.8).
 */
export function createHttpServer(
  handler: RequestListener,
  tls: TlsProvider | undefined,
  handsOver: (request: IncomingMessage) => boolean = () => false,
): Server {
  const server = createServer(
    {
      IncomingMessage: handingOver(handsOver),
      shouldUpgradeCallback: handsOver,
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

/**
 * Node hands a connection over, and lets go what it keeps for HTTP, when `upgrade` of its request is true; that is asked
 * when the header has been read.
 */
function handingOver(handsOver: (request: IncomingMessage) => boolean): typeof IncomingMessage {
  return class extends IncomingMessage {
    /** What the parser says. */
    declare asked: boolean | null;

    get upgrade(): boolean {
      return this.asked === true || (this.asked === false && handsOver(this));
    }

    set upgrade(asked: boolean | null) {
      this.asked = asked;
    }
  };
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
