import type { TenantId } from '../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';

/** Settings of the installation itself stand under this number, which no tenant has. */
export const installation: TenantId = 0;

const selectOne = statement('SELECT value FROM setting WHERE tenant_id = $1 AND name = $2');
const insertOnce = statement(
  'INSERT INTO setting (tenant_id, name, value) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
);
const upsert = statement(
  `INSERT INTO setting (tenant_id, name, value) VALUES ($1, $2, $3)
   ON CONFLICT (tenant_id, name) DO UPDATE SET value = excluded.value`,
);

/** The text stored under `name`, or null. */
export async function readSetting(
  reader: SqlReader,
  tenantId: TenantId,
  name: string,
): Promise<string | null> {
  return (await reader.get<{ value: string }>(selectOne, tenantId, name))?.value ?? null;
}

export async function writeSetting(
  tx: SqlTransaction,
  tenantId: TenantId,
  name: string,
  value: string,
): Promise<void> {
  await tx.run(upsert, tenantId, name, value);
}

/** Stores `value` unless there is one, and returns what stands: two processes that meet agree. */
export async function settingOnce(
  tx: SqlTransaction,
  tenantId: TenantId,
  name: string,
  value: string,
): Promise<string> {
  await tx.run(insertOnce, tenantId, name, value);
  return (await readSetting(tx, tenantId, name)) ?? value;
}
