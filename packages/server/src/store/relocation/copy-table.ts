import { createHash } from 'node:crypto';
import {
  type SqlDatabase,
  type SqlReader,
  type SqlTransaction,
  type SqlValue,
  type Statement,
  statement,
} from '../sql/port.ts';
import { rowText } from '../sql/row-text.ts';
import type { TableShape } from '../sql/tables.ts';

/** Where rows go to: a database, or a transaction that all of them are part of. */
export type CopyTarget = Pick<SqlDatabase, 'read' | 'transact'>;

/** What a table holds, told in a way that is the same for both engines. */
export interface TableSum {
  readonly rows: number;
  /** SHA-256 over all rows in the order of keys, hex. */
  readonly checksum: string;
}

const pageRows = 400;
const rowsPerInsert = 40;

/** Makes a table in one database the same as in another; whatever was copied before is only compared. */
export class TableCopier {
  readonly #name: string;
  readonly #keyAt: readonly number[];
  readonly #first: Statement;
  readonly #next: Statement;
  readonly #range: readonly [Statement, Statement, Statement, Statement];
  readonly #remove: Statement;
  readonly #insertOne: Statement;
  readonly #insertMany: Statement;

  constructor({ name, columns, key }: TableShape) {
    if (key.length === 0) throw new Error(`${name} has no primary key`);
    this.#name = name;
    this.#keyAt = key.map(column => columns.indexOf(column));
    const list = columns.map(column => `"${column}"`).join(', ');
    const keys = key.map(column => `"${column}"`);
    const tuple = `(${keys.join(', ')})`;
    const order = keys.join(', ');
    const n = key.length;
    const parameters = (from: number): string => `(${key.map((_, i) => `$${from + i}`).join(', ')})`;
    const head = `SELECT ${list} FROM "${name}"`;
    this.#first = statement(`${head} ORDER BY ${order} LIMIT $1`);
    this.#next = statement(`${head} WHERE ${tuple} > ${parameters(1)} ORDER BY ${order} LIMIT $${n + 1}`);
    this.#range = [
      statement(head),
      statement(`${head} WHERE ${tuple} > ${parameters(1)}`),
      statement(`${head} WHERE ${tuple} <= ${parameters(1)}`),
      statement(`${head} WHERE ${tuple} > ${parameters(1)} AND ${tuple} <= ${parameters(n + 1)}`),
    ];
    this.#remove = statement(
      `DELETE FROM "${name}" WHERE ${keys.map((column, i) => `${column} = $${i + 1}`).join(' AND ')}`,
    );
    const values = (rows: number): string =>
      Array.from(
        { length: rows },
        (_, row) => `(${columns.map((_column, i) => `$${row * columns.length + i + 1}`).join(', ')})`,
      ).join(', ');
    this.#insertOne = statement(`INSERT INTO "${name}" (${list}) VALUES ${values(1)}`);
    this.#insertMany = statement(`INSERT INTO "${name}" (${list}) VALUES ${values(rowsPerInsert)}`);
  }

  get name(): string {
    return this.#name;
  }

  #key(row: readonly SqlValue[]): SqlValue[] {
    return this.#keyAt.map(at => row[at] ?? null);
  }

  /** All rows in the order of keys, page by page, with the keys between which each page lies. */
  async *#pages(
    reader: SqlReader,
  ): AsyncGenerator<{ rows: SqlValue[][]; after: SqlValue[] | null; until: SqlValue[] | null }> {
    let after: SqlValue[] | null = null;
    for (;;) {
      const rows: SqlValue[][] = after
        ? await reader.arrays(this.#next, ...after, pageRows)
        : await reader.arrays(this.#first, pageRows);
      const last = rows.length === pageRows ? rows.at(-1) : undefined;
      const until: SqlValue[] | null = last ? this.#key(last) : null;
      yield { rows, after, until };
      if (!until) return;
      after = until;
    }
  }

  #between(reader: SqlReader, after: SqlValue[] | null, until: SqlValue[] | null): Promise<SqlValue[][]> {
    const [all, from, to, both] = this.#range;
    if (after && until) return reader.arrays(both, ...after, ...until);
    if (after) return reader.arrays(from, ...after);
    return until ? reader.arrays(to, ...until) : reader.arrays(all);
  }

  /**
   * Removes from the target what is not so in the source. Before anything is added: what is left then agrees with the
   * source, so no rule of uniqueness can be in the way.
   */
  async removeSurplus(source: SqlReader, target: CopyTarget, signal: AbortSignal | null): Promise<number> {
    let removed = 0;
    let after: SqlValue[] | null = null;
    for (;;) {
      signal?.throwIfAborted();
      const from: SqlValue[] | null = after;
      const page: SqlValue[][] = await target.read(reader =>
        from ? reader.arrays(this.#next, ...from, pageRows) : reader.arrays(this.#first, pageRows),
      );
      const last = page.length === pageRows ? page.at(-1) : undefined;
      const until: SqlValue[] | null = last ? this.#key(last) : null;
      if (page.length > 0) {
        const right = new Set((await this.#between(source, from, until)).map(rowText));
        const wrong = page.filter(row => !right.has(rowText(row)));
        if (wrong.length > 0)
          await target.transact(async tx => {
            for (const row of wrong) await tx.run(this.#remove, ...this.#key(row));
          });
        removed += wrong.length;
      }
      if (!until) return removed;
      after = until;
    }
  }

  /** Adds what the target does not have yet. `onPage` is told the rows that were looked at and those that were added. */
  async addMissing(
    source: SqlReader,
    target: CopyTarget,
    onPage: (rows: number, added: number) => void,
    signal: AbortSignal | null,
  ): Promise<void> {
    for await (const { rows, after, until } of this.#pages(source)) {
      signal?.throwIfAborted();
      const there = await target.read(reader => this.#between(reader, after, until));
      const present = new Set(there.map(row => rowText(this.#key(row))));
      const missing = rows.filter(row => !present.has(rowText(this.#key(row))));
      if (missing.length > 0) await target.transact(tx => this.#insert(tx, missing));
      onPage(rows.length, missing.length);
    }
  }

  async #insert(tx: SqlTransaction, rows: readonly SqlValue[][]): Promise<void> {
    let at = 0;
    for (; at + rowsPerInsert <= rows.length; at += rowsPerInsert)
      await tx.run(this.#insertMany, ...rows.slice(at, at + rowsPerInsert).flat());
    for (const row of rows.slice(at)) await tx.run(this.#insertOne, ...row);
  }

  /** Counts and sums all rows. */
  async sum(reader: SqlReader, signal: AbortSignal | null): Promise<TableSum> {
    const hash = createHash('sha256');
    let count = 0;
    for await (const { rows } of this.#pages(reader)) {
      signal?.throwIfAborted();
      for (const row of rows) hash.update(`${rowText(row)}\n`);
      count += rows.length;
    }
    return { rows: count, checksum: hash.digest('hex') };
  }
}
