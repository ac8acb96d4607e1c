import { recordOperation } from '../../directory/operations.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { accountById } from '../../store/system/accounts.ts';
import { departmentChain } from '../../store/system/sign-in/departments.ts';
import {
  type FactorPolicyRow,
  type FactorPolicyScope,
  factorPolicy,
  factorPolicyTargets,
  replaceFactorPolicy,
} from '../../store/system/sign-in/factor-policy.ts';
import { hasSecondFactor } from '../../store/system/sign-in/second-factors.ts';
import { requireAdministration, requireWholeCompany } from '../administration.ts';
import type { Scope } from '../scope.ts';
import type { SecondFactorContext } from './context.ts';

/** Named values of the demand for a second factor. */
export const factorDemandLimits = {
  /** Days that people may put it off unless it is said otherwise, and at most. */
  defaultGraceDays: 7,
  maxGraceDays: 90,
  /** Departments and members that may be named. */
  targets: 10_000,
} as const;

const dayMs = 24 * 3_600_000;

/** Of whom a second factor is demanded. */
export interface FactorPolicy {
  readonly appliesTo: FactorPolicyScope;
  /** With all below them; counts with `selected`. */
  readonly departments: readonly number[];
  readonly accounts: readonly number[];
  /** Whole days after the demand, or after somebody joined, in which it may be put off. */
  readonly graceDays: number;
}

/** The policy with when it was set; null: never. */
export interface SetFactorPolicy extends FactorPolicy {
  readonly since: number | null;
}

async function readPolicy(reader: SqlReader, tenantId: TenantId): Promise<SetFactorPolicy> {
  const row = await factorPolicy(reader, tenantId);
  const targets = row ? await factorPolicyTargets(reader, tenantId) : [];
  const ids = (kind: string): number[] =>
    targets.filter(target => target.target_kind === kind).map(target => target.target_id);
  return {
    appliesTo: row?.applies_to ?? 'nobody',
    departments: ids('department'),
    accounts: ids('account'),
    graceDays: row ? Math.round(row.grace_ms / dayMs) : factorDemandLimits.defaultGraceDays,
    since: row?.since ?? null,
  };
}

/** Of whom the company demands a second factor. Needs `signIn:view`. Throws `access.denied`. */
export async function readFactorPolicy(
  ctx: Pick<SecondFactorContext, 'database'>,
  scope: Scope,
): Promise<SetFactorPolicy> {
  requireAdministration(scope, 'signIn', 'view');
  return ctx.database.of(scope.tenantId).read(reader => readPolicy(reader, scope.tenantId));
}

/**
 * Demands a second factor of some or all; the days of grace begin now. Recorded (LOG-03). Needs `signIn:manage` over the
 * whole company. Throws `access.denied`, `input.invalid`, `limit.exceeded`.
 */
export async function setFactorPolicy(
  ctx: Pick<SecondFactorContext, 'database' | 'clock'>,
  scope: Scope,
  policy: FactorPolicy,
): Promise<SetFactorPolicy> {
  requireAdministration(scope, 'signIn', 'manage');
  requireWholeCompany(scope);
  const { appliesTo, departments, accounts, graceDays } = policy;
  const ids = [...departments, ...accounts];
  if (ids.some(id => !Number.isSafeInteger(id) || id <= 0)) {
    throw new MailError('input.invalid', { field: 'departments' });
  }
  if (ids.length > factorDemandLimits.targets) {
    throw new MailError('limit.exceeded', { most: factorDemandLimits.targets });
  }
  if (!Number.isInteger(graceDays) || graceDays < 0 || graceDays > factorDemandLimits.maxGraceDays) {
    throw new MailError('input.invalid', { field: 'graceDays', max: factorDemandLimits.maxGraceDays });
  }
  const { tenantId } = scope;
  const targets =
    appliesTo === 'selected'
      ? [
          ...departments.map(id => ({ target_kind: 'department', target_id: id }) as const),
          ...accounts.map(id => ({ target_kind: 'account', target_id: id }) as const),
        ]
      : [];
  return ctx.database.of(scope.tenantId).transact(async tx => {
    const { since: _since, ...before } = await readPolicy(tx, tenantId);
    const row = { applies_to: appliesTo, grace_ms: graceDays * dayMs, since: ctx.clock.now() };
    await replaceFactorPolicy(tx, tenantId, row, targets);
    const { since, ...after } = await readPolicy(tx, tenantId);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'policy.second_factor_changed',
      targetKind: 'policy',
      target: 'second-factor',
      details: { before, after },
    });
    return { ...after, since };
  });
}

async function concerns(
  reader: SqlReader,
  row: FactorPolicyRow,
  tenantId: TenantId,
  account: { readonly id: AccountId; readonly role: string },
): Promise<boolean> {
  if (row.applies_to === 'administrators') return account.role === 'administrator';
  if (row.applies_to !== 'selected') return row.applies_to === 'everybody';
  const targets = await factorPolicyTargets(reader, tenantId);
  if (targets.some(target => target.target_kind === 'account' && target.target_id === account.id))
    return true;
  const departments = new Set(
    targets.filter(target => target.target_kind === 'department').map(target => target.target_id),
  );
  if (departments.size === 0) return false;
  return (await departmentChain(reader, tenantId, account.id)).some(id => departments.has(id));
}

/** Until when somebody may go on without a second factor, ms; null when none is demanded of the account. */
export async function factorDueAt(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<number | null> {
  const row = await factorPolicy(reader, tenantId);
  if (!row || row.applies_to === 'nobody') return null;
  const account = await accountById(reader, tenantId, accountId);
  // Public mailboxes have no sign-in of their own (PUB-05).
  if (!account || account.kind !== 'person') return null;
  if (!(await concerns(reader, row, tenantId, account))) return null;
  return Math.max(row.since, account.created_at) + row.grace_ms;
}

/** How an account stands with the demand. */
export interface FactorDemand {
  readonly demanded: boolean;
  /** Until when it may be put off, ms; null when nothing is demanded or a factor is there. */
  readonly dueAt: number | null;
}

/** How an account stands with the company's demand for a second factor. */
export async function factorDemand(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<FactorDemand> {
  const dueAt = await factorDueAt(reader, tenantId, accountId);
  if (dueAt === null) return { demanded: false, dueAt: null };
  return { demanded: true, dueAt: (await hasSecondFactor(reader, tenantId, accountId)) ? null : dueAt };
}

/** Whether a second factor is demanded of an account that has none, and the days of grace are over. */
export async function isFactorOverdue(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
  now: number,
): Promise<boolean> {
  const { dueAt } = await factorDemand(reader, tenantId, accountId);
  return dueAt !== null && dueAt <= now;
}
