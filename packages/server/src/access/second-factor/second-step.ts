import { isMailError, MailError } from '../../platform/errors.ts';
import { hasSecondFactor } from '../../store/system/sign-in/second-factors.ts';
import type { SignInOutcome } from '../sign-in-log.ts';
import type { SignInAttempt } from '../types.ts';
import type { AccountPrincipal, SecondFactorContext } from './context.ts';
import { verifySecondFactor } from './second-factor.ts';

/** Whether the password alone does not open the web. */
export async function needsSecondFactor(
  ctx: Pick<SecondFactorContext, 'database'>,
  { tenantId, accountId }: AccountPrincipal,
): Promise<boolean> {
  return hasSecondFactor(ctx.database.of(tenantId), tenantId, accountId);
}

/** Writes down how the second step of a sign-in ended. */
export function recordSecondStep(
  ctx: Pick<SecondFactorContext, 'signIns' | 'clock'>,
  principal: AccountPrincipal,
  attempt: SignInAttempt,
  outcome: SignInOutcome,
): void {
  ctx.signIns.record({
    at: ctx.clock.now(),
    tenantId: principal.tenantId,
    accountId: principal.accountId,
    login: principal.login,
    service: attempt.service,
    mechanism: 'second-factor',
    address: attempt.address,
    encrypted: attempt.encrypted,
    outcome,
    ...(attempt.agent !== undefined && { agent: attempt.agent }),
  });
}

/** The second step of a sign-in: checks the code and writes down how it ended. Throws as `verifySecondFactor`. */
export async function passSecondStep(
  ctx: SecondFactorContext,
  principal: AccountPrincipal,
  code: string,
  attempt: SignInAttempt,
): Promise<void> {
  if (!attempt.encrypted) throw new MailError('auth.encryption_required');
  try {
    await verifySecondFactor(ctx, principal.tenantId, principal.accountId, code);
  } catch (error) {
    // Turned off between the two steps: the first one has to be taken again.
    if (isMailError(error, 'conflict.state')) throw new MailError('auth.failed');
    const limited = isMailError(error, 'auth.too_many_attempts');
    recordSecondStep(ctx, principal, attempt, limited ? 'limited' : 'second-factor-wrong');
    throw error;
  }
  recordSecondStep(ctx, principal, attempt, 'success');
}
