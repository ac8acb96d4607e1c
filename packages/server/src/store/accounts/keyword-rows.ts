import { type SqlReader, statement } from '../sql/port.ts';
import type { AccountTransaction } from './account-transaction.ts';

export interface KeywordRow {
  readonly id: number;
  /** As first spelled in the account. */
  readonly name: string;
}

const selectAll = statement('SELECT id, name FROM keyword WHERE account_id = $1 ORDER BY id');
const insert = statement('INSERT INTO keyword (account_id, id, name, name_key) VALUES ($1, $2, $3, $4)');

/** The keywords of an account, in the order they were first used. Rows are only ever added. */
export async function keywordRows(reader: SqlReader & { readonly accountId: number }): Promise<KeywordRow[]> {
  const rows = await reader.arrays(selectAll, reader.accountId);
  return rows.map(row => ({ id: row[0] as number, name: String(row[1]) }));
}

export async function insertKeyword(tx: AccountTransaction, name: string): Promise<KeywordRow> {
  const id = tx.takeKeywordId();
  await tx.run(insert, tx.accountId, id, name, name.toLowerCase());
  return { id, name };
}
