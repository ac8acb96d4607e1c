import { type SqlReader, statement } from '../sql/port.ts';
import type { AccountTransaction } from './account-transaction.ts';
import { packEnvelope } from './packed-envelope.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** A row of `message`: what it is, wherever it is filed. */
export interface MessageContent {
  /** First message of the chain of copies; null when it is no copy. */
  readonly originId: number | null;
  readonly threadId: number;
  readonly blobHash: Uint8Array;
  readonly blobSize: number;
  readonly prefix: Uint8Array;
  /** Date of the Date field, ms since the epoch; null without. */
  readonly sentAt: number | null;
  /** Its zone, minutes east of UTC. */
  readonly sentOffset: number | null;
  readonly envelope: Uint8Array;
  readonly structure: Uint8Array;
  readonly parts: Uint8Array;
  readonly preview: string;
}

const insert = statement(
  `INSERT INTO message (account_id, id, origin_id, thread_id, blob_hash, blob_size, prefix, sent_at, sent_offset, envelope, structure,
     parts, preview)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
);
const copy = statement(
  `INSERT INTO message (account_id, id, origin_id, thread_id, blob_hash, blob_size, prefix, sent_at, sent_offset, envelope, structure,
     parts, preview)
   SELECT account_id, $3, COALESCE(origin_id, id), thread_id, blob_hash, blob_size, prefix, sent_at, sent_offset, envelope, structure,
     parts, preview
   FROM message WHERE account_id = $1 AND id = $2`,
);
const selectIdentity = statement(
  'SELECT thread_id, blob_hash FROM message WHERE account_id = $1 AND id = $2',
);
const remove = statement('DELETE FROM message WHERE account_id = $1 AND id = $2');
const selectByBlob = statement(
  'SELECT id FROM message WHERE account_id = $1 AND substr(blob_hash, 1, 6) = $2 AND blob_hash = $3 LIMIT 1',
);
const insertReleased = statement(
  `INSERT INTO released_blob (account_id, blob_hash, at) VALUES ($1, $2, $3)
   ON CONFLICT (account_id, blob_hash) DO UPDATE SET at = excluded.at`,
);
const selectReleased = statement(
  'SELECT blob_hash FROM released_blob WHERE account_id = $1 AND at <= $2 ORDER BY at LIMIT $3',
);
const removeReleased = statement('DELETE FROM released_blob WHERE account_id = $1 AND blob_hash = $2');

export async function insertMessage(
  tx: AccountTransaction,
  id: number,
  content: MessageContent,
): Promise<void> {
  await tx.run(
    insert,
    tx.accountId,
    id,
    content.originId,
    content.threadId,
    content.blobHash,
    content.blobSize,
    content.prefix,
    content.sentAt,
    content.sentOffset,
    packEnvelope(content.envelope),
    content.structure,
    content.parts,
    content.preview,
  );
}

/** Makes message `to` a copy of `from`. */
export async function copyMessage(tx: AccountTransaction, from: number, to: number): Promise<void> {
  await tx.run(copy, tx.accountId, from, to);
}

/** Removes a message that is filed nowhere any more and notes its body as released when no other message has it. */
export async function destroyMessage(tx: AccountTransaction, id: number, now: number): Promise<void> {
  const row = (await tx.arrays(selectIdentity, tx.accountId, id))[0];
  await tx.run(remove, tx.accountId, id);
  const hash = row?.[1];
  if (hash instanceof Uint8Array && !(await usesBlob(tx, hash))) {
    await tx.run(insertReleased, tx.accountId, hash, now);
  }
}

export async function threadOf(reader: Scoped, id: number): Promise<number> {
  const row = (await reader.arrays(selectIdentity, reader.accountId, id))[0];
  return Number(row?.[0] ?? 0);
}

/** Whether any message of the account has this body. */
export async function usesBlob(reader: Scoped, hash: Uint8Array): Promise<boolean> {
  const rows = await reader.arrays(selectByBlob, reader.accountId, hash.subarray(0, 6), hash);
  return rows.length > 0;
}

/** Bodies that were released at or before `until`, oldest first. */
export async function releasedBlobs(reader: Scoped, until: number, limit: number): Promise<Uint8Array[]> {
  const rows = await reader.arrays(selectReleased, reader.accountId, until, limit);
  return rows.map(row => row[0] as Uint8Array);
}

export async function forgetReleased(tx: AccountTransaction, hash: Uint8Array): Promise<void> {
  await tx.run(removeReleased, tx.accountId, hash);
}
