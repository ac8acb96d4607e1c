import type { Scope } from '../../access/scope.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';

/** An account beside their own in which somebody may do something. */
export interface Neighbour {
  /** `public`: a mailbox that several people use; `person`: a colleague who shares folders. */
  readonly kind: 'public' | 'person';
  readonly scope: Scope;
  /** Primary address as people read it. */
  readonly address: string;
  readonly displayName: string;
}

/** Who shares with whom inside a tenant. */
export interface Neighbours {
  /** Accounts the principal of a scope may reach beside their own; never of another tenant. */
  reachable(scope: Scope): Promise<readonly Neighbour[]>;
  /** The person of the tenant who has this address; null when there is none. */
  find(tenantId: TenantId, address: string): Promise<AccountId | null>;
  /** Primary addresses by account; accounts that are gone are left out. */
  addresses(tenantId: TenantId, accountIds: readonly AccountId[]): Promise<ReadonlyMap<AccountId, string>>;
  /** Notes that an owner shares something with a grantee (0: everybody), or no longer anything. */
  note(tenantId: TenantId, ownerId: AccountId, granteeId: AccountId, on: boolean): Promise<void>;
}

/** An account that has no neighbours: for tools. */
export const noNeighbours: Neighbours = {
  reachable: () => Promise.resolve([]),
  find: () => Promise.resolve(null),
  addresses: () => Promise.resolve(new Map()),
  note: () => Promise.resolve(),
};
