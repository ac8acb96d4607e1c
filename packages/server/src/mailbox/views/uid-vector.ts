import type { MemoryKey } from '../../store/accounts/account-memory.ts';
import type { AccountReader } from '../../store/accounts/account-transaction.ts';
import { uidText, vanishedUids } from '../../store/accounts/filed-rows.ts';
import type { MailboxRow } from '../../store/accounts/mailbox-rows.ts';
import { storedVector, storeVector } from '../../store/accounts/vectors/uid-vector-rows.ts';

/** UIDs of one mailbox at one modseq of the account. Never changed; a newer one takes its place. */
interface UidVector {
  readonly uidNext: number;
  readonly modseq: number;
  readonly uids: Uint32Array;
  /** UIDNEXT and number of UIDs of the one that is stored; null when none is. */
  readonly stored: { readonly uidNext: number; readonly length: number } | null;
}

/** Most mailboxes of one account whose UIDs are remembered. */
const maxRemembered = 8;

/** Mailboxes smaller than this are read as quickly as a stored vector. */
const minStored = 5_000;
/** A stored vector that is so many messages behind is written anew. */
const maxBehind = 1_000;

function worthStoring({ uids, uidNext, stored }: UidVector): boolean {
  if (uids.length < minStored) return false;
  if (!stored) return true;
  return uidNext - stored.uidNext > maxBehind || Math.abs(uids.length - stored.length) > maxBehind;
}

/** Remembered vectors by mailbox, least recently used first. */
export const uidVectors: MemoryKey<Map<number, UidVector>> = {
  make: () => new Map(),
  worthSaving: vectors => vectors.values().some(worthStoring),
  save: async (vectors, tx, accountId) => {
    for (const [mailboxId, vector] of vectors) {
      if (!worthStoring(vector)) continue;
      const { modseq, uidNext, uids } = vector;
      await storeVector(tx, accountId, mailboxId, { modseq, uidNext, uids });
    }
  },
};

const comma = 0x2c;

/** Decimal numbers joined by commas, appended to `before`. `expected` numbers are expected; fewer or more are allowed. */
export function parseUids(text: string, before: Uint32Array, expected: number): Uint32Array {
  if (text === '') return before;
  let target = new Uint32Array(Math.max(before.length, 0) + Math.max(expected, 1));
  target.set(before);
  let length = before.length;
  let value = 0;
  for (let i = 0; i <= text.length; i += 1) {
    const unit = i < text.length ? text.charCodeAt(i) : comma;
    if (unit !== comma) {
      value = value * 10 + unit - 0x30;
      continue;
    }
    if (length === target.length) {
      const larger = new Uint32Array(target.length * 2);
      larger.set(target);
      target = larger;
    }
    target[length] = value;
    length += 1;
    value = 0;
  }
  return length === target.length ? target : target.slice(0, length);
}

/** `uids` without `gone`; both ascending. The same array when nothing is missing. */
export function without(uids: Uint32Array, gone: readonly number[]): Uint32Array {
  if (gone.length === 0) return uids;
  const missing = new Set(gone);
  const left = uids.filter(uid => !missing.has(uid));
  return left.length === uids.length ? uids : left;
}

/** Index of the first element that is at least `uid`. */
export function lowerBound(uids: Uint32Array, uid: number): number {
  let low = 0;
  let high = uids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((uids[middle] ?? 0) < uid) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function build(reader: AccountReader, row: MailboxRow): Promise<Uint32Array> {
  return parseUids(await uidText(reader, row.id, 1), new Uint32Array(0), row.total);
}

async function advance(reader: AccountReader, row: MailboxRow, old: UidVector): Promise<Uint32Array> {
  const left = without(old.uids, await vanishedUids(reader, row.id, old.modseq));
  if (row.uidNext === old.uidNext) return left;
  const added = await uidText(reader, row.id, old.uidNext);
  return parseUids(added, left, Math.max(0, row.total - left.length));
}

async function loadStored(reader: AccountReader, row: MailboxRow): Promise<UidVector | null> {
  if (row.total < minStored) return null;
  const stored = await storedVector(reader, row.id);
  if (!stored) return null;
  const { modseq, uidNext, uids } = stored;
  return { modseq, uidNext, uids, stored: { uidNext, length: uids.length } };
}

/**
 * The UIDs of a mailbox in the reader's snapshot. A remembered or stored vector is brought forward by what changed since;
 * sessions of the same mailbox share one array.
 */
export async function currentUids(reader: AccountReader, row: MailboxRow): Promise<Uint32Array> {
  const { modseq, floor } = await reader.state();
  const remembered = reader.memory.get(uidVectors);
  const old = remembered.get(row.id) ?? (await loadStored(reader, row));
  let uids: Uint32Array | null = null;
  if (old && old.modseq >= floor && old.modseq <= modseq && old.uidNext <= row.uidNext) {
    const unchanged = old.modseq >= row.modseq;
    uids = unchanged ? old.uids : await advance(reader, row, old);
    // The counter tells whether the steps were right; it is cheap to start over.
    if (uids.length !== row.total) uids = null;
  }
  uids ??= await build(reader, row);
  remembered.delete(row.id);
  remembered.set(row.id, { uidNext: row.uidNext, modseq, uids, stored: old?.stored ?? null });
  if (remembered.size > maxRemembered) {
    const [oldest] = remembered.keys();
    if (oldest !== undefined) remembered.delete(oldest);
  }
  return uids;
}
