import type { Clock } from '../platform/clock.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountId, TenantId } from '../platform/ids.ts';
import type { SqlTransaction } from '../store/sql/port.ts';
import {
  addressByKey,
  addressesOfAccount,
  deleteAddress,
  insertAddress,
  setAddressKind,
} from '../store/system/addresses.ts';
import type { ParsedAddress } from './address.ts';
import { requireAliasRoom } from './aliases.ts';
import { requireDomain } from './context.ts';
import { requireOpenDomain } from './domain-state/gate.ts';
import { displayAddress } from './users.ts';

/**
 * Gives an account another main address, which may be an alias of its own; with `keepOld` the old one stays as an alias that
 * still receives (ALS-03). Returns both as people see them. Throws `account.not_found`, `domain.not_found`, `conflict.exists`,
 * `limit.exceeded` when the plan has no room for the alias.
 */
export async function giveMainAddress(
  tx: SqlTransaction,
  clock: Clock,
  { tenantId, accountId }: { readonly tenantId: TenantId; readonly accountId: AccountId },
  address: ParsedAddress,
  keepOld: boolean,
): Promise<{ readonly before: string; readonly after: string }> {
  const domain = await requireDomain(tx, tenantId, address.domain);
  await requireOpenDomain(tx, domain);
  const old = (await addressesOfAccount(tx, tenantId, accountId)).find(({ kind }) => kind === 'primary');
  if (!old) throw new MailError('account.not_found', { accountId });
  const after = `${address.local}@${domain.unicode_name}`;
  const there = await addressByKey(tx, tenantId, domain.id, address.localKey);
  if (there && there.account_id !== accountId) throw new MailError('conflict.exists', { address: after });
  const same = there?.kind === 'primary';
  // An alias that takes the place of the old address leaves as much room as is needed.
  if (keepOld && !there) await requireAliasRoom(tx, tenantId, accountId);
  if (keepOld && !same) await setAddressKind(tx, old, 'alias');
  else await deleteAddress(tx, old);
  if (there && !same) await deleteAddress(tx, there);
  const free = await insertAddress(tx, {
    tenant_id: tenantId,
    domain_id: domain.id,
    local_key: address.localKey,
    local_part: address.local,
    kind: 'primary',
    account_id: accountId,
    group_id: null,
    created_at: clock.now(),
  });
  if (!free) throw new MailError('conflict.exists', { address: after });
  return { before: displayAddress(old), after };
}
