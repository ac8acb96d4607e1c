import { capabilityText } from './capabilities.ts';
import type { Session } from './session.ts';

/** What a session can do now, as CAPABILITY names it. */
export function sessionCapabilities({ state, connection, services, passwordsAllowed }: Session): string {
  const { tls } = connection;
  return capabilityText({
    state,
    encrypted: tls !== null,
    compressed: connection.compressed,
    startTls: services.tls !== null,
    passwords: passwordsAllowed,
    tokens: services.authenticator.bearer !== undefined,
    channelBinding:
      tls?.channelBinding('tls-exporter') != null || tls?.channelBinding('tls-server-end-point') != null,
    commands: [...services.commands.values()].flatMap(command => command.capability),
    appendLimit: services.limits.appendBytes,
  });
}
