import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { departmentChain } from '../../store/system/sign-in/departments.ts';
import {
  type SignInPolicyKind,
  type SignInPolicyScope,
  signInPolicies,
  signInPolicyTargets,
  signInSetting,
} from '../../store/system/sign-in/policies.ts';
import { hasSecondFactor } from '../../store/system/sign-in/second-factors.ts';
import type { CredentialKind, Service } from '../types.ts';

/** How an account stands with mail clients. */
export interface ClientStanding {
  /** The administrator lets this account use them (CLI-01). */
  readonly allowed: boolean;
  /** The member's own switch (CLI-02). */
  readonly enabled: boolean;
  /** The member's choice that only client passwords open them (CLI-03). */
  readonly safeSignIn: boolean;
  /** The administrator's (SEC-06). */
  readonly safeSignInForced: boolean;
  /** Somebody who proves themselves twice on the web must not be open to the password alone elsewhere. */
  readonly secondFactor: boolean;
}

/** What holds where neither administrator nor member has decided. */
export const defaultPolicyScopes: Readonly<Record<SignInPolicyKind, SignInPolicyScope>> = {
  'client-access': 'everybody',
  'safe-sign-in': 'nobody',
};

/** Why a right secret is refused. */
export type ClientRefusal = 'auth.clients_off' | 'auth.client_password_required';

/** Whether a service is one of programs: everything but our own pages. */
export function isClientService(service: Service): boolean {
  return service !== 'web';
}

/** Reads how an account stands. */
export async function clientStanding(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<ClientStanding> {
  const [setting, secondFactor, concerned] = [
    await signInSetting(reader, tenantId, accountId),
    await hasSecondFactor(reader, tenantId, accountId),
    await policiesFor(reader, tenantId, accountId),
  ];
  return {
    allowed: concerned['client-access'],
    enabled: setting ? setting.clients_enabled === 1 : true,
    safeSignIn: setting?.safe_sign_in === 1,
    safeSignInForced: concerned['safe-sign-in'],
    secondFactor,
  };
}

async function policiesFor(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<Record<SignInPolicyKind, boolean>> {
  const set = new Map((await signInPolicies(reader, tenantId)).map(row => [row.kind, row.applies_to]));
  const selected = [...set.values()].includes('selected');
  const targets = selected ? await signInPolicyTargets(reader, tenantId) : [];
  const departments = targets.some(target => target.target_kind === 'department')
    ? new Set(await departmentChain(reader, tenantId, accountId))
    : new Set<number>();
  const concerns = (kind: SignInPolicyKind): boolean => {
    const scope = set.get(kind) ?? defaultPolicyScopes[kind];
    if (scope !== 'selected') return scope === 'everybody';
    return targets.some(
      target =>
        target.kind === kind &&
        (target.target_kind === 'account'
          ? target.target_id === accountId
          : departments.has(target.target_id)),
    );
  };
  return { 'client-access': concerns('client-access'), 'safe-sign-in': concerns('safe-sign-in') };
}

/** Whether only client passwords open mail clients. */
export function needsClientPassword(standing: ClientStanding): boolean {
  return standing.safeSignIn || standing.safeSignInForced || standing.secondFactor;
}

/** Why a secret that is right does not open a service; null: it does. In the order of CLI-07. */
export function clientRefusal(
  standing: ClientStanding,
  service: Service,
  credential: CredentialKind,
): ClientRefusal | null {
  if (!isClientService(service)) return null;
  if (!standing.allowed || !standing.enabled) return 'auth.clients_off';
  return credential === 'password' && needsClientPassword(standing) ? 'auth.client_password_required' : null;
}
