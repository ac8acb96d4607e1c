import { withIdLists } from '../../sql/id-lists.ts';
import { type SqlReader, type SqlValue, statement } from '../../sql/port.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** One place where a message is filed, as the account-wide view of emails needs it. */
export interface FilingRow {
  readonly mailboxId: number;
  readonly uid: number;
  readonly messageId: number;
  readonly threadId: number;
  readonly bits: number;
  /** Keyword ids, ascending, joined by commas; null for none. */
  readonly keywords: string | null;
  readonly receivedAt: number;
  readonly size: number;
  readonly hasAttachment: boolean;
}

/** What happened to a message after some modseq: the newest, and whether it is the whole message that went. */
export interface TouchedRow {
  readonly messageId: number;
  readonly modseq: number;
}

const columns =
  'f.mailbox_id, f.uid, f.message_id, m.thread_id, f.bits, f.keywords, f.received_at, f.size, f.attachment';
const joined =
  'FROM filed f JOIN message m ON m.account_id = f.account_id AND m.id = f.message_id WHERE f.account_id = $1';
const selectSpan = statement(
  `SELECT ${columns} ${joined} AND f.mailbox_id = $2 AND f.uid > $3 ORDER BY f.uid LIMIT $4`,
);
const selectOfMessages = withIdLists(
  among => `SELECT ${columns} ${joined} AND f.message_id ${among(2)} ORDER BY f.message_id, f.mailbox_id`,
);
const touched = (join: string): string =>
  `SELECT message_id, MAX(modseq) FROM (
     SELECT f.message_id AS message_id, f.modseq AS modseq FROM mailbox b ${join} filed f
       ON f.account_id = b.account_id AND f.mailbox_id = b.id AND f.modseq > $2
       WHERE b.account_id = $1 AND b.modseq > $2
     UNION ALL
     SELECT message_id, modseq FROM vanished WHERE account_id = $1 AND modseq > $2) AS touched
   GROUP BY message_id ORDER BY 2, 1 LIMIT $3`;
const selectTouched = statement({ sqlite: touched('CROSS JOIN'), postgres: touched('JOIN') });
const selectThreadsOfGone = statement(
  'SELECT message_id, thread_id FROM vanished WHERE account_id = $1 AND modseq > $2 AND modseq <= $3 AND destroyed = 1',
);

function rowOf(v: readonly SqlValue[]): FilingRow {
  return {
    mailboxId: v[0] as number,
    uid: v[1] as number,
    messageId: v[2] as number,
    threadId: v[3] as number,
    bits: v[4] as number,
    keywords: v[5] as string | null,
    receivedAt: v[6] as number,
    size: v[7] as number,
    hasAttachment: v[8] === 1,
  };
}

/** Filings of a mailbox with a UID above `after`, ascending, at most `limit`. */
export async function filingsAfter(
  reader: Scoped,
  mailboxId: number,
  after: number,
  limit: number,
): Promise<FilingRow[]> {
  return (await reader.arrays(selectSpan, reader.accountId, mailboxId, after, limit)).map(rowOf);
}

/** Every filing of the messages. */
export async function filingsOfMessages(reader: Scoped, messageIds: readonly number[]): Promise<FilingRow[]> {
  if (messageIds.length === 0) return [];
  return (await reader.arrays(selectOfMessages, reader.accountId, JSON.stringify(messageIds))).map(rowOf);
}

/** Messages that something happened to after `since`, in the order of its newest modseq, at most `limit`. */
export async function touchedMessages(reader: Scoped, since: number, limit: number): Promise<TouchedRow[]> {
  const rows = await reader.arrays(selectTouched, reader.accountId, since, limit);
  return rows.map(row => ({ messageId: row[0] as number, modseq: row[1] as number }));
}

/** Messages that went for good after `since` and not after `until`, with the thread they were in. */
export async function destroyedMessages(
  reader: Scoped,
  since: number,
  until: number,
): Promise<{ readonly messageId: number; readonly threadId: number }[]> {
  const rows = await reader.arrays(selectThreadsOfGone, reader.accountId, since, until);
  return rows.map(row => ({ messageId: row[0] as number, threadId: row[1] as number }));
}
