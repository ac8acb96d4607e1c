import { requireManaged } from '../../directory/members/manage.ts';
import { recordOperation } from '../../directory/operations.ts';
import { requireAccount } from '../../directory/users.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { hasSecondFactor } from '../../store/system/sign-in/second-factors.ts';
import { deleteOtherWebSessions, webSessionsOf } from '../../store/system/web-sessions.ts';
import { getAccountName } from '../account-name.ts';
import { type AdminAccess, type AdminFunction, requireAdministration } from '../administration.ts';
import type { Scope } from '../scope.ts';
import {
  type ClientPassword,
  type ClientPasswordContext,
  createClientPassword,
  readClientPasswords,
  revokeClientPassword,
  revokeClientPasswords,
} from './client-passwords.ts';
import { type ClientStanding, clientStanding } from './standing.ts';

/** How somebody's account stands with signing in, as administrators see it. */
export interface AccountSignIn extends ClientStanding {
  readonly clientPasswords: readonly ClientPassword[];
  /** Browsers and tokens that are signed in. */
  readonly sessions: number;
}

/**
 * The account's name for the operation log. Members are the business of `signIn`, public mailboxes of those who look after
 * them. Throws `access.denied`, `account.not_found`.
 */
export async function requireAccountReach(
  reader: SqlReader,
  scope: Scope,
  accountId: AccountId,
  access: AdminAccess,
): Promise<string> {
  const names: readonly AdminFunction[] = ['signIn', 'publicMailboxes'];
  const { administration } = scope;
  const [any] = names.filter(name => {
    const granted = administration?.functions.get(name);
    return granted === 'manage' || (granted !== undefined && access === 'view');
  });
  if (any === undefined) throw new MailError('access.denied', { need: `signIn:${access}` });
  const { kind } = await requireAccount(reader, scope.tenantId, accountId);
  const needed = requireAdministration(scope, kind === 'public' ? 'publicMailboxes' : 'signIn', access);
  // A public mailbox belongs to no department: whoever may manage public mailboxes may manage it.
  if (kind !== 'public') await requireManaged(reader, needed, scope, accountId);
  return getAccountName(reader, scope.tenantId, accountId);
}

/** The account's own scope, for an administrator who was found to reach it. */
function onAccount(scope: Scope, accountId: AccountId): Scope {
  const { administration: _none, ...rest } = scope;
  return { ...rest, accountId, rights: { read: false, write: false, send: false, administer: true } };
}

/** How an account stands. Throws `access.denied`, `account.not_found`. */
export async function accountSignIn(
  ctx: ClientPasswordContext,
  scope: Scope,
  accountId: AccountId,
): Promise<AccountSignIn> {
  const { tenantId } = scope;
  const standing = await ctx.database.of(scope.tenantId).read(async reader => {
    await requireAccountReach(reader, scope, accountId, 'view');
    const sessions = await webSessionsOf(reader, tenantId, accountId, ctx.clock.now());
    return {
      ...(await clientStanding(reader, tenantId, accountId)),
      secondFactor: await hasSecondFactor(reader, tenantId, accountId),
      sessions: sessions.length,
    };
  });
  return { ...standing, clientPasswords: await readClientPasswords(ctx.database, tenantId, accountId) };
}

/** Signs somebody out everywhere on the web and of every token; recorded (LOG-03). Throws `access.denied`, `account.not_found`. */
export async function endAccountSessions(
  ctx: ClientPasswordContext,
  scope: Scope,
  accountId: AccountId,
): Promise<number> {
  const count = await ctx.database.of(scope.tenantId).transact(async tx => {
    const target = await requireAccountReach(tx, scope, accountId, 'manage');
    const ended = await deleteOtherWebSessions(tx, scope.tenantId, accountId, '');
    await recordOperation(tx, ctx.clock, scope, {
      action: 'member.sessions_ended',
      targetKind: 'member',
      target,
      details: { sessions: ended },
    });
    return ended;
  });
  ctx.revocations.announce();
  return count;
}

/**
 * Makes a client password for a public mailbox, which has no other (PUB-05). Recorded. Throws as
 * `createClientPassword`, and `conflict.state` for a member.
 */
export async function createMailboxPassword(
  ctx: ClientPasswordContext,
  scope: Scope,
  accountId: AccountId,
  name: string,
): Promise<{ readonly secret: string; readonly clientPassword: ClientPassword }> {
  const target = await ctx.database.of(scope.tenantId).read(async reader => {
    const { kind } = await requireAccount(reader, scope.tenantId, accountId);
    // Members make their own: nobody else should know them.
    if (kind !== 'public') throw new MailError('conflict.state', { reason: 'not a public mailbox' });
    return requireAccountReach(reader, scope, accountId, 'manage');
  });
  const made = await createClientPassword(ctx, onAccount(scope, accountId), name);
  await ctx.database.of(scope.tenantId).transact(tx =>
    recordOperation(tx, ctx.clock, scope, {
      action: 'member.client_password_made',
      targetKind: 'publicMailbox',
      target,
      details: { name: made.clientPassword.name },
    }),
  );
  return made;
}

/** Takes one client password of an account back, or all for null. Recorded. Throws `access.denied`, `session.not_found`. */
export async function revokeAccountPasswords(
  ctx: ClientPasswordContext,
  scope: Scope,
  accountId: AccountId,
  id: number | null,
): Promise<void> {
  const target = await ctx.database
    .of(scope.tenantId)
    .read(reader => requireAccountReach(reader, scope, accountId, 'manage'));
  const own = onAccount(scope, accountId);
  if (id === null) await revokeClientPasswords(ctx, own);
  else if (!(await revokeClientPassword(ctx, own, id))) throw new MailError('session.not_found');
  await ctx.database.of(scope.tenantId).transact(tx =>
    recordOperation(tx, ctx.clock, scope, {
      action: 'member.client_password_revoked',
      targetKind: 'member',
      target,
      details: id === null ? { all: true } : { id },
    }),
  );
}
