import type { AddressInfo } from 'node:net';
import type { Authenticator } from '../../access/types.ts';
import type { MailboxContext } from '../../mailbox/context.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { ConnectionLimiter } from '../../platform/net/connection-limiter.ts';
import { type Listener, listen } from '../../platform/net/listener.ts';
import type { TlsProvider } from '../../platform/net/tls.ts';
import { defaultImapLimits, type ImapSessionLimits } from './limits.ts';
import { imapCommands } from './registry.ts';
import { Session, type SessionServices } from './session.ts';

export interface ImapServerOptions {
  readonly host: string;
  /** 0 lets the system choose: see `ImapServer.address`. */
  readonly port: number;
  /** `implicit`: TLS from the first byte (port 993). `starttls`: plain until the client asks (port 143). */
  readonly tlsMode: 'implicit' | 'starttls';
  /** Certificates; null only with `starttls`, which is then not offered. */
  readonly tls: TlsProvider | null;
  /** Passwords may come unencrypted from loopback addresses: for trials on one machine only. */
  readonly allowPlainLoopback?: boolean;
  readonly mail: MailboxContext;
  readonly authenticator: Authenticator;
  readonly limits?: Partial<ImapSessionLimits>;
  readonly limiter?: ConnectionLimiter;
  readonly proxiesTrusted?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** A running IMAP listener. Disposing it cuts the connections at once. */
export interface ImapServer extends AsyncDisposable {
  address(): AddressInfo;
  readonly connections: number;
  /** Stops accepting, says BYE to idle sessions, waits at most `deadlineMs`; resolves with the number that was cut. */
  drain(deadlineMs: number): Promise<number>;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}

/** Starts an IMAP4rev1 and IMAP4rev2 server (RFC 3501, RFC 9051). Rejects when the address cannot be had. */
export async function createImapServer(options: ImapServerOptions): Promise<ImapServer> {
  const { clock, tls } = options;
  if (options.tlsMode === 'implicit' && tls === null) throw new TypeError('implicit TLS needs certificates');
  const limits = { ...defaultImapLimits, ...options.limits };
  const log = options.log.child({ service: 'imap' });
  const services: SessionServices = {
    mail: options.mail,
    authenticator: options.authenticator,
    clock,
    log,
    limits: { ...limits, appendBytes: Math.min(limits.appendBytes, options.mail.limits.maxMessageBytes) },
    commands: new Map(imapCommands.map(command => [command.name, command])),
    tls: options.tlsMode === 'starttls' ? tls : null,
    passwordsInPlain: address => options.allowPlainLoopback === true && isLoopback(address),
  };
  const listener: Listener = await listen({
    host: options.host,
    port: options.port,
    ...(options.tlsMode === 'implicit' && tls !== null ? { implicitTls: tls } : {}),
    ...(options.limiter === undefined ? {} : { limiter: options.limiter }),
    ...(options.proxiesTrusted === undefined ? {} : { proxiesTrusted: options.proxiesTrusted }),
    farewell: () => '* BYE [UNAVAILABLE] Too many connections\r\n',
    handshakeTimeoutMs: services.limits.tlsHandshakeMs,
    clock,
    log,
    onConnection: connection => new Session(connection, services).run(),
  });
  return {
    address: () => listener.address(),
    get connections() {
      return listener.connections;
    },
    drain: deadlineMs => listener.drain(deadlineMs),
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
}
