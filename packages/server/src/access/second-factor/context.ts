import type { Clock } from '../../platform/clock.ts';
import type { CompanyDatabase } from '../../store/sql/company-database.ts';
import type { Revocations } from '../revocations.ts';
import type { Principal } from '../scope.ts';
import type { SignInLog } from '../sign-in-log.ts';

export type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

/** Values of the plan; times in ms. */
export interface SecondFactorLimits {
  /** How long a new secret waits for its first code. */
  readonly enrolMs: number;
  readonly recoveryCodes: number;
  /** How long a browser that is remembered is not asked. */
  readonly deviceMs: number;
  readonly maxDevices: number;
  /** Between the password and the code. */
  readonly ticketMs: number;
  /** How long a confirmation waits for its sharp act. */
  readonly confirmationMs: number;
  /** Wrong codes before the delay begins; it doubles from `firstDelayMs` up to `maxDelayMs`. */
  readonly freeFailures: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  readonly maxLabelLength: number;
}

const minute = 60_000;

export const defaultSecondFactorLimits: SecondFactorLimits = {
  enrolMs: 10 * minute,
  recoveryCodes: 10,
  deviceMs: 30 * 24 * 60 * minute,
  maxDevices: 20,
  ticketMs: 5 * minute,
  confirmationMs: 5 * minute,
  freeFailures: 5,
  firstDelayMs: 2_000,
  maxDelayMs: 15 * minute,
  maxLabelLength: 200,
};

export interface SecondFactorContext {
  readonly database: CompanyDatabase;
  readonly clock: Clock;
  readonly limits: SecondFactorLimits;
  /** Key of the installation for hashes of secrets. */
  readonly secretKey: Uint8Array;
  /** Key under which the secrets of authenticators are wrapped. */
  readonly wrapKey: Uint8Array;
  readonly revocations: Revocations;
  readonly signIns: SignInLog;
  /** What authenticators show as the name of the service. */
  readonly issuer: string;
}
