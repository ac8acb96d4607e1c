import { addressKey, parseAddress } from '../../directory/address.ts';
import type { Poster } from '../../directory/groups/posting.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import type { AddressDirectory } from '../ports.ts';
import type { Origin } from '../types.ts';

/**
 * Who writes a message, as far as it is proven. Somebody signed in may use the reverse-path, that was checked. From
 * outside, an address of ours is a claim that anybody can make, and counts for nothing.
 */
export async function posterOf(
  directory: AddressDirectory,
  message: {
    readonly origin: Origin;
    /** Company in whose name the server writes or somebody signed in; null for mail from outside. */
    readonly tenantId: TenantId | null;
    readonly reversePath: string;
  },
): Promise<Poster> {
  const { origin, tenantId, reversePath } = message;
  const inside = origin.kind !== 'mx';
  const accounts = new Set<AccountId>();
  if (inside && origin.principal?.kind === 'account') accounts.add(origin.principal.accountId);
  const parsed = parseAddress(reversePath);
  const found = parsed ? await directory.resolve(reversePath).catch(() => null) : null;
  const ours = found !== null && found.kind !== 'outside';
  if (inside && found?.kind === 'account') accounts.add(found.accountId);
  return {
    tenantId: inside ? tenantId : null,
    accounts,
    address: parsed && (inside || !ours) ? addressKey(parsed) : null,
    report: reversePath === '' && origin.principal?.kind !== 'account',
  };
}
