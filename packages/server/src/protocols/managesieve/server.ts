import type { AddressInfo } from 'node:net';
import type { Authenticator } from '../../access/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { ConnectionLimiter } from '../../platform/net/connection-limiter.ts';
import { type Listener, listen } from '../../platform/net/listener.ts';
import type { TlsProvider } from '../../platform/net/tls.ts';
import type { ScriptContext } from '../../sieve/context.ts';
import { defaultManageSieveLimits, type ManageSieveLimits } from './limits.ts';
import { manageSieveCommands } from './registry.ts';
import { ManageSieveSession, type SessionServices } from './session.ts';

export interface ManageSieveServerOptions {
  /** Our name in the greeting. */
  readonly hostName: string;
  readonly host: string;
  /** 0 lets the system choose: see `ManageSieveServer.address`. */
  readonly port: number;
  /** Certificates for STARTTLS; null: not offered. */
  readonly tls: TlsProvider | null;
  /** Passwords may come unencrypted from loopback addresses: for trials on one machine only. */
  readonly allowPlainLoopback?: boolean;
  readonly scripts: ScriptContext;
  readonly authenticator: Authenticator;
  readonly languageOf: SessionServices['languageOf'];
  readonly limits?: Partial<ManageSieveLimits>;
  readonly limiter?: ConnectionLimiter;
  readonly proxiesTrusted?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** A running ManageSieve listener. Disposing it cuts the connections at once. */
export interface ManageSieveServer extends AsyncDisposable {
  address(): AddressInfo;
  readonly connections: number;
  /** Stops accepting, says BYE to idle sessions, waits at most `deadlineMs`; resolves with the number that was cut. */
  drain(deadlineMs: number): Promise<number>;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}

/** Starts a ManageSieve server (RFC 5804). Rejects when the address cannot be had. */
export async function createManageSieveServer(options: ManageSieveServerOptions): Promise<ManageSieveServer> {
  const { clock, scripts, hostName, authenticator, languageOf, tls } = options;
  const log = options.log.child({ service: 'managesieve' });
  const services: SessionServices = {
    hostName,
    scripts,
    authenticator,
    languageOf,
    clock,
    log,
    limits: { ...defaultManageSieveLimits, ...options.limits },
    commands: new Map(manageSieveCommands.map(command => [command.name, command])),
    tls,
    passwordsInPlain: address => options.allowPlainLoopback === true && isLoopback(address),
  };
  const listener: Listener = await listen({
    host: options.host,
    port: options.port,
    ...(options.limiter === undefined ? {} : { limiter: options.limiter }),
    ...(options.proxiesTrusted === undefined ? {} : { proxiesTrusted: options.proxiesTrusted }),
    farewell: () => 'BYE (TRYLATER) "Too many connections"\r\n',
    handshakeTimeoutMs: services.limits.tlsHandshakeMs,
    clock,
    log,
    onConnection: connection => new ManageSieveSession(connection, services).run(),
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
