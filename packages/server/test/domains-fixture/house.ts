import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeDns, type FakeZone, startFakeDns } from '@hongyan/testkit/fake-dns.ts';
import { place } from '@hongyan/testkit/stores/databases.ts';
import { type Scope, tenantScope } from '../../src/access/scope.ts';
import { createDirectory, createDirectoryContext, type Directory } from '../../src/directory/directory.ts';
import { createDkimKeys } from '../../src/directory/dkim.ts';
import type { CertificateContext } from '../../src/domains/certificates/store.ts';
import { type DomainNotice, type DomainsContext, defaultDomainPolicy } from '../../src/domains/context.ts';
import { type RecordPlan, recordTemplates } from '../../src/domains/records/plan.ts';
import { defaultLookSchedule } from '../../src/domains/watch/transition.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { createNodeResolver } from '../../src/platform/dns/node-resolver.ts';
import { silentLog } from '../../src/platform/log.ts';
import { masterKey } from '../../src/platform/secrets/master-key.ts';
import type { CompanyDatabase } from '../../src/store/sql/company-database.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';

export const plan: RecordPlan = {
  template: recordTemplates.basic,
  mailExchangers: ['mx.hongyan.test'],
  serviceHost: 'web.hongyan.test',
  backupHost: 'hw.hongyan.test',
  spfInclude: null,
  ports: { imaps: 993, imap: 143, submissions: 465, submission: 587, pop3s: 995, sieve: 4190, https: 443 },
  mtaSts: { mode: 'testing', maxAge: 86_400 },
};

/** The rooms of directory and domains on a system database of their own, with a fake clock and a fake DNS. */
export interface DomainsHouse extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly database: CompanyDatabase;
  readonly directory: Directory;
  readonly domains: DomainsContext;
  readonly certificates: CertificateContext;
  readonly dns: FakeDns;
  readonly zone: FakeZone;
  /** What administrators were told, by tenant. */
  readonly notices: (DomainNotice & { readonly tenantId: number })[];
  tenant(name: string): Promise<Scope>;
}

export async function openDomainsHouse(options: Partial<DomainsContext> = {}): Promise<DomainsHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-domains-'));
  const clock = new FakeClock();
  const database = await openSystemDatabase(place(join(folder, 'system.db')), clock);
  const dns = await startFakeDns({});
  const dkim = createDkimKeys({
    database,
    clock,
    log: silentLog,
    master: masterKey(Buffer.alloc(32, 7)),
  });
  const context = createDirectoryContext({ database, clock, domainKeys: dkim, maxStalenessMs: 0 });
  const directory = createDirectory(context);
  const notices: (DomainNotice & { readonly tenantId: number })[] = [];
  const domains: DomainsContext = {
    directory: context,
    dkim,
    resolver: createNodeResolver({ servers: [dns.server], timeoutMs: 1_000, tries: 1 }),
    clock,
    log: silentLog,
    policy: defaultDomainPolicy,
    schedule: defaultLookSchedule,
    registrar: null,
    trialSuffix: 'try.hongyan.test',
    serviceHost: async () => plan.serviceHost,
    ownHosts: async () => [plan.serviceHost],
    plan: async () => plan,
    endsWithDeadMx: async () => false,
    notify: async (tenantId, notice) => {
      notices.push({ tenantId, ...notice });
    },
    sendTest: async () => ({ queueId: 'test' }),
    ...options,
  };
  return {
    clock,
    database,
    directory,
    domains,
    certificates: { database, clock, log: silentLog, wrapping: Buffer.alloc(32, 9) },
    dns,
    zone: dns.zone,
    notices,
    async tenant(name) {
      return tenantScope((await directory.createTenant(name)).tenantId, 'test');
    },
    async [Symbol.asyncDispose]() {
      await dns[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}
