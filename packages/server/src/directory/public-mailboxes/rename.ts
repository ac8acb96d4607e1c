import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import {
  addressByKey,
  addressesOfAccount,
  deleteAddress,
  insertAddress,
  setAddressKind,
} from '../../store/system/addresses.ts';
import { requireNewAddress } from '../address.ts';
import { requireAliasRoom } from '../aliases.ts';
import { change, type DirectoryContext, requireDomain } from '../context.ts';
import { requireOpenDomain } from '../domain-state/gate.ts';
import { recordOperation } from '../operations.ts';
import { displayAddress, requireAccount } from '../users.ts';

/**
 * Gives a public mailbox another main address; the old one stays as an alias that still receives (ALS-03), and an alias of
 * its own may become the main one. Needs `publicMailboxes:manage`. Throws `account.not_found`, `address.invalid`,
 * `domain.not_found`, `conflict.exists`, `limit.exceeded` when the plan has no room for the alias.
 */
export async function renamePublicMailbox(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
  text: string,
): Promise<string> {
  requireAdministration(scope, 'publicMailboxes', 'manage');
  const address = requireNewAddress(text);
  const { tenantId } = scope;
  return change(ctx, async tx => {
    const account = await requireAccount(tx, tenantId, accountId);
    const old = (await addressesOfAccount(tx, tenantId, accountId)).find(({ kind }) => kind === 'primary');
    if (account.kind !== 'public' || !old) throw new MailError('account.not_found', { accountId });
    const domain = await requireDomain(tx, tenantId, address.domain);
    await requireOpenDomain(tx, domain);
    const shown = `${address.local}@${domain.unicode_name}`;
    const there = await addressByKey(tx, tenantId, domain.id, address.localKey);
    if (there && there.account_id !== accountId) throw new MailError('conflict.exists', { address: shown });
    if (there?.kind === 'primary') return displayAddress(old);
    if (there) await deleteAddress(tx, there);
    else await requireAliasRoom(tx, tenantId, accountId);
    await setAddressKind(tx, old, 'alias');
    const free = await insertAddress(tx, {
      tenant_id: tenantId,
      domain_id: domain.id,
      local_key: address.localKey,
      local_part: address.local,
      kind: 'primary',
      account_id: accountId,
      group_id: null,
      created_at: ctx.clock.now(),
    });
    if (!free) throw new MailError('conflict.exists', { address: shown });
    await recordOperation(tx, ctx.clock, scope, {
      action: 'publicMailbox.renamed',
      targetKind: 'publicMailbox',
      target: shown,
      details: { accountId, before: displayAddress(old), after: shown, keptAsAlias: true },
    });
    return shown;
  });
}
