import type { Scope } from '../access/scope.ts';
import { filedRows } from '../store/accounts/filed-rows.ts';
import { type WideColumns, wide, wideRows } from '../store/accounts/wide-rows.ts';
import type { SqlValue } from '../store/sql/port.ts';
import { type MailboxContext } from './context.ts';
import { slicesOf } from './filing/uid-ranges.ts';
import { entryOf, flagSetOf, type KeywordNames, keywordNames } from './keywords.ts';
import { requireFolder, requireReach } from './sharing/rights.ts';
import type { MailboxId, MessageEntry, MessageRow, UidRanges } from './types.ts';

/** Which texts a caller needs; the others come empty. Everything else of a row is always there. */
export interface RowColumns {
  readonly envelope?: boolean;
  readonly bodyStructure?: boolean;
  readonly parts?: boolean;
  readonly preview?: boolean;
}

/** Flags and modseqs of the messages that exist among `uids`, in ascending UID order. Throws `mailbox.not_found`. */
export async function fetchEntries(
  ctx: MailboxContext,
  scope: Scope,
  id: MailboxId,
  uids: UidRanges,
): Promise<MessageEntry[]> {
  requireReach(scope, 'read');
  const result: MessageEntry[] = [];
  await ctx.accounts.read(scope, reader => requireFolder(reader, scope, id, 'r'));
  const slices = slicesOf(
    uids,
    (piece, limit) =>
      ctx.accounts.read(scope, async reader => {
        const { base } = await reader.state();
        const names = await keywordNames(reader);
        return (await filedRows(reader, id, piece, limit)).map(row => entryOf(row, names, base));
      }),
    entry => entry.uid,
  );
  for await (const slice of slices) for (const entry of slice) result.push(entry);
  return result;
}

const nothing = new Uint8Array(0);

function bytes(value: SqlValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : nothing;
}

function rowOf(v: readonly SqlValue[], names: KeywordNames, shared: boolean): MessageRow {
  const keywords = v[wide.keywords];
  return {
    uid: v[wide.uid] as number,
    messageId: v[wide.messageId] as number,
    emailId: v[wide.originId] as number,
    threadId: v[wide.threadId] as number,
    flags: flagSetOf(v[wide.bits] as number, typeof keywords === 'string' ? keywords : null, names),
    modseq: v[wide.modseq] as number,
    receivedAt: v[wide.receivedAt] as number,
    savedAt: v[wide.savedAt] as number,
    size: v[wide.size] as number,
    prefix: bytes(v[wide.prefix]),
    blob: { hash: bytes(v[wide.blobHash]), size: v[wide.blobSize] as number },
    envelope: bytes(v[wide.envelope]),
    bodyStructure: bytes(v[wide.structure]),
    parts: bytes(v[wide.parts]),
    preview: (v[wide.preview] as string | null) ?? '',
    sentAt: v[wide.sentAt] as number | null,
    hasAttachment: v[wide.attachment] === 1,
    ...(shared ? { shared } : {}),
  };
}

function wideColumns(columns: RowColumns): WideColumns {
  return {
    envelope: columns.envelope ?? false,
    structure: columns.bodyStructure ?? false,
    parts: columns.parts ?? false,
    preview: columns.preview ?? false,
  };
}

/**
 * Rows of the messages that exist among `uids`, in ascending UID order, in slices of at most 500. Each slice is a snapshot
 * of its own; between slices others run. Throws `mailbox.not_found`.
 */
export async function* fetchRows(
  ctx: MailboxContext,
  scope: Scope,
  id: MailboxId,
  uids: UidRanges,
  columns: RowColumns,
): AsyncGenerator<MessageRow[], void, undefined> {
  requireReach(scope, 'read');
  const wanted = { ...wideColumns(columns), identity: true, body: true };
  await ctx.accounts.read(scope, reader => requireFolder(reader, scope, id, 'r'));
  yield* slicesOf(
    uids,
    (piece, limit) =>
      ctx.accounts.read(scope, async reader => {
        const { base } = await reader.state();
        const names = await keywordNames(reader);
        return (await wideRows(reader, id, piece, wanted, base, limit)).map(row =>
          rowOf(row, names, scope.folders === 'shared'),
        );
      }),
    row => row.uid,
  );
}

/** Columns of a row of `fetchRaw`. What was not asked for is null or missing. */
export const rawColumn: Pick<
  typeof wide,
  | 'uid'
  | 'bits'
  | 'keywords'
  | 'modseq'
  | 'receivedAt'
  | 'size'
  | 'messageId'
  | 'savedAt'
  | 'envelope'
  | 'threadId'
> & { readonly bodyStructure: 9; readonly emailId: 13 } = {
  ...wide,
  bodyStructure: wide.structure,
  emailId: wide.originId,
};

/** A slice of `fetchRaw`: rows as arrays, and the names of the keyword ids in them. */
export interface RawSlice {
  readonly rows: readonly (readonly SqlValue[])[];
  readonly keywordNames: KeywordNames;
}

export interface RawColumns {
  readonly envelope?: boolean;
  readonly bodyStructure?: boolean;
  /** threadId and emailId. */
  readonly identity?: boolean;
}

/**
 * The fast lane of FETCH: as `fetchRows`, but rows are arrays laid out like `rawColumn`, keywords are ids joined by commas
 * (null for none), and what is not needed is not read.
 */
export async function* fetchRaw(
  ctx: MailboxContext,
  scope: Scope,
  id: MailboxId,
  uids: UidRanges,
  columns: RawColumns,
): AsyncGenerator<RawSlice, void, undefined> {
  requireReach(scope, 'read');
  const wanted: WideColumns = {
    envelope: columns.envelope ?? false,
    structure: columns.bodyStructure ?? false,
    identity: columns.identity ?? false,
  };
  await ctx.accounts.read(scope, reader => requireFolder(reader, scope, id, 'r'));
  let names: KeywordNames = new Map();
  const slices = slicesOf(
    uids,
    (piece, limit) =>
      ctx.accounts.read(scope, async reader => {
        names = await keywordNames(reader);
        return wideRows(reader, id, piece, wanted, (await reader.state()).base, limit);
      }),
    row => row[wide.uid] as number,
  );
  for await (const rows of slices) yield { rows, keywordNames: names };
}
