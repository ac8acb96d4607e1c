import type { AccountId, TenantId } from '../platform/ids.ts';
import type { SqlReader } from '../store/sql/port.ts';
import { accountById } from '../store/system/accounts.ts';
import { mailStoppedAt } from '../store/system/people/company.ts';
import type { Service } from './types.ts';

/**
 * Whether the company's mail service is stopped for this sign-in (TEN-38). Administrators still reach the console, which is
 * where they start it again.
 */
export async function mailRefused(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
  service: Service,
): Promise<boolean> {
  if ((await mailStoppedAt(reader, tenantId)) === null) return false;
  if (service !== 'web') return true;
  return (await accountById(reader, tenantId, accountId))?.role !== 'administrator';
}
