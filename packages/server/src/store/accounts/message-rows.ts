import { withIdLists } from '../sql/id-lists.ts';
import { type SqlReader, statement } from '../sql/port.ts';
import type { AccountTransaction } from './account-transaction.ts';
import { packEnvelope, unpackEnvelope } from './packed-envelope.ts';
import { deletedUsesBlob } from './personal/deleted-rows.ts';

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
  /** Message ids it refers to, each on a line; null where nobody has looked yet. */
  readonly referenceIds: string | null;
}

const contentColumns =
  'origin_id, thread_id, blob_hash, blob_size, prefix, sent_at, sent_offset, envelope, structure, parts, preview, reference_ids';
const selectContent = statement(`SELECT ${contentColumns} FROM message WHERE account_id = $1 AND id = $2`);
const insert = statement(
  `INSERT INTO message (account_id, id, origin_id, thread_id, blob_hash, blob_size, prefix, sent_at, sent_offset, envelope, structure,
     parts, preview, reference_ids)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
  { together: true },
);
const copy = statement(
  `INSERT INTO message (account_id, id, origin_id, thread_id, blob_hash, blob_size, prefix, sent_at, sent_offset, envelope, structure,
     parts, preview, reference_ids)
   SELECT account_id, $3, COALESCE(origin_id, id), thread_id, blob_hash, blob_size, prefix, sent_at, sent_offset, envelope, structure,
     parts, preview, reference_ids
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
    content.referenceIds,
  );
}

/** A message as it can be put into another account; null when it is gone. */
export async function messageContent(reader: Scoped, id: number): Promise<MessageContent | null> {
  const row = (await reader.arrays(selectContent, reader.accountId, id))[0];
  if (row === undefined) return null;
  const octets = (at: number): Uint8Array => row[at] as Uint8Array;
  return {
    originId: row[0] as number | null,
    threadId: Number(row[1]),
    blobHash: octets(2),
    blobSize: Number(row[3]),
    prefix: octets(4),
    sentAt: row[5] as number | null,
    sentOffset: row[6] as number | null,
    envelope: unpackEnvelope(octets(7)),
    structure: octets(8),
    parts: octets(9),
    preview: String(row[10]),
    referenceIds: row[11] as string | null,
  };
}

const setReferences = statement(
  'UPDATE message SET reference_ids = $3 WHERE account_id = $1 AND id = $2 AND reference_ids IS NULL',
);

/** Writes down what a message refers to that was filed before this was kept. */
export async function fillReferences(
  tx: AccountTransaction,
  id: number,
  referenceIds: string,
): Promise<void> {
  await tx.run(setReferences, tx.accountId, id, referenceIds);
}

const selectReferences = withIdLists(
  among => `SELECT id, reference_ids FROM message WHERE account_id = $1 AND id ${among(2)}`,
);

/** What messages refer to, by id; null where nobody has looked yet. */
export async function referencesOf(
  reader: Scoped,
  ids: readonly number[],
): Promise<Map<number, string | null>> {
  const rows = await reader.arrays(selectReferences, reader.accountId, JSON.stringify(ids));
  return new Map(rows.map(row => [Number(row[0]), row[1] as string | null]));
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
  if (hash instanceof Uint8Array) await noteReleased(tx, hash, now);
}

export async function threadOf(reader: Scoped, id: number): Promise<number> {
  const row = (await reader.arrays(selectIdentity, reader.accountId, id))[0];
  return Number(row?.[0] ?? 0);
}

/** Whether any message of the account has this body, one that can be restored counted in. */
export async function usesBlob(reader: Scoped, hash: Uint8Array): Promise<boolean> {
  const rows = await reader.arrays(selectByBlob, reader.accountId, hash.subarray(0, 6), hash);
  return rows.length > 0 || deletedUsesBlob(reader, hash);
}

/** Notes a body as released, unless a message has it. */
export async function noteReleased(tx: AccountTransaction, hash: Uint8Array, now: number): Promise<void> {
  if (!(await usesBlob(tx, hash))) await tx.run(insertReleased, tx.accountId, hash, now);
}

/** Bodies that were released at or before `until`, oldest first. */
export async function releasedBlobs(reader: Scoped, until: number, limit: number): Promise<Uint8Array[]> {
  const rows = await reader.arrays(selectReleased, reader.accountId, until, limit);
  return rows.map(row => row[0] as Uint8Array);
}

export async function forgetReleased(tx: AccountTransaction, hash: Uint8Array): Promise<void> {
  await tx.run(removeReleased, tx.accountId, hash);
}
