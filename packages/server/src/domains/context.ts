import type { DirectoryContext } from '../directory/context.ts';
import type { DkimKeys } from '../directory/dkim.ts';
import type { Clock } from '../platform/clock.ts';
import type { ZoneResolver } from '../platform/dns/resolver.ts';
import type { TenantId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { RecordPlan } from './records/plan.ts';
import type { TestMail } from './test-mail.ts';
import type { LookSchedule } from './watch/transition.ts';

/** What administrators of a tenant hear about its domains; the words are the phrases `notice.<kind>.…`. */
export type DomainNotice =
  | { readonly kind: 'domain_active'; readonly domain: string }
  | { readonly kind: 'domain_drifted'; readonly domain: string }
  | { readonly kind: 'domain_gone'; readonly domain: string }
  | { readonly kind: 'domain_recovered'; readonly domain: string }
  /** TEN-22: `days` until the service of the tenant is judged ended. */
  | { readonly kind: 'domain_ending'; readonly domain: string; readonly days: number }
  | { readonly kind: 'domain_ended'; readonly domain: string }
  /** DOM-11: another company has proven that the domain is theirs; `days` are left. */
  | { readonly kind: 'domain_claimed'; readonly domain: string; readonly days: number }
  | { readonly kind: 'domain_lost'; readonly domain: string }
  | { readonly kind: 'domain_won'; readonly domain: string }
  /** DOM-02: `count` addresses have moved from `trial` to `domain`. */
  | {
      readonly kind: 'trial_retired';
      readonly domain: string;
      readonly trial: string;
      readonly count: number;
    };

/** Named values of domains. Times in ms. */
export interface DomainPolicy {
  /** Protection of a claimed domain's holder (DOM-10). */
  readonly protectionMs: number;
  /** Before the end of the protection the holder is warned again when so much is left. */
  readonly claimWarningsMs: readonly number[];
  /** A claim that nobody proves is forgotten after that. */
  readonly claimKeepMs: number;
  /** How long old addresses of a retired trial domain work. */
  readonly trialAliasMs: number;
  /** MX records that lead elsewhere for so long end the service of a tenant to which the rule applies (TEN-22). */
  readonly deadMxMs: number;
  /** Before that, warnings when so much is left. */
  readonly deadMxWarningsMs: readonly number[];
  /** A check that somebody asks for sooner after the last one gets its result. */
  readonly checkEveryMs: number;
}

const day = 86_400_000;

export const defaultDomainPolicy: DomainPolicy = {
  protectionMs: 7 * day,
  claimWarningsMs: [3 * day, day],
  claimKeepMs: 30 * day,
  trialAliasMs: 30 * day,
  deadMxMs: 30 * day,
  deadMxWarningsMs: [7 * day, 3 * day, day],
  checkEveryMs: 2_000,
};

/** What the functions of this room work with. */
export interface DomainsContext {
  readonly directory: DirectoryContext;
  readonly dkim: DkimKeys;
  readonly resolver: ZoneResolver;
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: DomainPolicy;
  readonly schedule: LookSchedule;
  /** Page where a company can register a domain (DOM-04), or null. */
  readonly registrar: string | null;
  /** Suffix of trial domains (A-labels), or null where there are none (DOM-01). */
  readonly trialSuffix: string | null;
  /** Host of the service as the installation's own records name it. */
  serviceHost(): Promise<string>;
  /** Host names of the installation itself, A-labels: where its pages may be, whoever's they are. */
  ownHosts(): Promise<readonly string[]>;
  /** Where the records of a tenant's domains lead. */
  plan(tenantId: TenantId): Promise<RecordPlan>;
  /** Whether the dead MX rule (TEN-22) applies to a tenant. */
  endsWithDeadMx(tenantId: TenantId): Promise<boolean>;
  /** Sends a mail to a tenant's administrators, each in their language. */
  notify(tenantId: TenantId, notice: DomainNotice): Promise<void>;
  /** Sends a test mail; its queue id. */
  sendTest(tenantId: TenantId, mail: TestMail): Promise<{ readonly queueId: string }>;
}

/** Tells administrators; a notice that cannot be sent must not undo what it is about. */
export async function tell(ctx: DomainsContext, tenantId: TenantId, notice: DomainNotice): Promise<void> {
  try {
    await ctx.notify(tenantId, notice);
  } catch (error) {
    ctx.log.error('domains.notice_failed', { domain: notice.domain, kind: notice.kind, error });
  }
}
