import type { Administration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlReader } from '../../store/sql/port.ts';
import { type AccountRow, accountById } from '../../store/system/accounts.ts';
import { requireMemberReached } from './places.ts';

/**
 * The account that an administrator is about to change. Throws `account.not_found` for one of another tenant, in the bin
 * or out of reach, and `access.denied` when an administrator of some functions would change another administrator: who
 * could set an owner's password would be the owner.
 */
export async function requireManaged(
  reader: SqlReader,
  administration: Administration,
  scope: Scope,
  accountId: AccountId,
): Promise<AccountRow> {
  const row = await accountById(reader, scope.tenantId, accountId);
  if (!row || row.removed_at !== null) throw new MailError('account.not_found', { accountId });
  await requireManageable(reader, administration, scope, row);
  return row;
}

/** The same for an account that may be in the bin. */
export async function requireManageable(
  reader: SqlReader,
  administration: Administration,
  scope: Scope,
  row: AccountRow,
): Promise<void> {
  await requireMemberReached(reader, administration, scope.tenantId, row.id);
  const { principal } = scope;
  const self = principal.kind === 'account' && principal.accountId === row.id;
  if (administration.role === 'scoped' && row.role === 'administrator' && !self) {
    throw new MailError('access.denied', { need: 'super administrator' });
  }
}
