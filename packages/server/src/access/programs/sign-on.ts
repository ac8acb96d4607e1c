import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { recordOperation } from '../../directory/operations.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import { accountById } from '../../store/system/accounts.ts';
import { insertIdempotency } from '../../store/system/administration/idempotency-rows.ts';
import { liveApiTokenById } from '../../store/system/administration/token-rows.ts';
import { readSetting, writeSetting } from '../../store/system/settings.ts';
import { passwordInForce } from '../../store/system/web-sessions.ts';
import { requireAdministration } from '../administration.ts';
import { mailRefused } from '../mail-service.ts';
import type { Scope } from '../scope.ts';
import { isFactorOverdue } from '../second-factor/demand.ts';
import { needsSecondFactor } from '../second-factor/second-step.ts';
import type { SignInContext } from '../sign-in-context.ts';

/** How long an address to sign in with is good, ms. */
export const signOnMs = 300_000;
const maxLength = 500;

/** A member whom a program brings to the web: signed, so that every process can read it; good once. */
interface SignOn {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
  readonly tokenId: number;
  readonly expiresAt: number;
  readonly nonce: string;
}

/** What the web server does with an address to sign in with. */
export type SignOnAnswer =
  /** The session may begin. */
  | { readonly kind: 'signed-in'; readonly tenantId: TenantId; readonly accountId: AccountId }
  /** The member shows the password (and the second factor) first. */
  | { readonly kind: 'password' };

function sign(ctx: SignInContext, body: string): Buffer {
  return createHmac('sha256', ctx.secretKey).update(`sign-on\0${body}`).digest();
}

function readSignOn(ctx: SignInContext, text: string): SignOn | null {
  const [body = '', signature = '', ...rest] = text.length > maxLength ? [] : text.split('.');
  const [given, right] = [Buffer.from(signature, 'base64url'), sign(ctx, body)];
  if (rest.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) return null;
  const [tenantId, accountId, tokenId, expiresAt, nonce] = JSON.parse(
    Buffer.from(body, 'base64url').toString('utf8'),
  ) as [number, number, number, number, string];
  if (expiresAt <= ctx.clock.now()) return null;
  return { tenantId, accountId, tokenId, expiresAt, nonce };
}

function consentName({ tokenId, accountId }: Pick<SignOn, 'tokenId' | 'accountId'>): string {
  return `sign_on ${tokenId}/${accountId}`;
}

/**
 * Makes a ticket with which a program brings a member to the web, good once and for five minutes (part 2 of the
 * catalogue: `get_login_url`). Needs `signIn:manage`; administrators are not brought. Recorded. Throws `access.denied`,
 * `conflict.state`.
 */
export async function issueSignOn(
  ctx: SignInContext,
  scope: Scope,
  tokenId: number,
  member: { readonly accountId: AccountId; readonly address: string; readonly role: string },
): Promise<string> {
  requireAdministration(scope, 'signIn', 'manage');
  if (member.role === 'administrator') throw new MailError('conflict.state', { reason: 'an administrator' });
  const nonce = randomBytes(12).toString('base64url');
  const fields = [scope.tenantId, member.accountId, tokenId, ctx.clock.now() + signOnMs, nonce];
  const body = Buffer.from(JSON.stringify(fields)).toString('base64url');
  await ctx.database.of(scope.tenantId).transact(tx =>
    recordOperation(tx, ctx.clock, scope, {
      action: 'member.sign_on_issued',
      targetKind: 'member',
      target: member.address,
    }),
  );
  return `${body}.${sign(ctx, body).toString('base64url')}`;
}

/** Whether the ticket is used for the first time; it is used then. */
async function use(ctx: SignInContext, { tenantId, nonce }: SignOn): Promise<boolean> {
  const key = { tenantId, caller: 'sign-on', operation: 'sign-on', name: nonce };
  return ctx.database.of(tenantId).transact(tx => insertIdempotency(tx, key, '', ctx.clock.now()));
}

/**
 * What a ticket opens. The member agrees to a program once, by showing the password; a new password or the end of the
 * program's token takes that back, and whoever has a second factor, or has to set one up, signs in each time. Throws
 * `auth.failed` for a ticket that is wrong, over or was used, and for who became an administrator meanwhile.
 */
export async function useSignOn(ctx: SignInContext, text: string): Promise<SignOnAnswer> {
  const found = readSignOn(ctx, text);
  if (!found) throw new MailError('auth.failed');
  const { tenantId, accountId, tokenId } = found;
  const { agreed, password, live, stopped, account, overdue } = await ctx.database
    .of(tenantId)
    .read(async reader => ({
      agreed: await readSetting(reader, tenantId, consentName(found)),
      password: await passwordInForce(reader, tenantId, accountId),
      live: await liveApiTokenById(reader, tenantId, tokenId, ctx.clock.now()),
      stopped: await mailRefused(reader, tenantId, accountId, 'web'),
      account: await accountById(reader, tenantId, accountId),
      overdue: await isFactorOverdue(reader, tenantId, accountId, ctx.clock.now()),
    }));
  if (!live || stopped || account?.role !== 'member') throw new MailError('auth.failed');
  const principal = { kind: 'account', tenantId, accountId, login: '' } as const;
  const second = overdue || (await needsSecondFactor(ctx, principal));
  if (agreed === null || !password || agreed !== String(password.id) || second) return { kind: 'password' };
  if (!(await use(ctx, found))) throw new MailError('auth.failed');
  return { kind: 'signed-in', tenantId, accountId };
}

/** Remembers that a member who just signed in by all that is asked for agrees to the program of the ticket. */
export async function agreeToSignOn(
  ctx: SignInContext,
  text: string,
  principal: { readonly tenantId: TenantId; readonly accountId: AccountId },
): Promise<void> {
  const found = readSignOn(ctx, text);
  if (!found || found.tenantId !== principal.tenantId || found.accountId !== principal.accountId) return;
  if (!(await use(ctx, found))) return;
  await ctx.database.of(found.tenantId).transact(async tx => {
    const password = await passwordInForce(tx, found.tenantId, found.accountId);
    if (password) await writeSetting(tx, found.tenantId, consentName(found), String(password.id));
  });
}
