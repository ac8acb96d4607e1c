import { type SqlReader, type SqlTransaction, type SqlValue, statement } from '../sql/port.ts';
import type { AccountReader, AccountTransaction } from './account-transaction.ts';

/** A row of `mailbox`. `parentId` 0 is the root. */
export interface MailboxRow {
  readonly id: number;
  readonly parentId: number;
  readonly name: string;
  readonly role: string | null;
  readonly subscribed: boolean;
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly modseq: number;
  readonly countsModseq: number;
  readonly propsModseq: number;
  readonly createdModseq: number;
  readonly total: number;
  readonly unseen: number;
  readonly deleted: number;
  readonly bytes: number;
}

/** How the counters of a mailbox move. */
export interface CounterChange {
  readonly total: number;
  readonly unseen: number;
  readonly deleted: number;
  readonly bytes: number;
}

type Scoped = SqlReader & { readonly accountId: number };

const columns =
  'id, parent_id, name, role, subscribed, uidvalidity, uidnext, modseq, counts_modseq, props_modseq, created_modseq, total, unseen, deleted, bytes';
const selectAll = statement(`SELECT ${columns} FROM mailbox WHERE account_id = $1 ORDER BY id`);
const selectOne = statement(`SELECT ${columns} FROM mailbox WHERE account_id = $1 AND id = $2`);
const selectChild = statement(
  `SELECT ${columns} FROM mailbox WHERE account_id = $1 AND parent_id = $2 AND name = $3`,
);
const selectRole = statement(`SELECT ${columns} FROM mailbox WHERE account_id = $1 AND role = $2`);
const insert = statement(
  `INSERT INTO mailbox (account_id, ${columns})
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, 0, 0)`,
);
const remove = statement('DELETE FROM mailbox WHERE account_id = $1 AND id = $2');
const rename = statement(
  'UPDATE mailbox SET parent_id = $3, name = $4, modseq = $5, props_modseq = $5 WHERE account_id = $1 AND id = $2',
);
const subscribe = statement(
  'UPDATE mailbox SET subscribed = $3, modseq = $4, props_modseq = $4 WHERE account_id = $1 AND id = $2',
);
const count = statement(
  `UPDATE mailbox SET uidnext = uidnext + $3, modseq = $4, counts_modseq = $4, total = total + $5,
     unseen = unseen + $6, deleted = deleted + $7, bytes = bytes + $8
   WHERE account_id = $1 AND id = $2`,
);
const touch = statement('UPDATE mailbox SET modseq = $3 WHERE account_id = $1 AND id = $2');
const insertVanished = statement(
  'INSERT INTO vanished_mailbox (account_id, modseq, mailbox_id, at) VALUES ($1, $2, $3, $4)',
);

function rowOf(values: readonly SqlValue[]): MailboxRow {
  const [id, parentId, name, role, subscribed, uidValidity, uidNext, modseq, countsModseq, propsModseq] =
    values;
  return {
    id: Number(id),
    parentId: Number(parentId),
    name: String(name),
    role: role === null ? null : String(role),
    subscribed: subscribed === 1,
    uidValidity: Number(uidValidity),
    uidNext: Number(uidNext),
    modseq: Number(modseq),
    countsModseq: Number(countsModseq),
    propsModseq: Number(propsModseq),
    createdModseq: Number(values[10]),
    total: Number(values[11]),
    unseen: Number(values[12]),
    deleted: Number(values[13]),
    bytes: Number(values[14]),
  };
}

async function one(rows: Promise<SqlValue[][]>): Promise<MailboxRow | null> {
  const row = (await rows)[0];
  return row ? rowOf(row) : null;
}

export async function mailboxRows(reader: Scoped): Promise<MailboxRow[]> {
  return (await reader.arrays(selectAll, reader.accountId)).map(rowOf);
}

export async function mailboxRow(reader: Scoped, id: number): Promise<MailboxRow | null> {
  return one(reader.arrays(selectOne, reader.accountId, id));
}

/** The mailbox of that name below another (0: the root). */
export async function mailboxRowNamed(
  reader: Scoped,
  parentId: number,
  name: string,
): Promise<MailboxRow | null> {
  return one(reader.arrays(selectChild, reader.accountId, parentId, name));
}

