import { randomBytes } from 'node:crypto';
import { renderSVG } from 'uqr';
import { requireAccount } from '../../directory/users.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import {
  deleteSecondFactors,
  hasSecondFactor,
  putSecondFactor,
  recoveryCodesOf,
  type SecondFactorRow,
  secondFactor,
} from '../../store/system/sign-in/second-factors.ts';
import type { Scope } from '../scope.ts';
import { encodeBase32 } from './base32.ts';
import type { AccountPrincipal, SecondFactorContext } from './context.ts';
import { factorDueAt } from './demand.ts';
import { secondFactorMethods } from './methods.ts';
import { issueRecoveryCodes } from './recovery-codes.ts';
import { openTotpSecret, sealTotpSecret } from './secret.ts';
import { matchTotp, totpSecretOctets, totpUri } from './totp.ts';

/** How an account stands with its second factor. */
export interface SecondFactorState {
  readonly enabled: boolean;
  /** When it was turned on, ms; null while it is off. */
  readonly since: number | null;
  readonly recoveryCodesLeft: number;
  /** The company demands one: it cannot be turned off. */
  readonly demanded: boolean;
  /** Until when it may be put off, ms; null when nothing is demanded or it is on. */
  readonly dueAt: number | null;
}

/** What an authenticator is fed with; shown this once. */
export interface Enrolment {
  /** Base32. */
  readonly secret: string;
  readonly uri: string;
  /** SVG. */
  readonly qr: string;
}

/** Throws `access.denied` unless the scope is somebody on their own account. */
function requireSelf(scope: Scope): AccountPrincipal {
  const { principal, accountId, rights } = scope;
  if (principal.kind === 'account' && principal.accountId === accountId && rights.administer)
    return principal;
  throw new MailError('access.denied', { need: 'second factor' });
}

export async function secondFactorState(ctx: SecondFactorContext, scope: Scope): Promise<SecondFactorState> {
  requireSelf(scope);
  return ctx.database.of(scope.tenantId).read(async reader => {
    const row = await secondFactor(reader, scope.tenantId, scope.accountId, 'totp');
    const codes = await recoveryCodesOf(reader, scope.tenantId, scope.accountId);
    const since = row?.confirmed_at ?? null;
    const left = codes.filter(code => code.used_at === null).length;
    const dueAt = await factorDueAt(reader, scope.tenantId, scope.accountId);
    return {
      enabled: since !== null,
      since,
      recoveryCodesLeft: since === null ? 0 : left,
      demanded: dueAt !== null,
      dueAt: since === null ? dueAt : null,
    };
  });
}

/**
 * Makes a secret for an authenticator (RFC 6238). Nothing is on before `confirmTotp`. The caller has asked for the
 * password. Throws `access.denied`, `conflict.state` while one is on.
 */
export async function enrolTotp(ctx: SecondFactorContext, scope: Scope): Promise<Enrolment> {
  const principal = requireSelf(scope);
  const { tenantId, accountId } = scope;
  const secret = randomBytes(totpSecretOctets);
  const owner = { tenant_id: tenantId, account_id: accountId };
  await ctx.database.of(scope.tenantId).transact(async tx => {
    await requireAccount(tx, tenantId, accountId);
    if (await hasSecondFactor(tx, tenantId, accountId)) {
      throw new MailError('conflict.state', { reason: 'second factor is on' });
    }
    await putSecondFactor(tx, {
      ...owner,
      kind: 'totp',
      secret: sealTotpSecret(ctx, owner, secret),
      created_at: ctx.clock.now(),
      confirmed_at: null,
      last_step: 0,
      failures: 0,
      failed_at: 0,
    });
  });
  const text = encodeBase32(secret);
  const uri = totpUri(text, ctx.issuer, principal.login);
  return { secret: text, uri, qr: renderSVG(uri, { border: 2 }) };
}

/**
 * Turns the second factor on with the first code of the authenticator. From now on the password alone opens neither the
 * web nor mail clients: what they have open with it is closed. Returns the recovery codes. Throws
 * `auth.second_factor_wrong`, `auth.too_many_attempts`, `conflict.state` when nothing waits for a code.
 */
