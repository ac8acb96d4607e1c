import { type SqlReader, statement } from '../sql/port.ts';
import type { AccountTransaction } from './account-transaction.ts';

const newestBefore = statement('SELECT MAX(modseq) FROM vanished WHERE account_id = $1 AND at < $2');
const count = statement('SELECT COUNT(*) FROM vanished WHERE account_id = $1');
const nthNewest = statement(
  'SELECT modseq FROM vanished WHERE account_id = $1 ORDER BY modseq DESC LIMIT 2 OFFSET $2',
);
const nthOldest = statement(
  'SELECT modseq FROM vanished WHERE account_id = $1 ORDER BY modseq LIMIT 1 OFFSET $2',
);
const remove = statement('DELETE FROM vanished WHERE account_id = $1 AND modseq <= $2');
const removeMailboxes = statement('DELETE FROM vanished_mailbox WHERE account_id = $1 AND modseq <= $2');

export interface Prunable {
  /** Tombstones at or below it may go; 0 when none may. */
  readonly modseq: number;
  /** More may go than fit one go. */
  readonly more: boolean;
}

/** The modseq up to which tombstones are more than the newest `keep`; 0 for none. */
async function surplusModseq(
  reader: SqlReader & { readonly accountId: number },
  keep: number,
): Promise<number> {
  const total = Number((await reader.arrays(count, reader.accountId))[0]?.[0] ?? 0);
  if (total <= keep) return 0;
  const rows = await reader.arrays(nthNewest, reader.accountId, Math.max(0, keep - 1));
  const [kept, next] = rows.map(row => Number(row[0]));
  if (kept === undefined) return 0;
  if (keep === 0) return kept;
  // Those that went together with the last one that is kept are kept too.
  return next === undefined ? 0 : Math.min(next, kept - 1);
}

/**
 * Which tombstones may go: those older than `before`, and all but the newest `keep`; about `atMost` of them, the oldest
 * first. What went together at one modseq stays together.
 */
export async function prunableModseq(
  reader: SqlReader & { readonly accountId: number },
  before: number,
  keep: number,
  atMost: number,
): Promise<Prunable> {
  const { accountId } = reader;
  const old = (await reader.arrays(newestBefore, accountId, before))[0]?.[0];
  const modseq = Math.max(Number(old ?? 0), await surplusModseq(reader, keep));
  const bound = (await reader.arrays(nthOldest, accountId, atMost))[0]?.[0];
  if (typeof bound !== 'number' || bound >= modseq) return { modseq, more: false };
  return { modseq: bound, more: true };
}

/** Removes tombstones at or below `modseq`. The floor has to be raised in the same transaction. */
export async function removeVanished(tx: AccountTransaction, modseq: number): Promise<number> {
  const removed = await tx.run(remove, tx.accountId, modseq);
  return removed + (await tx.run(removeMailboxes, tx.accountId, modseq));
}
