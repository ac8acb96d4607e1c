import { type SqlReader, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** A recipient who has shown a mail that was sent, as a receipt says. */
export interface ReceiptRow {
  readonly submissionId: number;
  /** In lower case, as it stands in the submission's envelope. */
  readonly recipient: string;
  /** The receipt itself; 0 where it is not kept. */
  readonly messageId: number;
}

const selectAll = statement(
  'SELECT submission_id, recipient, message_id FROM submission_receipt WHERE account_id = $1 ORDER BY message_id',
);
const insert = statement(
  `INSERT INTO submission_receipt (account_id, submission_id, recipient, message_id) VALUES ($1, $2, $3, $4)
   ON CONFLICT DO NOTHING`,
);
const removeOf = statement('DELETE FROM submission_receipt WHERE account_id = $1 AND submission_id = $2');
const selectByRef = statement(
  `SELECT id, envelope, message_id FROM email_submission WHERE account_id = $1 AND message_ref = $2 ORDER BY id DESC LIMIT 2`,
);
const touchByQueue = statement(
  'UPDATE email_submission SET modseq = $3 WHERE account_id = $1 AND queue_id = $2',
);
const touchById = statement('UPDATE email_submission SET modseq = $3 WHERE account_id = $1 AND id = $2');
const selectByQueue = statement('SELECT id FROM email_submission WHERE account_id = $1 AND queue_id = $2');
const bodyOf = (hash: string): string =>
  `SELECT MAX(id) FROM message WHERE account_id = $1 AND substr(blob_hash, 1, 6) = substr(${hash}, 1, 6) AND blob_hash = ${hash}`;
const selectBody = statement({ sqlite: bodyOf('$2'), postgres: bodyOf('$2::bytea') });

/** All receipts of the account's submissions. */
export async function receiptRows(reader: Scoped): Promise<ReceiptRow[]> {
  const rows = await reader.arrays(selectAll, reader.accountId);
  return rows.map(row => ({
    submissionId: Number(row[0]),
    recipient: String(row[1]),
    messageId: Number(row[2]),
  }));
}

/** Writes a receipt; false when that recipient has shown the mail before. */
export async function insertReceipt(tx: AccountTransaction, row: ReceiptRow): Promise<boolean> {
  return (await tx.run(insert, tx.accountId, row.submissionId, row.recipient, row.messageId)) > 0;
}

/** Forgets the receipts of a submission that goes. */
export async function removeReceipts(tx: AccountTransaction, submissionId: number): Promise<void> {
  await tx.run(removeOf, tx.accountId, submissionId);
}

export interface SubmissionOfReceipt {
  readonly id: number;
  /** JSON of the Envelope. */
  readonly envelope: string;
  readonly messageId: number;
}

/** The newest submissions of that Message-ID (without brackets), two at most. */
export async function submissionsByRef(reader: Scoped, ref: string): Promise<SubmissionOfReceipt[]> {
  const rows = await reader.arrays(selectByRef, reader.accountId, ref);
  return rows.map(row => ({ id: Number(row[0]), envelope: String(row[1]), messageId: Number(row[2]) }));
}

/** Gives the submission of a queue id a new modseq; false when there is none, and nothing is written then. */
export async function touchSubmissionOf(tx: AccountTransaction, queueId: string): Promise<boolean> {
  if ((await tx.arrays(selectByQueue, tx.accountId, queueId)).length === 0) return false;
  await tx.run(touchByQueue, tx.accountId, queueId, tx.takeModseq());
  return true;
}

export async function touchSubmission(tx: AccountTransaction, id: number): Promise<void> {
  await tx.run(touchById, tx.accountId, id, tx.takeModseq());
}

/** The newest message with this body; 0 for none. */
export async function messageOfBody(reader: Scoped, hash: Uint8Array): Promise<number> {
  return Number((await reader.arrays(selectBody, reader.accountId, hash))[0]?.[0] ?? 0);
}
