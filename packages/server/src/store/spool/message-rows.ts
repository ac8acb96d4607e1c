import type { AccountId } from '../../platform/ids.ts';
import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';
import { recipientRange } from './recipient-rows.ts';
import type { NewSpoolMessage, SpoolMessage, SpoolMessageId } from './types.ts';

export interface MessageRow {
  readonly id: number;
  readonly queue_id: string;
  readonly tenant_id: number;
  readonly blob_id: number;
  readonly hash: Uint8Array;
  readonly size: number;
  readonly reverse_path: string;
  readonly options: string;
  readonly origin: string;
  readonly prefix: Uint8Array;
  readonly summary: Uint8Array;
  readonly accepted_at: number;
  readonly expires_at: number;
}

const columns =
  'id, queue_id, tenant_id, blob_id, hash, size, reverse_path, options, origin, prefix, summary, accepted_at, expires_at';

const takeIds = statement("UPDATE counter SET value = value + $1 WHERE name = 'message' RETURNING value");
const insert = statement(
  `INSERT INTO spool_message (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
);
const byId = statement(`SELECT ${columns} FROM spool_message WHERE id = $1`);
const byQueueId = statement(`SELECT ${columns} FROM spool_message WHERE queue_id = $1 ORDER BY tenant_id`);
const page = statement(`SELECT ${columns} FROM spool_message WHERE id > $1 ORDER BY id LIMIT $2`);
const expire = statement('UPDATE spool_message SET expires_at = $2 WHERE id = $1 AND expires_at > $2');
const removeFinished = statement(
  `DELETE FROM spool_message WHERE id = $1
     AND NOT EXISTS (SELECT 1 FROM spool_recipient WHERE id >= $2 AND id < $3)
   RETURNING blob_id`,
);
const counts = statement(
  `SELECT kind, state, COUNT(*) AS count, MIN(due) AS oldest FROM spool_recipient GROUP BY kind, state`,
);
const pending = statement(
  `SELECT COALESCE(SUM(m.size), 0) AS bytes, COUNT(*) AS count
   FROM spool_recipient r JOIN spool_message m ON m.id = r.id / 65536 WHERE r.account_id = $1`,
);

/** Takes `count` ids and returns the first. */
export async function takeMessageIds(tx: SqlTransaction, count: number): Promise<SpoolMessageId> {
  const row = await tx.get<{ value: number }>(takeIds, count);
  return (row?.value ?? 0) - count + 1;
}

export function toMessage(row: MessageRow): SpoolMessage {
  return {
    id: row.id,
    queueId: row.queue_id,
    tenantId: row.tenant_id,
    blob: { hash: row.hash, size: row.size },
    reversePath: row.reverse_path,
    options: JSON.parse(row.options) as unknown,
    origin: JSON.parse(row.origin) as unknown,
    prefix: row.prefix,
    summary: row.summary,
    acceptedAt: row.accepted_at,
    expiresAt: row.expires_at,
  };
}

export async function insertMessage(
  tx: SqlTransaction,
  id: SpoolMessageId,
  message: NewSpoolMessage,
  blobRow: number,
  now: number,
): Promise<SpoolMessage> {
  const { queueId, tenantId, blob, reversePath, options, origin, prefix, summary, expiresAt } = message;
  await tx.run(
    insert,
    id,
    queueId,
    tenantId,
    blobRow,
    blob.hash,
    blob.size,
    reversePath,
    JSON.stringify(options ?? null),
    JSON.stringify(origin ?? null),
    prefix,
    summary,
    now,
    expiresAt,
  );
  return {
    id,
    queueId,
    tenantId,
    blob,
    reversePath,
    options,
    origin,
    prefix,
    summary,
    acceptedAt: now,
    expiresAt,
  };
}

export async function findMessage(reader: SqlReader, id: SpoolMessageId): Promise<SpoolMessage | null> {
  const row = await reader.get<MessageRow>(byId, id);
  return row ? toMessage(row) : null;
}

/** All messages under a queue id: one for each tenant. */
export async function findByQueueId(reader: SqlReader, queueId: string): Promise<SpoolMessage[]> {
  return (await reader.all<MessageRow>(byQueueId, queueId)).map(toMessage);
}

export async function messagesAfter(
  reader: SqlReader,
  after: SpoolMessageId,
  limit: number,
): Promise<SpoolMessage[]> {
  return (await reader.all<MessageRow>(page, after, limit)).map(toMessage);
}

/** Makes the next setback of a message its last: what cannot be delivered then goes back. */
export async function expireMessage(tx: SqlTransaction, id: SpoolMessageId, at: number): Promise<void> {
  await tx.run(expire, id, at);
}

/** Removes a message without recipients and returns the row of its body, null while some are left. */
export async function removeFinishedMessage(tx: SqlTransaction, id: SpoolMessageId): Promise<number | null> {
  const [from, to] = recipientRange(id);
  const row = await tx.get<{ blob_id: number }>(removeFinished, id, from, to);
  return row ? row.blob_id : null;
}

export async function countByState(
  reader: SqlReader,
): Promise<{ kind: number; state: number; count: number; oldest: number }[]> {
  return reader.all(counts);
}

/** Messages on their way to an account's mailbox: body bytes and number. */
export async function pendingFor(
  reader: SqlReader,
  accountId: AccountId,
): Promise<{ bytes: number; count: number }> {
  const row = await reader.get<{ bytes: number; count: number }>(pending, accountId);
  return { bytes: row?.bytes ?? 0, count: row?.count ?? 0 };
}
