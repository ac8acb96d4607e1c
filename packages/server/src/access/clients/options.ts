import { recordOperation } from '../../directory/operations.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import {
  putSignInSetting,
  replaceSignInPolicy,
  signInPolicies,
  signInPolicyTargets,
  signInSetting,
} from '../../store/system/sign-in/policies.ts';
import { insertRevocation } from '../../store/system/sign-in/revocations.ts';
import type { Scope } from '../scope.ts';
import { requireAccountReach } from './administration.ts';
import type { ClientPasswordContext } from './client-passwords.ts';
import { type ClientStanding, clientStanding } from './standing.ts';

/** What an administrator switches for one account; what is left out stays. */
export interface AccountOptions {
  /** Mail clients (CLI-02). */
  readonly clients?: boolean;
  /** Only client passwords open them (SEC-06). */
  readonly forceSafeSignIn?: boolean;
}

/** How an account stands with mail clients. Needs `signIn:view` and reach. Throws `access.denied`, `account.not_found`. */
export async function accountOptions(
  ctx: Pick<ClientPasswordContext, 'database'>,
  scope: Scope,
  accountId: AccountId,
): Promise<ClientStanding> {
  return ctx.database.of(scope.tenantId).read(async reader => {
    await requireAccountReach(reader, scope, accountId, 'view');
    return clientStanding(reader, scope.tenantId, accountId);
  });
}

/** Puts the account on the list of the policy, or takes it off. Throws `conflict.state` when a policy for more stands. */
async function forceOne(
  tx: SqlTransaction,
  { tenantId }: Scope,
  accountId: AccountId,
  on: boolean,
): Promise<void> {
  const kind = 'safe-sign-in';
  const { safeSignInForced } = await clientStanding(tx, tenantId, accountId);
  if (safeSignInForced === on) return;
  const set = (await signInPolicies(tx, tenantId)).find(row => row.kind === kind);
  if (set?.applies_to === 'everybody') throw new MailError('conflict.state', { reason: 'everybody' });
  const selected = set?.applies_to === 'selected';
  const targets = selected ? (await signInPolicyTargets(tx, tenantId)).filter(row => row.kind === kind) : [];
  const others = targets.filter(row => row.target_kind !== 'account' || row.target_id !== accountId);
  const own = on ? [{ target_kind: 'account' as const, target_id: accountId }] : [];
  await replaceSignInPolicy(tx, tenantId, kind, 'selected', [...others, ...own]);
  // A department on the list may still stand for the account.
  if ((await clientStanding(tx, tenantId, accountId)).safeSignInForced !== on) {
    throw new MailError('conflict.state', { reason: 'department' });
  }
}

/**
 * Switches mail clients of one account, or forces safe sign-in on it; connections that are not allowed any more are closed.
 * Recorded (LOG-03). Needs `signIn:manage` and reach. Throws `access.denied`, `account.not_found`, `conflict.state` when a
 * policy for everybody or a department stands against it.
 */
export async function setAccountOptions(
  ctx: ClientPasswordContext,
  scope: Scope,
  accountId: AccountId,
  wanted: AccountOptions,
): Promise<ClientStanding> {
  const { tenantId } = scope;
  const after = await ctx.database.of(scope.tenantId).transact(async tx => {
    const target = await requireAccountReach(tx, scope, accountId, 'manage');
    const before = await clientStanding(tx, tenantId, accountId);
    if (wanted.clients !== undefined) {
      const setting = await signInSetting(tx, tenantId, accountId);
      await putSignInSetting(tx, tenantId, accountId, {
        clients_enabled: wanted.clients ? 1 : 0,
        safe_sign_in: setting?.safe_sign_in ?? 0,
      });
    }
    if (wanted.forceSafeSignIn !== undefined) await forceOne(tx, scope, accountId, wanted.forceSafeSignIn);
    const now = await clientStanding(tx, tenantId, accountId);
    await insertRevocation(tx, tenantId, accountId);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'member.client_options_changed',
      targetKind: 'member',
      target,
      details: { before, after: now },
    });
    return now;
  });
  ctx.revocations.announce();
  return after;
}
