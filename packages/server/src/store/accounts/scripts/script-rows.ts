import { type SqlReader, type SqlValue, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** Scripts get the account's modseq plus this as their number. */
const firstScriptId = 1_000;

/** A script without its text. */
export interface ScriptRow {
  /** Never changes, and is never given to another script of the account. */
  readonly id: number;
  /** When it was written, ms since the epoch. */
  readonly updatedAt: number;
  readonly name: string;
  readonly size: number;
  readonly active: boolean;
}

/** A script's text and when it was written. */
export interface ScriptContent {
  readonly name: string;
  readonly content: Uint8Array;
  /** ms since the epoch. */
  readonly updatedAt: number;
}

const selectAll = statement(
  'SELECT name, size, active, id, updated_at FROM sieve_script WHERE account_id = $1 ORDER BY name',
);
const selectOne = statement(
  'SELECT name, content, updated_at FROM sieve_script WHERE account_id = $1 AND name = $2',
);
const selectActive = statement(
  'SELECT name, content, updated_at FROM sieve_script WHERE account_id = $1 AND active = 1',
);
const put = statement(
  `INSERT INTO sieve_script (account_id, name, content, size, active, updated_at, id) VALUES ($1, $2, $3, $4, 0, $5, $6)
   ON CONFLICT (account_id, name) DO UPDATE
     SET content = excluded.content, size = excluded.size, updated_at = excluded.updated_at`,
);
const remove = statement('DELETE FROM sieve_script WHERE account_id = $1 AND name = $2');
const rename = statement('UPDATE sieve_script SET name = $3 WHERE account_id = $1 AND name = $2');
const deactivate = statement('UPDATE sieve_script SET active = 0 WHERE account_id = $1 AND active = 1');
const activate = statement('UPDATE sieve_script SET active = 1 WHERE account_id = $1 AND name = $2');

function contentOf(row: readonly SqlValue[] | undefined): ScriptContent | null {
  if (!row) return null;
  return { name: String(row[0]), content: row[1] as Uint8Array, updatedAt: Number(row[2]) };
}

export async function scriptRows(reader: Scoped): Promise<ScriptRow[]> {
  const rows = await reader.arrays(selectAll, reader.accountId);
  return rows.map(row => ({
    id: Number(row[3]),
    name: String(row[0]),
    size: Number(row[1]),
    active: Number(row[2]) === 1,
    updatedAt: Number(row[4]),
  }));
}

export async function scriptContent(reader: Scoped, name: string): Promise<ScriptContent | null> {
  return contentOf((await reader.arrays(selectOne, reader.accountId, name))[0]);
}

export async function activeScriptContent(reader: Scoped): Promise<ScriptContent | null> {
  return contentOf((await reader.arrays(selectActive, reader.accountId))[0]);
}

/** Writes a script; one that is there keeps being active or not. */
export async function putScriptRow(
  tx: AccountTransaction,
  name: string,
  content: Uint8Array,
  now: number,
): Promise<void> {
  const id = tx.takeModseq() + firstScriptId;
  await tx.run(put, tx.accountId, name, content, content.length, now, id);
}

export async function removeScriptRow(tx: AccountTransaction, name: string): Promise<void> {
  await tx.run(remove, tx.accountId, name);
}

export async function renameScriptRow(tx: AccountTransaction, from: string, to: string): Promise<void> {
  await tx.run(rename, tx.accountId, from, to);
}

/** Makes one script the active one; null: none. */
export async function activateScriptRow(tx: AccountTransaction, name: string | null): Promise<void> {
  await tx.run(deactivate, tx.accountId);
  if (name !== null) await tx.run(activate, tx.accountId, name);
}
