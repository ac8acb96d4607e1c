import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import { accountById } from '../../store/system/accounts.ts';
import { addressByKey, insertAddress } from '../../store/system/addresses.ts';
import { vipCount } from '../../store/system/people/company.ts';
import { memberById, memberOfMobile, updateMember, writeVip } from '../../store/system/people/members.ts';
import { markRestored, moveAddress, type RecycledRow } from '../../store/system/people/recycled.ts';
import { listDomainRows } from '../../store/system/tenants.ts';
import { change, type DirectoryContext } from '../context.ts';
import { recordOperation } from '../operations.ts';
import { holdPlan, requireMemberSeats, requirePublicMailboxRoom } from '../plans/tenant-plan.ts';
import { mobileKey } from '../profiles/profile.ts';
import { type KeptAddress, type RecycledAccount, requireRecycled, toRecycled } from './recycled.ts';

/**
 * Brings a member or public mailbox back with password, addresses, groups and mail as before (RCY-06), once (RCY-07).
 * Addresses that went to a successor come back. A mobile number or VIP seat that another has by now is lost. Needs
 * `recycleBin:manage` and reach. Throws `account.not_found`, also after its time (RCY-08), `conflict.state` when it was
 * restored before, `limit.exceeded` without a free seat.
 */
export async function restoreAccount(
  ctx: DirectoryContext,
  scope: Scope,
  accountId: AccountId,
): Promise<RecycledAccount> {
  const administration = requireAdministration(scope, 'recycleBin', 'manage');
  const { tenantId } = scope;
  return change(ctx, scope.tenantId, async tx => {
    const now = ctx.clock.now();
    const row = await requireRecycled(tx, administration, scope, accountId, now);
    if (row.restored_at !== null) throw new MailError('conflict.state', { reason: 'restored before' });
    const plan = await holdPlan(tx, tenantId);
    if (row.kind === 'person') await requireMemberSeats(tx, tenantId, plan, 1);
    else await requirePublicMailboxRoom(tx, tenantId, plan);
    await takeAddressesBack(tx, row, now);
    await markRestored(tx, tenantId, accountId, now);
    await takeNumberBack(tx, scope, accountId);
    if (plan.vipSeats !== null && (await vipCount(tx, tenantId)) > plan.vipSeats) {
      await writeVip(tx, tenantId, accountId, false);
    }
    await recordOperation(tx, ctx.clock, scope, {
      action: row.kind === 'public' ? 'publicMailbox.restored' : 'member.restored',
      targetKind: row.kind === 'public' ? 'publicMailbox' : 'member',
      target: row.address,
      details: { accountId },
    });
    return toRecycled({ ...row, restored_at: now, successor_id: null }, false);
  });
}

async function takeAddressesBack(tx: SqlTransaction, row: RecycledRow, now: number): Promise<void> {
  for (const address of await addressesLeft(tx, row)) {
    const { tenant_id, account_id } = row;
    const at = await addressByKey(tx, tenant_id, address.domainId, address.localKey);
    if (at?.account_id === account_id) continue;
    if (at && at.account_id !== null && (await isSuccessor(tx, row, at.account_id))) {
      await moveAddress(tx, at, account_id, address.kind);
    } else if (!at) {
      // Somebody removed it as an alias of the successor.
      await insertAddress(tx, {
        tenant_id,
        domain_id: address.domainId,
        local_key: address.localKey,
        local_part: address.localPart,
        kind: address.kind,
        account_id,
        group_id: null,
        created_at: now,
      });
    } else if (address.kind === 'primary') {
      throw new MailError('conflict.exists', { address: row.address });
    }
  }
}

/** What may come back: domains can be gone meanwhile (DOM-11). The first is the primary one then. Throws `conflict.state` for none. */
async function addressesLeft(tx: SqlTransaction, row: RecycledRow): Promise<readonly KeptAddress[]> {
  const domains = new Set((await listDomainRows(tx, row.tenant_id)).map(({ id }) => id));
  const left = (JSON.parse(row.addresses) as KeptAddress[]).filter(({ domainId }) => domains.has(domainId));
  const [first, ...others] = left;
  if (!first) throw new MailError('conflict.state', { reason: 'no domain of its addresses is left' });
  return left.some(({ kind }) => kind === 'primary') ? left : [{ ...first, kind: 'primary' }, ...others];
}

async function isSuccessor(tx: SqlTransaction, row: RecycledRow, accountId: AccountId): Promise<boolean> {
  return row.successor_id === accountId && (await accountById(tx, row.tenant_id, accountId)) !== undefined;
}

async function takeNumberBack(tx: SqlTransaction, scope: Scope, accountId: AccountId): Promise<void> {
  const member = await memberById(tx, scope.tenantId, accountId);
  const key = member ? mobileKey(member.mobile) : null;
  if (!member || key === null) return;
  const taken = await memberOfMobile(tx, scope.tenantId, key);
  await updateMember(tx, taken === null ? { ...member, mobile_key: key } : { ...member, mobile: '' });
}
