import { change, type DirectoryContext } from '../directory/context.ts';
import type { Directory } from '../directory/directory.ts';
import { recordOperation } from '../directory/operations.ts';
import type { AccountAccess } from '../directory/types.ts';
import { displayAddress, requireAccount } from '../directory/users.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { SqlTransaction } from '../store/sql/port.ts';
import type { AccountKind } from '../store/system/accounts.ts';
import { addressesOfAccount } from '../store/system/addresses.ts';
import { deleteGrant, type GrantRow, grantsTo, putGrant } from '../store/system/sharing/grants.ts';
import { accessByUnits, type UnitAccessRow } from '../store/system/sharing/public-mailboxes.ts';
import { groupsRepresentedBy } from '../store/system/sharing/representatives.ts';
import { requireAdministration } from './administration.ts';
import { ownScope, type Principal, type Rights, type Scope } from './scope.ts';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

/** What a user of a public mailbox may do with it (PUB-02): everything but choose its users. */
export const userRights: Rights = { read: true, write: true, send: true, administer: false };

/** An account that somebody may use, with what to call it. */
export interface UsableAccount {
  readonly scope: Scope;
  /** Primary address as people read it. */
  readonly address: string;
  readonly displayName: string;
  readonly kind: AccountKind;
}

function rightsOf(row: GrantRow): Rights {
  return {
    read: row.may_read === 1,
    write: row.may_write === 1,
    send: row.may_send === 1,
    administer: row.may_administer === 1,
  };
}

function usable(row: UnitAccessRow, rights: Rights): AccountAccess['accounts'][number] {
  return {
    accountId: row.owner_id,
    address: `${row.local_part}@${row.unicode_name}`,
    displayName: row.display_name,
    kind: row.kind,
    rights,
  };
}

/** What an account may use beside itself, remembered until the directory changes. Disabled and removed owners are left out. */
export async function accessOf(
  ctx: DirectoryContext,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<AccountAccess> {
  return ctx.accesses.get(ctx.database.shared, `${tenantId}/${accountId}`, () =>
    ctx.database.of(tenantId).read(async reader => {
      const grants = await grantsTo(reader, tenantId, accountId);
      const chosen = new Set(grants.map(row => row.owner_id));
      const byUnits = await accessByUnits(reader, tenantId, accountId);
      const groups = await groupsRepresentedBy(reader, tenantId, accountId);
      return {
        accounts: [
          ...grants.map(row => usable(row, rightsOf(row))),
          ...byUnits.filter(row => !chosen.has(row.owner_id)).map(row => usable(row, userRights)),
        ],
        groups: groups.map(row => ({
          groupId: row.group_id,
          address: `${row.local_part}@${row.unicode_name}`,
          displayName: row.display_name,
        })),
      };
    }),
  );
}

/**
 * The accounts that somebody may use with a scope for each: their own first, then those they were granted (PUB-02).
 * What is revoked by this process is gone at once, what another process revokes within the directory's staleness.
 */
export async function usableAccounts(
  directory: Pick<Directory, 'accessOf'>,
  principal: AccountPrincipal,
): Promise<UsableAccount[]> {
  const { accounts } = await directory.accessOf(principal.tenantId, principal.accountId);
  const own: UsableAccount = {
    scope: ownScope(principal),
    address: principal.login,
    displayName: '',
    kind: 'person',
  };
  const granted = accounts.map(({ accountId, rights, address, displayName, kind }) => ({
    scope: { tenantId: principal.tenantId, principal, accountId, rights },
    address,
    displayName,
    kind,
  }));
  return [own, ...granted];
}

/** The scopes of `usableAccounts` by account. */
export async function scopesOf(
  directory: Pick<Directory, 'accessOf'>,
  principal: AccountPrincipal,
): Promise<Map<AccountId, Scope>> {
  const usable = await usableAccounts(directory, principal);
  return new Map(usable.map(({ scope }) => [scope.accountId, scope]));
}

/** Grants are given by whoever administers public mailboxes, and by whoever may administer the account itself. */
function requireGranting(scope: Scope, ownerId: AccountId, access: 'view' | 'manage'): void {
  if (scope.accountId === ownerId && scope.rights.administer) return;
  requireAdministration(scope, 'publicMailboxes', access);
}

/** Writes a grant in the transaction of something greater; rights are checked by the caller. Throws `account.not_found`, `input.invalid`. */
export async function grantIn(
  tx: SqlTransaction,
  tenantId: TenantId,
  grant: { readonly ownerId: AccountId; readonly granteeId: AccountId; readonly rights: Rights },
  now: number,
): Promise<void> {
  const { ownerId, granteeId, rights } = grant;
  const grantee = await requireAccount(tx, tenantId, granteeId);
  if (ownerId === granteeId || grantee.kind !== 'person') {
    throw new MailError('input.invalid', { field: 'grantee' });
  }
  await putGrant(tx, {
    tenant_id: tenantId,
    owner_id: ownerId,
    grantee_id: granteeId,
    may_read: rights.read ? 1 : 0,
    may_write: rights.write ? 1 : 0,
    may_send: rights.send ? 1 : 0,
    may_administer: rights.administer ? 1 : 0,
    created_at: now,
  });
}

async function addressOf(tx: SqlTransaction, tenantId: TenantId, accountId: AccountId): Promise<string> {
  const [primary] = await addressesOfAccount(tx, tenantId, accountId);
  return primary ? displayAddress(primary) : String(accountId);
}

/**
 * Lets `granteeId` use the account `ownerId`, or changes their rights. Throws `access.denied`, `account.not_found`, and
 * `input.invalid` for one's own account and for a grantee who is no person.
 */
export async function grantAccess(
  ctx: DirectoryContext,
  scope: Scope,
  ownerId: AccountId,
  granteeId: AccountId,
  rights: Rights,
): Promise<void> {
  requireGranting(scope, ownerId, 'manage');
  await change(ctx, scope.tenantId, async tx => {
    await requireAccount(tx, scope.tenantId, ownerId);
    await grantIn(tx, scope.tenantId, { ownerId, granteeId, rights }, ctx.clock.now());
    await recordOperation(tx, ctx.clock, scope, {
      action: 'access.granted',
      targetKind: 'account',
      target: await addressOf(tx, scope.tenantId, ownerId),
      details: { user: await addressOf(tx, scope.tenantId, granteeId), rights },
    });
  });
}

/** Takes a grant back; false when there was none. Throws `access.denied`. */
export async function revokeAccess(
  ctx: DirectoryContext,
  scope: Scope,
  ownerId: AccountId,
  granteeId: AccountId,
): Promise<boolean> {
  requireGranting(scope, ownerId, 'manage');
  return change(ctx, scope.tenantId, async tx => {
    if (!(await deleteGrant(tx, scope.tenantId, ownerId, granteeId))) return false;
    await recordOperation(tx, ctx.clock, scope, {
      action: 'access.revoked',
      targetKind: 'account',
      target: await addressOf(tx, scope.tenantId, ownerId),
      details: { user: await addressOf(tx, scope.tenantId, granteeId) },
    });
    return true;
  });
}
