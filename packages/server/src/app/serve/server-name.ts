import { hostname as machineName } from 'node:os';
import type { CompanyDatabase } from '../../store/sql/company-database.ts';
import { installationDomain } from '../../store/system/tenants.ts';
import type { Config } from '../config/config.ts';

/** Our name in greetings: the configured one, else the primary domain of the first company, else the machine's. */
export async function serverName(config: Config, system: CompanyDatabase): Promise<string> {
  if (config.hostname !== null) return config.hostname;
  const domain = await installationDomain(system.look('route'));
  return domain?.name ?? machineName();
}
