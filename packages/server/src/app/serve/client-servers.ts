import type { ClientServer } from '../../access/clients/servers.ts';
import { clientServers as announced } from '../../domains/client-settings.ts';
import type { RecordPlan } from '../../domains/records/plan.ts';

/**
 * What mail clients are set up with (CLI-06): the same hosts and ports that records and automatic configuration name, the
 * backup host's after them.
 */
export function clientServers(plan: RecordPlan): ClientServer[] {
  const seen = new Set<string>();
  const { sieve } = plan.ports;
  const servers: Omit<ClientServer, 'recommended'>[] = [
    ...announced(plan).map(({ protocol, ...rest }) => ({ service: protocol, ...rest })),
    ...(sieve === null
      ? []
      : [{ service: 'sieve', host: plan.serviceHost, port: sieve, security: 'starttls' } as const]),
  ];
  const { backupHost } = plan;
  const backups = backupHost === null ? [] : servers.map(server => ({ ...server, host: backupHost }));
  return [...servers, ...backups].map(server => {
    const recommended = !seen.has(server.service);
    seen.add(server.service);
    return { ...server, recommended };
  });
}