export async function mailboxRowOfRole(reader: Scoped, role: string): Promise<MailboxRow | null> {
  return one(reader.arrays(selectRole, reader.accountId, role));
}

export interface NewMailboxRow {
  readonly parentId: number;
  readonly name: string;
  readonly role: string | null;
  readonly subscribed: boolean;
}

/** Inserts a mailbox with a new id and UIDVALIDITY. The unique keys refuse a second one of the same name or role. */
export async function insertMailboxRow(
  tx: AccountTransaction,
  row: NewMailboxRow,
  now: number,
): Promise<MailboxRow> {
  const id = tx.takeMailboxId();
  const modseq = tx.takeModseq('mailbox');
  const uidValidity = tx.takeUidValidity(now);
  await tx.run(
    insert,
    tx.accountId,
    id,
    row.parentId,
    row.name,
    row.role,
    row.subscribed ? 1 : 0,
    uidValidity,
    1,
    modseq,
    modseq,
    modseq,
    modseq,
  );
  return {
    ...row,
    id,
    uidValidity,
    uidNext: 1,
    modseq,
    countsModseq: modseq,
    propsModseq: modseq,
    createdModseq: modseq,
    total: 0,
    unseen: 0,
    deleted: 0,
    bytes: 0,
  };
}

/** Removes the row and leaves a tombstone. What was in it must be gone already. */
export async function removeMailboxRow(tx: AccountTransaction, id: number, now: number): Promise<void> {
  await tx.run(remove, tx.accountId, id);
  await tx.run(insertVanished, tx.accountId, tx.takeModseq('mailbox'), id, now);
}

export async function renameMailboxRow(
  tx: AccountTransaction,
  id: number,
  parentId: number,
  name: string,
): Promise<void> {
  await tx.run(rename, tx.accountId, id, parentId, name, tx.takeModseq('mailbox'));
}

export async function subscribeMailboxRow(tx: AccountTransaction, id: number, on: boolean): Promise<void> {
  await tx.run(subscribe, tx.accountId, id, on ? 1 : 0, tx.takeModseq('mailbox'));
}

const touchProperties = statement(
  'UPDATE mailbox SET modseq = $3, props_modseq = $3 WHERE account_id = $1 AND id = $2',
);

/** Lets clients hear that something about the mailbox itself changed that stands elsewhere: rights, annotations. */
export async function touchMailboxProperties(tx: AccountTransaction, id: number): Promise<void> {
  await tx.run(touchProperties, tx.accountId, id, tx.takeModseq('mailbox'));
}

/** Moves the counters and gives out `uids` UIDs, at the transaction's modseq. */
export async function countMailbox(
  tx: AccountTransaction,
  id: number,
  change: CounterChange,
  uids: number,
): Promise<void> {
  const { total, unseen, deleted, bytes } = change;
  await tx.run(
    count,
    tx.accountId,
    id,
    uids,
    tx.takeModseq('mail', 'mailbox'),
    total,
    unseen,
    deleted,
    bytes,
  );
}

/** Raises the mailbox's modseq when something in it changed that moves no counter. */
export async function touchMailbox(tx: AccountTransaction, id: number): Promise<void> {
  await tx.run(touch, tx.accountId, id, tx.takeModseq('mail'));
}

const selectOrphans = statement('SELECT path FROM subscription WHERE account_id = $1 ORDER BY path');
const insertOrphan = statement(
  'INSERT INTO subscription (account_id, path) VALUES ($1, $2) ON CONFLICT DO NOTHING',
);
const removeOrphan = statement('DELETE FROM subscription WHERE account_id = $1 AND path = $2');

/** Subscribed paths (JSON arrays of names) that no mailbox has. */
export async function orphanSubscriptions(reader: AccountReader | AccountTransaction): Promise<string[]> {
  return (await reader.arrays(selectOrphans, reader.accountId)).map(row => String(row[0]));
}

/** Adds or removes one. Returns whether that changed anything. */
export async function setOrphanSubscription(
  tx: SqlTransaction & { readonly accountId: number },
  path: string,
  on: boolean,
): Promise<boolean> {
  return (await tx.run(on ? insertOrphan : removeOrphan, tx.accountId, path)) > 0;
}
