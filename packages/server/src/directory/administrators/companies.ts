import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import { listDomainRows, listTenantRows } from '../../store/system/tenants.ts';
import type { DirectoryContext } from '../context.ts';

/** A company as those who belong to it see it. */
export interface CompanyEntry {
  readonly id: number;
  readonly name: string;
  /** Primary domain, as people read it. */
  readonly domain: string | null;
}

/** The scope's company. */
export async function describeCompany(
  ctx: Pick<DirectoryContext, 'database'>,
  scope: Scope,
): Promise<CompanyEntry> {
  return ctx.database.of(scope.tenantId).read(async reader => {
    const tenant = (await listTenantRows(reader)).find(row => row.id === scope.tenantId);
    if (!tenant) throw new MailError('store.corrupt', { table: 'tenant' });
    const domains = await listDomainRows(reader, scope.tenantId);
    const primary = domains.find(domain => domain.is_primary === 1) ?? domains[0];
    return { id: tenant.id, name: tenant.name, domain: primary?.unicode_name ?? null };
  });
}
