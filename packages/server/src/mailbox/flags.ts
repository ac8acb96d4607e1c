import type { Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import type { AccountTransaction } from '../store/accounts/account-transaction.ts';
import { type FiledRow, filedRows, type UidPiece, updateFiledFlags } from '../store/accounts/filed-rows.ts';
import { countMailbox, touchMailbox } from '../store/accounts/mailbox-rows.ts';
import { announce, type MailboxContext } from './context.ts';
import { Tally } from './filing/tally.ts';
import { piecesOf, sliceRows } from './filing/uid-ranges.ts';
import { entryOf, keywordIds, keywordNames, keywordText, type StoredFlags, storedFlags } from './keywords.ts';
import {
  type ChangeableFlags,
  onlyChangeable,
  requireFolder,
  requireReach,
  settable,
} from './sharing/rights.ts';
import type { FlagChange, MailboxId, MessageEntry, UidRanges } from './types.ts';

export interface FlagsStored {
  /** Messages whose flags are different now, in ascending UID order. */
  readonly changed: MessageEntry[];
  /** Messages that had these flags before; their modseq stays. */
  readonly unchanged: MessageEntry[];
  /** UIDs left alone because they changed after `unchangedSince` (RFC 7162 §3.1.3 MODIFIED). */
  readonly conflicts: number[];
  /** The account's modseq afterwards. */
  readonly modseq: number;
}

function apply(row: FiledRow, mode: FlagChange['mode'], flags: StoredFlags): FiledRow {
  if (mode === 'set') return { ...row, bits: flags.bits, keywords: keywordText(flags.keywords) };
  if (mode === 'add') {
    const bits = row.bits | flags.bits;
    if (flags.keywords.length === 0) return { ...row, bits };
    const ids = new Set([...keywordIds(row.keywords), ...flags.keywords]);
    return { ...row, bits, keywords: keywordText([...ids].sort((a, b) => a - b)) };
  }
  const bits = row.bits & ~flags.bits;
  if (flags.keywords.length === 0 || row.keywords === null) return { ...row, bits };
  const left = keywordIds(row.keywords).filter(id => !flags.keywords.includes(id));
  return { ...row, bits, keywords: keywordText(left) };
}

/** What of a changed row may have changed: the rest stays as it was (RFC 4314 §4). */
function within(before: FiledRow, after: FiledRow, allowed: ChangeableFlags): FiledRow {
  const bits = (before.bits & ~allowed.bits) | (after.bits & allowed.bits);
  return { ...after, bits, keywords: allowed.keywords ? after.keywords : before.keywords };
}

/**
 * Flags that this scope may change. As long as one of those that are named is among them the others are left alone
 * without complaint (RFC 4314 §4); throws `access.denied` when there is none, `mailbox.not_found` where the folder is hidden.
 */
async function changeable(
  tx: AccountTransaction,
  scope: Scope,
  id: MailboxId,
  { mode, flags }: FlagChange,
): Promise<ChangeableFlags> {
  const row = await requireFolder(tx, scope, id);
  const allowed = await settable(tx, scope, row);
  const named = onlyChangeable(flags, allowed);
  const nothing = mode === 'set' ? allowed.bits === 0 : named.bits === 0 && named.keywords.length === 0;
  const empty = mode !== 'set' && flags.bits === 0 && flags.keywords.length === 0;
  if (nothing && !empty) {
    await requireFolder(tx, scope, id, 'l');
    throw new MailError('access.denied', { right: 'w' });
  }
  return allowed;
}

interface Slice extends FlagsStored {
  /** Where the next slice of a span begins; null when this was the last. */
  readonly next: number | null;
}

async function storeSlice(
  ctx: MailboxContext,
  tx: AccountTransaction,
  scope: Scope,
  id: MailboxId,
  piece: UidPiece,
  change: FlagChange,
): Promise<Slice> {
  const wanted = change.flags;
  const allowed = await changeable(tx, scope, id, change);
  const rows = await filedRows(tx, id, piece, sliceRows);
  const flags = await storedFlags(
    tx,
    onlyChangeable(wanted, allowed),
    ctx.limits,
    change.mode !== 'remove' && rows.length > 0,
  );
  const names = await keywordNames(tx);
  const { base } = tx.state;
  const tally = new Tally();
  const changed: MessageEntry[] = [];
  const unchanged: MessageEntry[] = [];
  const conflicts: number[] = [];
  for (const row of rows) {
    if (change.unchangedSince !== undefined && Math.max(row.modseq, base) > change.unchangedSince) {
      conflicts.push(row.uid);
      continue;
    }
    const after = within(row, apply(row, change.mode, flags), allowed);
    if (after.bits === row.bits && after.keywords === row.keywords) {
      unchanged.push(entryOf(row, names, base));
      continue;
    }
    const modseq = tx.takeModseq('mail');
    await updateFiledFlags(tx, id, row.uid, after.bits, after.keywords, modseq);
    tally.change(row.bits, after.bits);
    changed.push(entryOf({ ...after, modseq }, names, base));
  }
  if (changed.length > 0) {
    if (tally.moved) await countMailbox(tx, id, tally, 0);
    else await touchMailbox(tx, id);
    announce(ctx, tx);
  }
  const newest = rows.at(-1);
  const more = piece.kind === 'span' && rows.length === sliceRows && newest && newest.uid < piece.last;
  return { changed, unchanged, conflicts, modseq: tx.state.modseq, next: more ? newest.uid + 1 : null };
}

/**
 * Changes flags of the messages that exist among `uids` (RFC 9051 §6.4.6). Runs in slices, each its own transaction with
 * its own modseq: others get their turn in between. The changes survive the death of the process at once, a power cut a
 * moment later. Throws `mailbox.not_found`, `input.invalid` for a bad keyword, `limit.exceeded` for too many keywords.
 */
export async function storeFlags(
  ctx: MailboxContext,
  scope: Scope,
  id: MailboxId,
  uids: UidRanges,
  change: FlagChange,
): Promise<FlagsStored> {
  requireReach(scope, 'write');
  const changed: MessageEntry[] = [];
  const unchanged: MessageEntry[] = [];
  const conflicts: number[] = [];
  let modseq = 0;
  for (const piece of piecesOf(uids)) {
    let rest: UidPiece | null = piece;
    while (rest) {
      const current: UidPiece = rest;
      const slice: Slice = await ctx.accounts.transact(
        scope,
        tx => storeSlice(ctx, tx, scope, id, current, change),
        {
          durability: 'relaxed',
        },
      );
      for (const entry of slice.changed) changed.push(entry);
      for (const entry of slice.unchanged) unchanged.push(entry);
      for (const uid of slice.conflicts) conflicts.push(uid);
      ({ modseq } = slice);
      rest =
        slice.next === null || current.kind === 'list'
          ? null
          : { kind: 'span', first: slice.next, last: current.last };
    }
  }
  return { changed, unchanged, conflicts, modseq };
}
