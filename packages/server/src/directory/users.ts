import type { Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { SqlReader, SqlTransaction } from '../store/sql/port.ts';
import {
  type AccountKind,
  type AccountRole,
  type AccountRow,
  accountById,
  listAccountRows,
} from '../store/system/accounts.ts';
import { addressesOfAccount, addressesOfTenant, type NamedAddressRow } from '../store/system/addresses.ts';
import { type CredentialKind, deleteCredentials, insertCredential } from '../store/system/credentials.ts';
import { memberById } from '../store/system/people/members.ts';
import { nextId } from '../store/system/sequences.ts';
import type { AccountQuota, DirectoryContext } from './context.ts';
import { memberQuotaBytes } from './members/quota.ts';
import { planIn } from './plans/tenant-plan.ts';

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

/** An account with its addresses, the primary one first. */
export function toAccount(row: AccountRow, addresses: readonly NamedAddressRow[]): Account {
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

/** A quota as it is kept: null for none; throws `input.invalid`. */
export function requireQuota(field: string, value: number | null): number | null {
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
  await insertCredentials(tx, tenantId, accountId, credentials, now);
}

/** Files the secrets of an account that has none. */
export async function insertCredentials(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  credentials: readonly NewCredential[],
  now: number,
): Promise<void> {
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

/** The tenant's accounts with their addresses, oldest first. */
export async function listUsers(ctx: DirectoryContext, scope: Scope): Promise<Account[]> {
  return ctx.database.of(scope.tenantId).read(async reader => {
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
  return ctx.database.of(scope.tenantId).read(async reader => {
    const row = await requireAccount(reader, scope.tenantId, accountId);
    return toAccount(row, await addressesOfAccount(reader, scope.tenantId, accountId));
  });
}

/** What an account may use (MBX-05, PUB-04): what was allotted, else what the plan gives. Throws `account.not_found`. */
export async function accountQuota(
  ctx: DirectoryContext,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<AccountQuota> {
  return ctx.quotas.get(ctx.database.shared, `${tenantId}/${accountId}`, async () => {
    const row = await requireAccount(ctx.database.of(tenantId), tenantId, accountId);
    const { limits } = await planIn(ctx.database.of(tenantId), tenantId);
    if (row.kind === 'public') {
      return { limitBytes: row.quota_bytes ?? limits.publicQuotaBytes, limitCount: row.quota_messages };
    }
    const vip = (await memberById(ctx.database.of(tenantId), tenantId, accountId))?.vip === 1;
    return { limitBytes: memberQuotaBytes(limits, vip, row.quota_bytes), limitCount: row.quota_messages };
  });
}
