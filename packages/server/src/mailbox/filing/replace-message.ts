import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import { filedRows } from '../../store/accounts/filed-rows.ts';
import { countMailbox } from '../../store/accounts/mailbox-rows.ts';
import type { Appended } from '../append.ts';
import { announce, type MailboxContext } from '../context.ts';
import { useQuota } from '../quota.ts';
import { onlyChangeable, requireFolder, requireReach, settable } from '../sharing/rights.ts';
import type { MailboxId, NewMessage } from '../types.ts';
import { fileMessage, requireUids } from './file-message.ts';
import { pruneIfDue } from './prune.ts';
import { releaseBodies } from './release-bodies.ts';
import { Tally } from './tally.ts';
import { unfileMessages } from './unfile-messages.ts';

/** The message that goes. */
export interface Replaced {
  readonly mailboxId: MailboxId;
  readonly uid: number;
}

/**
 * Files a message and removes another one, both or neither (RFC 8508 §3.4); only what they differ counts against the quota.
 * Throws `mailbox.not_found`, `message.not_found`, and what `appendMessages` throws.
 */
export async function replaceMessage(
  ctx: MailboxContext,
  scope: Scope,
  old: Replaced,
  targetId: MailboxId,
  message: NewMessage,
): Promise<Appended> {
  requireReach(scope, 'write');
  if (message.prefix.length + message.blob.size > ctx.limits.maxMessageBytes) {
    throw new MailError('message.too_large', { max: ctx.limits.maxMessageBytes });
  }
  const quota = await ctx.quotas.quota(scope.tenantId, scope.accountId);
  // Before the rows, so that a crash leaves a link too many, never one too few.
  await ctx.blobs.link(scope.tenantId, scope.accountId, [message.blob]);
  const filed = await ctx.accounts.transact(scope, async tx => {
    const now = ctx.clock.now();
    await requireFolder(tx, scope, old.mailboxId, 't', 'e');
    const rows = await filedRows(tx, old.mailboxId, { kind: 'list', uids: [old.uid] }, 1);
    if (rows.length === 0) throw new MailError('message.not_found', { uid: old.uid });
    await pruneIfDue(ctx, tx);
    await unfileMessages(tx, old.mailboxId, rows, now, false);
    const target = await requireFolder(tx, scope, targetId, 'i');
    const flags = onlyChangeable(message.flags, await settable(tx, scope, target));
    requireUids(target, 1);
    const tally = new Tally();
    await fileMessage(tx, target, target.uidNext, { ...message, flags }, tally, ctx.limits, now);
    useQuota(tx, quota, tally.bytes, tally.total);
    await countMailbox(tx, target.id, tally, 1);
    announce(ctx, tx);
    return { uidValidity: target.uidValidity, uids: [target.uidNext], modseq: tx.state.modseq };
  });
  await releaseBodies(ctx, scope);
  return filed;
}
