import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

/** `client-access`: who may use mail clients (CLI-01). `safe-sign-in`: who must use client passwords there (SEC-06). */
export type SignInPolicyKind = 'client-access' | 'safe-sign-in';
export type SignInPolicyScope = 'everybody' | 'selected' | 'nobody';
export type SignInTargetKind = 'department' | 'account';

export interface SignInPolicyTargetRow {
  readonly kind: SignInPolicyKind;
  readonly target_kind: SignInTargetKind;
  readonly target_id: number;
}

export interface SignInSettingRow {
  readonly clients_enabled: number;
  readonly safe_sign_in: number;
}

const selectPolicies = statement('SELECT kind, applies_to FROM sign_in_policy WHERE tenant_id = $1');
const selectTargets = statement(
  `SELECT kind, target_kind, target_id FROM sign_in_policy_target WHERE tenant_id = $1
   ORDER BY kind, target_kind, target_id`,
);
const putPolicy = statement(
  `INSERT INTO sign_in_policy (tenant_id, kind, applies_to) VALUES ($1, $2, $3)
   ON CONFLICT (tenant_id, kind) DO UPDATE SET applies_to = excluded.applies_to`,
);
const deleteTargets = statement('DELETE FROM sign_in_policy_target WHERE tenant_id = $1 AND kind = $2');
const insertTarget = statement(
  `INSERT INTO sign_in_policy_target (tenant_id, kind, target_kind, target_id) VALUES ($1, $2, $3, $4)
   ON CONFLICT DO NOTHING`,
);
const selectSetting = statement(
  'SELECT clients_enabled, safe_sign_in FROM sign_in_setting WHERE tenant_id = $1 AND account_id = $2',
);
const putSetting = statement(
  `INSERT INTO sign_in_setting (tenant_id, account_id, clients_enabled, safe_sign_in) VALUES ($1, $2, $3, $4)
   ON CONFLICT (tenant_id, account_id) DO UPDATE
   SET clients_enabled = excluded.clients_enabled, safe_sign_in = excluded.safe_sign_in`,
);

/** The policies that a tenant has set. */
export async function signInPolicies(
  reader: SqlReader,
  tenantId: TenantId,
): Promise<{ readonly kind: SignInPolicyKind; readonly applies_to: SignInPolicyScope }[]> {
  return reader.all(selectPolicies, tenantId);
}

/** Whom the tenant's policies for `selected` are about. */
export async function signInPolicyTargets(
  reader: SqlReader,
  tenantId: TenantId,
): Promise<SignInPolicyTargetRow[]> {
  return reader.all<SignInPolicyTargetRow>(selectTargets, tenantId);
}

/** Sets a policy and whom it is about. */
export async function replaceSignInPolicy(
  tx: SqlTransaction,
  tenantId: TenantId,
  kind: SignInPolicyKind,
  appliesTo: SignInPolicyScope,
  targets: readonly Omit<SignInPolicyTargetRow, 'kind'>[],
): Promise<void> {
  await tx.run(putPolicy, tenantId, kind, appliesTo);
  await tx.run(deleteTargets, tenantId, kind);
  for (const target of targets) {
    await tx.run(insertTarget, tenantId, kind, target.target_kind, target.target_id);
  }
}

/** What a member chose; undefined: nothing yet. */
export async function signInSetting(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<SignInSettingRow | undefined> {
  return reader.get<SignInSettingRow>(selectSetting, tenantId, accountId);
}

export async function putSignInSetting(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  row: SignInSettingRow,
): Promise<void> {
  await tx.run(putSetting, tenantId, accountId, row.clients_enabled, row.safe_sign_in);
}
