import { MailError } from '../../platform/errors.ts';
import { hasSecondFactor } from '../../store/system/sign-in/second-factors.ts';
import { confirmWebSession, useWebConfirmation } from '../../store/system/web-sessions.ts';
import type { AccountPrincipal, SecondFactorContext } from './context.ts';
import { verifySecondFactor } from './second-factor.ts';

/** How somebody who is signed in proves again who they are. */
export type Proof = { readonly password: () => Promise<void> } | { readonly code: string };

/**
 * Notes that the owner of a session proved again who they are: with a code where a second factor is on, else with the
 * password, which `proof.password` verifies. Returns until when it waits for its sharp act (SEC-10). Throws
 * `auth.second_factor_required` when a code is needed, and what the verification throws.
 */
export async function confirmIdentity(
  ctx: SecondFactorContext,
  principal: AccountPrincipal,
  sessionId: string,
  proof: Proof,
): Promise<number> {
  const { tenantId, accountId } = principal;
  if (await hasSecondFactor(ctx.database.of(tenantId), tenantId, accountId)) {
    if (!('code' in proof)) throw new MailError('auth.second_factor_required');
    await verifySecondFactor(ctx, tenantId, accountId, proof.code);
  } else if ('password' in proof) await proof.password();
  else throw new MailError('input.invalid', { field: 'password' });
  const now = ctx.clock.now();
  await ctx.database.of(tenantId).transact(tx => confirmWebSession(tx, tenantId, accountId, sessionId, now));
  return now + ctx.limits.confirmationMs;
}

/**
 * Uses up the confirmation of a session before a sharp act (SEC-10): each act asks again. Throws
 * `auth.confirmation_required` when there is none.
 */
export async function requireFreshFactor(
  ctx: Pick<SecondFactorContext, 'database' | 'clock' | 'limits'>,
  principal: AccountPrincipal,
  sessionId: string | null,
): Promise<void> {
  const now = ctx.clock.now();
  const since = now - ctx.limits.confirmationMs;
  const { tenantId, accountId } = principal;
  const used =
    sessionId !== null &&
    (await ctx.database
      .of(tenantId)
      .transact(tx => useWebConfirmation(tx, tenantId, accountId, sessionId, since, now)));
  if (!used) throw new MailError('auth.confirmation_required');
}
