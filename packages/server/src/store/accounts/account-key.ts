import type { AccountId, TenantId } from '../../platform/ids.ts';

/** Names one account of one tenant. A `Scope` is one. */
export interface AccountKey {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
}
