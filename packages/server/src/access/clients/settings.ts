import { MailError } from '../../platform/errors.ts';
import { clientPasswordsOf } from '../../store/system/sign-in/client-passwords.ts';
import { putSignInSetting } from '../../store/system/sign-in/policies.ts';
import { insertRevocation } from '../../store/system/sign-in/revocations.ts';
import type { Scope } from '../scope.ts';
import type { SignInHistoryContext } from '../sign-in-history.ts';
import type { ClientPasswordContext } from './client-passwords.ts';
import { type ClientStanding, clientStanding, needsClientPassword } from './standing.ts';

/** What a member switches (CLI-02, CLI-03). */
export interface ClientSwitches {
  readonly enabled?: boolean;
  readonly safeSignIn?: boolean;
}

/** The order in which a sign-in with a mail client can fail (CLI-07). */
export const clientSteps = ['scope', 'switch', 'safe_sign_in', 'client_password'] as const;
export type ClientStep = (typeof clientSteps)[number];

/** How an account stands with mail clients, and what its owner still has to do. */
export interface ClientAccess extends ClientStanding {
  /** What to type into a mail client. */
  readonly password: 'main' | 'client';
  readonly steps: readonly { readonly step: ClientStep; readonly ok: boolean }[];
  /** The first step that is not in order; null: all are. */
  readonly failing: ClientStep | null;
}

function requireOwner(scope: Scope): void {
  if (!scope.rights.administer || scope.accountId === 0) {
    throw new MailError('access.denied', { need: 'mail clients' });
  }
}

/** Reads it. Throws `access.denied`. */
export async function clientAccess(
  ctx: Pick<ClientPasswordContext, 'database'> & Pick<SignInHistoryContext, 'records'>,
  scope: Scope,
): Promise<ClientAccess> {
  requireOwner(scope);
  const { tenantId, accountId } = scope;
  await ctx.records.flush();
  const latest = await ctx.records.findSignIns({ tenantId, accountId }, { limit: 50 });
  const client = latest.find(row => row.service !== 'web');
  return ctx.database.of(scope.tenantId).read(async reader => {
    const standing = await clientStanding(reader, tenantId, accountId);
    const { length } = await clientPasswordsOf(reader, tenantId, accountId);
    const needed = needsClientPassword(standing);
    const inOrder: Record<ClientStep, boolean> = {
      scope: standing.allowed,
      switch: standing.enabled,
      // The last attempt came with the account's own password, which is not taken.
      safe_sign_in: !needed || client?.result !== 'auth.client_password_required',
      client_password: !needed || length > 0,
    };
    const steps = clientSteps.map(step => ({ step, ok: inOrder[step] }));
    return {
      ...standing,
      password: needed ? 'client' : 'main',
      steps,
      failing: steps.find(({ ok }) => !ok)?.step ?? null,
    };
  });
}

/** Sets the member's switches; what is open and no longer allowed is closed. Throws `access.denied`. */
export async function setClientSwitches(
  ctx: ClientPasswordContext & SignInHistoryContext,
  scope: Scope,
  switches: ClientSwitches,
): Promise<ClientAccess> {
  requireOwner(scope);
  const { tenantId, accountId } = scope;
  await ctx.database.of(scope.tenantId).transact(async tx => {
    const { enabled, safeSignIn } = await clientStanding(tx, tenantId, accountId);
    await putSignInSetting(tx, tenantId, accountId, {
      clients_enabled: (switches.enabled ?? enabled) ? 1 : 0,
      safe_sign_in: (switches.safeSignIn ?? safeSignIn) ? 1 : 0,
    });
    await insertRevocation(tx, tenantId, accountId);
  });
  ctx.revocations.announce();
  return clientAccess(ctx, scope);
}
