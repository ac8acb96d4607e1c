import type { Scope } from '../../access/scope.ts';
import { announce } from '../../mailbox/context.ts';
import { changeEmailIn } from '../../mailbox/emails/change-email.ts';
import { Flag, type FlagSet, type MailboxId, type MessageId } from '../../mailbox/types.ts';
import { isMailError, MailError } from '../../platform/errors.ts';
import type { AccountReader, AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { setSubmissionStatus, submissionOfQueue } from '../../store/accounts/emails/submission-rows.ts';
import { filingsOf } from '../../store/accounts/filed-rows.ts';
import { mailboxRow, mailboxRowOfRole } from '../../store/accounts/mailbox-rows.ts';
import {
  putSnoozedRow,
  removeSnoozedRow,
  type SnoozedRow,
  snoozedCount,
  snoozedRows,
} from '../../store/accounts/push/snoozed-rows.ts';
import { noteSnoozeDue } from '../../store/system/snooze-due.ts';
import { type PersonalContext, requireRead, requireWrite } from '../context.ts';
import { waitingFolder, waitingFolderName } from '../snoozing/waiting-folder.ts';

/** Moving inside one account takes no room. */
const noLimit = { limitBytes: null, limitCount: null };

/** What a mail that has left looks like: read, and no draft any more. */
function sentFlags({ bits, keywords }: FlagSet): FlagSet {
  return { bits: (bits & ~Flag.Draft) | Flag.Seen, keywords };
}

/** The folders of `ids` that are there, else the folder with the first of these roles that there is. */
async function folders(
  tx: AccountTransaction,
  ids: readonly MailboxId[],
  roles: readonly ('sent' | 'drafts' | 'inbox')[],
): Promise<MailboxId[]> {
  const found: MailboxId[] = [];
  for (const id of ids) {
    const row = await mailboxRow(tx, id);
    if (row && row.role !== 'scheduled' && row.role !== 'snoozed') found.push(row.id);
  }
  if (found.length > 0) return found;
  for (const role of roles) {
    const row = await mailboxRowOfRole(tx, role);
    if (row) return [row.id];
  }
  throw new MailError('mailbox.not_found', { role: 'inbox' });
}

/**
 * Lets a mail that was given to the queue wait in the mailbox with the role `scheduled`, which is made on first use. At
 * `at` (ms since the epoch) it goes to `mailboxes`, read and no draft any more; to Sent when none of them is left (CMP-06).
 * Throws `message.not_found`, `mailbox.not_found`, `limit.exceeded`.
 */
export async function scheduleEmail(
  ctx: PersonalContext,
  scope: Scope,
  id: MessageId,
  at: number,
  mailboxes: readonly MailboxId[],
): Promise<void> {
  requireWrite(scope);
  const context = ctx.mailboxes;
  const name = await waitingFolderName(ctx, scope, 'scheduled');
  const { tenantId, accountId } = scope;
  const note = (): Promise<void> =>
    ctx.database.of(scope.tenantId).transact(tx => noteSnoozeDue(tx, tenantId, accountId, at));
  // Before, so that a crash loses no time; after, because a round may have looked in between.
  await note();
  await context.accounts.transact(scope, async tx => {
    for (const each of mailboxes) {
      if (!(await mailboxRow(tx, each))) throw new MailError('mailbox.not_found', { mailbox: each });
    }
    const folder = await waitingFolder(ctx, tx, 'scheduled', name);
    if ((await snoozedCount(tx, folder.id)) >= context.limits.maxScheduled) {
      throw new MailError('limit.exceeded', { limit: 'scheduled', max: context.limits.maxScheduled });
    }
    await changeEmailIn(context, tx, scope, id, ({ flags }) => ({ flags, mailboxes: [folder.id] }), noLimit);
    const filing = (await filingsOf(tx, id)).find(each => each.mailboxId === folder.id);
    if (!filing) throw new MailError('message.not_found', { message: id });
    await putSnoozedRow(tx, {
      messageId: id,
      mailboxId: folder.id,
      uid: filing.uid,
      until: at,
      returnTo: mailboxes,
    });
    announce(context, tx);
  });
  await note();
}

/** Files a mail as one that has left. Throws `message.not_found`, `mailbox.not_found`. */
export async function fileSentEmail(
  ctx: PersonalContext,
  scope: Scope,
  id: MessageId,
  mailboxes: readonly MailboxId[],
): Promise<void> {
  requireWrite(scope);
  await ctx.mailboxes.accounts.transact(scope, async tx => {
    const targets = await folders(tx, mailboxes, ['sent', 'inbox']);
    const decide = ({ flags }: { readonly flags: FlagSet }) => ({
      flags: sentFlags(flags),
      mailboxes: targets,
    });
    await changeEmailIn(ctx.mailboxes, tx, scope, id, decide, noLimit);
    announce(ctx.mailboxes, tx);
  });
}

/** The row of a mail that waits to be sent, as long as it lies in the scheduled folder. */
async function waitingRow(
  reader: AccountReader | AccountTransaction,
  id: MessageId,
): Promise<SnoozedRow | null> {
  const [row] = await snoozedRows(reader, [id]);
  const folder = row && (await mailboxRowOfRole(reader, 'scheduled'));
  return row && folder?.id === row.mailboxId ? row : null;
}

/** Puts a mail that is not sent after all back into Drafts. Nothing happens to one that does not wait. */
export async function unscheduleEmail(ctx: PersonalContext, scope: Scope, id: MessageId): Promise<void> {
  requireWrite(scope);
  await ctx.mailboxes.accounts.transact(scope, async tx => {
    const row = await waitingRow(tx, id);
    if (!row) return;
    const targets = await folders(tx, [], ['drafts', 'inbox']);
    const decide = ({
      flags,
      mailboxes,
    }: {
      readonly flags: FlagSet;
      readonly mailboxes: readonly number[];
    }) => ({
      flags: { ...flags, bits: flags.bits | Flag.Draft },
      mailboxes: [...new Set([...mailboxes.filter(each => each !== row.mailboxId), ...targets])],
    });
    // First: what goes to Drafts is not taken away from its sending, that has ended already.
    await removeSnoozedRow(tx, id);
    await changeEmailIn(ctx.mailboxes, tx, scope, id, decide, noLimit);
    announce(ctx.mailboxes, tx);
  });
}

/**
 * Calls back what an administrator has removed from the queue: the submission is canceled and its mail is a draft again.
 * Returns whether it was one that still waited.
 */
export async function withdrawQueued(ctx: PersonalContext, scope: Scope, queueId: string): Promise<boolean> {
  requireWrite(scope);
  const { accounts, clock } = ctx.mailboxes;
  const messageId = await accounts.transact(scope, async tx => {
    const submission = await submissionOfQueue(tx, queueId);
    if (submission?.status !== 'pending' || submission.send_at <= clock.now()) return null;
    await setSubmissionStatus(tx, submission.id, 'canceled');
    announce(ctx.mailboxes, tx);
    return submission.message_id;
  });
  if (messageId === null) return false;
  try {
    await unscheduleEmail(ctx, scope, messageId);
  } catch (error) {
    // The mail itself may be gone.
    if (!isMailError(error, 'message.not_found')) throw error;
  }
  return true;
}

/** Files a mail whose time has come where it belongs once it has left; part of a round of the waker. */
export async function fileDue(
  ctx: PersonalContext,
  tx: AccountTransaction,
  scope: Scope,
  row: SnoozedRow,
): Promise<void> {
  const targets = await folders(tx, row.returnTo, ['sent', 'inbox']);
  const decide = ({
    flags,
    mailboxes,
  }: {
    readonly flags: FlagSet;
    readonly mailboxes: readonly number[];
  }) => ({
    flags: sentFlags(flags),
    mailboxes: [...new Set([...mailboxes.filter(each => each !== row.mailboxId), ...targets])],
  });
  await removeSnoozedRow(tx, row.messageId);
  await changeEmailIn(ctx.mailboxes, tx, scope, row.messageId, decide, noLimit);
}

/** Where the mails that wait to be sent go once they have left. */
export async function readScheduled(
  ctx: PersonalContext,
  scope: Scope,
  ids: readonly MessageId[],
): Promise<ReadonlyMap<MessageId, readonly MailboxId[]>> {
  requireRead(scope);
  return ctx.mailboxes.accounts.read(scope, async reader => {
    const folder = await mailboxRowOfRole(reader, 'scheduled');
    const rows = folder ? await snoozedRows(reader, ids) : [];
    return new Map(
      rows.filter(row => row.mailboxId === folder?.id).map(row => [row.messageId, row.returnTo]),
    );
  });
}
