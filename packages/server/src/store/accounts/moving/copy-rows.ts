import { MailError } from '../../../platform/errors.ts';
import type { AccountId } from '../../../platform/ids.ts';
import {
  type SqlDatabase,
  type SqlReader,
  type SqlTransaction,
  type SqlValue,
  type Statement,
  statement,
} from '../../sql/port.ts';
import { rowText } from '../../sql/row-text.ts';
import { readTables } from '../../sql/tables.ts';

/** A table with rows of accounts. */
export interface AccountTable {
  readonly name: string;
  /** All columns, the same in both places. */
  readonly columns: readonly string[];
  /** Columns of the primary key after `account_id`, in order. */
  readonly key: readonly string[];
}

/** Where rows go to: a database, or a transaction that all of them are part of. */
export type RowTarget = Pick<SqlDatabase, 'read' | 'transact'>;

/** Where rows come from: a transaction or a database. */
export type RowSource = <T>(work: (reader: SqlReader) => Promise<T>) => Promise<T>;

const pageRows = 400;
const rowsPerInsert = 40;
/** The row of the account itself is written at the end of a move, by itself. */
const stateTable = 'account_state';

/** All tables that have rows of accounts but that of their state. Throws when the places have not the same. */
export async function accountTables(from: SqlReader, to: SqlReader): Promise<AccountTable[]> {
  const [here, there] = [await tablesOf(from), await tablesOf(to)];
  if (JSON.stringify(here) !== JSON.stringify(there)) {
    throw new MailError('store.unavailable', { reason: 'the places have different tables' });
  }
  return here.filter(table => table.name !== stateTable);
}

/** All tables that have rows of accounts. */
export async function tablesOf(reader: SqlReader): Promise<AccountTable[]> {
  const tables = (await readTables(reader)).filter(({ columns }) => columns.includes('account_id'));
  return tables.map(({ name, columns, key }) => {
    if (key[0] !== 'account_id') throw new Error(`${name} has no key that begins with account_id`);
    return { name, columns, key: key.slice(1) };
  });
}

/** Statements on one table, made once for each copier. */
class TableStatements {
  readonly page: Statement;
  readonly firstPage: Statement;
  readonly range: Statement;
  readonly firstRange: Statement;
  readonly rest: Statement;
  readonly firstRest: Statement;
  readonly remove: Statement;
  readonly insertOne: Statement;
  readonly insertMany: Statement;
  readonly keyAt: readonly number[];

  constructor({ name, columns, key }: AccountTable) {
    const list = columns.join(', ');
    const tuple = key.length === 0 ? 'account_id' : `(${key.join(', ')})`;
    const order = key.length === 0 ? 'account_id' : key.join(', ');
    const parameters = (from: number): string =>
      key.length === 0 ? '$1' : `(${key.map((_, i) => `$${from + i}`).join(', ')})`;
    const head = `SELECT ${list} FROM ${name} WHERE account_id = $1`;
    const n = key.length;
    this.firstPage = statement(`${head} ORDER BY ${order} LIMIT $2`);
    this.page = statement(`${head} AND ${tuple} > ${parameters(2)} ORDER BY ${order} LIMIT $${n + 2}`);
    this.firstRange = statement(`${head} AND ${tuple} <= ${parameters(2)}`);
    this.range = statement(`${head} AND ${tuple} > ${parameters(2)} AND ${tuple} <= ${parameters(n + 2)}`);
    this.firstRest = statement(head);
    this.rest = statement(`${head} AND ${tuple} > ${parameters(2)}`);
    this.remove = statement(
      `DELETE FROM ${name} WHERE account_id = $1${key.map((column, i) => ` AND ${column} = $${i + 2}`).join('')}`,
    );
    const values = (rows: number): string =>
      Array.from(
        { length: rows },
        (_, row) => `(${columns.map((_column, i) => `$${row * columns.length + i + 1}`).join(', ')})`,
      ).join(', ');
    this.insertOne = statement(`INSERT INTO ${name} (${list}) VALUES ${values(1)}`);
    this.insertMany = statement(`INSERT INTO ${name} (${list}) VALUES ${values(rowsPerInsert)}`);
    this.keyAt = key.map(column => columns.indexOf(column));
  }

