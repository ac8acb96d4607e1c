import { type SqlReader, statement } from '../../sql/port.ts';
import type { AccountTransaction } from '../account-transaction.ts';

type Scoped = SqlReader & { readonly accountId: number };

/** Tables of small objects with ids of their own: identities (`i`), submissions (`s`). */
export type ObjectKind = 'i' | 's';

const newest: Readonly<Record<ObjectKind, ReturnType<typeof statement>>> = {
  i: statement('SELECT COALESCE(MAX(modseq), 0), COALESCE(MAX(id), 0) FROM identity WHERE account_id = $1'),
  s: statement(
    'SELECT COALESCE(MAX(modseq), 0), COALESCE(MAX(id), 0) FROM email_submission WHERE account_id = $1',
  ),
};
const newestGone = statement(
  'SELECT COALESCE(MAX(modseq), 0), COALESCE(MAX(id), 0) FROM vanished_object WHERE account_id = $1 AND kind = $2',
);
const selectGone = statement(
  'SELECT id FROM vanished_object WHERE account_id = $1 AND kind = $2 AND modseq > $3 AND modseq <= $4 ORDER BY id',
);
const insertGone = statement(
  'INSERT INTO vanished_object (account_id, kind, modseq, id) VALUES ($1, $2, $3, $4)',
);
const changed: Readonly<Record<ObjectKind, ReturnType<typeof statement>>> = {
  i: statement('SELECT id FROM identity WHERE account_id = $1 AND modseq > $2 AND modseq <= $3 ORDER BY id'),
  s: statement(
    'SELECT id FROM email_submission WHERE account_id = $1 AND modseq > $2 AND modseq <= $3 ORDER BY id',
  ),
};

/** The newest modseq of the kind, and the id that the next object gets. Ids are never given out twice. */
export async function objectState(
  reader: Scoped,
  kind: ObjectKind,
): Promise<{ readonly modseq: number; readonly next: number }> {
  const living = (await reader.arrays(newest[kind], reader.accountId))[0] ?? [];
  const gone = (await reader.arrays(newestGone, reader.accountId, kind))[0] ?? [];
  return {
    modseq: Math.max(Number(living[0] ?? 0), Number(gone[0] ?? 0)),
    next: Math.max(Number(living[1] ?? 0), Number(gone[1] ?? 0)) + 1,
  };
}

/** Objects of the kind that changed after `since` and not after `until`, and those that went. */
export async function changedObjects(
  reader: Scoped,
  kind: ObjectKind,
  since: number,
  until: number,
): Promise<{ readonly changed: number[]; readonly gone: number[] }> {
  const rows = await reader.arrays(changed[kind], reader.accountId, since, until);
  const gone = await reader.arrays(selectGone, reader.accountId, kind, since, until);
  return { changed: rows.map(row => row[0] as number), gone: gone.map(row => row[0] as number) };
}

/** Leaves a tombstone at the transaction's modseq. */
export async function vanishObject(tx: AccountTransaction, kind: ObjectKind, id: number): Promise<void> {
  await tx.run(insertGone, tx.accountId, kind, tx.takeModseq(), id);
}
