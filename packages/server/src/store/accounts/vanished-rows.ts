import { type SqlReader, statement } from '../sql/port.ts';
import type { AccountTransaction } from './account-transaction.ts';

const newestBefore = statement('SELECT MAX(modseq) FROM vanished WHERE account_id = $1 AND at < $2');
const count = statement('SELECT COUNT(*) FROM vanished WHERE account_id = $1');
const nthNewest = statement(
  'SELECT modseq FROM vanished WHERE account_id = $1 ORDER BY modseq DESC LIMIT 1 OFFSET $2',
);
const remove = statement('DELETE FROM vanished WHERE account_id = $1 AND modseq <= $2');
const removeMailboxes = statement('DELETE FROM vanished_mailbox WHERE account_id = $1 AND modseq <= $2');

/**
 * The modseq up to which tombstones may go: those older than `before`, and all but the newest `keep`. 0 when none may.
 */
export async function prunableModseq(
  reader: SqlReader & { readonly accountId: number },
  before: number,
  keep: number,
): Promise<number> {
  const old = (await reader.arrays(newestBefore, reader.accountId, before))[0]?.[0];
  const total = Number((await reader.arrays(count, reader.accountId))[0]?.[0] ?? 0);
  const surplus = total > keep ? (await reader.arrays(nthNewest, reader.accountId, keep))[0]?.[0] : undefined;
  return Math.max(Number(old ?? 0), Number(surplus ?? 0));
}

/** Removes tombstones at or below `modseq`. The floor has to be raised in the same transaction. */
export async function removeVanished(tx: AccountTransaction, modseq: number): Promise<number> {
  const removed = await tx.run(remove, tx.accountId, modseq);
  return removed + (await tx.run(removeMailboxes, tx.accountId, modseq));
}
