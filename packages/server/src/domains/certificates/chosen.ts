import type { Scope } from '../../access/scope.ts';
import { domainToKey } from '../../directory/address.ts';
import { requireDomains } from '../../directory/domain-state/access.ts';
import { recordOperation } from '../../directory/operations.ts';
import { MailError } from '../../platform/errors.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { readSetting, writeSetting } from '../../store/system/settings.ts';
import { listDomainRows } from '../../store/system/tenants.ts';
import type { CertificateContext } from './store.ts';

const excludedSetting = 'certificates.excluded';

/** Host names that one company may leave out. */
const maxExcluded = 500;

/** Host names (A-labels) for which a company wants no certificate to be ordered, by name. */
export async function excludedHosts(reader: SqlReader, tenantId: TenantId): Promise<readonly string[]> {
  return JSON.parse((await readSetting(reader, tenantId, excludedSetting)) ?? '[]') as string[];
}

/** The company's host names without automatic certificate. Needs `domains:view`. */
export async function listExcludedHosts(ctx: CertificateContext, scope: Scope): Promise<readonly string[]> {
  requireDomains(scope, 'view');
  return excludedHosts(ctx.database.of(scope.tenantId), scope.tenantId);
}

/**
 * Chooses whether the server orders certificates for a host name in one of the company's domains (SEC-11); until somebody
 * chooses otherwise it does. A certificate that is there stays in use to its end. Recorded (LOG-03). Needs `domains:manage`.
 * Throws `certificate.not_found` for a name in nobody's or another company's domain, `limit.exceeded`.
 */
export async function setAutomatic(
  ctx: CertificateContext,
  scope: Scope,
  host: string,
  automatic: boolean,
): Promise<void> {
  requireDomains(scope, 'manage');
  const name = domainToKey(host);
  const { tenantId } = scope;
  await ctx.database.of(scope.tenantId).transact(async tx => {
    const domains = await listDomainRows(tx, tenantId);
    if (name === null || !domains.some(domain => name === domain.name || name.endsWith(`.${domain.name}`))) {
      throw new MailError('certificate.not_found', { name: host });
    }
    const before = await excludedHosts(tx, tenantId);
    if (before.includes(name) !== automatic) return;
    const after = automatic ? before.filter(one => one !== name) : [...before, name].toSorted();
    if (after.length > maxExcluded)
      throw new MailError('limit.exceeded', { limit: 'hosts', max: maxExcluded });
    await writeSetting(tx, tenantId, excludedSetting, JSON.stringify(after));
    await recordOperation(tx, ctx.clock, scope, {
      action: 'certificate.automatic_changed',
      targetKind: 'certificate',
      target: name,
      details: { before: !automatic, after: automatic },
    });
  });
}
