import { type Administration, reaches, requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { type AccountKind, accountById } from '../../store/system/accounts.ts';
import { type RecycledRow, recycledById, recycledPage } from '../../store/system/people/recycled.ts';
import type { DirectoryContext } from '../context.ts';
import { departmentsOf } from '../members/places.ts';
import {
  type Page,
  type PageRequest,
  readCursor,
  requireLimit,
  requireSearch,
  writeCursor,
} from '../paging.ts';

/** An address that an account had when it was deleted. */
export interface KeptAddress {
  readonly domainId: number;
  readonly localKey: string;
  readonly localPart: string;
  readonly kind: 'primary' | 'alias';
}

/** A line of the recycle bin (RCY-01). */
export interface RecycledAccount {
  readonly accountId: AccountId;
  readonly kind: AccountKind;
  readonly name: string;
  readonly address: string;
  readonly deletedAt: number;
  readonly deletedBy: string;
  /** When nothing of it is left (RCY-02). */
  readonly expiresAt: number;
  /** `kept`: may be restored. `spent`: deleted again after a restore, of which there is one. `restored`: is back (RCY-07). */
  readonly state: 'kept' | 'spent' | 'restored';
  readonly restoredAt: number | null;
  /** Who got its addresses or mail. */
  readonly successorId: AccountId | null;
}

/** Whether a row lies in the bin, is back, or lies there once more. */
export function recycledState(row: RecycledRow, removed: boolean): RecycledAccount['state'] {
  if (!removed) return 'restored';
  return row.restored_at === null ? 'kept' : 'spent';
}

export function toRecycled(row: RecycledRow, removed: boolean): RecycledAccount {
  return {
    accountId: row.account_id,
    kind: row.kind,
    name: row.name,
    address: row.address,
    deletedAt: row.deleted_at,
    deletedBy: row.deleted_by,
    expiresAt: row.expires_at,
    state: recycledState(row, removed),
    restoredAt: row.restored_at,
    successorId: row.successor_id,
  };
}

/** What was deleted, newest first; `search` stands in name, address or who deleted it. Needs `recycleBin:view`; an administrator of departments sees their people. */
export async function listRecycled(
  ctx: DirectoryContext,
  scope: Scope,
  request: PageRequest & { readonly kind?: AccountKind; readonly search?: string } = {},
): Promise<Page<RecycledAccount>> {
  const administration = requireAdministration(scope, 'recycleBin', 'view');
  const limit = requireLimit(request.limit);
  const filter = { kind: request.kind ?? ('' as const), text: requireSearch(request.search) };
  const now = ctx.clock.now();
  return ctx.database.of(scope.tenantId).read(async reader => {
    const items: RecycledAccount[] = [];
    let after = readCursor(request.cursor);
    for (;;) {
      const position = after && { deletedAt: Number(after[0]), accountId: Number(after[1]) };
      const rows = await recycledPage(reader, scope.tenantId, now, filter, position, limit + 1);
      for (const row of rows) {
        if (!(await inReach(reader, administration, row))) continue;
        if (items.length === limit) {
          const last = items.at(-1);
          return { items, nextCursor: last ? writeCursor([last.deletedAt, last.accountId]) : null };
        }
        const account = await accountById(reader, scope.tenantId, row.account_id);
        items.push(toRecycled(row, account?.removed_at !== null));
      }
      const last = rows.at(-1);
      if (rows.length <= limit || !last) return { items, nextCursor: null };
      after = [String(last.deleted_at), String(last.account_id)];
    }
  });
}

/** Public mailboxes belong to no department: only who reaches the whole company reaches them. */
async function inReach(
  reader: SqlReader,
  administration: Administration,
  row: RecycledRow,
): Promise<boolean> {
  if (administration.departments === null) return true;
  return reaches(administration, await departmentsOf(reader, row.tenant_id, row.account_id));
}

/**
 * A line of the bin that something may still be done with: in reach, in the bin, its time not over (RCY-08). Throws
 * `account.not_found`.
 */
export async function requireRecycled(
  reader: SqlReader,
  administration: Administration,
  scope: Scope,
  accountId: AccountId,
  now: number,
): Promise<RecycledRow> {
  const row = await recycledById(reader, scope.tenantId, accountId);
  const account = await accountById(reader, scope.tenantId, accountId);
  const there = row && row.purged_at === null && row.expires_at > now && account?.removed_at !== null;
  if (!row || !there || !(await inReach(reader, administration, row))) {
    throw new MailError('account.not_found', { accountId });
  }
  return row;
}
