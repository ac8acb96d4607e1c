import type { DirectoryContext } from '@hongyan/server/directory/context.ts';
import { createDkimKeys } from '@hongyan/server/directory/dkim.ts';
import type { CertificateContext } from '@hongyan/server/domains/certificates/store.ts';
import { type DomainsContext, defaultDomainPolicy } from '@hongyan/server/domains/context.ts';
import { recordTemplates } from '@hongyan/server/domains/records/plan.ts';
import { defaultLookSchedule } from '@hongyan/server/domains/watch/transition.ts';
import { createNodeResolver } from '@hongyan/server/platform/dns/node-resolver.ts';
import { silentLog } from '@hongyan/server/platform/log.ts';
import { masterKey } from '@hongyan/server/platform/secrets/master-key.ts';

/** What operations on domains work with; no name server answers unless one is given. */
export function domainsHouse(
  directory: DirectoryContext,
  dnsServer = '127.0.0.1:9',
): { readonly domains: DomainsContext; readonly certificates: CertificateContext } {
  const { database, clock } = directory;
  const plan: Awaited<ReturnType<DomainsContext['plan']>> = {
    template: recordTemplates.basic,
    mailExchangers: ['mx.provider.test'],
    serviceHost: 'web.provider.test',
    backupHost: null,
    spfInclude: null,
    ports: { imaps: 993, imap: 143, submissions: 465, submission: 587, pop3s: 995, sieve: 4190, https: 443 },
    mtaSts: { mode: 'testing', maxAge: 86_400 },
  };
  return {
    domains: {
      directory,
      dkim: createDkimKeys({ database, clock, log: silentLog, master: masterKey(Buffer.alloc(32, 7)) }),
      resolver: createNodeResolver({ servers: [dnsServer], timeoutMs: 500, tries: 1 }),
      clock,
      log: silentLog,
      policy: defaultDomainPolicy,
      schedule: defaultLookSchedule,
      registrar: null,
      trialSuffix: null,
      serviceHost: async () => plan.serviceHost,
      ownHosts: async () => [plan.serviceHost],
      plan: async () => plan,
      endsWithDeadMx: async () => false,
      notify: async () => undefined,
      sendTest: async () => ({ queueId: 'test' }),
    },
    certificates: { database, clock, log: silentLog, wrapping: Buffer.alloc(32, 9) },
  };
}
