import type { Language } from '@hongyan/phrases/phrases.ts';
import type { Scope } from '../access/scope.ts';
import { requireAddress } from '../directory/address.ts';
import { requireDomain } from '../directory/context.ts';
import { requireDomains } from '../directory/domain-state/access.ts';
import { recordOperation } from '../directory/operations.ts';
import { MailError } from '../platform/errors.ts';
import type { SqlTransaction } from '../store/sql/port.ts';
import { readSetting, writeSetting } from '../store/system/settings.ts';
import type { DomainsContext } from './context.ts';

/** A mail that shows whether a domain's mail leaves and arrives. */
export interface TestMail {
  /** Sender is postmaster of this domain (A-labels). */
  readonly domain: string;
  readonly to: string;
  /** Who hears when it cannot be delivered; null: nobody. */
  readonly returnTo: string | null;
  readonly language: Language;
}

const hour = 3_600_000;
/** Test mails of a company in an hour: they go to any address. */
const mostPerHour = 20;
const timesSetting = 'domains.test_mails';

async function countOne(tx: SqlTransaction, scope: Scope, now: number): Promise<void> {
  const before = JSON.parse((await readSetting(tx, scope.tenantId, timesSetting)) ?? '[]') as number[];
  const recent = before.filter(at => at > now - hour && at <= now);
  const [oldest] = recent;
  if (recent.length >= mostPerHour && oldest !== undefined) {
    throw new MailError('api.rate_limited', { seconds: Math.ceil((oldest + hour - now) / 1_000) });
  }
  await writeSetting(tx, scope.tenantId, timesSetting, JSON.stringify([...recent, now]));
}

/**
 * Sends a short mail from one of the company's domains to any address: the trace shows under the returned queue id what
 * became of it. Recorded (LOG-03). Needs `domains:manage`. Throws `address.invalid`, `domain.not_found`, `api.rate_limited`
 * after 20 in an hour.
 */
export async function sendTestMail(
  ctx: DomainsContext,
  scope: Scope,
  wanted: { readonly domain: string; readonly to: string; readonly language: Language },
): Promise<{ readonly queueId: string }> {
  requireDomains(scope, 'manage');
  const { local, domain: host } = requireAddress(wanted.to);
  const { principal, tenantId } = scope;
  const from = await ctx.directory.database.of(scope.tenantId).transact(async tx => {
    const domain = await requireDomain(tx, tenantId, requireAddress(`postmaster@${wanted.domain}`).domain);
    await countOne(tx, scope, ctx.clock.now());
    await recordOperation(tx, ctx.clock, scope, {
      action: 'domain.test_mail',
      targetKind: 'domain',
      target: domain.unicode_name,
      details: { to: wanted.to },
    });
    return domain.name;
  });
  return ctx.sendTest(tenantId, {
    domain: from,
    to: `${local}@${host}`,
    returnTo: principal.kind === 'account' ? principal.login : null,
    language: wanted.language,
  });
}
