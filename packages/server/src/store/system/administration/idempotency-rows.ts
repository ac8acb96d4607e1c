import type { TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

/** What an answer is kept under. */
export interface IdempotencyKey {
  readonly tenantId: TenantId;
  readonly caller: string;
  readonly operation: string;
  readonly name: string;
}

export interface IdempotencyRow {
  readonly request_hash: string;
  /** Null while the request runs. */
  readonly status: number | null;
  readonly location: string | null;
  /** Null: not kept. */
  readonly body: string | null;
  readonly created_at: number;
}

const where = 'tenant_id = $1 AND caller = $2 AND operation = $3 AND name = $4';
const insertRow = statement(
  `INSERT INTO idempotency (tenant_id, caller, operation, name, request_hash, created_at)
   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
);
const selectRow = statement(
  `SELECT request_hash, status, location, body, created_at FROM idempotency WHERE ${where}`,
);
const finishRow = statement(
  `UPDATE idempotency SET status = $6, location = $7, body = $8 WHERE ${where} AND created_at = $5`,
);
const deleteRow = statement(`DELETE FROM idempotency WHERE ${where} AND created_at = $5`);
const deleteOld = statement('DELETE FROM idempotency WHERE created_at < $1');

function columns(key: IdempotencyKey): [number, string, string, string] {
  return [key.tenantId, key.caller, key.operation, key.name];
}

/** False when the key is taken. */
export async function insertIdempotency(
  tx: SqlTransaction,
  key: IdempotencyKey,
  requestHash: string,
  now: number,
): Promise<boolean> {
  return (await tx.run(insertRow, ...columns(key), requestHash, now)) === 1;
}

export async function idempotencyRow(
  reader: SqlReader,
  key: IdempotencyKey,
): Promise<IdempotencyRow | undefined> {
  return reader.get<IdempotencyRow>(selectRow, ...columns(key));
}

/** Files the answer of the request that took the key at `since`. */
export async function finishIdempotency(
  tx: SqlTransaction,
  key: IdempotencyKey,
  since: number,
  answer: { readonly status: number; readonly location: string | null; readonly body: string | null },
): Promise<void> {
  await tx.run(finishRow, ...columns(key), since, answer.status, answer.location, answer.body);
}

export async function deleteIdempotency(
  tx: SqlTransaction,
  key: IdempotencyKey,
  since: number,
): Promise<void> {
  await tx.run(deleteRow, ...columns(key), since);
}

/** Removes what was taken before `before`. Returns how many. */
export async function deleteOldIdempotency(tx: SqlTransaction, before: number): Promise<number> {
  return tx.run(deleteOld, before);
}
