import { type SqlReader, statement } from '../sql/port.ts';
import type { AccountTransaction } from './account-transaction.ts';

const find = statement({
  sqlite: `SELECT DISTINCT r.thread_id FROM thread_ref r
    WHERE r.account_id = $1 AND r.ref IN (SELECT value FROM json_each($2))
      AND EXISTS (SELECT 1 FROM message m WHERE m.account_id = r.account_id AND m.thread_id = r.thread_id)`,
  postgres: `SELECT DISTINCT r.thread_id FROM thread_ref r
    WHERE r.account_id = $1 AND r.ref IN (SELECT value::bigint FROM json_array_elements_text($2::json))
      AND EXISTS (SELECT 1 FROM message m WHERE m.account_id = r.account_id AND m.thread_id = r.thread_id)`,
});
const put = statement(
  `INSERT INTO thread_ref (account_id, ref, thread_id) VALUES ($1, $2, $3)
   ON CONFLICT (account_id, ref) DO UPDATE SET thread_id = excluded.thread_id
   WHERE thread_ref.thread_id <> excluded.thread_id`,
);
const removeDead = statement(
  `DELETE FROM thread_ref WHERE account_id = $1 AND ref IN (
     SELECT r.ref FROM thread_ref r WHERE r.account_id = $1 AND r.ref > $2
       AND NOT EXISTS (SELECT 1 FROM message m WHERE m.account_id = r.account_id AND m.thread_id = r.thread_id)
     ORDER BY r.ref LIMIT $3)`,
);

/** Living threads that any of the references leads to. */
export async function threadsOf(
  reader: SqlReader & { readonly accountId: number },
  refs: readonly number[],
): Promise<number[]> {
  if (refs.length === 0) return [];
  const rows = await reader.arrays(find, reader.accountId, JSON.stringify(refs));
  return rows.map(row => row[0] as number);
}

/** Makes the references lead to `threadId` from now on. */
export async function putThreadRefs(
  tx: AccountTransaction,
  refs: readonly number[],
  threadId: number,
): Promise<void> {
  for (const ref of refs) await tx.run(put, tx.accountId, ref, threadId);
}

/** Removes references to threads that have no message any more, at most `limit`. Returns how many. */
export async function removeDeadRefs(tx: AccountTransaction, limit: number): Promise<number> {
  return tx.run(removeDead, tx.accountId, -1, limit);
}
