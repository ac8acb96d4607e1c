import { type SqlReader, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

const select = statement(
  'SELECT 1 FROM sieve_memory WHERE account_id = $1 AND kind = $2 AND memory_key = $3 AND expires_at > $4',
);
const insert = statement(
  `INSERT INTO sieve_memory (account_id, kind, memory_key, expires_at) VALUES ($1, $2, $3, $4)
   ON CONFLICT (account_id, kind, memory_key) DO UPDATE SET expires_at = excluded.expires_at`,
);
const count = statement('SELECT COUNT(*) FROM sieve_memory WHERE account_id = $1');
const removeExpired = statement('DELETE FROM sieve_memory WHERE account_id = $1 AND expires_at <= $2');
const removeSoonest = statement(
  `DELETE FROM sieve_memory WHERE account_id = $1 AND expires_at <=
     (SELECT expires_at FROM sieve_memory WHERE account_id = $1 ORDER BY expires_at LIMIT 1 OFFSET $2)`,
);

/** Whether something is remembered at `now`. */
export async function isRemembered(reader: Scoped, kind: string, key: string, now: number): Promise<boolean> {
  return (await reader.arrays(select, reader.accountId, kind, key, now)).length > 0;
}

export async function rememberRow(
  tx: AccountTransaction,
  kind: string,
  key: string,
  expiresAt: number,
): Promise<void> {
  await tx.run(insert, tx.accountId, kind, key, expiresAt);
}

/** Forgets what is over and, above `max` rows, what would be over soonest. */
export async function pruneMemory(tx: AccountTransaction, now: number, max: number): Promise<void> {
  await tx.run(removeExpired, tx.accountId, now);
  const rows = Number((await tx.arrays(count, tx.accountId))[0]?.[0] ?? 0);
  if (rows > max) await tx.run(removeSoonest, tx.accountId, rows - max - 1);
}
