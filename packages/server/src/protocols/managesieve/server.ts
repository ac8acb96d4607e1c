import type { Authenticator } from '../../access/types.ts';
import type { Listener } from '../../platform/net/listener.ts';
import { openService, passwordsInPlain, type ServiceOptions } from '../../platform/net/service.ts';
import type { TlsProvider } from '../../platform/net/tls.ts';
import type { ScriptContext } from '../../sieve/context.ts';
import { defaultManageSieveLimits, type ManageSieveLimits } from './limits.ts';
import { manageSieveCommands } from './registry.ts';
import { ManageSieveSession, type SessionServices } from './session.ts';

export interface ManageSieveServerOptions extends ServiceOptions {
  /** Our name in the greeting. */
  readonly hostName: string;
  /** Certificates for STARTTLS; null: not offered. */
  readonly tls: TlsProvider | null;
  readonly scripts: ScriptContext;
  readonly authenticator: Authenticator;
  readonly languageOf: SessionServices['languageOf'];
  readonly limits?: Partial<ManageSieveLimits>;
}

/** A running ManageSieve listener: `drain` lets sessions end. Disposing it cuts the connections at once. */
export type ManageSieveServer = Listener;

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
    passwordsInPlain: passwordsInPlain(options),
  };
  return openService(options, {
    implicitTls: null,
    farewell: 'BYE (TRYLATER) "Too many connections"\r\n',
    handshakeTimeoutMs: services.limits.tlsHandshakeMs,
    log,
    session: connection => new ManageSieveSession(connection, services).run(),
  });
}
