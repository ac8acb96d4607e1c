import { requireAdministration } from '../../access/administration.ts';
import type { Scope } from '../../access/scope.ts';
import { change, requireDisplayName } from '../../directory/context.ts';
import { requireManageable, requireManaged } from '../../directory/members/manage.ts';
import { recordOperation } from '../../directory/operations.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../../store/sql/port.ts';
import { type AccountRow, accountById } from '../../store/system/accounts.ts';
import { recycledById } from '../../store/system/people/recycled.ts';
import type { AdministrationContext } from '../context.ts';
import { fileJob, getJob, type Job } from '../jobs/jobs.ts';
import { type CopyMail, copyMailKind } from './copy-mail.ts';

/** Characters of the folder's name. */
const maxFolder = 60;

export interface WantedCopy {
  readonly from: AccountId;
  readonly to: AccountId;
  /** Left out: the name of whom it comes from. */
  readonly folder?: string;
}

/** A folder's name of what a person is called: no slash, not too long. */
export function folderName(ctx: AdministrationContext, text: string): string {
  const name = requireDisplayName(ctx.directory, text).replaceAll('/', '-').slice(0, maxFolder).trim();
  return name.isWellFormed() && name !== '' && name.toUpperCase() !== 'INBOX' ? name : 'mail';
}

/** An account whose mail can be read: in use, or in the bin and not over its time (RCY-08). */
export async function requireSource(
  ctx: AdministrationContext,
  tx: SqlTransaction,
  scope: Scope,
  accountId: AccountId,
): Promise<AccountRow> {
  const administration = requireAdministration(scope, 'recycleBin', 'manage');
  const row = await accountById(tx, scope.tenantId, accountId);
  if (!row) throw new MailError('account.not_found', { accountId });
  if (row.removed_at !== null) {
    const recycled = await recycledById(tx, scope.tenantId, accountId);
    const kept = recycled && recycled.purged_at === null && recycled.expires_at > ctx.clock.now();
    if (!kept) throw new MailError('account.not_found', { accountId });
  }
  await requireManageable(tx, administration, scope, row);
  return row;
}

/**
 * Copies the mail of a member or public mailbox, in use or in the bin, into a folder of another: the same tree, the same
 * messages (MBX-07, RCY-04, PUB-09). The source stays as it is. Needs `recycleBin:manage` and reach of both. Returns the
 * job. Throws `account.not_found`, `conflict.state` for a copy onto itself.
 */
export async function startCopy(ctx: AdministrationContext, scope: Scope, wanted: WantedCopy): Promise<Job> {
  const administration = requireAdministration(scope, 'recycleBin', 'manage');
  if (wanted.from === wanted.to) throw new MailError('conflict.state', { reason: 'itself' });
  const jobId = await change(ctx.directory, scope.tenantId, async tx => {
    const source = await requireSource(ctx, tx, scope, wanted.from);
    const target = await requireManaged(tx, administration, scope, wanted.to);
    return fileCopy(ctx, tx, scope, source, target, wanted.folder);
  });
  return getJob(ctx, scope, jobId);
}

/** Files the copy in the caller's transaction; who may is the caller's question. `shares`: see `CopyMail`. */
export async function fileCopy(
  ctx: AdministrationContext,
  tx: SqlTransaction,
  scope: Scope,
  source: AccountRow,
  target: AccountRow,
  folder: string | undefined,
  shares = false,
): Promise<number> {
  const parameters: CopyMail = {
    from: source.id,
    to: target.id,
    folder: folderName(ctx, folder ?? source.display_name),
    ...(shares && { shares }),
  };
  const jobId = await fileJob(ctx, tx, scope, copyMailKind, { ...parameters });
  await recordOperation(tx, ctx.clock, scope, {
    action: 'mailbox.copied',
    targetKind: source.kind === 'public' ? 'publicMailbox' : 'member',
    target: source.display_name,
    details: { ...parameters, jobId, toName: target.display_name },
  });
  return jobId;
}
