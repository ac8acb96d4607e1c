import type { AccountId, TenantId } from '../../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';

const insertRow = statement(
  'INSERT INTO welcome_letter (tenant_id, account_id, sent_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
);
const deleteRow = statement('DELETE FROM welcome_letter WHERE tenant_id = $1 AND account_id = $2');
const selectRow = statement('SELECT sent_at FROM welcome_letter WHERE tenant_id = $1 AND account_id = $2');

/** Notes that an account is welcomed; false when it was before: of several processes one gets to do it. */
export async function claimWelcome(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
  now: number,
): Promise<boolean> {
  return (await tx.run(insertRow, tenantId, accountId, now)) === 1;
}

/** Takes the note back: the letter could not be sent. */
export async function releaseWelcome(
  tx: SqlTransaction,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<void> {
  await tx.run(deleteRow, tenantId, accountId);
}

export async function isWelcomed(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<boolean> {
  return (await reader.get(selectRow, tenantId, accountId)) !== undefined;
}
