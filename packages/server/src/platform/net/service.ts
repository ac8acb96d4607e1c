import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Connection } from './connection.ts';
import type { ConnectionLimiter } from './connection-limiter.ts';
import { type Listener, listen } from './listener.ts';
import type { TlsProvider } from './tls.ts';

/** What the listeners of all mail protocols have in common. */
export interface ServiceOptions {
  readonly host: string;
  /** 0 lets the system choose: see `Listener.address`. */
  readonly port: number;
  /** Passwords may come unencrypted from loopback addresses: for trials on one machine only. */
  readonly allowPlainLoopback?: boolean;
  readonly limiter?: ConnectionLimiter;
  readonly proxiesTrusted?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** How one protocol answers. */
export interface Service {
  /** Certificates for TLS from the first byte; null: the connection begins in plain. */
  readonly implicitTls: TlsProvider | null;
  /** What a plain client is told when there are too many connections, with CRLF. */
  readonly farewell: string;
  readonly handshakeTimeoutMs: number;
  readonly log: Log;
  readonly session: (connection: Connection) => Promise<void>;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}

/** Whether a peer may send passwords over a connection that is not encrypted. */
export function passwordsInPlain({
  allowPlainLoopback = false,
}: Pick<ServiceOptions, 'allowPlainLoopback'>): (address: string) => boolean {
  return address => allowPlainLoopback && isLoopback(address);
}

/** The provider for implicit TLS. Throws `TypeError` when TLS from the first byte is wanted and there are no certificates. */
export function implicitTls(mode: string, tls: TlsProvider | null): TlsProvider | null {
  if (mode !== 'implicit') return null;
  if (tls === null) throw new TypeError('implicit TLS needs certificates');
  return tls;
}

/** Opens the listener of a protocol. Rejects when the address cannot be had. */
export function openService(options: ServiceOptions, service: Service): Promise<Listener> {
  const { host, port, limiter, proxiesTrusted, clock } = options;
  return listen({
    host,
    port,
    ...(service.implicitTls === null ? {} : { implicitTls: service.implicitTls }),
    ...(limiter === undefined ? {} : { limiter }),
    ...(proxiesTrusted === undefined ? {} : { proxiesTrusted }),
    farewell: () => service.farewell,
    handshakeTimeoutMs: service.handshakeTimeoutMs,
    clock,
    log: service.log,
    onConnection: service.session,
  });
}
