import type { AccountId, TenantId } from '../platform/ids.ts';
import type { Service } from './types.ts';

/**
 * How a sign-in ended. `limited`: refused unseen, because too many failed before. `service-stopped`, `clients-off` and
 * `client-password-required`: refused after a right secret. `second-factor-required`: the first of two steps.
 */
export type SignInOutcome =
  | 'success'
  | 'failed'
  | 'limited'
  | 'disabled'
  | 'service-stopped'
  | 'clients-off'
  | 'client-password-required'
  | 'second-factor-required'
  | 'second-factor-wrong';

/** With what somebody signed in. */
export type SignInMechanism = 'password' | 'client-password' | 'scram-sha-256' | 'bearer' | 'second-factor';

/** One line of the sign-in log (LOG-01). `login` is what was typed, cut to a bounded length; never a password. */
export interface SignIn {
  readonly at: number;
  readonly tenantId: TenantId | null;
  readonly accountId: AccountId | null;
  readonly login: string;
  readonly service: Service;
  readonly mechanism: SignInMechanism;
  readonly address: string;
  readonly encrypted: boolean;
  readonly outcome: SignInOutcome;
  /** Name of the program, where it gave one. */
  readonly agent?: string;
}

/** Where sign-ins are recorded. Must not block and must not throw. */
export interface SignInLog {
  record(entry: SignIn): void;
}
