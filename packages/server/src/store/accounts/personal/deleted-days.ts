import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';
import { type SqlReader, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

const dayMs = 86_400_000;

/** How many mails that cannot be restored any more were deleted on which day (UTC): for statistics (STA-05). */
export function deletedDaysMigration(version: number): Migration {
  return {
    version,
    name: 'deleted-days',
    up: [
      ddl(`CREATE TABLE deleted_day (
        account_id BIGINT NOT NULL, day BIGINT NOT NULL, count BIGINT NOT NULL,
        PRIMARY KEY (account_id, day)) WITHOUT ROWID`),
    ],
  };
}

const add = statement(
  `INSERT INTO deleted_day (account_id, day, count) VALUES ($1, $2, $3)
   ON CONFLICT (account_id, day) DO UPDATE SET count = deleted_day.count + excluded.count`,
);
const forget = statement('DELETE FROM deleted_day WHERE account_id = $1 AND day < $2');
const sumKept = statement('SELECT COUNT(*) FROM deleted_message WHERE account_id = $1 AND deleted_at > $2');
const sumGone = statement(
  'SELECT COALESCE(SUM(count), 0) FROM deleted_day WHERE account_id = $1 AND day > $2',
);

/** Days that are counted. */
export const deletedDays = 30;

/** Counts mails whose copies are forgotten, by when they were deleted, ms; days of long ago go. */
export async function countForgotten(
  tx: AccountTransaction,
  deletedAt: readonly number[],
  now: number,
): Promise<void> {
  const days = new Map<number, number>();
  for (const at of deletedAt) {
    const day = Math.floor(at / dayMs);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  for (const [day, count] of days) await tx.run(add, tx.accountId, day, count);
  if (days.size > 0) await tx.run(forget, tx.accountId, Math.floor(now / dayMs) - deletedDays);
}

/** Mails deleted for good within the last 30 days, those that can still be restored among them. */
export async function deletedLately(reader: Scoped, now: number): Promise<number> {
  const [kept] = await reader.arrays(sumKept, reader.accountId, now - deletedDays * dayMs);
  const [gone] = await reader.arrays(sumGone, reader.accountId, Math.floor(now / dayMs) - deletedDays);
  return Number(kept?.[0] ?? 0) + Number(gone?.[0] ?? 0);
}
