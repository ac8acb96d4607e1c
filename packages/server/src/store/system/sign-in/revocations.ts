import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';
import { nextId } from '../sequences.ts';

export interface RevocationRow {
  readonly id: number;
  readonly tenant_id: TenantId;
  /** 0: every account of the tenant. */
  readonly account_id: AccountId;
}

/** Rows kept: who has not looked for so long checks everything. */
export const revocationsKept = 10_000;

const insertRow = statement('INSERT INTO revocation (tenant_id, id, account_id) VALUES ($1, $2, $3)');
const deleteOld = statement('DELETE FROM revocation WHERE id <= $1');
const selectNewest = statement('SELECT MAX(id) AS id FROM revocation');
const selectSince = statement(
  'SELECT id, tenant_id, account_id FROM revocation WHERE id > $1 ORDER BY id LIMIT 1000',
);

/** Says, in the transaction that takes something away, that what the account's connections stand on has to be looked at. */
export async function insertRevocation(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<void> {
  const id = await nextId(tx, 'revocation');
  await tx.run(insertRow, tenantId, id, accountId);
  if (id % 100 === 0) await tx.run(deleteOld, id - revocationsKept);
}

/** Id of the newest row, 0 when there is none. */
export async function newestRevocation(reader: SqlReader): Promise<number> {
  return (await reader.get<{ id: number | null }>(selectNewest))?.id ?? 0;
}

/** Up to 1,000 rows after `since`, oldest first. */
export async function revocationsSince(reader: SqlReader, since: number): Promise<RevocationRow[]> {
  return reader.all<RevocationRow>(selectSince, since);
}
