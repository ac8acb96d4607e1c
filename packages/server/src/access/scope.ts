import { MailError } from '../platform/errors.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import { type Administration, wholeAdministration } from './administration.ts';

/** Who acts: a person signed in, or the server itself (delivery, jobs, command line). */
export type Principal =
  | {
      readonly kind: 'account';
      readonly tenantId: TenantId;
      readonly accountId: AccountId;
      readonly login: string;
      /** Name of the API token that acts for the account; left out: the person. */
      readonly token?: string;
      /** What was shown at sign-in, where that can be taken away by itself. */
      readonly credential?: {
        readonly kind: 'password' | 'client-password';
        readonly id: number;
      };
      /** The session on the web, where there is one. */
      readonly session?: string;
    }
  | { readonly kind: 'system'; readonly reason: string };

/** What the principal may do with the account in question (RFC 4314 rights folded into four). */
export interface Rights {
  readonly read: boolean;
  readonly write: boolean;
  readonly send: boolean;
  readonly administer: boolean;
}

/** First argument of every function that touches a tenant's data: in which tenant, who, on whose account, with which rights. */
export interface Scope {
  readonly tenantId: TenantId;
  readonly principal: Principal;
  readonly accountId: AccountId;
  readonly rights: Rights;
  /** What the principal administers in the tenant; left out: nothing. */
  readonly administration?: Administration;
  /** Peer's IP address where there is one, for operation records. */
  readonly clientAddress?: string;
  /**
   * The account belongs to a colleague who shares folders: `rights` grant nothing, each folder's own list decides
   * (RFC 4314). Functions that do not know of folders refuse such a scope.
   */
  readonly folders?: 'shared';
}

export const allRights: Rights = { read: true, write: true, send: true, administer: true };

/** Scope of the server acting on an account by itself; `reason` is written into operation records. */
export function systemScope(tenantId: TenantId, accountId: AccountId, reason: string): Scope {
  return { tenantId, principal: { kind: 'system', reason }, accountId, rights: allRights };
}

/** Scope of a signed-in person on their own account. */
export function ownScope(principal: Extract<Principal, { kind: 'account' }>): Scope {
  return { tenantId: principal.tenantId, principal, accountId: principal.accountId, rights: allRights };
}

/** Scope of a signed-in person on what a colleague of the same tenant shares. */
export function sharedFoldersScope(
  principal: Extract<Principal, { kind: 'account' }>,
  ownerId: AccountId,
): Scope {
  const rights: Rights = { read: false, write: false, send: false, administer: false };
  return { tenantId: principal.tenantId, principal, accountId: ownerId, rights, folders: 'shared' };
}

/** `accountId` of a scope that is about a tenant's directory and not about one account. No account has this number. */
export const wholeTenant: AccountId = 0;

/** Scope of the server administering a tenant; `reason` is written into operation records. */
export function tenantScope(tenantId: TenantId, reason: string): Scope {
  return { ...systemScope(tenantId, wholeTenant, reason), administration: wholeAdministration };
}

/**
 * Throws `access.denied` unless the scope's administration is whole: owner, super administrator, the server itself.
 * What has a function of its own asks `requireAdministration` instead.
 */
export function requireTenantAdministration(scope: Scope): void {
  const { administration } = scope;
  if (administration && administration.role !== 'scoped') return;
  throw new MailError('access.denied', { need: 'tenant administration' });
}
