import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { MailError } from '../../platform/errors.ts';
import type { AccountKey } from '../accounts/account-key.ts';
import { insertState, requireState, writeState } from '../accounts/account-state.ts';
import { accountTables, RowCopier, type RowTarget } from '../accounts/moving/copy-rows.ts';
import type { MovableAccounts } from '../accounts/moving/movable-accounts.ts';
import { openFile, removeRows } from '../accounts/open-file.ts';
import type { Placement } from '../accounts/placement.ts';
import { makeTemplate, placeTemplate } from '../accounts/places/template.ts';
import type { SqlTransaction } from '../sql/port.ts';

/** Work that is part of a transaction which is open already. */
function within(tx: SqlTransaction): RowTarget {
  return { read: work => work(tx), transact: work => work(tx) };
}

/**
 * Writes the rows that an account has in a database server into a SQLite file of its own, made anew at `path`: one
 * snapshot of them. Throws `account.not_found`.
 */
export async function copyRowsToFile(
  accounts: MovableAccounts,
  account: AccountKey,
  placement: Placement,
  path: string,
  signal: AbortSignal | null,
): Promise<void> {
  const { accountId } = account;
  const now = Date.now();
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
  placeTemplate(path, await makeTemplate(dirname(path), now));
  const file = await openFile(path, now);
  try {
    await accounts.useAt(account, placement, ({ database }) =>
      database.read(
        async reader => {
          const state = await requireState(reader, accountId);
          const tables = await file.database.read(there => accountTables(reader, there));
          const copier = new RowCopier(accountId, file.database);
          for (const table of tables) await copier.copy(work => work(reader), table, signal);
          await file.database.transact(async tx => {
            await insertState(tx, accountId, '', now);
            await writeState(tx, accountId, { ...state, clean: true, bootId: '' });
          });
        },
        { account: accountId },
      ),
    );
  } finally {
    await file.database[Symbol.asyncDispose]();
  }
}

/**
 * Makes the rows of a SQLite file those that the account has in a database server, in one transaction. The state of the
 * file is taken as it stands, with its mark. Throws `conflict.exists` when the account has rows and `replace` is not set.
 */
export async function copyRowsFromFile(
  accounts: MovableAccounts,
  account: AccountKey,
  placement: Placement,
  path: string,
  replace: boolean,
  signal: AbortSignal | null,
): Promise<void> {
  const { accountId } = account;
  const file = await openFile(path, Date.now());
  try {
    const state = await requireState(file.database, accountId);
    await accounts.useAt(account, placement, ({ database }) =>
      database.transact(
        async tx => {
          // Whoever came first holds the row; a second import waits here and then finds the account.
          const made = await insertState(tx, accountId, '', Date.now());
          if (!made && !replace) throw new MailError('conflict.exists', { account: accountId });
          await removeRows(tx, accountId);
          await file.database.read(async reader => {
            const copier = new RowCopier(accountId, within(tx));
            const source = <T>(work: (from: typeof reader) => Promise<T>): Promise<T> => work(reader);
            for (const table of await accountTables(reader, tx)) await copier.copy(source, table, signal);
          });
          await insertState(tx, accountId, '', Date.now());
          await writeState(tx, accountId, state);
        },
        { account: accountId },
      ),
    );
  } finally {
    await file.database[Symbol.asyncDispose]();
  }
}
