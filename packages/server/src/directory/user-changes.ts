import { requireAdministration } from '../access/administration.ts';
import { requireTenantAdministration, type Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId } from '../platform/ids.ts';
import type { SqlTransaction } from '../store/sql/port.ts';
import {
  type AccountChange,
  type AccountRow,
  administratorCount,
  insertAccount,
  updateAccount,
} from '../store/system/accounts.ts';
import { addressesOfAccount, insertAddress } from '../store/system/addresses.ts';
import { administratorRow, settleAdministrators } from '../store/system/administration/administrator-rows.ts';
import { nextId } from '../store/system/sequences.ts';
import { requireNewAddress } from './address.ts';
import { change, type DirectoryContext, placeAccount, requireDisplayName, requireDomain } from './context.ts';
import { fileMember, prepareMember } from './members/create.ts';
import { requireManaged } from './members/manage.ts';
import { reindexMember } from './members/reindex.ts';
import { recordOperation } from './operations.ts';
import { holdPlan, requirePublicMailboxRoom } from './plans/tenant-plan.ts';
import { nameText } from './profiles/search-text.ts';
import {
  type Account,
  displayAddress,
  getUser,
  type NewUser,
  replaceCredentials,
  requireQuota,
  toAccount,
  type UserChange,
} from './users.ts';

/**
 * Makes a member, or with `kind: public` the account of a public mailbox. Throws `address.invalid`, `domain.not_found`,
 * `conflict.exists`, `input.invalid`, `limit.exceeded` past the plan's seats or public mailboxes (PUB-03).
 */
export async function createUser(ctx: DirectoryContext, scope: Scope, user: NewUser): Promise<Account> {
  if (user.kind === 'public') return createPublicAccount(ctx, scope, user);
  const { displayName, kind: _, ...rest } = user;
  const wanted = { ...rest, ...(displayName !== undefined && { name: displayName }) };
  const prepared = await prepareMember(ctx, scope, wanted);
  const accountId = await change(ctx, scope.tenantId, tx => fileMember(ctx, tx, scope, prepared));
  return getUser(ctx, scope, accountId);
}

async function createPublicAccount(ctx: DirectoryContext, scope: Scope, user: NewUser): Promise<Account> {
  requireAdministration(scope, 'publicMailboxes', 'manage');
  const address = requireNewAddress(user.address);
  const displayName = requireDisplayName(ctx, user.displayName ?? address.local);
  const now = ctx.clock.now();
  return change(ctx, scope.tenantId, async tx => {
    const plan = await holdPlan(tx, scope.tenantId);
    await requirePublicMailboxRoom(tx, scope.tenantId, plan);
    const domain = await requireDomain(tx, scope.tenantId, address.domain);
    const row: AccountRow = {
      tenant_id: scope.tenantId,
      id: await nextId(tx, 'account'),
      kind: 'public',
      display_name: displayName,
      role: 'member',
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
    await placeAccount(ctx, tx, scope.tenantId, row.id);
    await replaceCredentials(tx, scope.tenantId, row.id, user.credentials ?? [], now);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'publicMailbox.created',
      targetKind: 'publicMailbox',
      target: `${address.local}@${domain.unicode_name}`,
      details: { accountId: row.id, name: displayName },
    });
    return toAccount(row, await addressesOfAccount(tx, scope.tenantId, row.id));
  });
}

/**
 * Throws `conflict.state` when the tenant would be left without its owner, who has to hand over first (TEN-34), or
 * without an administrator who can sign in.
 */
export async function keepAnAdministrator(tx: SqlTransaction, row: AccountRow): Promise<void> {
  if (row.role !== 'administrator') return;
  const administrator = await administratorRow(tx, row.tenant_id, row.id);
  if (administrator?.role === 'owner') throw new MailError('conflict.state', { reason: 'owner' });
  if (row.disabled_at !== null) return;
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
  const administration = requireAdministration(scope, 'members', 'manage');
  if (wanted.role !== undefined) requireTenantAdministration(scope);
  const name = wanted.displayName === undefined ? null : requireDisplayName(ctx, wanted.displayName);
  const text = name === null ? null : await nameText(name);
  return change(ctx, scope.tenantId, async tx => {
    const row = await requireManaged(tx, administration, scope, accountId);
    if (wanted.disabled === true || wanted.role === 'member') await keepAnAdministrator(tx, row);
    const next: AccountChange = {
      ...(name !== null && { display_name: name }),
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
    if (wanted.role !== undefined) await settleAdministrators(tx, scope.tenantId, ctx.clock.now());
    const addresses = await addressesOfAccount(tx, scope.tenantId, accountId);
    if (text) await reindexMember(tx, scope.tenantId, accountId, text);
    const action = wanted.disabled === undefined ? 'changed' : wanted.disabled ? 'disabled' : 'enabled';
    const kind = row.kind === 'public' ? 'publicMailbox' : 'member';
    await recordOperation(tx, ctx.clock, scope, {
      action: `${kind}.${action}`,
      targetKind: kind,
      target: addresses[0] ? displayAddress(addresses[0]) : row.display_name,
      details: { accountId, after: wanted },
    });
    return toAccount(changed, addresses);
  });
}
