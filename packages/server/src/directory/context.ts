import type { Clock } from '../platform/clock.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { AccountKey } from '../store/accounts/account-key.ts';
import type { Placement } from '../store/accounts/placement.ts';
import type { Act, CompanyDatabase } from '../store/sql/company-database.ts';
import type { SqlReader, SqlTransaction } from '../store/sql/port.ts';
import { insertPlacement } from '../store/system/placements.ts';
import { raiseDirectoryVersion } from '../store/system/sequences.ts';
import { type DomainRow, domainByName } from '../store/system/tenants.ts';
import type { DirectoryCache } from './cache.ts';
import type { CompanyPolicies } from './company/policies.ts';
import type { DepartmentTree } from './departments/tree.ts';
import type { TenantPlan } from './plans/plan.ts';
import type { AccountAccess, Resolution } from './types.ts';

/** Limits of the installation, where a mistake would hurt others. What is sold stands in the plan (plans/plan.ts). */
export interface DirectoryLimits {
  /** Direct members of one group. */
  readonly membersPerGroup: number;
  /** Addresses a group may lead to once its nested groups are opened. */
  readonly expandedMembers: number;
  /** Groups within groups. */
  readonly groupDepth: number;
  /** Characters of a display name. */
  readonly displayName: number;
}

export const selfHostedLimits: DirectoryLimits = {
  membersPerGroup: 10_000,
  expandedMembers: 50_000,
  groupDepth: 16,
  displayName: 200,
};

/** What an account may use; null: no limit. */
export interface AccountQuota {
  readonly limitBytes: number | null;
  readonly limitCount: number | null;
}

/** Makes what a new domain signs its mail with; what it returns files it in the transaction that adds the domain. */
export interface DomainKeyMaker {
  prepare(): Promise<(tx: SqlTransaction, domain: DomainRow) => Promise<void>>;
}

/** Chooses the place of a new account's rows. */
export type NewPlacement = (account: AccountKey) => Placement;

export interface DirectoryContext {
  readonly database: CompanyDatabase;
  readonly clock: Clock;
  readonly limits: DirectoryLimits;
  readonly domainKeys: DomainKeyMaker | null;
  /** Where the rows of an account that is made now will live. */
  readonly newPlacement: NewPlacement;
  readonly resolutions: DirectoryCache<Resolution>;
  readonly quotas: DirectoryCache<AccountQuota>;
  readonly accesses: DirectoryCache<AccountAccess>;
  readonly plans: DirectoryCache<TenantPlan>;
  readonly trees: DirectoryCache<DepartmentTree>;
  readonly policies: DirectoryCache<CompanyPolicies>;
}

/** Whose rows a change is about: a company's, or those of several, for a reason. */
export type ChangeOf = TenantId | Act;

/** Runs a change of the directory: every process forgets what it remembers, this one at once. */
export async function change<T>(
  ctx: DirectoryContext,
  whose: ChangeOf,
  work: (tx: SqlTransaction) => Promise<T>,
): Promise<T> {
  const rows = typeof whose === 'number' ? ctx.database.of(whose) : ctx.database.act(whose);
  return rows.transact(async tx => {
    const result = await work(tx);
    await raiseDirectoryVersion(tx);
    tx.afterCommit(() => {
      ctx.resolutions.clear();
      ctx.quotas.clear();
      ctx.accesses.clear();
      ctx.plans.clear();
      ctx.trees.clear();
      ctx.policies.clear();
    });
    return result;
  });
}

/** Chooses where the rows of a new account will live. */
export async function placeAccount(
  ctx: DirectoryContext,
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<void> {
  await insertPlacement(tx, tenantId, accountId, ctx.newPlacement({ tenantId, accountId }));
}

/** The tenant's domain of that A-label name; throws `domain.not_found`, also for another tenant's. */
export async function requireDomain(reader: SqlReader, tenantId: TenantId, name: string): Promise<DomainRow> {
  const row = await domainByName(reader, name);
  if (!row || row.tenant_id !== tenantId) throw new MailError('domain.not_found', { domain: name });
  return row;
}

/** A name people see: trimmed, normal form C, without control characters; throws `input.invalid`. */
export function requireDisplayName(ctx: DirectoryContext, text: string): string {
  const name = text.normalize('NFC').trim();
  if (name.length > ctx.limits.displayName || /\p{Cc}|\p{Cs}/u.test(name)) {
    throw new MailError('input.invalid', { field: 'displayName', max: ctx.limits.displayName });
  }
  return name;
}
