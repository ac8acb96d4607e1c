import { displayAddress, requireAccount } from '../directory/users.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { SqlReader } from '../store/sql/port.ts';
import { addressesOfAccount } from '../store/system/addresses.ts';

/** Primary address of an account as operation records name it. Throws `account.not_found`. */
export async function getAccountName(
  reader: SqlReader,
  tenantId: TenantId,
  accountId: AccountId,
): Promise<string> {
  const row = await requireAccount(reader, tenantId, accountId);
  const addresses = await addressesOfAccount(reader, tenantId, accountId);
  const primary = addresses.find(address => address.kind === 'primary');
  return primary ? displayAddress(primary) : row.display_name;
}
