import type { TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';
import type { SignInTargetKind } from './policies.ts';

/** Of whom a company demands a second factor. */
export type FactorPolicyScope = 'everybody' | 'administrators' | 'selected' | 'nobody';

export interface FactorPolicyRow {
  readonly applies_to: FactorPolicyScope;
  readonly grace_ms: number;
  /** When the demand was made, ms. */
  readonly since: number;
}

export interface FactorTargetRow {
  readonly target_kind: SignInTargetKind;
  readonly target_id: number;
}

const selectPolicy = statement('SELECT applies_to, grace_ms, since FROM factor_policy WHERE tenant_id = $1');
const putPolicy = statement(
  `INSERT INTO factor_policy (tenant_id, applies_to, grace_ms, since) VALUES ($1, $2, $3, $4)
   ON CONFLICT (tenant_id) DO UPDATE SET applies_to = excluded.applies_to, grace_ms = excluded.grace_ms,
     since = excluded.since`,
);
const selectTargets = statement(
  `SELECT target_kind, target_id FROM factor_policy_target WHERE tenant_id = $1 ORDER BY target_kind, target_id`,
);
const deleteTargets = statement('DELETE FROM factor_policy_target WHERE tenant_id = $1');
const insertTarget = statement(
  `INSERT INTO factor_policy_target (tenant_id, target_kind, target_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
);

export async function factorPolicy(
  reader: SqlReader,
  tenantId: TenantId,
): Promise<FactorPolicyRow | undefined> {
  return reader.get<FactorPolicyRow>(selectPolicy, tenantId);
}

export async function factorPolicyTargets(reader: SqlReader, tenantId: TenantId): Promise<FactorTargetRow[]> {
  return reader.all<FactorTargetRow>(selectTargets, tenantId);
}

export async function replaceFactorPolicy(
  tx: SqlTransaction,
  tenantId: TenantId,
  row: FactorPolicyRow,
  targets: readonly FactorTargetRow[],
): Promise<void> {
  await tx.run(putPolicy, tenantId, row.applies_to, row.grace_ms, row.since);
  await tx.run(deleteTargets, tenantId);
  for (const target of targets) await tx.run(insertTarget, tenantId, target.target_kind, target.target_id);
}
