import { recordOperation } from '../../directory/operations.ts';
import { MailError } from '../../platform/errors.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import {
  replaceSignInPolicy,
  type SignInPolicyKind,
  type SignInPolicyScope,
  type SignInTargetKind,
  signInPolicies,
  signInPolicyTargets,
} from '../../store/system/sign-in/policies.ts';
import { insertRevocation } from '../../store/system/sign-in/revocations.ts';
import { type AdminFunction, requireAdministration, requireWholeCompany } from '../administration.ts';
import type { Scope } from '../scope.ts';
import type { ClientPasswordContext } from './client-passwords.ts';
import { defaultPolicyScopes } from './standing.ts';

/** Whom a policy is about: everybody, the departments (with all below them) and members named, or nobody. */
export interface SignInPolicy {
  readonly appliesTo: SignInPolicyScope;
  readonly departments: readonly number[];
  readonly accounts: readonly number[];
}

export type SignInPolicies = Readonly<Record<SignInPolicyKind, SignInPolicy>>;

/** Departments and members that one policy may name. */
export const maxPolicyTargets = 10_000;

const functions: Readonly<Record<SignInPolicyKind, AdminFunction>> = {
  'client-access': 'clientAccess',
  'safe-sign-in': 'signIn',
};

/** The company's policies (CLI-01, SEC-06). Throws `access.denied`. */
export async function readSignInPolicies(
  ctx: Pick<ClientPasswordContext, 'database'>,
  scope: Scope,
): Promise<SignInPolicies> {
  for (const name of Object.values(functions)) requireAdministration(scope, name, 'view');
  return ctx.database.of(scope.tenantId).read(async reader => ({
    'client-access': await readPolicy(reader, scope, 'client-access'),
    'safe-sign-in': await readPolicy(reader, scope, 'safe-sign-in'),
  }));
}

async function readPolicy(reader: SqlReader, scope: Scope, kind: SignInPolicyKind): Promise<SignInPolicy> {
  const set = (await signInPolicies(reader, scope.tenantId)).find(row => row.kind === kind);
  const targets = (await signInPolicyTargets(reader, scope.tenantId)).filter(row => row.kind === kind);
  const ids = (wanted: SignInTargetKind): number[] =>
    targets.filter(row => row.target_kind === wanted).map(row => row.target_id);
  return {
    appliesTo: set?.applies_to ?? defaultPolicyScopes[kind],
    departments: ids('department'),
    accounts: ids('account'),
  };
}

/**
 * Sets a policy for the company; connections that it does not allow any more are closed. Recorded (LOG-03). Throws
 * `access.denied`, `input.invalid`, `limit.exceeded`.
 */
export async function setSignInPolicy(
  ctx: ClientPasswordContext,
  scope: Scope,
  kind: SignInPolicyKind,
  policy: SignInPolicy,
): Promise<SignInPolicy> {
  requireAdministration(scope, functions[kind], 'manage');
  requireWholeCompany(scope);
  const { appliesTo, departments, accounts } = policy;
  const ids = [...departments, ...accounts];
  if (ids.some(id => !Number.isSafeInteger(id) || id <= 0)) {
    throw new MailError('input.invalid', { field: 'departments' });
  }
  if (ids.length > maxPolicyTargets) throw new MailError('limit.exceeded', { most: maxPolicyTargets });
  const targets =
    appliesTo === 'selected'
      ? [
          ...departments.map(id => ({ target_kind: 'department', target_id: id }) as const),
          ...accounts.map(id => ({ target_kind: 'account', target_id: id }) as const),
        ]
      : [];
  const after = await ctx.database.of(scope.tenantId).transact(async tx => {
    const before = await readPolicy(tx, scope, kind);
    await replaceSignInPolicy(tx, scope.tenantId, kind, appliesTo, targets);
    const now = await readPolicy(tx, scope, kind);
    await insertRevocation(tx, scope.tenantId, 0);
    await recordOperation(tx, ctx.clock, scope, {
      action: kind === 'client-access' ? 'policy.client_access_changed' : 'policy.safe_sign_in_changed',
      targetKind: 'policy',
      target: kind,
      details: { before, after: now },
    });
    return now;
  });
  ctx.revocations.announce();
  return after;
}
