import { parseAddress } from '../directory/address.ts';
import type { Directory } from '../directory/directory.ts';
import type { Principal } from './scope.ts';

/**
 * Whether the principal may put `address` into MAIL FROM, From and Sender (RFC 6409 §6.1): the primary address, an
 * alias, and either with a detail after the plus. The server itself may use any.
 */
export async function maySendAs(
  directory: Pick<Directory, 'resolve'>,
  principal: Principal,
  address: string,
): Promise<boolean> {
  if (principal.kind === 'system') return true;
  if (!parseAddress(address)) return false;
  const found = await directory.resolve(address);
  return (
    found.kind === 'account' &&
    found.tenantId === principal.tenantId &&
    found.accountId === principal.accountId
  );
}
