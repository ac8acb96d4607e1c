import { withIdLists } from '../sql/id-lists.ts';
import { type SqlReader, type SqlValue, statement } from '../sql/port.ts';
import type { AccountTransaction } from './account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** One filing, narrow: what flags and lists need. */
export interface FiledRow {
  readonly uid: number;
  readonly messageId: number;
  readonly bits: number;
  /** Keyword ids, ascending, joined by commas; null for none. */
  readonly keywords: string | null;
  readonly modseq: number;
  readonly createdModseq: number;
  readonly receivedAt: number;
  readonly savedAt: number;
  readonly size: number;
  readonly hasAttachment: boolean;
}

const columns =
  'uid, message_id, bits, keywords, modseq, created_modseq, received_at, saved_at, size, attachment';
const of = 'FROM filed WHERE account_id = $1 AND mailbox_id = $2';
const selectSpan = statement(`SELECT ${columns} ${of} AND uid >= $3 AND uid <= $4 ORDER BY uid LIMIT $5`);
const selectList = withIdLists(among => `SELECT ${columns} ${of} AND uid ${among(3)} ORDER BY uid`);
const selectDeleted = statement(
  `SELECT ${columns} ${of} AND (bits & 8) <> 0 AND uid >= $3 AND uid <= $4 ORDER BY uid LIMIT $5`,
);
const selectChanged = statement(`SELECT ${columns} ${of} AND modseq > $3 ORDER BY uid`);
const selectOfMessage = statement(
  'SELECT mailbox_id, uid FROM filed WHERE account_id = $1 AND message_id = $2',
);
const countOfMessage = statement('SELECT COUNT(*) FROM filed WHERE account_id = $1 AND message_id = $2');
const insert = statement(
  `INSERT INTO filed (account_id, mailbox_id, ${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
  { together: true },
);
const updateFlags = statement(
  `UPDATE filed SET bits = $4, keywords = $5, modseq = $6 WHERE account_id = $1 AND mailbox_id = $2 AND uid = $3`,
);
const remove = statement('DELETE FROM filed WHERE account_id = $1 AND mailbox_id = $2 AND uid = $3');
const insertVanished = statement(
  `INSERT INTO vanished (account_id, mailbox_id, modseq, uid, message_id, thread_id, destroyed, at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
);
const selectVanished = statement(
  'SELECT uid FROM vanished WHERE account_id = $1 AND mailbox_id = $2 AND modseq > $3 ORDER BY uid',
);
const selectUids = statement({
  sqlite: `SELECT group_concat(uid) FROM (SELECT uid ${of} AND uid >= $3 ORDER BY uid)`,
  postgres: `SELECT string_agg(uid::text, ',' ORDER BY uid) ${of} AND uid >= $3`,
});

function rowOf(v: readonly SqlValue[]): FiledRow {
  return {
    uid: v[0] as number,
    messageId: v[1] as number,
    bits: v[2] as number,
    keywords: v[3] as string | null,
    modseq: v[4] as number,
    createdModseq: v[5] as number,
    receivedAt: v[6] as number,
    savedAt: v[7] as number,
    size: v[8] as number,
    hasAttachment: v[9] === 1,
  };
}

/** A piece of a UID set that one statement reads. */
export type UidPiece =
  | { readonly kind: 'span'; readonly first: number; readonly last: number }
  | { readonly kind: 'list'; readonly uids: readonly number[] };

/** The filings of a piece in ascending UID order; of a span at most `limit`. */
export async function filedRows(
  reader: Scoped,
  mailboxId: number,
  piece: UidPiece,
  limit: number,
): Promise<FiledRow[]> {
  const { accountId } = reader;
  const rows =
    piece.kind === 'span'
      ? await reader.arrays(selectSpan, accountId, mailboxId, piece.first, piece.last, limit)
      : await reader.arrays(selectList, accountId, mailboxId, JSON.stringify(piece.uids));
  return rows.map(rowOf);
}

/** The filings of a piece that have \Deleted, in ascending UID order; of a span at most `limit`. */
export async function deletedRows(
  reader: Scoped,
  mailboxId: number,
  piece: UidPiece,
  limit: number,
): Promise<FiledRow[]> {
  if (piece.kind === 'list') {
    return (await filedRows(reader, mailboxId, piece, limit)).filter(row => row.bits & 8);
  }
  const { first, last } = piece;
  return (await reader.arrays(selectDeleted, reader.accountId, mailboxId, first, last, limit)).map(rowOf);
}

/** Filings whose modseq is above `since`, in ascending UID order. */
export async function changedRows(reader: Scoped, mailboxId: number, since: number): Promise<FiledRow[]> {
  return (await reader.arrays(selectChanged, reader.accountId, mailboxId, since)).map(rowOf);
}

/** UIDs that left the mailbox after `since`, ascending. */
export async function vanishedUids(reader: Scoped, mailboxId: number, since: number): Promise<number[]> {
  const rows = await reader.arrays(selectVanished, reader.accountId, mailboxId, since);
  return rows.map(row => row[0] as number);
}

/** UIDs from `from` on, ascending, as decimal numbers joined by commas: one value crosses into JavaScript, not one per row. */
export async function uidText(reader: Scoped, mailboxId: number, from: number): Promise<string> {
  const row = (await reader.arrays(selectUids, reader.accountId, mailboxId, from))[0];
  return typeof row?.[0] === 'string' ? row[0] : '';
}

/** Where a message is filed. */
export async function filingsOf(
  reader: Scoped,
  messageId: number,
): Promise<{ readonly mailboxId: number; readonly uid: number }[]> {
  const rows = await reader.arrays(selectOfMessage, reader.accountId, messageId);
  return rows.map(row => ({ mailboxId: row[0] as number, uid: row[1] as number }));
}

export async function insertFiled(tx: AccountTransaction, mailboxId: number, row: FiledRow): Promise<void> {
  await tx.run(
    insert,
    tx.accountId,
    mailboxId,
    row.uid,
    row.messageId,
    row.bits,
    row.keywords,
    row.modseq,
    row.createdModseq,
    row.receivedAt,
    row.savedAt,
    row.size,
    row.hasAttachment ? 1 : 0,
  );
}

export async function updateFiledFlags(
  tx: AccountTransaction,
  mailboxId: number,
  uid: number,
  bits: number,
  keywords: string | null,
  modseq: number,
): Promise<void> {
  await tx.run(updateFlags, tx.accountId, mailboxId, uid, bits, keywords, modseq);
}

/** Takes a filing away and leaves a tombstone at the transaction's modseq. */
export async function vanishFiled(
  tx: AccountTransaction,
  mailboxId: number,
  row: FiledRow,
  threadId: number,
  destroyed: boolean,
  now: number,
): Promise<void> {
  await tx.run(remove, tx.accountId, mailboxId, row.uid);
  await tx.run(
    insertVanished,
    tx.accountId,
    mailboxId,
    tx.takeModseq('mail'),
    row.uid,
    row.messageId,
    threadId,
    destroyed ? 1 : 0,
    now,
  );
}

/** In how many places the message is filed. */
export async function filingCount(reader: Scoped, messageId: number): Promise<number> {
  const row = (await reader.arrays(countOfMessage, reader.accountId, messageId))[0];
  return Number(row?.[0] ?? 0);
}
