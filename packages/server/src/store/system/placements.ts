import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { AccountKey } from '../accounts/account-key.ts';
import type { Placement, PlacementSource } from '../accounts/placement.ts';
import type { CompanyDatabase } from '../sql/company-database.ts';
import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';

const insertRow = statement(
  'INSERT INTO placement (tenant_id, account_id, kind, location) VALUES ($1, $2, $3, $4)',
);

export async function insertPlacement(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  placement: Placement,
): Promise<void> {
  await tx.run(insertRow, tenantId, accountId, placement.kind, placement.location);
}

const select = statement('SELECT kind, location FROM placement WHERE tenant_id = $1 AND account_id = $2');
const upsert = statement(
  `INSERT INTO placement (tenant_id, account_id, kind, location) VALUES ($1, $2, $3, $4)
   ON CONFLICT (tenant_id, account_id) DO UPDATE SET kind = excluded.kind, location = excluded.location`,
);

/** Most accounts whose place a process remembers. */
const mostKnown = 100_000;

/** Where an account was moved to; null when it is where the configuration places accounts. */
export async function readPlacement(reader: SqlReader, account: AccountKey): Promise<Placement | null> {
  const row = await reader.get<Placement>(select, account.tenantId, account.accountId);
  return row === undefined || (row.kind === 'file' && row.location === '') ? null : row;
}

/** Writes where an account lives from now on. */
export async function writePlacement(
  tx: SqlTransaction,
  account: AccountKey,
  placement: Placement,
): Promise<void> {
  await tx.run(upsert, account.tenantId, account.accountId, placement.kind, placement.location);
}

/** Placements of the table; `usual` for accounts that were never moved. Remembered until they turn out to be wrong. */
export function storedPlacements(database: CompanyDatabase, usual: PlacementSource): PlacementSource {
  const known = new Map<AccountId, Placement>();
  return async (account, fresh = false) => {
    const remembered = fresh ? undefined : known.get(account.accountId);
    if (remembered) return remembered;
    const placement = (await readPlacement(database.of(account.tenantId), account)) ?? (await usual(account));
    known.set(account.accountId, placement);
    if (known.size > mostKnown) known.delete(known.keys().next().value ?? 0);
    return placement;
  };
}
