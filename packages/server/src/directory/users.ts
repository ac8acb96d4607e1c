import { requireTenantAdministration, type Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { SqlReader, SqlTransaction } from '../store/sql/port.ts';
import {
  type AccountChange,
  type AccountKind,
  type AccountRole,
  type AccountRow,
  accountById,
  administratorCount,
  insertAccount,
  listAccountRows,
  removeAccount,
  updateAccount,
} from '../store/system/accounts.ts';
import {
  addressesOfAccount,
  addressesOfTenant,
  deleteAddressesOfAccount,
  insertAddress,
  type NamedAddressRow,
} from '../store/system/addresses.ts';
import { type CredentialKind, deleteCredentials, insertCredential } from '../store/system/credentials.ts';
import { insertPlacement } from '../store/system/placements.ts';
import { nextId } from '../store/system/sequences.ts';
import { requireNewAddress } from './address.ts';
import {
  type AccountQuota,
  change,
  type DirectoryContext,
  requireDisplayName,
  requireDomain,
} from './context.ts';
import { requireOpenDomain } from './domain-state/gate.ts';

/** A secret in its stored form, as the access room makes it. */
export interface NewCredential {
  readonly kind: CredentialKind;
  readonly secret: string;
}

/** A member's or a public mailbox's account. */
export interface Account {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
  readonly kind: AccountKind;
  /** Primary address as people read it. */
  readonly address: string;
  readonly aliases: readonly string[];
  readonly displayName: string;
  readonly role: AccountRole;
  readonly language: string | null;
  /** Null: no limit. */
  readonly quotaBytes: number | null;
  readonly quotaMessages: number | null;
  readonly disabled: boolean;
  readonly createdAt: number;
}

export interface NewUser {
  readonly address: string;
  readonly displayName?: string;
  /** `person` (default) signs in; `public` is a mailbox several people share. */
  readonly kind?: AccountKind;
  readonly role?: AccountRole;
  readonly language?: string | null;
  readonly quotaBytes?: number | null;
  readonly quotaMessages?: number | null;
  readonly credentials?: readonly NewCredential[];
}

export interface UserChange {
  readonly displayName?: string;
  readonly role?: AccountRole;
  readonly language?: string | null;
  readonly quotaBytes?: number | null;
  readonly quotaMessages?: number | null;
  readonly disabled?: boolean;
}

/** An address as people read it. */
export function displayAddress(row: NamedAddressRow): string {
  return `${row.local_part}@${row.unicode_name}`;
}

function toAccount(row: AccountRow, addresses: readonly NamedAddressRow[]): Account {
  const primary = addresses.find(address => address.kind === 'primary');
  return {
    tenantId: row.tenant_id,
    accountId: row.id,
    kind: row.kind,
    address: primary ? displayAddress(primary) : '',
    aliases: addresses.filter(address => address.kind === 'alias').map(displayAddress),
    displayName: row.display_name,
    role: row.role,
    language: row.language,
    quotaBytes: row.quota_bytes,
    quotaMessages: row.quota_messages,
    disabled: row.disabled_at !== null,
    createdAt: row.created_at,
  };
}

/** The tenant's account, not removed; throws `account.not_found`. */
export async function requireAccount(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<AccountRow> {
  const row = await accountById(reader, tenantId, accountId);
  if (!row || row.removed_at !== null) throw new MailError('account.not_found', { accountId });
  return row;
}

function requireQuota(field: string, value: number | null): number | null {
  if (value !== null && !(Number.isSafeInteger(value) && value >= 0)) {
    throw new MailError('input.invalid', { field });
  }
  return value;
}

/** Writes an account's secrets; the old ones are gone in the same transaction. */
export async function replaceCredentials(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  credentials: readonly NewCredential[],
  now: number,
): Promise<void> {
  await deleteCredentials(tx, tenantId, accountId);
  for (const { kind, secret } of credentials) {
    await insertCredential(tx, {
      tenant_id: tenantId,
      account_id: accountId,
      id: await nextId(tx, 'credential'),
      kind,
      secret,
      created_at: now,
    });
  }
}

/** Makes an account with its primary address. Throws `address.invalid`, `domain.not_found`, `conflict.exists`, `input.invalid`. */
export async function createUser(ctx: DirectoryContext, scope: Scope, user: NewUser): Promise<Account> {
  requireTenantAdministration(scope);
  const address = requireNewAddress(user.address);
  const displayName = requireDisplayName(ctx, user.displayName ?? address.local);
  const now = ctx.clock.now();
  return change(ctx, async tx => {
    const domain = await requireDomain(tx, scope.tenantId, address.domain);
    await requireOpenDomain(tx, domain);
    const row: AccountRow = {
      tenant_id: scope.tenantId,
      id: await nextId(tx, 'account'),
      kind: user.kind ?? 'person',
      display_name: displayName,
      role: user.role ?? 'member',
      language: user.language ?? null,
      quota_bytes: requireQuota('quotaBytes', user.quotaBytes ?? null),
      quota_messages: requireQuota('quotaMessages', user.quotaMessages ?? null),
      disabled_at: null,
      removed_at: null,
      created_at: now,
    };
    await insertAccount(tx, row);
    const free = await insertAddress(tx, {
      tenant_id: scope.tenantId,
      domain_id: domain.id,
      local_key: address.localKey,
      local_part: address.local,
      kind: 'primary',
      account_id: row.id,
      group_id: null,
      created_at: now,
    });
    if (!free) throw new MailError('conflict.exists', { address: user.address });
    await insertPlacement(tx, scope.tenantId, row.id, { kind: 'file', location: '' });
    await replaceCredentials(tx, scope.tenantId, row.id, user.credentials ?? [], now);
    return toAccount(row, await addressesOfAccount(tx, scope.tenantId, row.id));
  });
}

/** The tenant's accounts with their addresses, oldest first. */
export async function listUsers(ctx: DirectoryContext, scope: Scope): Promise<Account[]> {
  return ctx.database.read(async reader => {
    const byAccount = new Map<AccountId, NamedAddressRow[]>();
    for (const address of await addressesOfTenant(reader, scope.tenantId)) {
      if (address.account_id === null) continue;
      const list = byAccount.get(address.account_id);
      if (list) list.push(address);
      else byAccount.set(address.account_id, [address]);
    }
    const rows = await listAccountRows(reader, scope.tenantId);
    return rows.map(row => toAccount(row, byAccount.get(row.id) ?? []));
  });
}

/** One account. Throws `account.not_found`. */
export async function getUser(ctx: DirectoryContext, scope: Scope, accountId: AccountId): Promise<Account> {
  return ctx.database.read(async reader => {
    const row = await requireAccount(reader, scope.tenantId, accountId);
    return toAccount(row, await addressesOfAccount(reader, scope.tenantId, accountId));
  });
}

/** What an account may use (MBX-05). Throws `account.not_found`. */
export async function accountQuota(
  ctx: DirectoryContext,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<AccountQuota> {
  return ctx.quotas.get(ctx.database, `${tenantId}/${accountId}`, async () => {
    const row = await requireAccount(ctx.database, tenantId, accountId);
    return { limitBytes: row.quota_bytes, limitCount: row.quota_messages };
  });
}

/** Throws `conflict.state` when the tenant would be left without an administrator who can sign in. */
async function keepAnAdministrator(tx: SqlTransaction, row: AccountRow): Promise<void> {
  if (row.role !== 'administrator' || row.disabled_at !== null) return;
  if ((await administratorCount(tx, row.tenant_id)) > 1) return;
  throw new MailError('conflict.state', { reason: 'last administrator' });
}

/** Changes what is named in `wanted`. Throws `account.not_found`, `input.invalid`, `conflict.state` for the last administrator. */
export async function updateUser(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
  wanted: UserChange,
): Promise<Account> {
  requireTenantAdministration(scope);
  return change(ctx, async tx => {
    const row = await requireAccount(tx, scope.tenantId, accountId);
    if (wanted.disabled === true || wanted.role === 'member') await keepAnAdministrator(tx, row);
    const next: AccountChange = {
      ...(wanted.displayName !== undefined && {
        display_name: requireDisplayName(ctx, wanted.displayName),
      }),
      ...(wanted.role !== undefined && { role: wanted.role }),
      ...(wanted.language !== undefined && { language: wanted.language }),
      ...(wanted.quotaBytes !== undefined && {
        quota_bytes: requireQuota('quotaBytes', wanted.quotaBytes),
      }),
      ...(wanted.quotaMessages !== undefined && {
        quota_messages: requireQuota('quotaMessages', wanted.quotaMessages),
      }),
      ...(wanted.disabled !== undefined && {
        disabled_at: wanted.disabled ? (row.disabled_at ?? ctx.clock.now()) : null,
      }),
    };
    const changed = await updateAccount(tx, row, next);
    return toAccount(changed, await addressesOfAccount(tx, scope.tenantId, accountId));
  });
}

/**
 * Removes an account: its addresses become free, its secrets are gone, it cannot sign in. Its mail stays on disk and
 * its number is never given out again. Throws `account.not_found`, `conflict.state` for the last administrator.
 */
export async function removeUser(ctx: DirectoryContext, scope: Scope, accountId: AccountId): Promise<void> {
  requireTenantAdministration(scope);
  await change(ctx, async tx => {
    const row = await requireAccount(tx, scope.tenantId, accountId);
    await keepAnAdministrator(tx, row);
    await deleteAddressesOfAccount(tx, scope.tenantId, accountId);
    await deleteCredentials(tx, scope.tenantId, accountId);
    await removeAccount(tx, scope.tenantId, accountId, ctx.clock.now());
  });
}