  keyOf(row: readonly SqlValue[]): SqlValue[] {
    return this.keyAt.map(at => row[at] ?? null);
  }
}

/**
 * Makes the rows of an account in one place the same as in another, page by page in the order of keys, so that it may stop
 * anywhere and be run again: what is equal already is not written.
 */
export class RowCopier {
  readonly #accountId: AccountId;
  readonly #target: RowTarget;
  readonly #statements = new Map<string, TableStatements>();

  constructor(accountId: AccountId, target: RowTarget) {
    this.#accountId = accountId;
    this.#target = target;
  }

  /** One pass over a table. Returns how many rows there are and how many had to be written or removed. */
  async copy(
    source: RowSource,
    table: AccountTable,
    signal: AbortSignal | null,
  ): Promise<{ readonly rows: number; readonly changed: number }> {
    const known = this.#statements.get(table.name) ?? new TableStatements(table);
    this.#statements.set(table.name, known);
    let after: SqlValue[] | null = null;
    let rows = 0;
    let changed = 0;
    for (;;) {
      signal?.throwIfAborted();
      const page = await source(reader => this.#page(reader, known, after));
      const last = page.length === pageRows ? page.at(-1) : undefined;
      const until = last ? known.keyOf(last) : null;
      changed += await this.#align(known, page, after, until);
      rows += page.length;
      if (!until) return { rows, changed };
      after = until;
    }
  }

  #page(reader: SqlReader, known: TableStatements, after: SqlValue[] | null): Promise<SqlValue[][]> {
    if (!after) return reader.arrays(known.firstPage, this.#accountId, pageRows);
    return reader.arrays(known.page, this.#accountId, ...after, pageRows);
  }

  #targetRows(
    reader: SqlReader,
    known: TableStatements,
    after: SqlValue[] | null,
    until: SqlValue[] | null,
  ): Promise<SqlValue[][]> {
    const id = this.#accountId;
    if (until) {
      return after
        ? reader.arrays(known.range, id, ...after, ...until)
        : reader.arrays(known.firstRange, id, ...until);
    }
    return after ? reader.arrays(known.rest, id, ...after) : reader.arrays(known.firstRest, id);
  }

  /** Makes the rows between two keys those of `page`. */
  async #align(
    known: TableStatements,
    page: readonly SqlValue[][],
    after: SqlValue[] | null,
    until: SqlValue[] | null,
  ): Promise<number> {
    const account = this.#accountId;
    const there = await this.#target.read(reader => this.#targetRows(reader, known, after, until), {
      account,
    });
    const wanted = new Map(page.map(row => [rowText(known.keyOf(row)), row]));
    const surplus: SqlValue[][] = [];
    for (const row of there) {
      const key = rowText(known.keyOf(row));
      const same = wanted.get(key);
      if (same && rowText(same) === rowText(row)) wanted.delete(key);
      else surplus.push(known.keyOf(row));
    }
    const missing = [...wanted.values()];
    if (surplus.length === 0 && missing.length === 0) return 0;
    await this.#target.transact(
      async tx => {
        for (const key of surplus) await tx.run(known.remove, account, ...key);
        await insertRows(tx, known, missing);
      },
      { account },
    );
    return missing.length + surplus.filter(key => !wanted.has(rowText(key))).length;
  }
}

async function insertRows(
  tx: SqlTransaction,
  known: TableStatements,
  rows: readonly SqlValue[][],
): Promise<void> {
  let at = 0;
  for (; at + rowsPerInsert <= rows.length; at += rowsPerInsert) {
    await tx.run(known.insertMany, ...rows.slice(at, at + rowsPerInsert).flat());
  }
  for (const row of rows.slice(at)) await tx.run(known.insertOne, ...row);
}
