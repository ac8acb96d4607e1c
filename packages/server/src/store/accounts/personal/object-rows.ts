import { type SqlReader, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** Types of `personal_object`. */
export const personalTypes = [
  'label',
  'signature',
  'template',
  'settings',
  'rule',
  'sender',
  'vacation',
  'book',
  'card',
] as const;

export type PersonalType = (typeof personalTypes)[number];

export interface PersonalRow {
  readonly id: number;
  /** JSON of the object without its id. */
  readonly value: string;
  readonly modseq: number;
}

/** Where a type stands: the modseq of its newest change, and the id that the next object gets. */
export interface PersonalState {
  readonly modseq: number;
  readonly next: number;
}

const selectAll = statement(
  'SELECT id, value, modseq FROM personal_object WHERE account_id = $1 AND type = $2 ORDER BY id',
);
const selectOne = statement(
  'SELECT id, value, modseq FROM personal_object WHERE account_id = $1 AND type = $2 AND id = $3',
);
const selectCount = statement('SELECT COUNT(*) FROM personal_object WHERE account_id = $1 AND type = $2');
const put = statement(
  `INSERT INTO personal_object (account_id, type, id, value, modseq, created_modseq) VALUES ($1, $2, $3, $4, $5, $5)
   ON CONFLICT (account_id, type, id) DO UPDATE SET value = excluded.value, modseq = excluded.modseq`,
);
const remove = statement('DELETE FROM personal_object WHERE account_id = $1 AND type = $2 AND id = $3');
const selectChanged = statement(
  'SELECT id FROM personal_object WHERE account_id = $1 AND type = $2 AND modseq > $3 AND modseq <= $4 ORDER BY id',
);
const selectGone = statement(
  'SELECT id FROM vanished_object WHERE account_id = $1 AND kind = $2 AND modseq > $3 AND modseq <= $4 ORDER BY id',
);
const insertGone = statement(
  'INSERT INTO vanished_object (account_id, kind, modseq, id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
);
const selectState = statement(
  'SELECT modseq, next_id FROM personal_state WHERE account_id = $1 AND type = $2',
);
const selectStates = statement('SELECT type, modseq, next_id FROM personal_state WHERE account_id = $1');
const putState = statement(
  `INSERT INTO personal_state (account_id, type, modseq, next_id) VALUES ($1, $2, $3, $4)
   ON CONFLICT (account_id, type) DO UPDATE SET modseq = excluded.modseq, next_id = excluded.next_id`,
);

const nothing: PersonalState = { modseq: 0, next: 1 };

/** All objects of a type, by id. */
export async function personalRows(reader: Scoped, type: PersonalType): Promise<PersonalRow[]> {
  return reader.all<PersonalRow>(selectAll, reader.accountId, type);
}

export async function personalRow(
  reader: Scoped,
  type: PersonalType,
  id: number,
): Promise<PersonalRow | null> {
  return (await reader.get<PersonalRow>(selectOne, reader.accountId, type, id)) ?? null;
}

export async function countPersonal(reader: Scoped, type: PersonalType): Promise<number> {
  return Number((await reader.arrays(selectCount, reader.accountId, type))[0]?.[0] ?? 0);
}

export async function personalState(reader: Scoped, type: PersonalType): Promise<PersonalState> {
  const row = (await reader.arrays(selectState, reader.accountId, type))[0];
  return row === undefined ? nothing : { modseq: Number(row[0]), next: Number(row[1]) };
}

/** The states of all types that anything ever happened to. */
export async function personalStates(reader: Scoped): Promise<ReadonlyMap<string, PersonalState>> {
  const rows = await reader.arrays(selectStates, reader.accountId);
  return new Map(rows.map(row => [String(row[0]), { modseq: Number(row[1]), next: Number(row[2]) }]));
}

/** Adds an object at the transaction's modseq; returns its id. */
export async function insertPersonal(
  tx: AccountTransaction,
  type: PersonalType,
  value: string,
): Promise<number> {
  const { next } = await personalState(tx, type);
  await putPersonal(tx, type, next, value);
  return next;
}

/** Inserts or changes the object of that id, at the transaction's modseq. */
export async function putPersonal(
  tx: AccountTransaction,
  type: PersonalType,
  id: number,
  value: string,
): Promise<void> {
  const modseq = tx.takeModseq();
  await tx.run(put, tx.accountId, type, id, value, modseq);
  const { next } = await personalState(tx, type);
  await tx.run(putState, tx.accountId, type, modseq, Math.max(next, id + 1));
}

/** Removes an object and leaves a tombstone. */
export async function removePersonal(tx: AccountTransaction, type: PersonalType, id: number): Promise<void> {
  const modseq = tx.takeModseq();
  await tx.run(remove, tx.accountId, type, id);
  await tx.run(insertGone, tx.accountId, type, modseq, id);
  const { next } = await personalState(tx, type);
  await tx.run(putState, tx.accountId, type, modseq, next);
}

/** Objects that changed after `since` and not after `until`, and those that went. */
export async function changedPersonal(
  reader: Scoped,
  type: PersonalType,
  since: number,
  until: number,
): Promise<{ readonly changed: number[]; readonly gone: number[] }> {
  const changed = await reader.arrays(selectChanged, reader.accountId, type, since, until);
  const gone = await reader.arrays(selectGone, reader.accountId, type, since, until);
  return { changed: changed.map(row => Number(row[0])), gone: gone.map(row => Number(row[0])) };
}
