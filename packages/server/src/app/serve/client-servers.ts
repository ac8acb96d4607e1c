import type { ClientServer } from '../../access/clients/servers.ts';
import type { Config } from '../config/config.ts';
import { portOf, type ServiceName } from './endpoints.ts';

const lines: readonly (readonly [ServiceName, ClientServer['service'], ClientServer['security']])[] = [
  ['imaps', 'imap', 'tls'],
  ['imap', 'imap', 'starttls'],
  ['submissions', 'smtp', 'tls'],
  ['submission', 'smtp', 'starttls'],
  ['pop3s', 'pop3', 'tls'],
  ['pop3', 'pop3', 'starttls'],
  ['sieve', 'sieve', 'starttls'],
];

/** What mail clients are set up with (CLI-06): what this installation offers, encryption from the first byte first. */
export function clientServers(config: Config, host: string): ClientServer[] {
  const seen = new Set<string>();
  return lines.flatMap(([name, service, security]) => {
    const port = portOf(config, name);
    if (port === false) return [];
    const recommended = !seen.has(service);
    seen.add(service);
    return [{ service, host, port, security, recommended }];
  });
}
