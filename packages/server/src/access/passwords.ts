import type { NewCredential } from '../directory/users.ts';
import { replaceCredentials, requireAccount } from '../directory/users.ts';
import type { Clock } from '../platform/clock.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId } from '../platform/ids.ts';
import type { CompanyDatabase } from '../store/sql/company-database.ts';
import { accountSalt } from './clients/client-passwords.ts';
import type { PasswordHasher } from './passwords/password-hasher.ts';
import { saslPrep } from './passwords/sasl-prep.ts';
import { encodeScramKeys, makeScramKeys } from './passwords/scram-keys.ts';
import type { Revocations } from './revocations.ts';
import type { Scope } from './scope.ts';

export interface PasswordPolicy {
  /** Characters. */
  readonly minLength: number;
  /** UTF-8 octets; bounds the work of hashing. */
  readonly maxOctets: number;
}

export const defaultPasswordPolicy: PasswordPolicy = { minLength: 8, maxOctets: 1_024 };

/** What is guessed first. Compared in lower case. */
const commonPasswords: ReadonlySet<string> = new Set([
  '12345678',
  '123456789',
  '1234567890',
  '11111111',
  '00000000',
  '88888888',
  '66666666',
  '87654321',
  'password',
  'password1',
  'passw0rd',
  'p@ssw0rd',
  'qwertyuiop',
  'qwerty123',
  '1q2w3e4r',
  '1qaz2wsx',
  'abc12345',
  'abcd1234',
  'a1234567',
  'a12345678',
  'iloveyou',
  'woaini1314',
  'woaini520',
  '5201314520',
  'admin123',
  'administrator',
  'changeme',
  'letmein1',
  'welcome1',
]);

/** The password as it is hashed; throws `input.invalid` with a `reason` when the policy refuses it. `about` are words it must not equal. */
export function requireGoodPassword(
  policy: PasswordPolicy,
  password: string,
  about: readonly string[] = [],
): string {
  const refuse = (reason: string, extra: Record<string, number> = {}): never => {
    throw new MailError('input.invalid', { field: 'password', reason, ...extra });
  };
  if (Buffer.byteLength(password) > policy.maxOctets) refuse('too long', { max: policy.maxOctets });
  const prepared = saslPrep(password);
  if (prepared === null) return refuse('characters');
  if (Array.from(prepared).length < policy.minLength) refuse('too short', { min: policy.minLength });
  const lower = prepared.toLowerCase();
  if (commonPasswords.has(lower) || new Set(lower).size < 3) refuse('too common');
  if (about.some(word => word.toLowerCase() === lower)) refuse('same as the name');
  return prepared;
}

export interface PasswordContext {
  readonly database: CompanyDatabase;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
  readonly policy: PasswordPolicy;
  /** Told when a password was changed; left out: who has a connection open finds out by itself. */
  readonly revocations?: Pick<Revocations, 'announce'>;
}

/**
 * Checks a new password and makes what is stored of it: an argon2id hash, and keys for SCRAM-SHA-256. `salt`: of the
 * account, when it has passwords already (`accountSalt`).
 */
export async function passwordCredentials(
  ctx: PasswordContext,
  password: string,
  about: readonly string[] = [],
  salt?: Uint8Array,
): Promise<NewCredential[]> {
  const prepared = requireGoodPassword(ctx.policy, password, about);
  const [hash, keys] = await Promise.all([ctx.hasher.hash(prepared), makeScramKeys(prepared, salt)]);
  return [
    { kind: 'password', secret: hash },
    { kind: 'scram-sha-256', secret: encodeScramKeys(keys) },
  ];
}

/**
 * Sets the password of an account; the old one stops working at once, in every process. The scope administers the
 * tenant or is the account's own. Throws `access.denied`, `account.not_found`, `input.invalid`.
 */
export async function setPassword(
  ctx: PasswordContext,
  scope: Scope,
  accountId: AccountId,
  password: string,
): Promise<void> {
  const allowed = scope.rights.administer && (scope.accountId === 0 || scope.accountId === accountId);
  if (!allowed) throw new MailError('access.denied', { need: 'password' });
  const salt = await accountSalt(ctx.database.of(scope.tenantId), scope.tenantId, accountId);
  const credentials = await passwordCredentials(ctx, password, [], salt ?? undefined);
  await ctx.database.of(scope.tenantId).transact(async tx => {
    await requireAccount(tx, scope.tenantId, accountId);
    await replaceCredentials(tx, scope.tenantId, accountId, credentials, ctx.clock.now());
  });
  ctx.revocations?.announce();
}
