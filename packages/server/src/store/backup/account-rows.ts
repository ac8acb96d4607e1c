import type { DatabaseSync } from 'node:sqlite';

/** Tables with an `account_id`, in the database's own list. */
export function accountTables(database: DatabaseSync, schema = 'main'): string[] {
  const rows = database
    .prepare(
      `SELECT t.name FROM ${schema}.sqlite_schema t WHERE t.type = 'table'
         AND EXISTS (SELECT 1 FROM pragma_table_info(t.name, ?) c WHERE c.name = 'account_id') ORDER BY t.name`,
    )
    .all(schema);
  return rows.map(row => String(row['name']));
}

function columnsOf(database: DatabaseSync, table: string): string[] {
  const rows = database.prepare('SELECT name FROM pragma_table_info(?) ORDER BY cid').all(table);
  return rows.map(row => `"${String(row['name'])}"`);
}

/** Copies all rows of an account from the attached database `from` into the main one. Both have the same schema version. */
export function copyAccountRows(database: DatabaseSync, from: string, accountId: number): void {
  for (const table of accountTables(database)) {
    const columns = columnsOf(database, table).join(', ');
    database
      .prepare(
        `INSERT INTO main."${table}" (${columns}) SELECT ${columns} FROM ${from}."${table}" WHERE account_id = ?`,
      )
      .run(accountId);
  }
}

/** Gives all rows of a file to another account. */
export function renumberAccount(database: DatabaseSync, accountId: number): void {
  for (const table of accountTables(database)) {
    database.prepare(`UPDATE main."${table}" SET account_id = ?`).run(accountId);
  }
}
