import type { Rights } from '../access/scope.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { AccountKind } from '../store/system/accounts.ts';
import type { Posting } from '../store/system/groups.ts';

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
      /** The company's mail service is stopped (TEN-38): mail is refused for the time being. */
      readonly stopped?: true;
    }
  /** A group. Whom a message reaches depends on who wrote it: `reachable` in groups/posting.ts. */
  | GroupResolution
  /** The domain is ours, the address is nobody's. */
  | { readonly kind: 'unknown'; readonly tenantId: TenantId; readonly stopped?: true }
  /** Not a domain of ours. */
  | { readonly kind: 'outside' };

/** A group, opened with all the groups within it. */
export interface GroupResolution {
  readonly stopped?: true;
  readonly kind: 'group';
  readonly tenantId: TenantId;
  readonly groupId: number;
  readonly address: string;
  readonly displayName: string;
  /** Everybody it leads to by address (ours or outside), each once, whoever writes. */
  readonly members: readonly string[];
  /** The group and those within it, by number; loops are harmless. */
  readonly opened: ReadonlyMap<number, OpenedGroup>;
  /** Who gets what a server says about mail in the group's name when the group itself may not be written to. */
  readonly representatives: readonly GroupRecipient[];
}

/** Where a group leads directly. */
export type GroupRecipient =
  | {
      readonly kind: 'account';
      readonly tenantId: TenantId;
      readonly accountId: AccountId;
      readonly address: string;
      readonly detail: string | null;
      readonly disabled: boolean;
    }
  | { readonly kind: 'outside'; readonly address: string };

export interface OpenedGroup {
  readonly tenantId: TenantId;
  readonly groupId: number;
  /** Who may write to it (GRP-04). */
  readonly posting: Posting;
  /** With `listed`: accounts and, as comparable addresses, others that may. */
  readonly listed: { readonly accounts: ReadonlySet<AccountId>; readonly addresses: ReadonlySet<string> };
  readonly recipients: readonly GroupRecipient[];
  /** Groups that are its members. */
  readonly groups: readonly number[];
}
