import { readFileSync } from 'node:fs';
import { domainToKey } from '../directory/address.ts';
import type { DirectoryContext } from '../directory/context.ts';
import type { DkimKeys } from '../directory/dkim.ts';
import { filingRequired } from '../directory/domain-state/gate.ts';
import { createTransport } from '../domains/certificates/acme/transport.ts';
import { excludedHosts } from '../domains/certificates/chosen.ts';
import {
  type CertificateIssuer,
  defaultIssuerLimits,
  startCertificateIssuer,
} from '../domains/certificates/issuer.ts';
import type { CertificateContext } from '../domains/certificates/store.ts';
import { type DomainNotice, type DomainsContext, defaultDomainPolicy } from '../domains/context.ts';
import {
  type RecordPlan,
  recordTemplates,
  type ServicePorts,
  type TemplateName,
  templateNames,
} from '../domains/records/plan.ts';
import { arrivedHosts, type DomainReport } from '../domains/records/report.ts';
import { defaultLookSchedule } from '../domains/watch/transition.ts';
import type { Clock } from '../platform/clock.ts';
import { createNodeResolver } from '../platform/dns/node-resolver.ts';
import type { TenantId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { CompanyDatabase } from '../store/sql/company-database.ts';
import { everyDomainStatus } from '../store/system/domains/status-rows.ts';
import { readSetting } from '../store/system/settings.ts';
import type { Config } from './config/config.ts';
import { portOf, type ServiceName } from './serve/endpoints.ts';
import { serverName } from './serve/server-name.ts';
import { StartError } from './start-error.ts';

/** Settings of a tenant that an operator or a plan may set. */
const tenantSettings = {
  /** Which shape of records the tenant has (DOM-13, DOM-14). */
  template: 'domains.template',
  /** `on`: the dead MX rule applies (TEN-22). */
  deadMx: 'domains.dead_mx',
} as const;

/** Ports of the services where the system chooses them: the registered ones (RFC 8314 §7). */
const standardPorts = {
  imaps: 993,
  imap: 143,
  submissions: 465,
  submission: 587,
  pop3s: 995,
  sieve: 4190,
} as const satisfies Partial<Record<ServiceName, number>>;

/** The ports as programs outside reach them. */
export function publicPorts(config: Config): ServicePorts {
  const wanted = config.domains.publicPorts;
  const port = (service: keyof typeof standardPorts): number | null => {
    const listening = portOf(config, service);
    if (listening === false) return null;
    if (wanted[service] !== 0) return wanted[service];
    return listening === 0 ? standardPorts[service] : listening;
  };
  return {
    imaps: port('imaps'),
    imap: port('imap'),
    submissions: port('submissions'),
    submission: port('submission'),
    pop3s: port('pop3s'),
    sieve: port('sieve'),
    https: wanted.https,
  };
}

function hostKey(name: string): string {
  return domainToKey(name) ?? name.toLowerCase();
}

/** Where the records of domains lead, for one shape of records. */
export function recordPlan(config: Config, hostname: string, template: TemplateName): RecordPlan {
  const { domains } = config;
  const edition = domains.editions.find(one => one.template === template);
  const { mailExchangers, serviceHost, spfInclude } = edition ?? domains;
  return {
    template: recordTemplates[template],
    mailExchangers: (mailExchangers.length > 0 ? mailExchangers : [hostname]).map(hostKey),
    serviceHost: hostKey(serviceHost ?? hostname),
    backupHost: domains.backupHost && hostKey(domains.backupHost),
    spfInclude: spfInclude && hostKey(spfInclude),
    ports: publicPorts(config),
    mtaSts: { mode: domains.mtaSts, maxAge: Math.floor(domains.mtaStsMaxAge / 1_000) },
  };
}

function templateOf(text: string | null): TemplateName | null {
  return templateNames.find(name => name === text) ?? null;
}

export interface DomainsOptions {
  readonly config: Config;
  readonly system: CompanyDatabase;
  readonly directory: DirectoryContext;
  readonly dkim: DkimKeys;
  readonly clock: Clock;
  readonly log: Log;
  notify(tenantId: TenantId, notice: DomainNotice): Promise<void>;
  readonly sendTest: DomainsContext['sendTest'];
}

/** What the room of domains works with, on the house's stores. */
export function domainsContext(options: DomainsOptions): DomainsContext {
  const { config, system, directory, dkim, clock, log } = options;
  const { dns, domains } = config;
  return {
    directory,
    dkim,
    resolver: createNodeResolver({ servers: dns.servers, timeoutMs: dns.timeout }),
    clock,
    log,
    policy: defaultDomainPolicy,
    schedule: defaultLookSchedule,
    trialSuffix: domains.trialSuffix && hostKey(domains.trialSuffix),
    registrar: domains.registrar,
    async serviceHost() {
      return recordPlan(config, await serverName(config, system), domains.template).serviceHost;
    },
    ownHosts: async () => ownHosts(config, await serverName(config, system)),
    async plan(tenantId) {
      const own = templateOf(await readSetting(system.of(tenantId), tenantId, tenantSettings.template));
      return recordPlan(config, await serverName(config, system), own ?? domains.template);
    },
    async endsWithDeadMx(tenantId) {
      return (await readSetting(system.of(tenantId), tenantId, tenantSettings.deadMx)) === 'on';
    },
    notify: (tenantId, notice) => options.notify(tenantId, notice),
    sendTest: (tenantId, mail) => options.sendTest(tenantId, mail),
  };
}

/** Host names of the installation itself: the server's, those of its records, and those that the configuration adds. */
function ownHosts(config: Config, hostname: string): string[] {
  const { serviceHost, backupHost } = recordPlan(config, hostname, config.domains.template);
  const editions = config.domains.editions.map(one => one.serviceHost);
  const more = backupHost === null ? [] : [backupHost];
  return [hostname, serviceHost, ...config.acme.names, ...editions, ...more].map(hostKey);
}

/** Host names that ought to have a certificate: our own, and those of domains whose records lead here. */
export async function certificateNames(
  config: Config,
  system: CompanyDatabase,
  hostname: string,
): Promise<readonly string[]> {
  const { serviceHost, mailExchangers } = recordPlan(config, hostname, config.domains.template);
  const names = new Set([hostname, serviceHost, ...config.acme.names].map(hostKey));
  // Another machine may be behind the other exchangers; ours answers for its own name.
  if (mailExchangers.length === 1) for (const host of mailExchangers) names.add(host);
  for (const row of await everyDomainStatus(system.look('due'))) {
    if (row.report === null || row.state === 'ended') continue;
    const filed = row.icp_filed === 1 || row.trial === 1;
    if (!filed && (await filingRequired(system.of(row.tenant_id), row.tenant_id))) continue;
    const excluded = await excludedHosts(system.of(row.tenant_id), row.tenant_id);
    for (const host of arrivedHosts(JSON.parse(row.report) as DomainReport))
      if (!excluded.includes(host)) names.add(host);
  }
  return [...names].filter(name => domainToKey(name) !== null);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError('serve.file_unreadable', { file, reason }, { cause: error });
  }
}

/** Starts to fetch certificates, if that is configured. Throws `StartError` for a file that cannot be read. */
export function startIssuer(
  config: Config,
  certificates: CertificateContext,
  hostname: string,
): CertificateIssuer | null {
  const { acme } = config;
  if (!acme.enabled) return null;
  const { eabKeyId: keyId, eabKeyFile, trustedCa } = acme;
  return startCertificateIssuer({
    ...certificates,
    directory: acme.directory,
    transport: createTransport(trustedCa === null ? null : readText(trustedCa)),
    account: {
      contact: acme.contact,
      agreeTerms: acme.agreeTerms,
      binding:
        keyId === null || eabKeyFile === null
          ? null
          : { keyId, secret: Buffer.from(readText(eabKeyFile).trim(), 'base64url') },
    },
    limits: defaultIssuerLimits,
    wantedNames: () => certificateNames(config, certificates.database, hostname),
  });
}
