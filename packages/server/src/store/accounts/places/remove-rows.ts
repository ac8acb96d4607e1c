import type { AccountId } from '../../../platform/ids.ts';
import { type SqlDatabase, type Statement, statement } from '../../sql/port.ts';
import { type AccountTable, tablesOf } from '../moving/copy-rows.ts';

/** Rows that go in one transaction: others work on the same database meanwhile. */
const atATime = 500;

/** The row that says that the account is there, or where it went: the last one to go. */
const stateTable = 'account_state';

function removal({ name, key }: AccountTable): Statement {
  if (key.length === 0) return statement(`DELETE FROM ${name} WHERE account_id = $1`);
  const columns = key.join(', ');
  return statement(
    `DELETE FROM ${name} WHERE account_id = $1
     AND (${columns}) IN (SELECT ${columns} FROM ${name} WHERE account_id = $1 LIMIT ${atATime})`,
  );
}

/**
 * Removes all rows of an account from a database that many share, a few at a time. Killed in the middle it goes on when it
 * is called again: the account's state goes last. Tables are those of the database, of this schema version or a later one.
 */
export async function removeAccountRows(database: SqlDatabase, accountId: AccountId): Promise<void> {
  const options = { account: accountId };
  const tables = await database.read(tablesOf, options);
  const [state, rest] = [
    tables.filter(table => table.name === stateTable),
    tables.filter(table => table.name !== stateTable),
  ];
  for (const table of [...rest, ...state]) {
    const remove = removal(table);
    for (;;) {
      const removed = await database.transact(tx => tx.run(remove, accountId), options);
      if (removed < atATime) break;
    }
  }
}
