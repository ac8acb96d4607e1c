import { withIdLists } from '../sql/id-lists.ts';
import { type SqlReader, statement } from '../sql/port.ts';
import type { AccountTransaction } from './account-transaction.ts';

const living = (thread: string): string =>
  `EXISTS (SELECT 1 FROM message m WHERE m.account_id = $1 AND m.thread_id = ${thread})`;
const findThreads = withIdLists(
  among => `SELECT DISTINCT q.thread FROM (
     SELECT COALESCE((SELECT g.into_id FROM thread_merge g
         WHERE g.account_id = r.account_id AND g.thread_id = r.thread_id AND ${living('g.into_id')}),
       r.thread_id) AS thread
     FROM thread_ref r WHERE r.account_id = $1 AND r.ref ${among(2)}) q
   WHERE ${living('q.thread')}`,
);
const redirect = statement('UPDATE thread_merge SET into_id = $3 WHERE account_id = $1 AND into_id = $2');
const merge = statement(
  `INSERT INTO thread_merge (account_id, thread_id, into_id) VALUES ($1, $2, $3)
   ON CONFLICT (account_id, thread_id) DO UPDATE SET into_id = excluded.into_id`,
);
const removeDeadMerges = statement(
  `DELETE FROM thread_merge WHERE account_id = $1 AND NOT ${living('thread_merge.into_id')}`,
);
const put = statement(
  `INSERT INTO thread_ref (account_id, ref, thread_id) VALUES ($1, $2, $3)
   ON CONFLICT (account_id, ref) DO UPDATE SET thread_id = excluded.thread_id
   WHERE thread_ref.thread_id <> excluded.thread_id`,
  { together: true },
);
const removeDead = statement(
  `DELETE FROM thread_ref WHERE account_id = $1 AND ref IN (
     SELECT w.ref FROM (
       SELECT r.ref, r.thread_id FROM thread_ref r WHERE r.account_id = $1 AND r.ref >= $2 ORDER BY r.ref LIMIT $3) w
     WHERE NOT ${living('w.thread_id')})`,
);

/** References are below this: 48 bits of a hash. */
export const maxThreadRef: number = 2 ** 48 - 1;

/** Living threads that any of the references leads to, merges considered. */
export async function threadsOf(
  reader: SqlReader & { readonly accountId: number },
  refs: readonly number[],
): Promise<number[]> {
  if (refs.length === 0) return [];
  const rows = await reader.arrays(findThreads, reader.accountId, JSON.stringify(refs));
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

/** From now on who refers to one of `threads` joins `into`. Messages already in them stay where they are. */
export async function mergeThreads(
  tx: AccountTransaction,
  threads: readonly number[],
  into: number,
): Promise<void> {
  for (const thread of threads) {
    if (thread === into) continue;
    await tx.run(redirect, tx.accountId, thread, into);
    await tx.run(merge, tx.accountId, thread, into);
  }
}

/**
 * Looks at `count` references from `first` on and removes those to threads that have no message any more, and all merges
 * into such. Returns how many references went.
 */
export async function removeDeadRefs(tx: AccountTransaction, first: number, count: number): Promise<number> {
  await tx.run(removeDeadMerges, tx.accountId);
  return tx.run(removeDead, tx.accountId, first, count);
}
