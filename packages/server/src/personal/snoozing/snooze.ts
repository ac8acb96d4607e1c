import type { Scope } from '../../access/scope.ts';
import { announce } from '../../mailbox/context.ts';
import { changeEmailIn, type EmailPlace } from '../../mailbox/emails/change-email.ts';
import { Flag, type MailboxId, type MessageId } from '../../mailbox/types.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { filedRows, filingsOf, updateFiledFlags } from '../../store/accounts/filed-rows.ts';
import { mailboxRow, mailboxRowOfRole, touchMailbox } from '../../store/accounts/mailbox-rows.ts';
import {
  putSnoozedRow,
  removeSnoozedRow,
  type SnoozedRow,
  snoozedCount,
  snoozedRows,
} from '../../store/accounts/push/snoozed-rows.ts';
import { noteSnoozeDue } from '../../store/system/snooze-due.ts';
import { type PersonalContext, requireRead, requireWrite } from '../context.ts';
import { fileDue } from '../scheduled/scheduled-mail.ts';
import { waitingFolder, waitingFolderName } from './waiting-folder.ts';

/** When a mail comes back, and where to. */
export interface Snooze {
  /** Ms since the epoch. */
  readonly until: number;
  readonly mailboxes: readonly MailboxId[];
}

/** Moving inside one account takes no room. */
const noLimit = { limitBytes: null, limitCount: null };

/** The snoozes of these mails that hold. */
export async function readSnoozes(
  ctx: PersonalContext,
  scope: Scope,
  ids: readonly MessageId[],
): Promise<ReadonlyMap<MessageId, Snooze>> {
  requireRead(scope);
  const rows = await ctx.mailboxes.accounts.read(scope, async reader => {
    const scheduled = await mailboxRowOfRole(reader, 'scheduled');
    return (await snoozedRows(reader, ids)).filter(row => row.mailboxId !== scheduled?.id);
  });
  return new Map(rows.map(row => [row.messageId, { until: row.until, mailboxes: row.returnTo }]));
}

function requireTime(ctx: PersonalContext, until: number): void {
  const now = ctx.mailboxes.clock.now();
  if (until > now && until <= now + ctx.mailboxes.limits.maxSnoozeMs) return;
  throw new MailError('input.invalid', { field: 'until' });
}

/** Lets clients hear of a new time although the mail stays where it is. */
async function touchFiling(tx: AccountTransaction, row: SnoozedRow): Promise<void> {
  const [filed] = await filedRows(tx, row.mailboxId, { kind: 'list', uids: [row.uid] }, 1);
  if (!filed) return;
  await updateFiledFlags(tx, row.mailboxId, row.uid, filed.bits, filed.keywords, tx.takeModseq('mail'));
  await touchMailbox(tx, row.mailboxId);
}

/** Whether the row is one of a mail that waits to be sent. */
async function isScheduled(tx: AccountTransaction, row: SnoozedRow): Promise<boolean> {
  return (await mailboxRow(tx, row.mailboxId))?.role === 'scheduled';
}

async function requireReturn(tx: AccountTransaction, ids: readonly MailboxId[]): Promise<void> {
  for (const id of ids) {
    const row = await mailboxRow(tx, id);
    if (!row || row.role === 'snoozed' || row.role === 'scheduled') {
      throw new MailError('mailbox.not_found', { mailbox: id });
    }
  }
}

async function hold(
  ctx: PersonalContext,
  tx: AccountTransaction,
  scope: Scope,
  id: MessageId,
  snooze: { readonly until: number; readonly mailboxes: readonly MailboxId[] | null },
  change: (place: EmailPlace) => EmailPlace,
  name: string,
): Promise<void> {
  const { mailboxes: context } = ctx;
  const [before] = await snoozedRows(tx, [id]);
  if (before && (await isScheduled(tx, before))) throw new MailError('access.denied', { message: id });
  if (snooze.mailboxes) await requireReturn(tx, snooze.mailboxes);
  const folder = await waitingFolder(ctx, tx, 'snoozed', name);
  if (!before && (await snoozedCount(tx, folder.id)) >= context.limits.maxSnoozed) {
    throw new MailError('limit.exceeded', { limit: 'snoozed', max: context.limits.maxSnoozed });
  }
  let from: readonly MailboxId[] = [];
  const decide = (place: EmailPlace): EmailPlace => {
    from = place.mailboxes.filter(each => each !== folder.id);
    return { flags: change(place).flags, mailboxes: [folder.id] };
  };
  await changeEmailIn(context, tx, scope, id, decide, noLimit);
  const filing = (await filingsOf(tx, id)).find(each => each.mailboxId === folder.id);
  if (!filing) throw new MailError('message.not_found', { message: id });
  const row = {
    messageId: id,
    mailboxId: folder.id,
    uid: filing.uid,
    until: snooze.until,
    returnTo: snooze.mailboxes ?? (before && from.length === 0 ? before.returnTo : from),
  };
  await putSnoozedRow(tx, row);
  if (before) await touchFiling(tx, row);
}

