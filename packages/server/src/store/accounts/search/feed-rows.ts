import { amongIds, withIdLists } from '../../sql/id-lists.ts';
import { type SqlReader, statement } from '../../sql/port.ts';

type Scoped = SqlReader & { readonly accountId: number };

const selectIdentity = statement(
  'SELECT created_at, modseq, floor_modseq, next_message FROM account_state WHERE account_id = $1',
);
const selectNewer = statement(
  'SELECT id FROM message WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3',
);
const countNewer = statement('SELECT COUNT(*) FROM message WHERE account_id = $1 AND id > $2');
const selectGone = statement(
  'SELECT message_id FROM vanished WHERE account_id = $1 AND modseq > $2 AND modseq <= $3 AND destroyed = 1',
);
const selectExisting = withIdLists(
  among => `SELECT id FROM message WHERE account_id = $1 AND id ${among(2)}`,
);
const uidsOf = (condition: { readonly sqlite: string; readonly postgres: string }) =>
  statement({
    sqlite: `SELECT group_concat(f.uid) FROM filed f WHERE f.account_id = $1 AND +f.mailbox_id = $2 AND ${condition.sqlite}`,
    postgres: `SELECT string_agg(f.uid::text, ',') FROM filed f WHERE f.account_id = $1 AND f.mailbox_id = $2 AND ${condition.postgres}`,
  });
// The sign keeps SQLite on the index of messages: the mailbox's own order would read all of it.
const uidsOfMessages = uidsOf({
  sqlite: `f.message_id ${amongIds.sqlite(3)}`,
  postgres: `f.message_id ${amongIds.postgres(3)}`,
});
const uidsAbove = uidsOf({ sqlite: 'f.message_id > $3', postgres: 'f.message_id > $3' });

const uidsWithMessages = statement({
  sqlite:
    'SELECT group_concat(f.message_id), group_concat(f.uid) FROM filed f WHERE f.account_id = $1 AND f.mailbox_id = $2',
  postgres: `SELECT string_agg(f.message_id::text, ',' ORDER BY f.uid), string_agg(f.uid::text, ',' ORDER BY f.uid)
    FROM filed f WHERE f.account_id = $1 AND f.mailbox_id = $2`,
});

/** From so many messages on, reading the whole mailbox is quicker than looking for each. */
const manyMessages = 4_000;

/** What an index has to know of its account. */
export interface FeedState {
  readonly createdAt: number;
  readonly modseq: number;
  /** Messages that went at or below it are not told any more. */
  readonly floor: number;
  /** No message has this id or a higher one. */
  readonly nextMessage: number;
}

export async function feedState(reader: Scoped): Promise<FeedState> {
  const row = (await reader.arrays(selectIdentity, reader.accountId))[0] as number[] | undefined;
  const [createdAt = 0, modseq = 0, floor = 0, nextMessage = 0] = row ?? [];
  return { createdAt, modseq, floor, nextMessage };
}

/** Ids of messages above `after`, ascending. */
export async function messagesAfter(reader: Scoped, after: number, limit: number): Promise<number[]> {
  return (await reader.arrays(selectNewer, reader.accountId, after, limit)).map(row => row[0] as number);
}

export async function countMessagesAfter(reader: Scoped, after: number): Promise<number> {
  return Number((await reader.arrays(countNewer, reader.accountId, after))[0]?.[0] ?? 0);
}

/** Messages that went for good in (since, until]. */
export async function messagesGone(reader: Scoped, since: number, until: number): Promise<number[]> {
  return (await reader.arrays(selectGone, reader.accountId, since, until)).map(row => row[0] as number);
}

/** Those of the messages that are there. */
export async function existingMessages(reader: Scoped, ids: readonly number[]): Promise<Set<number>> {
  const rows = await reader.arrays(selectExisting, reader.accountId, JSON.stringify(ids));
  return new Set(rows.map(row => row[0] as number));
}

/** UIDs of the messages in a mailbox, joined by commas, in no particular order. */
export async function uidsOfMessageIds(
  reader: Scoped,
  mailboxId: number,
  ids: readonly number[],
): Promise<string> {
  if (ids.length === 0) return '';
  if (ids.length >= manyMessages) return uidsOfMany(reader, mailboxId, new Set(ids));
  const row = (await reader.arrays(uidsOfMessages, reader.accountId, mailboxId, JSON.stringify(ids)))[0];
  return typeof row?.[0] === 'string' ? row[0] : '';
}

async function uidsOfMany(reader: Scoped, mailboxId: number, ids: ReadonlySet<number>): Promise<string> {
  const [messages, uids] = (await reader.arrays(uidsWithMessages, reader.accountId, mailboxId))[0] ?? [];
  if (typeof messages !== 'string' || typeof uids !== 'string') return '';
  const numbers = messages.split(',');
  return uids
    .split(',')
    .filter((_, at) => ids.has(Number(numbers[at])))
    .join(',');
}

/** UIDs of a mailbox's messages with an id above `after`. As `uidsOfMessageIds`. */
export async function uidsOfMessagesAfter(reader: Scoped, mailboxId: number, after: number): Promise<string> {
  const row = (await reader.arrays(uidsAbove, reader.accountId, mailboxId, after))[0];
  return typeof row?.[0] === 'string' ? row[0] : '';
}
