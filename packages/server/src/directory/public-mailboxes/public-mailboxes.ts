import { requireAdministration } from '../../access/administration.ts';
import { grantIn, userRights } from '../../access/grants.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlReader, SqlTransaction } from '../../store/sql/port.ts';
import { type AccountRow, insertAccount, updateAccount } from '../../store/system/accounts.ts';
import { addressesOfAccount, insertAddress } from '../../store/system/addresses.ts';
import { nextId } from '../../store/system/sequences.ts';
import { grantsOf } from '../../store/system/sharing/grants.ts';
import { type UnitKind, unitExists } from '../../store/system/sharing/group-units.ts';
import {
  accessUnits,
  deleteGrantsOf,
  type PublicMailboxRow,
  publicMailboxById,
  publicMailboxPage,
  replaceAccessUnits,
} from '../../store/system/sharing/public-mailboxes.ts';
import { requireNewAddress } from '../address.ts';
import {
  change,
  type DirectoryContext,
  placeAccount,
  requireDisplayName,
  requireDomain,
} from '../context.ts';
import { requireOpenDomain } from '../domain-state/gate.ts';
import { recordOperation, type WordedDetails } from '../operations.ts';
import { type Page, type PageRequest, pageOf, readCursor, requireLimit } from '../paging.ts';
import type { TenantPlan } from '../plans/plan.ts';
import { holdPlan, planIn, planUseIn, requirePublicMailboxRoom } from '../plans/tenant-plan.ts';
import { displayAddress, requireAccount } from '../users.ts';
import type {
  NewPublicMailbox,
  PublicMailbox,
  PublicMailboxSettings,
  PublicMailboxSummary,
  PublicMailboxUse,
} from './types.ts';

function toSummary(row: PublicMailboxRow, plan: TenantPlan): PublicMailboxSummary {
  return {
    accountId: row.id,
    address: `${row.local_part}@${row.unicode_name}`,
    displayName: row.display_name,
    disabled: row.disabled_at !== null,
    userCount: row.user_count,
    quotaBytes: row.quota_bytes ?? plan.limits.publicQuotaBytes,
    createdAt: row.created_at,
  };
}

async function readMailbox(reader: SqlReader, scope: Scope, accountId: AccountId): Promise<PublicMailbox> {
  const { tenantId } = scope;
  const row = await publicMailboxById(reader, tenantId, accountId);
  if (!row) throw new MailError('account.not_found', { accountId });
  const units = await accessUnits(reader, tenantId, accountId);
  const ids = (kind: UnitKind): number[] =>
    units.filter(unit => unit.kind === kind).map(unit => unit.unit_id);
  const addresses = await addressesOfAccount(reader, tenantId, accountId);
  const users = await grantsOf(reader, tenantId, accountId);
  return {
    ...toSummary(row, await planIn(reader, tenantId)),
    aliases: addresses.filter(address => address.kind === 'alias').map(displayAddress),
    users: users.map(user => ({
      accountId: user.grantee_id,
      address: `${user.local_part}@${user.unicode_name}`,
      displayName: user.display_name,
    })),
    departments: ids('department'),
    tags: ids('tag'),
  };
}

/** What an operation record says of a public mailbox. */
function described(mailbox: PublicMailbox): WordedDetails {
  return {
    displayName: mailbox.displayName,
    users: mailbox.users.slice(0, 50).map(user => user.address),
    departments: mailbox.departments,
    tags: mailbox.tags,
    quotaBytes: mailbox.quotaBytes,
    disabled: mailbox.disabled,
  };
}

function requireQuota(value: number | null): number | null {
  if (value === null || (Number.isSafeInteger(value) && value >= 0)) return value;
  throw new MailError('input.invalid', { field: 'quotaBytes' });
}

/** Writes who may use it. Throws `account.not_found`, `input.invalid`, `limit.exceeded`. */
async function writeUsers(
  ctx: DirectoryContext,
  tx: SqlTransaction,
  scope: Scope,
  ownerId: AccountId,
  wanted: PublicMailboxSettings,
): Promise<void> {
  const now = ctx.clock.now();
  const { tenantId } = scope;
  const max = ctx.limits.membersPerGroup;
  for (const list of [wanted.users, wanted.departments, wanted.tags]) {
    if (list && list.length > max) throw new MailError('limit.exceeded', { limit: 'users', max });
  }
  if (wanted.users !== undefined) {
    await deleteGrantsOf(tx, tenantId, ownerId);
    for (const granteeId of wanted.users) {
      await grantIn(tx, tenantId, { ownerId, granteeId, rights: userRights }, now);
    }
  }
  for (const [kind, ids, field] of [
    ['department', wanted.departments, 'departments'],
    ['tag', wanted.tags, 'tags'],
  ] as const) {
    if (ids === undefined) continue;
    for (const id of ids) {
      if (!(await unitExists(tx, tenantId, kind, id))) throw new MailError('input.invalid', { field });
    }
    await replaceAccessUnits(tx, tenantId, ownerId, kind, ids, now);
  }
}

/**
 * Makes a public mailbox and chooses its users (PUB-01, PUB-02). Throws `access.denied`, `address.invalid`,
 * `domain.not_found`, `conflict.exists`, `account.not_found` for users, `input.invalid`, and `limit.exceeded` when the
 * plan has no room for another (PUB-03).
 */
