import { type SqlReader, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** Rights that the owner of the account gave somebody in a folder. */
export interface FolderRightRow {
  readonly mailboxId: number;
  /** 0: everybody in the company. */
  readonly granteeId: number;
  readonly rights: string;
}

const columns = 'mailbox_id, grantee_id, rights';
const selectFolder = statement(
  `SELECT ${columns} FROM folder_right WHERE account_id = $1 AND mailbox_id = $2 ORDER BY grantee_id`,
);
const selectGrantee = statement(
  `SELECT ${columns} FROM folder_right WHERE account_id = $1 AND grantee_id IN ($2, 0) ORDER BY mailbox_id`,
);
const selectGranted = statement(
  `SELECT ${columns} FROM folder_right WHERE account_id = $1 AND mailbox_id = $2 AND grantee_id IN ($3, 0)`,
);
const selectAll = statement(
  `SELECT ${columns} FROM folder_right WHERE account_id = $1 ORDER BY mailbox_id, grantee_id`,
);
const put = statement(
  `INSERT INTO folder_right (account_id, mailbox_id, grantee_id, rights) VALUES ($1, $2, $3, $4)
   ON CONFLICT (account_id, mailbox_id, grantee_id) DO UPDATE SET rights = excluded.rights`,
);
const remove = statement(
  'DELETE FROM folder_right WHERE account_id = $1 AND mailbox_id = $2 AND grantee_id = $3',
);
const removeFolder = statement('DELETE FROM folder_right WHERE account_id = $1 AND mailbox_id = $2');
const inherit = statement(
  `INSERT INTO folder_right (account_id, mailbox_id, grantee_id, rights)
   SELECT account_id, CAST($3 AS BIGINT), grantee_id, rights FROM folder_right WHERE account_id = $1 AND mailbox_id = $2`,
);
const countGrantee = statement('SELECT COUNT(*) FROM folder_right WHERE account_id = $1 AND grantee_id = $2');

function rowsOf(rows: readonly (readonly unknown[])[]): FolderRightRow[] {
  return rows.map(([mailboxId, granteeId, rights]) => ({
    mailboxId: Number(mailboxId),
    granteeId: Number(granteeId),
    rights: String(rights),
  }));
}

/** Everybody's rights in a folder. */
export async function folderRightRows(reader: Scoped, mailboxId: number): Promise<FolderRightRow[]> {
  return rowsOf(await reader.arrays(selectFolder, reader.accountId, mailboxId));
}

/** Everybody's rights in all folders of the account. */
export async function allRightRows(reader: Scoped): Promise<FolderRightRow[]> {
  return rowsOf(await reader.arrays(selectAll, reader.accountId));
}

/** What somebody has in all folders, what everybody has included. */
export async function rightRowsOf(reader: Scoped, granteeId: number): Promise<FolderRightRow[]> {
  return rowsOf(await reader.arrays(selectGrantee, reader.accountId, granteeId));
}

/** What somebody has in one folder, what everybody has included. */
export async function grantedRightRows(
  reader: Scoped,
  mailboxId: number,
  granteeId: number,
): Promise<FolderRightRow[]> {
  return rowsOf(await reader.arrays(selectGranted, reader.accountId, mailboxId, granteeId));
}

/** Sets what a grantee has in a folder; no rights remove the row. */
export async function putFolderRight(tx: AccountTransaction, row: FolderRightRow): Promise<void> {
  const { mailboxId, granteeId, rights } = row;
  if (rights === '') await tx.run(remove, tx.accountId, mailboxId, granteeId);
  else await tx.run(put, tx.accountId, mailboxId, granteeId, rights);
}

/** Removes all rights in a folder that goes. */
export async function removeFolderRights(tx: AccountTransaction, mailboxId: number): Promise<void> {
  await tx.run(removeFolder, tx.accountId, mailboxId);
}

/** Gives a new folder the rights of the one it lies in. */
export async function inheritFolderRights(
  tx: AccountTransaction,
  fromId: number,
  toId: number,
): Promise<void> {
  await tx.run(inherit, tx.accountId, fromId, toId);
}

/** In how many folders the grantee is named. */
export async function grantCount(reader: Scoped, granteeId: number): Promise<number> {
  return Number((await reader.arrays(countGrantee, reader.accountId, granteeId))[0]?.[0] ?? 0);
}
