import { MailError } from '../../platform/errors.ts';
import { type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';

/** Families of identifiers; each counts from 1 and never gives out a number twice. */
export type SequenceName =
  | 'tenant'
  | 'domain'
  | 'account'
  | 'group'
  | 'credential'
  | 'operation'
  | 'department'
  | 'tag'
  | 'invitation'
  | 'join_request'
  | 'import_batch'
  | 'outside_contact'
  | 'outside_contact_group'
  | 'grant'
  | 'api_token'
  | 'job'
  | 'certificate'
  | 'client_password'
  | 'revocation'
  | 'push_subscription'
  | 'notice';

const next = statement(
  `INSERT INTO id_sequence (name, last_id) VALUES ($1, $2)
   ON CONFLICT (name) DO UPDATE SET last_id = id_sequence.last_id + excluded.last_id RETURNING last_id`,
);
const readVersion = statement('SELECT version FROM directory_version WHERE id = 1');
const raiseVersion = statement('UPDATE directory_version SET version = version + 1 WHERE id = 1');

/** The next identifier of a family. Numbers taken by a transaction that rolls back are given out again. */
export async function nextId(tx: SqlTransaction, name: SequenceName): Promise<number> {
  const block = reserved.get(tx)?.get(name);
  if (block && block.next <= block.last) {
    block.next += 1;
    return block.next - 1;
  }
  return takeIds(tx, name, 1);
}

/** Numbers that a transaction took ahead. */
const reserved = new WeakMap<SqlTransaction, Map<SequenceName, { next: number; readonly last: number }>>();

/**
 * Takes `count` identifiers at once, which `nextId` gives out in this transaction: one trip to the database instead of
 * many. Those that are left over are never given out.
 */
export async function reserveIds(tx: SqlTransaction, name: SequenceName, count: number): Promise<void> {
  if (count < 1) return;
  const last = await takeIds(tx, name, count);
  const blocks = reserved.get(tx) ?? new Map<SequenceName, { next: number; readonly last: number }>();
  blocks.set(name, { next: last - count + 1, last });
  reserved.set(tx, blocks);
}

/** The last of `count` new identifiers. */
async function takeIds(tx: SqlTransaction, name: SequenceName, count: number): Promise<number> {
  const row = await tx.get<{ last_id: number }>(next, name, count);
  if (!row) throw new MailError('store.corrupt', { table: 'id_sequence' });
  return row.last_id;
}

/** Counter that rises with every change of the directory; caches compare it. */
export async function directoryVersion(reader: SqlReader): Promise<number> {
  return (await reader.get<{ version: number }>(readVersion))?.version ?? 0;
}

/** Tells every process that what it remembers of the directory is stale. Call in the transaction of the change. */
export async function raiseDirectoryVersion(tx: SqlTransaction): Promise<void> {
  await tx.run(raiseVersion);
}