export async function confirmTotp(ctx: SecondFactorContext, scope: Scope, code: string): Promise<string[]> {
  requireSelf(scope);
  const { tenantId, accountId } = scope;
  const now = ctx.clock.now();
  const codes = await ctx.database.of(scope.tenantId).transact(async tx => {
    const row = await secondFactor(tx, tenantId, accountId, 'totp');
    const waits = row && row.confirmed_at === null && now - row.created_at <= ctx.limits.enrolMs;
    if (!waits) throw new MailError('conflict.state', { reason: 'no new second factor' });
    requireNoDelay(ctx, row);
    const secret = openTotpSecret(ctx, row);
    const step = matchTotp(secret, code.replaceAll(' ', ''), now, row.last_step);
    if (step === null) return countFailure(ctx, tx, row);
    await putSecondFactor(tx, { ...row, confirmed_at: now, last_step: step, failures: 0 });
    return issueRecoveryCodes(ctx, tx, tenantId, accountId);
  });
  if (codes === null) throw new MailError('auth.second_factor_wrong');
  ctx.revocations.announce();
  return codes;
}

/**
 * Checks a code of the second factor and uses it up. Wrong ones are counted for the account, in all processes: after some
 * a growing delay. Throws `auth.second_factor_wrong`, `auth.too_many_attempts` (field `seconds`), `conflict.state` when the
 * account has no second factor.
 */
export async function verifySecondFactor(
  ctx: SecondFactorContext,
  tenantId: TenantId,
  accountId: AccountId,
  code: string,
): Promise<void> {
  const right = await ctx.database.of(tenantId).transact(async tx => {
    const row = await secondFactor(tx, tenantId, accountId, 'totp');
    if (!row || row.confirmed_at === null) {
      throw new MailError('conflict.state', { reason: 'no second factor' });
    }
    requireNoDelay(ctx, row);
    if (code.length <= 64) {
      for (const method of secondFactorMethods) if (await method.verify(ctx, tx, row, code)) return true;
    }
    return countFailure(ctx, tx, row);
  });
  if (!right) throw new MailError('auth.second_factor_wrong');
}

/** Makes new recovery codes; the old ones are void. Throws as `verifySecondFactor`. */
export async function renewRecoveryCodes(
  ctx: SecondFactorContext,
  scope: Scope,
  code: string,
): Promise<string[]> {
  requireSelf(scope);
  const { tenantId, accountId } = scope;
  await verifySecondFactor(ctx, tenantId, accountId, code);
  return ctx.database.of(scope.tenantId).transact(tx => issueRecoveryCodes(ctx, tx, tenantId, accountId));
}

/**
 * Turns the second factor off; that needs a code, too. Throws as `verifySecondFactor`, and `access.denied` while the
 * company demands one.
 */
export async function turnOffSecondFactor(
  ctx: SecondFactorContext,
  scope: Scope,
  code: string,
): Promise<void> {
  requireSelf(scope);
  const { tenantId, accountId } = scope;
  if (
    (await ctx.database.of(scope.tenantId).read(reader => factorDueAt(reader, tenantId, accountId))) !== null
  ) {
    throw new MailError('access.denied', { need: 'no demand for a second factor' });
  }
  await verifySecondFactor(ctx, tenantId, accountId, code);
  await ctx.database.of(scope.tenantId).transact(tx => deleteSecondFactors(tx, tenantId, accountId));
}

function requireNoDelay(ctx: SecondFactorContext, row: SecondFactorRow): void {
  const { freeFailures, firstDelayMs, maxDelayMs } = ctx.limits;
  const over = row.failures - freeFailures;
  if (over < 0) return;
  const delay = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(over, 30));
  const age = Math.max(0, ctx.clock.now() - row.failed_at);
  if (age < delay)
    throw new MailError('auth.too_many_attempts', { seconds: Math.ceil((delay - age) / 1000) });
}

/** Null, so that the count is committed before the refusal is thrown. */
async function countFailure(
  ctx: SecondFactorContext,
  tx: SqlTransaction,
  row: SecondFactorRow,
): Promise<null> {
  await putSecondFactor(tx, { ...row, failures: row.failures + 1, failed_at: ctx.clock.now() });
  return null;
}
