import type { Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import type { TenantId } from '../platform/ids.ts';
import type { SqlTransaction } from '../store/sql/port.ts';
import { addressCount } from '../store/system/addresses.ts';
import { deleteDkimKeys } from '../store/system/dkim-keys.ts';
import { deleteDomainStatus } from '../store/system/domains/status-rows.ts';
import { nextId } from '../store/system/sequences.ts';
import {
  type DomainRow,
  deleteDomain,
  insertDomain,
  insertTenant,
  listDomainRows,
  listTenantRows,
  makePrimary,
} from '../store/system/tenants.ts';
import { domainToDisplay, domainToKey } from './address.ts';
import { change, type DirectoryContext, requireDisplayName, requireDomain } from './context.ts';
import { requireDomains } from './domain-state/access.ts';
import { recordOperation } from './operations.ts';
import { holdPlan, requireWithin } from './plans/tenant-plan.ts';

export interface Tenant {
  readonly tenantId: TenantId;
  readonly name: string;
  readonly createdAt: number;
}

export interface Domain {
  readonly tenantId: TenantId;
  /** A-labels, lower case. */
  readonly name: string;
  /** As people read it. */
  readonly unicodeName: string;
  /** New addresses are offered in this one. */
  readonly primary: boolean;
  readonly createdAt: number;
}

function toDomain(row: DomainRow): Domain {
  return {
    tenantId: row.tenant_id,
    name: row.name,
    unicodeName: row.unicode_name,
    primary: row.is_primary === 1,
    createdAt: row.created_at,
  };
}

/** Makes a tenant (company). Throws `conflict.exists` for a name that is taken. */
export async function createTenant(ctx: DirectoryContext, name: string): Promise<Tenant> {
  const cleaned = requireDisplayName(ctx, name);
  if (cleaned === '') throw new MailError('input.invalid', { field: 'name' });
  return change(ctx, 'found', async tx => {
    const id = await nextId(tx, 'tenant');
    const createdAt = ctx.clock.now();
    if (!(await insertTenant(tx, { id, name: cleaned, created_at: createdAt }))) {
      throw new MailError('conflict.exists', { name: cleaned });
    }
    return { tenantId: id, name: cleaned, createdAt };
  });
}

/** All tenants, oldest first. For the operator only: it takes no scope because it belongs to no tenant. */
export async function listTenants(ctx: DirectoryContext): Promise<Tenant[]> {
  const rows = await listTenantRows(ctx.database.shared);
  return rows.map(row => ({ tenantId: row.id, name: row.name, createdAt: row.created_at }));
}

/**
 * Adds a domain with keys to sign its mail; the first becomes the primary one. Throws
 * `input.invalid`, `conflict.exists`, `limit.exceeded` (DOM-03).
 */
export async function addDomain(ctx: DirectoryContext, scope: Scope, name: string): Promise<Domain> {
  requireDomains(scope, 'manage');
  const key = domainToKey(name);
  if (key === null) throw new MailError('input.invalid', { field: 'domain', domain: name.slice(0, 320) });
  const fileKeys = await ctx.domainKeys?.prepare();
  return change(ctx, scope.tenantId, async tx => {
    const known = (await listDomainRows(tx, scope.tenantId)).length;
    const plan = await holdPlan(tx, scope.tenantId);
    requireWithin('domains', plan.limits.domains, known + 1);
    const first = known === 0;
    const row: DomainRow = {
      tenant_id: scope.tenantId,
      id: await nextId(tx, 'domain'),
      name: key,
      unicode_name: domainToDisplay(key),
      is_primary: first ? 1 : 0,
      created_at: ctx.clock.now(),
    };
    if (!(await insertDomain(tx, row))) throw new MailError('conflict.exists', { domain: key });
    await fileKeys?.(tx, row);
    await record(ctx, tx, scope, 'domain.added', key);
    return toDomain(row);
  });
}

async function record(
  ctx: DirectoryContext,
  tx: SqlTransaction,
  scope: Scope,
  action: string,
  domain: string,
): Promise<void> {
  await recordOperation(tx, ctx.clock, scope, { action, targetKind: 'domain', target: domain });
}

/** The tenant's domains, oldest first. */
export async function listDomains(ctx: DirectoryContext, scope: Scope): Promise<Domain[]> {
  return (await listDomainRows(ctx.database.of(scope.tenantId), scope.tenantId)).map(toDomain);
}

/** Makes a domain the tenant's primary one. Throws `domain.not_found`. */
export async function setPrimaryDomain(ctx: DirectoryContext, scope: Scope, name: string): Promise<void> {
  requireDomains(scope, 'manage');
  await change(ctx, scope.tenantId, async tx => {
    const row = await requireDomain(tx, scope.tenantId, domainToKey(name) ?? name);
    await makePrimary(tx, scope.tenantId, row.id);
    await record(ctx, tx, scope, 'domain.primary_changed', row.name);
  });
}

/**
 * Removes a domain that has no addresses. Throws `domain.not_found`, and `conflict.state` while it has addresses or is
 * the primary one beside others.
 */
export async function removeDomain(ctx: DirectoryContext, scope: Scope, name: string): Promise<void> {
  requireDomains(scope, 'manage');
  await change(ctx, scope.tenantId, async tx => {
    const row = await requireDomain(tx, scope.tenantId, domainToKey(name) ?? name);
    const addresses = await addressCount(tx, scope.tenantId, row.id);
    if (addresses > 0) throw new MailError('conflict.state', { domain: row.name, addresses });
    if (row.is_primary === 1 && (await listDomainRows(tx, scope.tenantId)).length > 1) {
      throw new MailError('conflict.state', { domain: row.name, reason: 'primary domain' });
    }
    await deleteDkimKeys(tx, scope.tenantId, row.id);
    await deleteDomainStatus(tx, scope.tenantId, row.id);
    await record(ctx, tx, scope, 'domain.removed', row.name);
    await deleteDomain(tx, scope.tenantId, row.id);
  });
}
