import type { Rights } from '../access/scope.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { AccountKind } from '../store/system/accounts.ts';

/** What an account may use beside itself. */
export interface AccountAccess {
  /** Accounts whose owner or an administrator granted access (PUB-02), with their primary addresses. */
  readonly accounts: readonly {
    readonly accountId: AccountId;
    readonly address: string;
    readonly displayName: string;
    readonly kind: AccountKind;
    readonly rights: Rights;
  }[];
  /** Groups that it may send as (GRP-03). */
  readonly groups: readonly {
    readonly groupId: number;
    readonly address: string;
    readonly displayName: string;
  }[];
}

/** Where mail to an address goes. Plus addressing (RFC 5233) is resolved by the directory: `detail` is what followed the plus. */
export type Resolution =
  /** A mailbox of ours; `address` is its primary address, `disabled` when it may not receive. */
  | {
      readonly kind: 'account';
      readonly tenantId: TenantId;
      readonly accountId: AccountId;
      readonly address: string;
      readonly detail: string | null;
      readonly disabled: boolean;
    }
  /** A group: `members` are addresses (ours or outside), already free of loops and duplicates. */
  | {
      readonly kind: 'group';
      readonly tenantId: TenantId;
      readonly groupId: number;
      readonly address: string;
      readonly members: readonly string[];
    }
  /** The domain is ours, the address is nobody's. */
  | { readonly kind: 'unknown'; readonly tenantId: TenantId }
  /** Not a domain of ours. */
  | { readonly kind: 'outside' };
