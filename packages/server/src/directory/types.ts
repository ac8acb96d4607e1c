import type { AccountId, TenantId } from '../platform/ids.ts';

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
