import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { type FiledRow, filedRows, insertFiled } from '../../store/accounts/filed-rows.ts';
import { countMailbox, type MailboxRow, mailboxRow } from '../../store/accounts/mailbox-rows.ts';
import { threadOf } from '../../store/accounts/message-rows.ts';
import { announce, type MailboxContext, type Quota } from '../context.ts';
import { fileMessage, requireUids } from '../filing/file-message.ts';
import { Tally } from '../filing/tally.ts';
import { useQuota } from '../quota.ts';
import { onlyChangeable, requireFolder, requireReach, settable } from '../sharing/rights.ts';
import type { MailboxId, MessageId, NewMessage, ThreadId } from '../types.ts';

export interface FiledEmail {
  readonly id: MessageId;
  readonly threadId: ThreadId;
  readonly size: number;
}

/**
 * Makes one email of a message and files it in all of the mailboxes; durable when it resolves (RFC 8621 §4.6, §4.8).
 * Throws `mailbox.not_found`, `message.too_large`, `quota.exceeded`, `input.invalid`, `limit.exceeded`, `access.denied`.
 */
export async function fileEmail(
  ctx: MailboxContext,
  scope: Scope,
  mailboxIds: readonly MailboxId[],
  message: NewMessage,
): Promise<FiledEmail> {
  requireReach(scope, 'write');
  const size = message.prefix.length + message.blob.size;
  if (size > ctx.limits.maxMessageBytes) {
    throw new MailError('message.too_large', { max: ctx.limits.maxMessageBytes });
  }
  const quota = await ctx.quotas.quota(scope.tenantId, scope.accountId);
  if (scope.folders === 'shared') {
    await ctx.accounts.read(scope, async reader => {
      for (const id of mailboxIds) await requireFolder(reader, scope, id, 'r', 'i');
    });
  }
  await ctx.blobs.link(scope.tenantId, scope.accountId, [message.blob]);
  return ctx.accounts.transact(scope, async tx => {
    const [first, ...others] = await requireMailboxes(tx, mailboxIds);
    if (!first) throw new MailError('mailbox.not_found');
    let { flags } = message;
    for (const { id } of [first, ...others]) {
      const mailbox = await requireFolder(tx, scope, id, 'r', 'i');
      flags = onlyChangeable(flags, await settable(tx, scope, mailbox));
    }
    const id = tx.state.nextMessage;
    const tally = new Tally();
    requireUids(first, 1);
    await fileMessage(tx, first, first.uidNext, { ...message, flags }, tally, ctx.limits, ctx.clock.now());
    useQuota(tx, quota, tally.bytes, tally.total);
    await countMailbox(tx, first.id, tally, 1);
    const [row] = await filedRows(tx, first.id, { kind: 'list', uids: [first.uidNext] }, 1);
    if (row) for (const mailbox of others) await fileAgain(tx, mailbox, row, quota, ctx.clock.now());
    announce(ctx, tx);
    return { id, threadId: await threadOf(tx, id), size };
  });
}

/** The mailboxes of the ids, each once. Throws `mailbox.not_found`. */
export async function requireMailboxes(
  tx: AccountTransaction,
  ids: readonly MailboxId[],
): Promise<MailboxRow[]> {
  const rows: MailboxRow[] = [];
  for (const id of new Set(ids)) {
    const row = await mailboxRow(tx, id);
    if (!row) throw new MailError('mailbox.not_found', { mailbox: id });
    rows.push(row);
  }
  return rows;
}

/** Files a message that is filed already in one more mailbox, with the same flags. */
export async function fileAgain(
  tx: AccountTransaction,
  mailbox: MailboxRow,
  row: FiledRow,
  quota: Quota,
  now: number,
): Promise<void> {
  requireUids(mailbox, 1);
  const modseq = tx.takeModseq('mail', 'mailbox');
  await insertFiled(tx, mailbox.id, {
    ...row,
    uid: mailbox.uidNext,
    modseq,
    createdModseq: modseq,
    savedAt: now,
  });
  const tally = new Tally();
  tally.count(row.bits, row.size, 1);
  useQuota(tx, quota, tally.bytes, tally.total);
  await countMailbox(tx, mailbox.id, tally, 1);
}
