import type { AccountId, TenantId } from '../platform/ids.ts';
import type { Service } from './types.ts';

/** How a sign-in ended. `limited`: refused unseen, because too many failed before. */
export type SignInOutcome = 'success' | 'failed' | 'limited' | 'disabled';

/** One line of the sign-in log (LOG-01). `login` is what was typed, cut to a bounded length; never a password. */
export interface SignIn {
  readonly at: number;
  readonly tenantId: TenantId | null;
  readonly accountId: AccountId | null;
  readonly login: string;
  readonly service: Service;
  readonly mechanism: 'password' | 'scram-sha-256';
  readonly address: string;
  readonly encrypted: boolean;
  readonly outcome: SignInOutcome;
}

/** Where sign-ins are recorded. Must not block and must not throw. */
export interface SignInLog {
  record(entry: SignIn): void;
}
