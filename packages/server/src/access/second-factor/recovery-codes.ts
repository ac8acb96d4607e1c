import { randomInt } from 'node:crypto';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import {
  recoveryCodesOf,
  replaceRecoveryCodes,
  useRecoveryCode,
} from '../../store/system/sign-in/second-factors.ts';
import { sameVerifier, secretVerifier } from '../clients/secret.ts';
import type { SecondFactorContext } from './context.ts';

/** No letter or digit that can be taken for another. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
const codeLength = 10;

function ownerOf(tenantId: TenantId, accountId: AccountId): string {
  return `recovery ${tenantId}/${accountId}`;
}

/** A typed code as it is compared; null when it cannot be a recovery code. */
export function readRecoveryCode(typed: string): string | null {
  if (typed.length > 2 * codeLength) return null;
  const plain = typed.replaceAll(/[ -]/g, '').toLowerCase();
  if (plain.length !== codeLength) return null;
  for (const character of plain) if (!alphabet.includes(character)) return null;
  return plain;
}

/** New recovery codes in the place of the old ones; they are shown this once. */
export async function issueRecoveryCodes(
  ctx: SecondFactorContext,
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<string[]> {
  const codes = Array.from({ length: ctx.limits.recoveryCodes }, () =>
    Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)]).join(''),
  );
  const owner = ownerOf(tenantId, accountId);
  const verifiers = codes.map(code => secretVerifier(ctx.secretKey, owner, code));
  await replaceRecoveryCodes(tx, tenantId, accountId, verifiers);
  return codes.map(code => `${code.slice(0, codeLength / 2)}-${code.slice(codeLength / 2)}`);
}

/** Uses a recovery code up; false when it is none or was used before. */
export async function redeemRecoveryCode(
  ctx: SecondFactorContext,
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  typed: string,
): Promise<boolean> {
  const code = readRecoveryCode(typed);
  if (code === null) return false;
  const verifier = secretVerifier(ctx.secretKey, ownerOf(tenantId, accountId), code);
  const rows = await recoveryCodesOf(tx, tenantId, accountId);
  const row = rows.find(item => item.used_at === null && sameVerifier(item.verifier, verifier));
  return row !== undefined && useRecoveryCode(tx, tenantId, accountId, row.id, ctx.clock.now());
}
