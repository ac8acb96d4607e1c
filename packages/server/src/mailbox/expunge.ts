import type { Scope } from '../access/scope.ts';
import { deletedRows, filedRows, type UidPiece } from '../store/accounts/filed-rows.ts';
import { announce, type MailboxContext } from './context.ts';
import { pruneIfDue } from './filing/prune.ts';
import { releaseBodies } from './filing/release-bodies.ts';
import { piecesOf, sliceRows } from './filing/uid-ranges.ts';
import { unfileMessages } from './filing/unfile-messages.ts';
import { requireFolder, requireReach } from './sharing/rights.ts';
import type { MailboxId, UidRanges } from './types.ts';

export interface Expunged {
  /** Ascending. */
  readonly vanished: number[];
  /** The account's modseq afterwards; that of the last slice that removed something. */
  readonly modseq: number;
}

const everything: UidRanges = [[1, 0xffff_ffff]];

/**
 * Removes the messages with \Deleted: all of them (RFC 9051 §6.4.3) or those among `uids` (§6.4.9). In slices, each durable
 * by itself. Throws `mailbox.not_found`.
 */
export async function expungeMessages(
  ctx: MailboxContext,
  scope: Scope,
  id: MailboxId,
  uids: UidRanges | null,
): Promise<Expunged> {
  requireReach(scope, 'write');
  const vanished: number[] = [];
  let modseq = 0;
  for (const piece of piecesOf(uids ?? everything)) {
    let rest: UidPiece | null = piece;
    while (rest) {
      const current: UidPiece = rest;
      const slice: Expunged = await ctx.accounts.transact(scope, async tx => {
        await requireFolder(tx, scope, id, 'e');
        const rows = await deletedRows(tx, id, current, sliceRows);
        if (rows.length > 0) {
          await pruneIfDue(ctx, tx);
          await unfileMessages(tx, id, rows, ctx.clock.now());
          announce(ctx, tx);
        }
        return { vanished: rows.map(row => row.uid), modseq: tx.state.modseq };
      });
      ({ modseq } = slice);
      for (const uid of slice.vanished) vanished.push(uid);
      const newest: number | undefined = slice.vanished.at(-1);
      rest =
        current.kind === 'span' && newest !== undefined && slice.vanished.length === sliceRows
          ? { kind: 'span', first: newest + 1, last: current.last }
          : null;
    }
  }
  if (vanished.length > 0) await releaseBodies(ctx, scope);
  return { vanished, modseq };
}

/**
 * Removes messages whatever flags they have. Needs `t` and `e`: it is what \Deleted and EXPUNGE would do (RFC 8508 §3.4).
 * Throws `mailbox.not_found`, `access.denied`.
 */
export async function removeMessages(
  ctx: MailboxContext,
  { scope, id }: { readonly scope: Scope; readonly id: MailboxId },
  uids: UidRanges,
): Promise<void> {
  requireReach(scope, 'write');
  await ctx.accounts.transact(scope, async tx => {
    await requireFolder(tx, scope, id, 't', 'e');
    await pruneIfDue(ctx, tx);
    for (const piece of piecesOf(uids)) {
      const rows = await filedRows(tx, id, piece, Number.MAX_SAFE_INTEGER);
      await unfileMessages(tx, id, rows, ctx.clock.now());
    }
    announce(ctx, tx);
  });
  await releaseBodies(ctx, scope);
}
