import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { change } from '../../directory/context.ts';
import { requireManaged } from '../../directory/members/manage.ts';
import { recordOperation } from '../../directory/operations.ts';
import { giveAddresses } from '../../directory/recycle-bin/reassign.ts';
import { recycle } from '../../directory/recycle-bin/remove.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import type { AccountRow } from '../../store/system/accounts.ts';
import { recycledById } from '../../store/system/people/recycled.ts';
import { grantsTo, putGrant } from '../../store/system/sharing/grants.ts';
import type { AdministrationContext } from '../context.ts';
import { fileCopy } from '../mail-copy/start-copy.ts';

/** What becomes of a member who leaves (MBX-11). */
export interface Offboarding {
  /** Who takes over; null only when nothing is to be taken over. */
  readonly successorId: AccountId | null;
  /**
   * `copy`: into a folder of the successor; whoever could use a folder can use its copy. `keep`: only in the recycle bin.
   */
  readonly mail: 'copy' | 'keep';
  /** `forward`: the addresses go to the successor as aliases. `refuse`: mail is returned to its senders. */
  readonly incoming: 'forward' | 'refuse';
  /** The successor may use the public mailboxes that the leaver used (PUB-09). */
  readonly handOver?: boolean;
  /** Name of the successor's folder; left out: the leaver's name. */
  readonly folder?: string;
}

export interface Offboarded {
  /** Job that copies the mail; null when it is only kept. */
  readonly jobId: number | null;
  /** Addresses that lead to the successor now. */
  readonly addresses: readonly string[];
  /** Public mailboxes that the successor may use now. */
  readonly handedOver: readonly string[];
  /** Until when it can be undone, once (RCY-06, RCY-07). */
  readonly restorableUntil: number;
}

/** Gives the successor what the leaver was granted on public mailboxes; rights they have already stay. */
async function handOver(
  ctx: AdministrationContext,
  tx: SqlTransaction,
  leaver: AccountRow,
  successor: AccountRow,
): Promise<string[]> {
  const tenantId = leaver.tenant_id;
  const has = new Set((await grantsTo(tx, tenantId, successor.id)).map(row => row.owner_id));
  const given: string[] = [];
  for (const row of await grantsTo(tx, tenantId, leaver.id)) {
    if (row.kind !== 'public' || has.has(row.owner_id)) continue;
    await putGrant(tx, { ...row, grantee_id: successor.id, created_at: ctx.clock.now() });
    given.push(`${row.local_part}@${row.unicode_name}`);
  }
  return given;
}

/**
 * A member leaves (MBX-11): the account goes to the recycle bin, nobody signs in with it from now on, mail and addresses go
 * where `wanted` says, all in one transaction but the copying. A restore takes everything back but the copy and what the
 * successor may use. Needs
 * `members:manage` and `recycleBin:manage`, and reach of both. Throws `account.not_found`, `input.invalid` without the
 * successor that is needed, `conflict.state` for the last administrator or somebody succeeding oneself.
 */
export async function offboard(
  ctx: AdministrationContext,
  scope: Scope,
  accountId: AccountId,
  wanted: Offboarding,
): Promise<Offboarded> {
  const administration = requireAdministration(scope, 'members', 'manage');
  requireAdministration(scope, 'recycleBin', 'manage');
  const { successorId } = wanted;
  if (successorId === accountId) throw new MailError('conflict.state', { reason: 'itself' });
  const needed = wanted.mail === 'copy' || wanted.incoming === 'forward' || wanted.handOver === true;
  if (successorId === null && needed) {
    throw new MailError('input.invalid', { field: 'successorId' });
  }
  return change(ctx.directory, scope.tenantId, async tx => {
    const leaver = await requireManaged(tx, administration, scope, accountId);
    if (leaver.kind !== 'person') throw new MailError('account.not_found', { accountId });
    const successor =
      successorId === null ? null : await requireManaged(tx, administration, scope, successorId);
    const handedOver = successor && wanted.handOver ? await handOver(ctx, tx, leaver, successor) : [];
    await recycle(ctx.directory, tx, scope, leaver);
    const addresses =
      successor && wanted.incoming === 'forward'
        ? await giveAddresses(tx, scope, accountId, successor.id)
        : [];
    const jobId =
      successor && wanted.mail === 'copy'
        ? await fileCopy(ctx, tx, scope, leaver, successor, wanted.folder, true)
        : null;
    const recycled = await recycledById(tx, scope.tenantId, accountId);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'member.offboarded',
      targetKind: 'member',
      target: recycled?.address ?? leaver.display_name,
      details: { accountId, ...wanted, addresses, handedOver },
    });
    return { jobId, addresses, handedOver, restorableUntil: recycled?.expires_at ?? 0 };
  });
}
