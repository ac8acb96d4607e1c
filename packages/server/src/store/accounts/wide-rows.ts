import { amongIds } from '../sql/id-lists.ts';
import { type SqlReader, type SqlValue, type Statement, statement } from '../sql/port.ts';
import type { UidPiece } from './filed-rows.ts';
import { unpackEnvelope } from './packed-envelope.ts';

/** Columns of a row as `wideRows` hands it out; what was not asked for is null or, at the end of the row, missing. */
export const wide = {
  uid: 0,
  bits: 1,
  /** Keyword ids, ascending, joined by commas; null for none. */
  keywords: 2,
  modseq: 3,
  receivedAt: 4,
  size: 5,
  messageId: 6,
  savedAt: 7,
  envelope: 8,
  structure: 9,
  parts: 10,
  preview: 11,
  threadId: 12,
  /** First message of the chain of copies, or the message itself (RFC 8474 §5.1). */
  originId: 13,
  prefix: 14,
  blobHash: 15,
  blobSize: 16,
  sentAt: 17,
  attachment: 18,
} as const;

/** What of `message` to read; without any of them the table is not touched. */
export interface WideColumns {
  readonly envelope?: boolean;
  readonly structure?: boolean;
  readonly parts?: boolean;
  readonly preview?: boolean;
  /** threadId, originId, sentAt, attachment. */
  readonly identity?: boolean;
  /** prefix, blobHash, blobSize. */
  readonly body?: boolean;
}

const mask = (columns: WideColumns): number =>
  (columns.envelope ? 1 : 0) |
  (columns.structure ? 2 : 0) |
  (columns.parts ? 4 : 0) |
  (columns.preview ? 8 : 0) |
  (columns.identity ? 16 : 0) |
  (columns.body ? 32 : 0);

function sql(bits: number, greatest: string, where: string, end: string): string {
  const pick = (bit: number, column: string): string => (bits & bit ? column : 'NULL');
  const columns = [
    'f.uid, f.bits, f.keywords',
    `${greatest}(f.modseq, $3)`,
    'f.received_at, f.size, f.message_id, f.saved_at',
    pick(1, 'm.envelope'),
    pick(2, 'm.structure'),
    pick(4, 'm.parts'),
    pick(8, 'm.preview'),
    pick(16, 'm.thread_id'),
    pick(16, 'COALESCE(m.origin_id, m.id)'),
    pick(32, 'm.prefix'),
    pick(32, 'm.blob_hash'),
    pick(32, 'm.blob_size'),
    pick(16, 'm.sent_at'),
    pick(16, 'f.attachment'),
  ];
  while (columns.at(-1) === 'NULL') columns.pop();
  const join = bits === 0 ? '' : 'JOIN message m ON m.account_id = f.account_id AND m.id = f.message_id';
  return `SELECT ${columns.join(', ')} FROM filed f ${join}
    WHERE f.account_id = $1 AND f.mailbox_id = $2 AND ${where} ORDER BY f.uid ${end}`;
}

interface Pair {
  readonly span: Statement;
  readonly list: Statement;
}

function pair(bits: number): Pair {
  const span = 'f.uid >= $4 AND f.uid <= $5';
  return {
    span: statement({
      sqlite: sql(bits, 'MAX', span, 'LIMIT $6'),
      postgres: sql(bits, 'GREATEST', span, 'LIMIT $6'),
    }),
    list: statement({
      sqlite: sql(bits, 'MAX', `f.uid ${amongIds.sqlite(4)}`, ''),
      postgres: sql(bits, 'GREATEST', `f.uid ${amongIds.postgres(4)}`, ''),
    }),
  };
}

/** One pair of statements for each choice of columns. */
const statements: readonly Pair[] = Array.from({ length: 64 }, (_, bits) => pair(bits));

/**
 * Rows of a piece of a mailbox, in ascending UID order, as arrays laid out like `wide`; of a span at most `limit`.
 * `base` is the account's lowest modseq.
 */
export async function wideRows(
  reader: SqlReader & { readonly accountId: number },
  mailboxId: number,
  piece: UidPiece,
  columns: WideColumns,
  base: number,
  limit: number,
): Promise<SqlValue[][]> {
  const { span, list } = statements[mask(columns)] ?? pair(63);
  const rows =
    piece.kind === 'span'
      ? await reader.arrays(span, reader.accountId, mailboxId, base, piece.first, piece.last, limit)
      : await reader.arrays(list, reader.accountId, mailboxId, base, JSON.stringify(piece.uids));
  if (columns.envelope) {
    for (const row of rows) {
      const stored = row[wide.envelope];
      if (stored instanceof Uint8Array) row[wide.envelope] = unpackEnvelope(stored);
    }
  }
  return rows;
}
