import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { type SqlDatabase, statement } from '../../sql/port.ts';

/**
 * A sign that a transaction leaves of itself. The server's word on a transaction goes by its number, and a number is no proof:
 * of a transaction that was under way in a crash nothing may be in the log, and then its number is given again, to another
 * that is committed. The mark says whose it was.
 */
export interface CommitMark {
  readonly holder: string;
  readonly slot: number;
  readonly mark: number;
}

/** Marks of one pool of connections. A slot is a row, which one transaction at a time writes: nobody waits for it. */
export class CommitMarks {
  readonly #holder = randomUUID();
  readonly #free: number[] = [];
  #slots = 0;
  #last = 0;

  take(): CommitMark {
    const slot = this.#free.pop() ?? this.#slots++;
    this.#last += 1;
    return { holder: this.#holder, slot, mark: this.#last };
  }

  /** Lets the slot be used again: not before it is known what became of the transaction. */
  release({ slot }: CommitMark): void {
    this.#free.push(slot);
  }
}

/** The table of marks of a schema: it belongs to the place, not to the data. */
export const markTable = 'commit_mark';

/** Marks of pools that are gone are kept so long, s: much longer than anybody asks for one. */
const keptSeconds = 86_400;

const exists = statement(
  `SELECT 1 AS found FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = '${markTable}'`,
);
const createTable = statement(
  `CREATE TABLE IF NOT EXISTS ${markTable} (holder TEXT NOT NULL, slot BIGINT NOT NULL, mark BIGINT NOT NULL, at BIGINT NOT NULL,
     PRIMARY KEY (holder, slot))`,
);
const removeOld = statement(
  `DELETE FROM ${markTable} WHERE at < CAST(EXTRACT(EPOCH FROM now()) AS BIGINT) - ${keptSeconds}`,
);

/** Makes the table if it is missing, and forgets old marks. Safe to call from several processes at once. */
export async function prepareMarks(database: SqlDatabase): Promise<void> {
  const found = await database.get(exists);
  await database.transact(async tx => {
    if (!found) await tx.run(createTable);
    await tx.run(removeOld);
  });
}

/** The statement by which a transaction leaves its mark; for the simple protocol, with nothing in it that others chose. */
export function leaveMark({ holder, slot, mark }: CommitMark): string {
  return `INSERT INTO ${markTable} (holder, slot, mark, at)
    VALUES ('${holder}', ${slot}, ${mark}, CAST(EXTRACT(EPOCH FROM now()) AS BIGINT))
    ON CONFLICT (holder, slot) DO UPDATE SET mark = EXCLUDED.mark, at = EXCLUDED.at`;
}

/** Whether a mark is there: what left it was committed. */
export async function hasMark(pool: pg.Pool, { holder, slot, mark }: CommitMark): Promise<boolean> {
  const { rows } = await pool.query(
    `SELECT 1 AS found FROM ${markTable} WHERE holder = $1 AND slot = $2 AND mark = $3`,
    [holder, slot, mark],
  );
  return rows.length > 0;
}
