import { type SqlReader, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** `pending`: held back until `send_at` unless it is canceled before. */
export type SubmissionStatus = 'pending' | 'final' | 'canceled';

export interface SubmissionRow {
  readonly id: number;
  readonly identity_id: number;
  readonly message_id: number;
  readonly thread_id: number;
  /** JSON of the Envelope. */
  readonly envelope: string;
  readonly send_at: number;
  readonly status: SubmissionStatus;
  readonly queue_id: string | null;
  /** Message-ID that was sent, without brackets. */
  readonly message_ref: string | null;
  /** ENVID that went with it, decoded. */
  readonly envelope_ref: string | null;
}

const columns =
  'id, identity_id, message_id, thread_id, envelope, send_at, status, queue_id, message_ref, envelope_ref';
const select = statement(
  `SELECT ${columns} FROM email_submission WHERE account_id = $1 ORDER BY send_at DESC, id DESC`,
);
const insert = statement(
  `INSERT INTO email_submission (account_id, ${columns}, modseq, created_modseq)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`,
);
const update = statement(
  'UPDATE email_submission SET status = $3, modseq = $4 WHERE account_id = $1 AND id = $2',
);
const cancelOf = statement(
  `UPDATE email_submission SET status = 'canceled', modseq = $4
   WHERE account_id = $1 AND message_id = $2 AND status = 'pending' AND send_at > $3`,
);
const selectPending = statement(
  `SELECT id FROM email_submission WHERE account_id = $1 AND message_id = $2 AND status = 'pending' AND send_at > $3 LIMIT 1`,
);
const selectByQueue = statement(
  `SELECT ${columns} FROM email_submission WHERE account_id = $1 AND queue_id = $2`,
);
const selectByEnvelope = statement(
  `SELECT ${columns} FROM email_submission WHERE account_id = $1 AND envelope_ref = $2 ORDER BY id DESC LIMIT 1`,
);
const remove = statement('DELETE FROM email_submission WHERE account_id = $1 AND id = $2');

/** All submissions that are remembered, the last sent first. */
export async function submissionRows(reader: Scoped): Promise<SubmissionRow[]> {
  return reader.all<SubmissionRow>(select, reader.accountId);
}

export async function insertSubmission(tx: AccountTransaction, row: SubmissionRow): Promise<void> {
  const { id, identity_id, message_id, thread_id, envelope, send_at, status } = row;
  const { queue_id, message_ref, envelope_ref } = row;
  const modseq = tx.takeModseq();
  await tx.run(
    insert,
    tx.accountId,
    id,
    identity_id,
    message_id,
    thread_id,
    envelope,
    send_at,
    status,
    queue_id,
    message_ref,
    envelope_ref,
    modseq,
  );
}

export async function setSubmissionStatus(
  tx: AccountTransaction,
  id: number,
  status: SubmissionStatus,
): Promise<void> {
  await tx.run(update, tx.accountId, id, status, tx.takeModseq());
}

/** Cancels what of a message is still held at `now` (ms). False when nothing is, and nothing is written then. */
export async function cancelHeld(tx: AccountTransaction, messageId: number, now: number): Promise<boolean> {
  if ((await tx.arrays(selectPending, tx.accountId, messageId, now)).length === 0) return false;
  await tx.run(cancelOf, tx.accountId, messageId, now, tx.takeModseq());
  return true;
}

/** The submission that a mail in the queue belongs to; null when it is not remembered. */
export async function submissionOfQueue(reader: Scoped, queueId: string): Promise<SubmissionRow | null> {
  return (await reader.all<SubmissionRow>(selectByQueue, reader.accountId, queueId))[0] ?? null;
}

/** The newest submission that went with this ENVID; null when none is remembered. */
export async function submissionOfEnvelope(
  reader: Scoped,
  envelopeRef: string,
): Promise<SubmissionRow | null> {
  return (await reader.all<SubmissionRow>(selectByEnvelope, reader.accountId, envelopeRef))[0] ?? null;
}

export async function removeSubmission(tx: AccountTransaction, id: number): Promise<void> {
  await tx.run(remove, tx.accountId, id);
}
