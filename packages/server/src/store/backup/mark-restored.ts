import { restoredMark } from '../accounts/account-state.ts';
import { type SqlDatabase, statement } from '../sql/port.ts';
import { changeDatabase } from './database-copy.ts';

/** A copy that is marked as moved away stays so: the account is elsewhere. */
const markAll = "UPDATE account_state SET clean = 0, boot_id = $1 WHERE boot_id NOT LIKE 'moved:%'";
const mark = statement(markAll);
const bringBack = statement(
  'UPDATE blob SET dead_generation = NULL WHERE id IN (SELECT blob_id FROM spool_message)',
);

/** Marks the accounts of a file so that their first write raises the epoch. */
export function markFileRestored(path: string): void {
  changeDatabase(path, database => {
    database.prepare(markAll.replace('$1', '?')).run(restoredMark);
  });
}

/** As `markFileRestored`, for a database that many share and whose fence is open for it. Returns how many there are. */
export async function markDatabaseRestored(database: SqlDatabase): Promise<number> {
  return database.transact(tx => tx.run(mark, restoredMark));
}

/** Bodies of mail that is in the queue again are in use again. */
export async function keepQueuedBodies(database: SqlDatabase): Promise<void> {
  await database.transact(tx => tx.run(bringBack));
}
