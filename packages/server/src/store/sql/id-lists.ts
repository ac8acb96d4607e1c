import { type Dialect, type Statement, statement } from './port.ts';

/**
 * “is one of the numbers in this parameter”, which is one JSON text (`JSON.stringify(ids)`): to follow a column.
 *
 * PostgreSQL gets an array, each number of which it looks up in an index. Beside `IN (SELECT …)` it does not know how few
 * they are, and goes through all rows of the account.
 */
export const amongIds: Readonly<Record<Dialect, (parameter: number) => string>> = {
  sqlite: n => `IN (SELECT value FROM json_each($${n}))`,
  postgres: n => `= ANY (ARRAY(SELECT value::bigint FROM json_array_elements_text($${n}::json)))`,
};

/** A statement with such parameters: `text` writes `id ${among(3)}`. */
export function withIdLists(text: (among: (parameter: number) => string) => string): Statement {
  return statement({ sqlite: text(amongIds.sqlite), postgres: text(amongIds.postgres) });
}
