import { type SqlReader, statement } from '../../sql/port.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** Messages that share a set of keywords. */
export interface KeywordUse {
  /** Keyword ids, ascending, joined by commas. */
  readonly keywords: string;
  readonly total: number;
  readonly unread: number;
}

const selectUse = statement(
  `SELECT keywords, COUNT(*), SUM(CASE WHEN (bits & 1) = 0 THEN 1 ELSE 0 END) FROM (
     SELECT DISTINCT message_id, keywords, bits FROM filed
     WHERE account_id = $1 AND keywords IS NOT NULL AND (bits & 8) = 0) AS used
   GROUP BY keywords`,
);
const selectCarriers = statement(
  `SELECT mailbox_id, uid FROM filed
   WHERE account_id = $1 AND keywords IS NOT NULL AND (',' || keywords || ',') LIKE $2
   ORDER BY mailbox_id, uid LIMIT $3`,
);

/** How many messages carry which sets of keywords; those marked as deleted are left out. */
export async function keywordUse(reader: Scoped): Promise<KeywordUse[]> {
  const rows = await reader.arrays(selectUse, reader.accountId);
  return rows.map(row => ({ keywords: String(row[0]), total: Number(row[1]), unread: Number(row[2]) }));
}

/** Filings with a keyword, at most `limit`. */
export async function carriersOf(
  reader: Scoped,
  keywordId: number,
  limit: number,
): Promise<{ readonly mailboxId: number; readonly uid: number }[]> {
  const rows = await reader.arrays(selectCarriers, reader.accountId, `%,${keywordId},%`, limit);
  return rows.map(row => ({ mailboxId: Number(row[0]), uid: Number(row[1]) }));
}