export async function createPublicMailbox(
  ctx: DirectoryContext,
  scope: Scope,
  wanted: NewPublicMailbox,
): Promise<PublicMailbox> {
  requireAdministration(scope, 'publicMailboxes', 'manage');
  const address = requireNewAddress(wanted.address);
  const displayName = requireDisplayName(ctx, wanted.displayName ?? address.local);
  const { tenantId } = scope;
  const now = ctx.clock.now();
  return change(ctx, scope.tenantId, async tx => {
    const plan = await holdPlan(tx, tenantId);
    await requirePublicMailboxRoom(tx, tenantId, plan);
    const domain = await requireDomain(tx, tenantId, address.domain);
    await requireOpenDomain(tx, domain);
    const row: AccountRow = {
      tenant_id: tenantId,
      id: await nextId(tx, 'account'),
      kind: 'public',
      display_name: displayName,
      role: 'member',
      language: wanted.language ?? null,
      quota_bytes: requireQuota(wanted.quotaBytes ?? null),
      quota_messages: null,
      disabled_at: null,
      removed_at: null,
      created_at: now,
    };
    await insertAccount(tx, row);
    const free = await insertAddress(tx, {
      tenant_id: tenantId,
      domain_id: domain.id,
      local_key: address.localKey,
      local_part: address.local,
      kind: 'primary',
      account_id: row.id,
      group_id: null,
      created_at: now,
    });
    if (!free) throw new MailError('conflict.exists', { address: wanted.address });
    await placeAccount(ctx, tx, tenantId, row.id);
    await writeUsers(ctx, tx, scope, row.id, wanted);
    const made = await readMailbox(tx, scope, row.id);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'publicMailbox.created',
      targetKind: 'publicMailbox',
      target: made.address,
      details: { after: described(made) },
    });
    return made;
  });
}

/** A page of public mailboxes by number; `search` is looked for in name and address, `state`: only those. Throws `access.denied`, `input.invalid`. */
export async function listPublicMailboxes(
  ctx: DirectoryContext,
  scope: Scope,
  page: PageRequest & { readonly search?: string; readonly state?: 'enabled' | 'disabled' },
): Promise<Page<PublicMailboxSummary>> {
  requireAdministration(scope, 'publicMailboxes', 'view');
  const limit = requireLimit(page.limit);
  const after = Number(readCursor(page.cursor, 1)?.[0] ?? 0);
  const search = (page.search ?? '').normalize('NFC').trim().toLowerCase().slice(0, ctx.limits.displayName);
  const pattern = search === '' ? null : `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
  return ctx.database.of(scope.tenantId).read(async reader => {
    const plan = await planIn(reader, scope.tenantId);
    const rows = await publicMailboxPage(reader, scope.tenantId, after, limit + 1, {
      pattern,
      state: page.state ?? null,
    });
    return pageOf(
      rows.map(row => toSummary(row, plan)),
      limit,
      mailbox => [mailbox.accountId],
    );
  });
}

/** One public mailbox. Throws `access.denied`, `account.not_found`. */
export async function getPublicMailbox(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
): Promise<PublicMailbox> {
  requireAdministration(scope, 'publicMailboxes', 'view');
  return ctx.database.of(scope.tenantId).read(reader => readMailbox(reader, scope, accountId));
}

/** How many public mailboxes the company has and may have (PUB-03). Throws `access.denied`. */
export async function publicMailboxUse(ctx: DirectoryContext, scope: Scope): Promise<PublicMailboxUse> {
  requireAdministration(scope, 'publicMailboxes', 'view');
  return ctx.database.of(scope.tenantId).read(async reader => {
    const use = await planUseIn(reader, scope.tenantId, await planIn(reader, scope.tenantId));
    return { used: use.publicMailboxes, max: use.publicMailboxLimit };
  });
}

/**
 * Changes what is named in `wanted`; lists are replaced, and whoever is not in them any more loses access at once
 * (PUB-02). Throws `access.denied`, `account.not_found`, `input.invalid`, `limit.exceeded`.
 */
export async function changePublicMailbox(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
  wanted: PublicMailboxSettings,
): Promise<PublicMailbox> {
  requireAdministration(scope, 'publicMailboxes', 'manage');
  return change(ctx, scope.tenantId, async tx => {
    const before = await readMailbox(tx, scope, accountId);
    const row = await requireAccount(tx, scope.tenantId, accountId);
    await updateAccount(tx, row, {
      ...(wanted.displayName !== undefined && {
        display_name: requireDisplayName(ctx, wanted.displayName),
      }),
      ...(wanted.quotaBytes !== undefined && { quota_bytes: requireQuota(wanted.quotaBytes) }),
      ...(wanted.disabled !== undefined && {
        disabled_at: wanted.disabled ? (row.disabled_at ?? ctx.clock.now()) : null,
      }),
    });
    await writeUsers(ctx, tx, scope, accountId, wanted);
    const after = await readMailbox(tx, scope, accountId);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'publicMailbox.changed',
      targetKind: 'publicMailbox',
      target: after.address,
      details: { before: described(before), after: described(after) },
    });
    return after;
  });
}
