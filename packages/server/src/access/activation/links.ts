import { createHash, randomBytes } from 'node:crypto';
import { requireManaged } from '../../directory/members/manage.ts';
import { recordOperation } from '../../directory/operations.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { SqlReader, SqlTransaction } from '../../store/sql/port.ts';
import { administratorRow } from '../../store/system/administration/administrator-rows.ts';
import {
  type ActivationLinkRow,
  type ActivationPurpose,
  activationLinkOf,
  deleteActivationLink,
  putActivationLink,
} from '../../store/system/sign-in/activation-links.ts';
import { passwordInForce } from '../../store/system/web-sessions.ts';
import { getAccountName } from '../account-name.ts';
import { requireAdministration } from '../administration.ts';
import type { PasswordContext } from '../passwords.ts';
import type { Scope } from '../scope.ts';

/** Named values of activation links (MBX-03). */
export const activationLimits = {
  /** Days that a link holds unless it is said otherwise, and at most. */
  defaultDays: 7,
  maxDays: 30,
  tokenOctets: 32,
} as const;

const dayMs = 24 * 3_600_000;

type Context = Pick<PasswordContext, 'database' | 'clock'>;

/** A link with which a member chooses a password, as administrators see it. */
export interface ActivationLink {
  readonly purpose: ActivationPurpose;
  readonly state: 'open' | 'used' | 'expired';
  /** Address that it was mailed to; null: nowhere. */
  readonly sentTo: string | null;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

/** What is kept of a token. */
export function activationTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function actorOf({ principal }: Scope): string {
  return principal.kind === 'account' ? principal.login : principal.reason;
}

/**
 * How a link stands. A password set after it was made, by whatever way, makes it void: whoever finds an old link in a mailbox
 * must not get in with it. So does becoming an administrator: who made it then need not reach the account any more.
 */
export async function activationState(
  reader: SqlReader,
  row: ActivationLinkRow,
  now: number,
): Promise<ActivationLink['state']> {
  if (row.used_at !== null) return 'used';
  if (row.expires_at <= now) return 'expired';
  const administrator = await administratorRow(reader, row.tenant_id, row.account_id);
  if (administrator && administrator.created_at > row.created_at) return 'expired';
  const password = await passwordInForce(reader, row.tenant_id, row.account_id);
  return password !== undefined && password.created_at > row.created_at ? 'used' : 'open';
}

/** A link as administrators see it. */
export async function toLink(
  reader: SqlReader,
  row: ActivationLinkRow,
  now: number,
): Promise<ActivationLink> {
  return {
    purpose: row.purpose,
    state: await activationState(reader, row, now),
    sentTo: row.sent_to,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
  };
}

/** When a link that is made now ends, ms. Throws `input.invalid` for days beyond the limits. */
export function activationExpiry(now: number, days: number = activationLimits.defaultDays): number {
  if (!Number.isInteger(days) || days < 1 || days > activationLimits.maxDays) {
    throw new MailError('input.invalid', { field: 'days', max: activationLimits.maxDays });
  }
  return now + days * dayMs;
}

/** Files a link of a member who has just been made, in the transaction that makes the member. */
export async function fileActivationLink(
  tx: SqlTransaction,
  scope: Scope,
  link: {
    readonly accountId: AccountId;
    readonly token: string;
    readonly now: number;
    readonly expiresAt: number;
  },
): Promise<void> {
  await putActivationLink(tx, {
    tenant_id: scope.tenantId,
    account_id: link.accountId,
    token_hash: activationTokenHash(link.token),
    purpose: 'activate',
    sent_to: null,
    created_by: actorOf(scope),
    created_at: link.now,
    expires_at: link.expiresAt,
  });
}

/** A link just made: its token is known only now. */
export interface MadeLink {
  readonly token: string;
  readonly row: ActivationLinkRow;
  /** The member's address. */
  readonly address: string;
}

/** Makes a link in a transaction that does more; recorded (LOG-03). For what it asks and throws see `createActivationLink`. */
export async function makeLink(
  tx: SqlTransaction,
  { clock }: Pick<Context, 'clock'>,
  scope: Scope,
  accountId: AccountId,
  { days }: { readonly days?: number },
): Promise<MadeLink> {
  const administration = requireAdministration(scope, 'members', 'manage');
  const { tenantId } = scope;
  const now = clock.now();
  const expiresAt = activationExpiry(now, days);
  const token = randomBytes(activationLimits.tokenOctets).toString('base64url');
  const account = await requireManaged(tx, administration, scope, accountId);
  // A public mailbox has no password of its own (PUB-05).
  if (account.kind !== 'person') throw new MailError('account.not_found', { accountId });
  if (account.disabled_at !== null) throw new MailError('account.disabled');
  const address = await getAccountName(tx, tenantId, accountId);
  const row: ActivationLinkRow = {
    tenant_id: tenantId,
    account_id: accountId,
    token_hash: activationTokenHash(token),
    purpose: (await passwordInForce(tx, tenantId, accountId)) ? 'reset' : 'activate',
    sent_to: null,
    created_by: actorOf(scope),
    created_at: now,
    expires_at: expiresAt,
    used_at: null,
  };
  await putActivationLink(tx, row);
  await recordOperation(tx, clock, scope, {
    action: 'member.activation_link_made',
    targetKind: 'member',
    target: address,
    details: { accountId, purpose: row.purpose, expiresAt: new Date(expiresAt).toISOString() },
  });
  return { token, row, address };
}

/**
 * Makes a link with which a member chooses a password, in place of a password that an administrator knows (MBX-03); the
 * token is shown this once, and a link made before is void. The password in force stays so until the link is used. Needs
 * `members:manage` and reach. Throws `access.denied`, `account.not_found`, `account.disabled`, `input.invalid`.
 */
export async function createActivationLink(
  ctx: Context,
  scope: Scope,
  accountId: AccountId,
  wanted: { readonly days?: number } = {},
): Promise<{ readonly token: string; readonly link: ActivationLink; readonly address: string }> {
  return ctx.database.of(scope.tenantId).transact(async tx => {
    const { token, row, address } = await makeLink(tx, ctx, scope, accountId, wanted);
    return { token, address, link: await toLink(tx, row, ctx.clock.now()) };
  });
}

/** A member's link; null when none was made. Throws `access.denied`, `account.not_found`. */
export async function readActivationLink(
  ctx: Context,
  scope: Scope,
  accountId: AccountId,
): Promise<ActivationLink | null> {
  const administration = requireAdministration(scope, 'members', 'view');
  return ctx.database.of(scope.tenantId).read(async reader => {
    await requireManaged(reader, administration, scope, accountId);
    const row = await activationLinkOf(reader, scope.tenantId, accountId);
    return row ? toLink(reader, row, ctx.clock.now()) : null;
  });
}

/** Makes a member's link void. Returns false when there was none. Throws `access.denied`, `account.not_found`. */
export async function revokeActivationLink(
  ctx: Context,
  scope: Scope,
  accountId: AccountId,
): Promise<boolean> {
  const administration = requireAdministration(scope, 'members', 'manage');
  const { tenantId } = scope;
  return ctx.database.of(scope.tenantId).transact(async tx => {
    await requireManaged(tx, administration, scope, accountId);
    if (!(await deleteActivationLink(tx, tenantId, accountId))) return false;
    await recordOperation(tx, ctx.clock, scope, {
      action: 'member.activation_link_revoked',
      targetKind: 'member',
      target: await getAccountName(tx, tenantId, accountId),
      details: { accountId },
    });
    return true;
  });
}

/** What is mailed to a member's other address. */
export interface ActivationMail {
  readonly tenantId: TenantId;
  /** The address outside. */
  readonly to: string;
  /** The address in the company, whose domain the mail is from. */
  readonly address: string;
  readonly company: string;
  readonly purpose: ActivationPurpose;
  readonly link: string;
  readonly expiresAt: number;
  readonly language: string;
}
