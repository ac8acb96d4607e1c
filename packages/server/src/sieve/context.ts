import { defaultSieveLimits, type SieveLimits } from '@hongyan/formats/sieve/limits.ts';
import type { Scope } from '../access/scope.ts';
import type { Clock } from '../platform/clock.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId } from '../platform/ids.ts';
import type { AccountStore } from '../store/accounts/account-store.ts';

/** Limits of an account's scripts. Values of a plan. */
export interface ScriptLimits {
  /** What one script may take and do. */
  readonly script: SieveLimits;
  /** Scripts of one account. */
  readonly maxScripts: number;
  /** Octets of all scripts of one account. */
  readonly maxTotalBytes: number;
  /** Octets of a name in UTF-8 (RFC 5804 §1.6 asks for 512 at least). */
  readonly maxNameBytes: number;
  /** What is remembered about answers and duplicates, rows. */
  readonly maxMemory: number;
}

export const defaultScriptLimits: ScriptLimits = {
  script: defaultSieveLimits,
  maxScripts: 50,
  maxTotalBytes: 2 * 1024 * 1024,
  maxNameBytes: 512,
  maxMemory: 20_000,
};

/** Everything the functions of this room work with. */
export interface ScriptContext {
  readonly accounts: AccountStore;
  readonly clock: Clock;
  readonly limits: ScriptLimits;
  /** Told of the account and its modseq once its scripts have changed; left out: nobody listens. */
  readonly changed?: (accountId: AccountId, modseq: number) => void;
}

/** Throws `access.denied` unless the scope may read the account. */
export function requireRead(scope: Scope): void {
  if (!scope.rights.read) throw new MailError('access.denied', { right: 'read' });
}

/** Throws `access.denied` unless the scope may change what happens to the account's mail. */
export function requireWrite(scope: Scope): void {
  if (!scope.rights.write) throw new MailError('access.denied', { right: 'write' });
}
