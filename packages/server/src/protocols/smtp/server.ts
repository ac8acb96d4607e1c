import type { AddressInfo } from 'node:net';
import { ConnectionLimiter } from '../../platform/net/connection-limiter.ts';
import { type Listener, listen } from '../../platform/net/listener.ts';
import { HarvestGuard } from './harvest-guard.ts';
import { defaultSmtpLimits } from './limits.ts';
import type { SmtpContext, SmtpServerOptions } from './options.ts';
import { commands } from './registry.ts';
import { replies } from './replies.ts';
import { SmtpSession } from './session.ts';

export interface SmtpServer extends AsyncDisposable {
  address(): AddressInfo;
  /** Conversations going on. */
  readonly connections: number;
  /** Stops accepting, lets running commands and messages end, cuts what is left after `deadlineMs`. Resolves with how many were cut. */
  drain(deadlineMs: number): Promise<number>;
}

/**
 * Starts an SMTP server (RFC 5321) in one of three roles. Rejects when the address cannot be had.
 *
 * @example
 * await using server = await createSmtpServer({ profile: 'mx', hostName: 'mx.example.cn', listen: { host: '::', port: 25 }, … });
 */
export async function createSmtpServer(options: SmtpServerOptions): Promise<SmtpServer> {
  const { profile, tls, clock, hostName, acceptor, authenticator } = options;
  if (profile === 'submissions' && tls === null) throw new RangeError('submissions needs certificates');
  const limits = { ...defaultSmtpLimits, ...options.limits };
  const log = options.log.child({ profile });
  const context: SmtpContext = {
    profile,
    hostName,
    tls,
    acceptor,
    authenticator,
    log,
    harvest: new HarvestGuard(clock, limits),
    limits,
    allowPlainLoopback: options.allowPlainLoopback ?? false,
  };
  const byVerb = new Map(commands.map(command => [command.verb, command]));
  const listener: Listener = await listen({
    ...options.listen,
    ...(profile === 'submissions' && tls !== null && { implicitTls: tls }),
    handshakeTimeoutMs: limits.handshakeMs,
    limiter:
      options.limiter ??
      new ConnectionLimiter({ total: limits.connections, perAddress: limits.connectionsPerAddress }),
    farewell: reason => (reason === 'total' ? replies.tooManyConnections : replies.tooManyFromAddress).text,
    clock,
    log,
    onConnection: connection => new SmtpSession(context, connection, byVerb).run(),
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
