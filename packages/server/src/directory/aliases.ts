import { requireTenantAdministration, type Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId } from '../platform/ids.ts';
import {
  addressByKey,
  addressesOfTenant,
  aliasCount,
  deleteAddress,
  insertAddress,
} from '../store/system/addresses.ts';
import { requireAddress, requireNewAddress } from './address.ts';
import { change, type DirectoryContext, requireDomain } from './context.ts';
import { displayAddress, requireAccount } from './users.ts';

export interface Alias {
  readonly address: string;
  readonly accountId: AccountId;
}

/**
 * Gives an account one more address (ALS-01). Throws `address.invalid`, `domain.not_found`, `account.not_found`,
 * `conflict.exists`, `limit.exceeded`.
 */
export async function addAlias(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
  text: string,
): Promise<Alias> {
  requireTenantAdministration(scope);
  const address = requireNewAddress(text);
  return change(ctx, async tx => {
    const domain = await requireDomain(tx, scope.tenantId, address.domain);
    await requireAccount(tx, scope.tenantId, accountId);
    const max = ctx.limits.aliasesPerAccount;
    if (max !== null && (await aliasCount(tx, scope.tenantId, accountId)) >= max) {
      throw new MailError('limit.exceeded', { limit: 'aliasesPerAccount', max });
    }
    const free = await insertAddress(tx, {
      tenant_id: scope.tenantId,
      domain_id: domain.id,
      local_key: address.localKey,
      local_part: address.local,
      kind: 'alias',
      account_id: accountId,
      group_id: null,
      created_at: ctx.clock.now(),
    });
    if (!free) throw new MailError('conflict.exists', { address: text });
    return { address: `${address.local}@${domain.unicode_name}`, accountId };
  });
}

/** All aliases of the tenant, by domain and address. */
export async function listAliases(ctx: DirectoryContext, scope: Scope): Promise<Alias[]> {
  const rows = await addressesOfTenant(ctx.database, scope.tenantId);
  return rows.flatMap(row =>
    row.kind === 'alias' && row.account_id !== null
      ? [{ address: displayAddress(row), accountId: row.account_id }]
      : [],
  );
}

/** Frees an alias. Throws `address.invalid`, `domain.not_found`, and `account.not_found` when the address is no alias. */
export async function removeAlias(ctx: DirectoryContext, scope: Scope, text: string): Promise<void> {
  requireTenantAdministration(scope);
  const address = requireAddress(text);
  await change(ctx, async tx => {
    const domain = await requireDomain(tx, scope.tenantId, address.domain);
    const row = await addressByKey(tx, scope.tenantId, domain.id, address.localKey);
    if (row?.kind !== 'alias') throw new MailError('account.not_found', { address: text });
    await deleteAddress(tx, row);
  });
}
