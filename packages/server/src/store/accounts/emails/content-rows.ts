import { withIdLists } from '../../sql/id-lists.ts';
import { type SqlReader, type SqlValue } from '../../sql/port.ts';
import { unpackEnvelope } from '../packed-envelope.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** What a message is, without where it is filed. */
export interface ContentRow {
  readonly id: number;
  readonly threadId: number;
  readonly blobHash: Uint8Array;
  readonly blobSize: number;
  readonly prefix: Uint8Array;
  readonly sentAt: number | null;
  readonly sentOffset: number | null;
  readonly envelope: Uint8Array;
  readonly parts: Uint8Array;
  readonly preview: string;
}

const columns =
  'm.id, m.thread_id, m.blob_hash, m.blob_size, m.prefix, m.sent_at, m.sent_offset, m.envelope, m.parts, m.preview';
const selectOf = withIdLists(
  among => `SELECT ${columns} FROM message m WHERE m.account_id = $1 AND m.id ${among(2)}`,
);
function rowOf(v: readonly SqlValue[]): ContentRow {
  return {
    id: v[0] as number,
    threadId: v[1] as number,
    blobHash: v[2] as Uint8Array,
    blobSize: v[3] as number,
    prefix: v[4] as Uint8Array,
    sentAt: v[5] as number | null,
    sentOffset: v[6] as number | null,
    envelope: unpackEnvelope(v[7] as Uint8Array),
    parts: v[8] as Uint8Array,
    preview: String(v[9]),
  };
}

/** The messages that exist among `ids`, by id. */
export async function contentRows(reader: Scoped, ids: readonly number[]): Promise<Map<number, ContentRow>> {
  if (ids.length === 0) return new Map();
  const rows = await reader.arrays(selectOf, reader.accountId, JSON.stringify(ids));
  return new Map(rows.map(values => [values[0] as number, rowOf(values)]));
}
