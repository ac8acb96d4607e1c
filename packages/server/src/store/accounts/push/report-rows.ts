import { type SqlReader, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** What a delivery status notification says of a recipient of a submission. */
export interface ReportRow {
  readonly submissionId: number;
  /** The notification itself; 0 where it is not kept. */
  readonly messageId: number;
  /** In lower case, as it stands in the submission's envelope; empty when it names none of them. */
  readonly recipient: string;
  /** RFC 3464 §2.3.3. */
  readonly action: string;
  /** What an SMTP server had answered. */
  readonly reply: string | null;
}

const selectAll = statement(
  `SELECT submission_id, message_id, recipient, action, reply FROM submission_report WHERE account_id = $1
   ORDER BY message_id`,
);
const countOf = statement(
  'SELECT COUNT(*) FROM submission_report WHERE account_id = $1 AND submission_id = $2',
);
const countAll = statement('SELECT COUNT(*) FROM submission_report WHERE account_id = $1');
const selectOldest = statement(
  'SELECT MIN(submission_id) FROM submission_report WHERE account_id = $1 AND submission_id <> $2',
);
const insert = statement(
  `INSERT INTO submission_report (account_id, submission_id, message_id, recipient, action, reply)
   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
);
const removeOf = statement('DELETE FROM submission_report WHERE account_id = $1 AND submission_id = $2');

/** Everything that was reported of the account's submissions, the oldest notification first. */
export async function reportRows(reader: Scoped): Promise<ReportRow[]> {
  const rows = await reader.arrays(selectAll, reader.accountId);
  return rows.map(([submissionId, messageId, recipient, action, reply]) => ({
    submissionId: Number(submissionId),
    messageId: Number(messageId),
    recipient: String(recipient),
    action: String(action),
    reply: reply === null ? null : String(reply),
  }));
}

/** How many rows there are of a submission. */
export async function reportCount(reader: Scoped, submissionId: number): Promise<number> {
  return Number((await reader.arrays(countOf, reader.accountId, submissionId))[0]?.[0] ?? 0);
}

/** How many rows the account has. */
export async function reportTotal(reader: Scoped): Promise<number> {
  return Number((await reader.arrays(countAll, reader.accountId))[0]?.[0] ?? 0);
}

/** The oldest submission of which something was reported, but for one; null when there is no other. */
export async function oldestReported(reader: Scoped, but: number): Promise<number | null> {
  const found = (await reader.arrays(selectOldest, reader.accountId, but))[0]?.[0] ?? null;
  return found === null ? null : Number(found);
}

/** Writes a row; false when it was there. */
export async function insertReport(tx: AccountTransaction, row: ReportRow): Promise<boolean> {
  const { submissionId, messageId, recipient, action, reply } = row;
  return (await tx.run(insert, tx.accountId, submissionId, messageId, recipient, action, reply)) > 0;
}

/** Forgets what was reported of a submission that goes. */
export async function removeReports(tx: AccountTransaction, submissionId: number): Promise<void> {
  await tx.run(removeOf, tx.accountId, submissionId);
}
