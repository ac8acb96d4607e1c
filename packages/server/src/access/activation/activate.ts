import { recordOperation } from '../../directory/operations.ts';
import { replaceCredentials } from '../../directory/users.ts';
import { MailError } from '../../platform/errors.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { type AccountRow, accountById } from '../../store/system/accounts.ts';
import { tenantName } from '../../store/system/people/company.ts';
import {
  type ActivationLinkRow,
  type ActivationPurpose,
  activationLinkByToken,
  useActivationLink,
} from '../../store/system/sign-in/activation-links.ts';
import { getAccountName } from '../account-name.ts';
import { accountSalt } from '../clients/client-passwords.ts';
import { type PasswordContext, passwordCredentials } from '../passwords.ts';
import { tenantScope } from '../scope.ts';
import { activationLimits, activationState, activationTokenHash } from './links.ts';

/** What the page behind a link shows. */
export interface OpenActivation {
  readonly company: string;
  readonly name: string;
  readonly address: string;
  readonly purpose: ActivationPurpose;
  /** ms. */
  readonly expiresAt: number;
  /** Characters that a password needs at least. */
  readonly minLength: number;
}

interface Open {
  readonly row: ActivationLinkRow;
  readonly account: AccountRow;
}

const tokenLength = Math.ceil((activationLimits.tokenOctets * 4) / 3);
const tokenPattern = new RegExp(`^[A-Za-z0-9_-]{${tokenLength}}$`);

async function requireOpen(reader: SqlReader, token: string, now: number): Promise<Open> {
  const row = tokenPattern.test(token)
    ? await activationLinkByToken(reader, activationTokenHash(token))
    : undefined;
  if (!row) throw new MailError('activation.not_found');
  const account = await accountById(reader, row.tenant_id, row.account_id);
  if (!account || account.removed_at !== null) throw new MailError('activation.not_found');
  if (account.disabled_at !== null) throw new MailError('account.disabled');
  const state = await activationState(reader, row, now);
  if (state !== 'open') throw new MailError('activation.closed', { state });
  return { row, account };
}

/**
 * Whose link it is (MBX-03). Throws `activation.not_found` for a token that never was, was revoked or replaced,
 * `activation.closed` (field `state`: `used`, `expired`), `account.disabled`.
 */
export async function openActivation(ctx: PasswordContext, token: string): Promise<OpenActivation> {
  return ctx.database.look('sign-in').read(async reader => {
    const { row, account } = await requireOpen(reader, token, ctx.clock.now());
    return {
      company: (await tenantName(reader, row.tenant_id)) ?? '',
      name: account.display_name,
      address: await getAccountName(reader, row.tenant_id, row.account_id),
      purpose: row.purpose,
      expiresAt: row.expires_at,
      minLength: ctx.policy.minLength,
    };
  });
}

/**
 * Gives the account of a link the password that its owner chose, and uses the link up; of two who come at once one gets in.
 * A password before stops working, and with it what was signed in. Returns the address to sign in with. Throws as
 * `openActivation`, and `input.invalid` for a password that the policy refuses: the link stays good then.
 */
export async function activate(
  ctx: PasswordContext,
  token: string,
  password: string,
  clientAddress: string,
): Promise<string> {
  const now = ctx.clock.now();
  const { row, address, name } = await ctx.database.look('sign-in').read(async reader => {
    const open = await requireOpen(reader, token, now);
    const owner = await getAccountName(reader, open.row.tenant_id, open.row.account_id);
    return { row: open.row, address: owner, name: open.account.display_name };
  });
  const { tenant_id: tenantId, account_id: accountId } = row;
  const about = [address, address.slice(0, address.lastIndexOf('@')), name];
  const salt = await accountSalt(ctx.database.of(tenantId), tenantId, accountId);
  const credentials = await passwordCredentials(ctx, password, about, salt ?? undefined);
  await ctx.database.of(tenantId).transact(async tx => {
    await requireOpen(tx, token, now);
    if (!(await useActivationLink(tx, row, now))) throw new MailError('activation.closed', { state: 'used' });
    await replaceCredentials(tx, tenantId, accountId, credentials, now);
    const scope = { ...tenantScope(tenantId, address), clientAddress };
    await recordOperation(tx, ctx.clock, scope, {
      action: 'member.activated',
      targetKind: 'member',
      target: address,
      details: { accountId, purpose: row.purpose },
    });
  });
  ctx.revocations?.announce();
  return address;
}
