import { withIdLists } from '../../sql/id-lists.ts';
import { type SqlReader, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** A mail that comes back at its time. */
export interface SnoozedRow {
  readonly messageId: number;
  /** The filing that the snooze holds for. */
  readonly mailboxId: number;
  readonly uid: number;
  /** Ms since the epoch. */
  readonly until: number;
  readonly returnTo: readonly number[];
}

const columns = 's.message_id, s.mailbox_id, s.uid, s.until_at, s.return_to';
const alive = `FROM snoozed s JOIN filed f ON f.account_id = s.account_id AND f.mailbox_id = s.mailbox_id
   AND f.uid = s.uid AND f.message_id = s.message_id WHERE s.account_id = $1`;
const selectOf = withIdLists(among => `SELECT ${columns} ${alive} AND s.message_id ${among(2)}`);
const selectDue = statement(
  `SELECT message_id, mailbox_id, uid, until_at, return_to FROM snoozed WHERE account_id = $1 AND until_at <= $2
   ORDER BY until_at LIMIT $3`,
);
const selectRow = statement(
  'SELECT message_id, mailbox_id, uid, until_at, return_to FROM snoozed WHERE account_id = $1 AND message_id = $2',
);
const selectNext = statement('SELECT MIN(until_at) FROM snoozed WHERE account_id = $1');
const countAlive = statement(`SELECT COUNT(*) ${alive} AND s.mailbox_id = $2`);
const put = statement(
  `INSERT INTO snoozed (account_id, message_id, mailbox_id, uid, until_at, return_to) VALUES ($1, $2, $3, $4, $5, $6)
   ON CONFLICT (account_id, message_id) DO UPDATE SET mailbox_id = excluded.mailbox_id, uid = excluded.uid,
     until_at = excluded.until_at, return_to = excluded.return_to`,
);
const remove = statement('DELETE FROM snoozed WHERE account_id = $1 AND message_id = $2');

function rowsOf(rows: readonly (readonly unknown[])[]): SnoozedRow[] {
  return rows.map(([messageId, mailboxId, uid, until, returnTo]) => ({
    messageId: Number(messageId),
    mailboxId: Number(mailboxId),
    uid: Number(uid),
    until: Number(until),
    returnTo: String(returnTo)
      .split(',')
      .filter(id => id !== '')
      .map(Number),
  }));
}

/** The snoozes of these messages that still hold. */
export async function snoozedRows(reader: Scoped, messageIds: readonly number[]): Promise<SnoozedRow[]> {
  return rowsOf(await reader.arrays(selectOf, reader.accountId, JSON.stringify(messageIds)));
}

/** Snoozes whose time has come at `now`, the earliest first, those that hold no more included. */
export async function dueSnoozedRows(reader: Scoped, now: number, limit: number): Promise<SnoozedRow[]> {
  return rowsOf(await reader.arrays(selectDue, reader.accountId, now, limit));
}

/** What is written down of a message, whether it holds or not. */
export async function snoozedRow(reader: Scoped, messageId: number): Promise<SnoozedRow | null> {
  return rowsOf(await reader.arrays(selectRow, reader.accountId, messageId))[0] ?? null;
}

/** When the next mail comes back, ms; null for none. */
export async function nextSnoozeAt(reader: Scoped): Promise<number | null> {
  const value = (await reader.arrays(selectNext, reader.accountId))[0]?.[0];
  return value === null || value === undefined ? null : Number(value);
}

/** How many mails wait in a folder. */
export async function snoozedCount(reader: Scoped, mailboxId: number): Promise<number> {
  return Number((await reader.arrays(countAlive, reader.accountId, mailboxId))[0]?.[0] ?? 0);
}

export async function putSnoozedRow(tx: AccountTransaction, row: SnoozedRow): Promise<void> {
  const { messageId, mailboxId, uid, until, returnTo } = row;
  await tx.run(put, tx.accountId, messageId, mailboxId, uid, until, returnTo.join(','));
}

export async function removeSnoozedRow(tx: AccountTransaction, messageId: number): Promise<void> {
  await tx.run(remove, tx.accountId, messageId);
}
