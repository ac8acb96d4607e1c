import { MailError } from '../../platform/errors.ts';
import { markTable } from '../engines/postgres/commit-mark.ts';
import { refreshStatistics } from '../engines/postgres/statistics.ts';
import { type SqlDatabase, type SqlReader, type SqlTransaction, statement } from '../sql/port.ts';
import { readTables, type TableShape } from '../sql/tables.ts';
import { type CopyTarget, TableCopier, type TableSum } from './copy-table.ts';

export interface RelocationProgress {
  readonly phase: 'copying' | 'verifying';
  readonly table: string;
  /** Rows of the database looked at so far, and how many of them were written. */
  readonly rows: number;
  readonly written: number;
}

export interface RelocationOptions {
  /** A SQLite file. */
  readonly source: SqlDatabase;
  /** A schema of PostgreSQL with tables of the same version. */
  readonly target: SqlDatabase;
  /**
   * All in one transaction, in which references between tables are looked at in the end. Without it pages are committed
   * one by one, so that a copy that was cut short goes on where it was.
   */
  readonly together: boolean;
  readonly onProgress?: (progress: RelocationProgress) => void;
  readonly signal?: AbortSignal;
}

export interface RelocatedTable extends TableSum {
  readonly name: string;
}

/** What belongs to the place, not to the data. */
const ownTables = new Set(['schema_migration', 'schema_floor', markTable]);

const references = statement(
  `SELECT c.relname AS name, r.conname AS reference FROM pg_constraint r JOIN pg_class c ON c.oid = r.conrelid
   WHERE r.contype = 'f' AND r.connamespace = CAST(current_schema() AS regnamespace) ORDER BY 1, 2`,
);
const numbered = statement(
  `SELECT table_name AS name, column_name AS col FROM information_schema.columns
   WHERE table_schema = current_schema() AND is_identity = 'YES' ORDER BY 1`,
);
const late = statement('SET CONSTRAINTS ALL DEFERRED');

async function sameTables(source: SqlReader, target: SqlReader): Promise<TableShape[]> {
  const of = async (reader: SqlReader): Promise<TableShape[]> =>
    (await readTables(reader)).filter(({ name }) => !ownTables.has(name));
  const [here, there] = [await of(source), await of(target)];
  if (JSON.stringify(here) !== JSON.stringify(there))
    throw new MailError('store.unavailable', { reason: 'the databases have different tables' });
  return here;
}

/** Lets references between tables be looked at when a transaction ends, or at once as they were made. */
async function deferReferences(target: SqlDatabase, deferrable: boolean): Promise<void> {
  const word = deferrable ? 'DEFERRABLE' : 'NOT DEFERRABLE';
  await target.transact(async tx => {
    for (const { name, reference } of await tx.all<{ name: string; reference: string }>(references))
      await tx.run(statement(`ALTER TABLE "${name}" ALTER CONSTRAINT "${reference}" ${word}`));
  });
}

/** New rows get numbers above those that were copied. */
async function continueNumbers(target: SqlDatabase): Promise<void> {
  await target.transact(async tx => {
    for (const { name, col } of await tx.all<{ name: string; col: string }>(numbered))
      await tx.all(
        statement(
          `SELECT setval(pg_get_serial_sequence('${name}', '${col}'),
             GREATEST((SELECT COALESCE(MAX("${col}"), 0) FROM "${name}"), 1))`,
        ),
      );
  });
}

function within(tx: SqlTransaction): CopyTarget {
  return { read: work => work(tx), transact: work => work(tx) };
}

async function align(
  copiers: readonly TableCopier[],
  source: SqlReader,
  target: CopyTarget,
  { onProgress, signal }: RelocationOptions,
): Promise<void> {
  let [rows, written] = [0, 0];
  for (const copier of copiers) written += await copier.removeSurplus(source, target, signal ?? null);
  for (const copier of copiers) {
    const onPage = (looked: number, added: number): void => {
      rows += looked;
      written += added;
      onProgress?.({ phase: 'copying', table: copier.name, rows, written });
    };
    await copier.addMissing(source, target, onPage, signal ?? null);
  }
}

/**
 * Makes a database of PostgreSQL the same as a SQLite file: what is there already is only compared, so it may be stopped
 * and called again, and called ahead while the file is in use. Returns what was copied once counts and checksums of every
 * table agree; throws `store.corrupt` when they do not.
 */
export async function relocateDatabase(options: RelocationOptions): Promise<RelocatedTable[]> {
  const { source, target, onProgress, signal = null } = options;
  const copiers = (await sameTables(source, target)).map(table => new TableCopier(table));
  if (options.together) {
    await deferReferences(target, true);
    try {
      await target.transact(async tx => {
        await tx.run(late);
        await align(copiers, source, within(tx), options);
      });
    } finally {
      await deferReferences(target, false);
    }
  } else {
    await align(copiers, source, target, options);
  }
  await continueNumbers(target);
  await refreshStatistics(target);
  return verify(copiers, source, target, onProgress, signal);
}

async function verify(
  copiers: readonly TableCopier[],
  source: SqlReader,
  target: SqlReader,
  onProgress: RelocationOptions['onProgress'],
  signal: AbortSignal | null,
): Promise<RelocatedTable[]> {
  const tables: RelocatedTable[] = [];
  let rows = 0;
  for (const copier of copiers) {
    const [here, there] = [await copier.sum(source, signal), await copier.sum(target, signal)];
    if (here.rows !== there.rows || here.checksum !== there.checksum) {
      const counts = { table: copier.name, source: here.rows, target: there.rows };
      throw new MailError('store.corrupt', { reason: 'copies differ', ...counts });
    }
    rows += here.rows;
    onProgress?.({ phase: 'verifying', table: copier.name, rows, written: 0 });
    tables.push({ name: copier.name, ...here });
  }
  return tables;
}
