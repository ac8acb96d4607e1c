import { parseAddress } from '../directory/address.ts';
import type { Directory } from '../directory/directory.ts';
import type { Principal } from './scope.ts';

/**
 * Whether the principal may put `address` into MAIL FROM, From and Sender (RFC 6409 §6.1): the primary address and an
 * alias (ALS-02), those of an account that they may send as (PUB-07), and a group that they represent (GRP-03); each
 * also with a detail after the plus. The server itself may use any.
 */
export async function maySendAs(
  directory: Pick<Directory, 'resolve' | 'accessOf'>,
  principal: Principal,
  address: string,
): Promise<boolean> {
  if (principal.kind === 'system') return true;
  if (!parseAddress(address)) return false;
  const found = await directory.resolve(address);
  if (found.kind !== 'account' && found.kind !== 'group') return false;
  if (found.tenantId !== principal.tenantId) return false;
  if (found.kind === 'account' && found.accountId === principal.accountId) return true;
  const access = await directory.accessOf(principal.tenantId, principal.accountId);
  if (found.kind === 'group') return access.groups.some(({ groupId }) => groupId === found.groupId);
  return access.accounts.some(({ accountId, rights }) => accountId === found.accountId && rights.send);
}
