import type { AddressInfo } from 'node:net';
import { createPhrases, type Language } from '@hongyan/phrases/phrases.ts';
import type { Authenticator } from '../../access/types.ts';
import type { MaildropContext } from '../../mailbox/maildrop/maildrop.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { ConnectionLimiter } from '../../platform/net/connection-limiter.ts';
import { type Listener, listen } from '../../platform/net/listener.ts';
import type { TlsProvider } from '../../platform/net/tls.ts';
import { defaultPop3Limits, type Pop3Limits } from './limits.ts';
import { pop3Commands } from './registry.ts';
import { replyLine } from './replies.ts';
import { Pop3Session, type SessionServices } from './session.ts';

export interface Pop3ServerOptions {
  /** Our name in the greeting. */
  readonly hostName: string;
  readonly host: string;
  /** 0 lets the system choose: see `Pop3Server.address`. */
  readonly port: number;
  /** `implicit`: TLS from the first byte (port 995). `stls`: plain until the client asks (port 110). */
  readonly tlsMode: 'implicit' | 'stls';
  /** Certificates; null only with `stls`, which is then not offered. */
  readonly tls: TlsProvider | null;
  /** Passwords may come unencrypted from loopback addresses: for trials on one machine only. */
  readonly allowPlainLoopback?: boolean;
  readonly maildrops: MaildropContext;
  readonly authenticator: Authenticator;
  readonly limits?: Partial<Pop3Limits>;
  readonly limiter?: ConnectionLimiter;
  readonly proxiesTrusted?: readonly string[];
  /** What `LANG *` chooses. */
  readonly language?: Language;
  readonly clock: Clock;
  readonly log: Log;
}

/** A running POP3 listener. Disposing it cuts the connections at once. */
export interface Pop3Server extends AsyncDisposable {
  address(): AddressInfo;
  readonly connections: number;
  /** Stops accepting, lets running commands end, waits at most `deadlineMs`; resolves with the number that was cut. */
  drain(deadlineMs: number): Promise<number>;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}

/** Starts a POP3 server (RFC 1939). Rejects when the address cannot be had. */
export async function createPop3Server(options: Pop3ServerOptions): Promise<Pop3Server> {
  const { clock, tls, language = 'en' } = options;
  if (options.tlsMode === 'implicit' && tls === null) throw new TypeError('implicit TLS needs certificates');
  const log = options.log.child({ service: 'pop3' });
  const services: SessionServices = {
    hostName: options.hostName,
    maildrops: options.maildrops,
    authenticator: options.authenticator,
    clock,
    log,
    limits: { ...defaultPop3Limits, ...options.limits },
    commands: new Map(pop3Commands.map(command => [command.keyword, command])),
    tls: options.tlsMode === 'stls' ? tls : null,
    passwordsInPlain: address => options.allowPlainLoopback === true && isLoopback(address),
    language,
  };
  const listener: Listener = await listen({
    host: options.host,
    port: options.port,
    ...(options.tlsMode === 'implicit' && tls !== null ? { implicitTls: tls } : {}),
    ...(options.limiter === undefined ? {} : { limiter: options.limiter }),
    ...(options.proxiesTrusted === undefined ? {} : { proxiesTrusted: options.proxiesTrusted }),
    farewell: () => replyLine(createPhrases('en'), 'too_many_connections'),
    handshakeTimeoutMs: services.limits.tlsHandshakeMs,
    clock,
    log,
    onConnection: connection => new Pop3Session(connection, services).run(),
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
