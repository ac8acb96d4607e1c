import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { change } from '../../directory/context.ts';
import { requireManaged } from '../../directory/members/manage.ts';
import { recordOperation } from '../../directory/operations.ts';
import { giveAddresses } from '../../directory/recycle-bin/reassign.ts';
import { recycle } from '../../directory/recycle-bin/remove.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import { recycledById } from '../../store/system/people/recycled.ts';
import type { AdministrationContext } from '../context.ts';
import { fileCopy } from '../mail-copy/start-copy.ts';

/** What becomes of a member who leaves (MBX-11). */
export interface Offboarding {
  /** Who takes over; null only when nothing is to be taken over. */
  readonly successorId: AccountId | null;
  /** `copy`: into a folder of the successor. `keep`: only in the recycle bin. */
  readonly mail: 'copy' | 'keep';
  /** `forward`: the addresses go to the successor as aliases. `refuse`: mail is returned to its senders. */
  readonly incoming: 'forward' | 'refuse';
  /** Name of the successor's folder; left out: the leaver's name. */
  readonly folder?: string;
}

export interface Offboarded {
  /** Job that copies the mail; null when it is only kept. */
  readonly jobId: number | null;
  /** Addresses that lead to the successor now. */
  readonly addresses: readonly string[];
  /** Until when it can be undone, once (RCY-06, RCY-07). */
  readonly restorableUntil: number;
}

/**
 * A member leaves (MBX-11): the account goes to the recycle bin, nobody signs in with it from now on, mail and addresses go
 * where `wanted` says, all in one transaction but the copying. A restore takes everything back but the copy. Needs
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
  if (successorId === null && (wanted.mail === 'copy' || wanted.incoming === 'forward')) {
    throw new MailError('input.invalid', { field: 'successorId' });
  }
  return change(ctx.directory, async tx => {
    const leaver = await requireManaged(tx, administration, scope, accountId);
    if (leaver.kind !== 'person') throw new MailError('account.not_found', { accountId });
    const successor =
      successorId === null ? null : await requireManaged(tx, administration, scope, successorId);
    await recycle(ctx.directory, tx, scope, leaver);
    const addresses =
      successor && wanted.incoming === 'forward'
        ? await giveAddresses(tx, scope, accountId, successor.id)
        : [];
    const jobId =
      successor && wanted.mail === 'copy'
        ? await fileCopy(ctx, tx, scope, leaver, successor, wanted.folder)
        : null;
    const recycled = await recycledById(tx, scope.tenantId, accountId);
    await recordOperation(tx, ctx.clock, scope, {
      action: 'member.offboarded',
      targetKind: 'member',
      target: recycled?.address ?? leaver.display_name,
      details: { accountId, ...wanted, addresses },
    });
    return { jobId, addresses, restorableUntil: recycled?.expires_at ?? 0 };
  });
}
