import { rangesOf } from '@hongyan/formats/imap/sequence-set.ts';
import type { Scope } from '../../access/scope.ts';
import { MailError } from '../../platform/errors.ts';
import type { AccountReader, AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { type FiledRow, filedRows, insertFiled } from '../../store/accounts/filed-rows.ts';
import { countMailbox } from '../../store/accounts/mailbox-rows.ts';
import { insertMessage, type MessageContent, messageContent } from '../../store/accounts/message-rows.ts';
import { announce, type MailboxContext } from '../context.ts';
import type { Copied } from '../copy.ts';
import { removeMessages } from '../expunge.ts';
import { requireUids } from '../filing/file-message.ts';
import { Tally } from '../filing/tally.ts';
import { assignThread } from '../filing/threading.ts';
import { slicesOf } from '../filing/uid-ranges.ts';
import { flagSetOf, keywordNames, keywordText, storedFlags } from '../keywords.ts';
import { useQuota } from '../quota.ts';
import { threadClues } from '../searching/thread-clues.ts';
import type { FlagSet, MailboxId, UidRanges } from '../types.ts';
import { onlyChangeable, requireFolder, requireReach, settable } from './rights.ts';

/** A folder of some account, and what may be done with that account. */
export interface FolderPlace {
  readonly scope: Scope;
  readonly id: MailboxId;
}

interface Taken {
  readonly row: FiledRow;
  readonly flags: FlagSet;
  readonly content: MessageContent;
}

async function take(
  ctx: MailboxContext,
  reader: AccountReader | AccountTransaction,
  from: FolderPlace,
  uids: UidRanges,
): Promise<Taken[]> {
  await requireFolder(reader, from.scope, from.id, 'r');
  const names = await keywordNames(reader);
  const taken: Taken[] = [];
  const slices = slicesOf(
    uids,
    (piece, limit) => filedRows(reader, from.id, piece, limit),
    row => row.uid,
  );
  for await (const rows of slices) {
    if (taken.length + rows.length > ctx.limits.maxCopiedAcross) {
      throw new MailError('limit.exceeded', { limit: 'messages', max: ctx.limits.maxCopiedAcross });
    }
    for (const row of rows) {
      const content = await messageContent(reader, row.messageId);
      if (content) taken.push({ row, content, flags: flagSetOf(row.bits, row.keywords, names) });
    }
  }
  return taken;
}

function samePlace(from: FolderPlace, to: FolderPlace): void {
  if (from.scope.tenantId !== to.scope.tenantId)
    throw new MailError('access.denied', { need: 'same company' });
}

/**
 * Copies messages into a folder of another account of the same company, all or none (RFC 9051 §6.4.7). What is stored
 * counts against the owner of the target. Needs `r` there and `i` here; flags that may not be set in the target are left
 * out. Throws `mailbox.not_found`, `access.denied`, `quota.exceeded`, `limit.exceeded`.
 */
export async function copyAcross(
  ctx: MailboxContext,
  from: FolderPlace,
  uids: UidRanges,
  to: FolderPlace,
): Promise<Copied> {
  samePlace(from, to);
  requireReach(from.scope, 'read');
  requireReach(to.scope, 'write');
  const { scope } = to;
  const taken = await ctx.accounts.read(from.scope, reader => take(ctx, reader, from, uids));
  const quota = await ctx.quotas.quota(scope.tenantId, scope.accountId);
  const blobs = taken.map(({ content }) => ({ hash: content.blobHash, size: content.blobSize }));
  // Rights first, then the links, then the rows: a crash leaves a link too many, never one too few.
  await ctx.accounts.read(scope, reader => requireFolder(reader, scope, to.id, 'i'));
  if (blobs.length > 0) await ctx.blobs.link(scope.tenantId, scope.accountId, blobs);
  return ctx.accounts.transact(scope, async tx => {
    const target = await requireFolder(tx, scope, to.id, 'i');
    requireUids(target, taken.length);
    const allowed = await settable(tx, scope, target);
    const now = ctx.clock.now();
    const tally = new Tally();
    const from: number[] = [];
    const uidsTo: number[] = [];
    for (const { row, content, flags } of taken) {
      const stored = await storedFlags(tx, onlyChangeable(flags, allowed), ctx.limits, true);
      const id = tx.takeMessageId();
      const threadId = await assignThread(tx, id, threadClues(content));
      await insertMessage(tx, id, { ...content, originId: null, threadId });
      const modseq = tx.takeModseq('mail', 'mailbox', 'thread');
      const uid = target.uidNext + uidsTo.length;
      await insertFiled(tx, target.id, {
        ...row,
        uid,
        messageId: id,
        bits: stored.bits,
        keywords: keywordText(stored.keywords),
        modseq,
        createdModseq: modseq,
        savedAt: now,
      });
      useQuota(tx, quota, row.size, 1);
      tally.count(stored.bits, row.size, 1);
      from.push(row.uid);
      uidsTo.push(uid);
    }
    if (uidsTo.length > 0) {
      await countMailbox(tx, target.id, tally, uidsTo.length);
      announce(ctx, tx);
    }
    return { uidValidity: target.uidValidity, from, to: uidsTo };
  });
}

/**
 * Moves messages into a folder of another account of the same company: they are filed there first and removed here
 * then, so that a crash between the two leaves them in both and never in none (RFC 6851 §4). Needs `r`, `t` and `e` here.
 */
export async function moveAcross(
  ctx: MailboxContext,
  from: FolderPlace,
  uids: UidRanges,
  to: FolderPlace,
): Promise<Copied> {
  samePlace(from, to);
  requireReach(from.scope, 'write');
  await ctx.accounts.read(from.scope, reader => requireFolder(reader, from.scope, from.id, 'r', 't', 'e'));
  const moved = await copyAcross(ctx, from, uids, to);
  if (moved.from.length === 0) return moved;
  await removeMessages(ctx, from, rangesOf(moved.from));
  return moved;
}