/**
 * Puts a mail away until its time: it moves to the mailbox with the role `snoozed` and comes back unread, to `mailboxes` or
 * to where it is now. A mail that is put away already gets the new time. `change` may change flags on the way. Throws
 * `message.not_found`, `mailbox.not_found`, `input.invalid` (a time that is past or too far off), `limit.exceeded`,
 * `access.denied` for a mail that waits to be sent.
 */
export async function snoozeEmail(
  ctx: PersonalContext,
  scope: Scope,
  id: MessageId,
  snooze: { readonly until: number; readonly mailboxes: readonly MailboxId[] | null },
  change: (place: EmailPlace) => EmailPlace = place => place,
): Promise<void> {
  requireWrite(scope);
  requireTime(ctx, snooze.until);
  const name = await waitingFolderName(ctx, scope, 'snoozed');
  const { tenantId, accountId } = scope;
  const note = (): Promise<void> =>
    ctx.database.of(scope.tenantId).transact(tx => noteSnoozeDue(tx, tenantId, accountId, snooze.until));
  // Before, so that a crash loses no time; after, because a round may have looked in between.
  await note();
  await ctx.mailboxes.accounts.transact(scope, async tx => {
    await hold(ctx, tx, scope, id, snooze, change, name);
    announce(ctx.mailboxes, tx);
  });
  await note();
}

/** Files a mail where it is to come back to; the inbox when none of that is left. */
async function bringBack(
  ctx: PersonalContext,
  tx: AccountTransaction,
  scope: Scope,
  row: SnoozedRow,
  change: (place: EmailPlace) => EmailPlace,
): Promise<void> {
  const targets: MailboxId[] = [];
  for (const id of row.returnTo) if (await mailboxRow(tx, id)) targets.push(id);
  if (targets.length === 0) {
    const inbox = await mailboxRowOfRole(tx, 'inbox');
    if (!inbox) throw new MailError('mailbox.not_found', { role: 'inbox' });
    targets.push(inbox.id);
  }
  const decide = (place: EmailPlace): EmailPlace => ({
    flags: change(place).flags,
    mailboxes: [...new Set([...place.mailboxes.filter(id => id !== row.mailboxId), ...targets])],
  });
  await changeEmailIn(ctx.mailboxes, tx, scope, row.messageId, decide, noLimit);
  await removeSnoozedRow(tx, row.messageId);
}

/** Ends a snooze before its time: the mail goes back as it is. Nothing happens to one that is not put away. Throws `message.not_found`. */
export async function endSnooze(
  ctx: PersonalContext,
  scope: Scope,
  id: MessageId,
  change: (place: EmailPlace) => EmailPlace = place => place,
): Promise<void> {
  requireWrite(scope);
  await ctx.mailboxes.accounts.transact(scope, async tx => {
    const [row] = await snoozedRows(tx, [id]);
    if (row && !(await isScheduled(tx, row))) await bringBack(ctx, tx, scope, row, change);
    else await changeEmailIn(ctx.mailboxes, tx, scope, id, change, noLimit);
    announce(ctx.mailboxes, tx);
  });
}

/** Brings back, unread, what `rows` name, and files what has been sent; those that hold no more are forgotten. One transaction. */
export async function wakeEmails(
  ctx: PersonalContext,
  tx: AccountTransaction,
  scope: Scope,
  rows: readonly SnoozedRow[],
): Promise<void> {
  const holding = new Map(
    (
      await snoozedRows(
        tx,
        rows.map(row => row.messageId),
      )
    ).map(row => [row.messageId, row]),
  );
  for (const { messageId } of rows) {
    const row = holding.get(messageId);
    if (!row) {
      await removeSnoozedRow(tx, messageId);
      continue;
    }
    const [filed] = await filedRows(tx, row.mailboxId, { kind: 'list', uids: [row.uid] }, 1);
    // A mail that some client has marked as deleted stays so: it is not to be seen.
    if (!filed || (filed.bits & Flag.Deleted) !== 0) {
      await removeSnoozedRow(tx, messageId);
      continue;
    }
    if (await isScheduled(tx, row)) {
      await fileDue(ctx, tx, scope, row);
      continue;
    }
    await bringBack(ctx, tx, scope, row, place => ({
      ...place,
      flags: { ...place.flags, bits: place.flags.bits & ~Flag.Seen },
    }));
  }
  announce(ctx.mailboxes, tx);
}
