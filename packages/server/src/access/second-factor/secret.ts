import { MailError } from '../../platform/errors.ts';
import { unwrapSecret, wrapSecret } from '../../platform/secrets/wrap.ts';
import type { SecondFactorRow } from '../../store/system/sign-in/second-factors.ts';
import type { SecondFactorContext } from './context.ts';

type Owner = Pick<SecondFactorRow, 'tenant_id' | 'account_id'>;

function purpose(owner: Owner): string {
  return `totp ${owner.tenant_id}/${owner.account_id}`;
}

/** An authenticator's secret as it is stored. */
export function sealTotpSecret(
  ctx: Pick<SecondFactorContext, 'wrapKey'>,
  owner: Owner,
  secret: Uint8Array,
): string {
  return wrapSecret(ctx.wrapKey, secret, purpose(owner)).toString('base64');
}

/** The secret in a row. Throws `store.corrupt`. */
export function openTotpSecret(
  ctx: Pick<SecondFactorContext, 'wrapKey'>,
  row: Owner & Pick<SecondFactorRow, 'secret'>,
): Uint8Array {
  const secret = unwrapSecret(ctx.wrapKey, Buffer.from(row.secret, 'base64'), purpose(row));
  if (!secret) throw new MailError('store.corrupt', { table: 'second_factor' });
  return secret;
}
