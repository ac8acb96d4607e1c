import { requireAdministration } from '../access/administration.ts';
import type { Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { SqlTransaction } from '../store/sql/port.ts';
import {
  addressByKey,
  addressesOfTenant,
  aliasCount,
  deleteAddress,
  insertAddress,
  type NamedAddressRow,
} from '../store/system/addresses.ts';
import { type ParsedAddress, requireAddress, requireNewAddress } from './address.ts';
import { change, type DirectoryContext, requireDomain } from './context.ts';
import { requireOpenDomain } from './domain-state/gate.ts';
import { requireManaged } from './members/manage.ts';
import { recordOperation } from './operations.ts';
import { holdPlan, requireWithin } from './plans/tenant-plan.ts';
import { displayAddress } from './users.ts';

export interface Alias {
  readonly address: string;
  readonly accountId: AccountId;
}

/** Throws `limit.exceeded` when the plan gives the account no room for so many more aliases (ALS-01). */
export async function requireAliasRoom(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  more = 1,
): Promise<void> {
  const { limits } = await holdPlan(tx, tenantId);
  if (limits.aliasesPerAccount === null) return;
  const count = await aliasCount(tx, tenantId, accountId);
  requireWithin('aliasesPerAccount', limits.aliasesPerAccount, count + more);
}

/** Files an alias. Throws `domain.not_found`, `domain.pending`, `conflict.exists` when the name is used anywhere in the tenant (ALS-01). */
export async function insertAlias(
  ctx: DirectoryContext,
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  address: ParsedAddress,
): Promise<string> {
  const domain = await requireDomain(tx, tenantId, address.domain);
  await requireOpenDomain(tx, domain);
  const free = await insertAddress(tx, {
    tenant_id: tenantId,
    domain_id: domain.id,
    local_key: address.localKey,
    local_part: address.local,
    kind: 'alias',
    account_id: accountId,
    group_id: null,
    created_at: ctx.clock.now(),
  });
  const text = `${address.local}@${domain.unicode_name}`;
  if (!free) throw new MailError('conflict.exists', { address: text });
  return text;
}

/**
 * Gives an account one more address (ALS-01 to ALS-03). Needs `aliases:manage` and reach of the account. Throws
 * `address.invalid`, `domain.not_found`, `account.not_found`, `conflict.exists`, `limit.exceeded`.
 */
export async function addAlias(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
  text: string,
): Promise<Alias> {
  const administration = requireAdministration(scope, 'aliases', 'manage');
  const address = requireNewAddress(text);
  return change(ctx, scope.tenantId, async tx => {
    const row = await requireManaged(tx, administration, scope, accountId);
    await requireAliasRoom(tx, scope.tenantId, accountId);
    const added = await insertAlias(ctx, tx, scope.tenantId, accountId, address);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'alias.added',
      targetKind: 'alias',
      target: added,
      details: { accountId, name: row.display_name },
    });
    return { address: added, accountId };
  });
}

/** All aliases of the tenant, by domain and address. */
export async function listAliases(ctx: DirectoryContext, scope: Scope): Promise<Alias[]> {
  const rows = await addressesOfTenant(ctx.database.of(scope.tenantId), scope.tenantId);
  return rows.flatMap(row =>
    row.kind === 'alias' && row.account_id !== null
      ? [{ address: displayAddress(row), accountId: row.account_id }]
      : [],
  );
}

/** The tenant's alias of that name; throws `account.not_found` when there is none. */
async function requireAlias(
  tx: SqlTransaction,
  scope: Scope,
  text: string,
): Promise<NamedAddressRow & { account_id: AccountId }> {
  const address = requireAddress(text);
  const domain = await requireDomain(tx, scope.tenantId, address.domain);
  const row = await addressByKey(tx, scope.tenantId, domain.id, address.localKey);
  if (row?.kind !== 'alias' || row.account_id === null) {
    throw new MailError('account.not_found', { address: text });
  }
  return { ...row, account_id: row.account_id };
}

/**
 * Frees an alias. Needs `aliases:manage` and reach of its account. Throws `address.invalid`, `domain.not_found`, and
 * `account.not_found` when the address is no alias.
 */
export async function removeAlias(ctx: DirectoryContext, scope: Scope, text: string): Promise<void> {
  const administration = requireAdministration(scope, 'aliases', 'manage');
  await change(ctx, scope.tenantId, async tx => {
    const row = await requireAlias(tx, scope, text);
    await requireManaged(tx, administration, scope, row.account_id);
    await deleteAddress(tx, row);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'alias.removed',
      targetKind: 'alias',
      target: displayAddress(row),
      details: { accountId: row.account_id },
    });
  });
}
