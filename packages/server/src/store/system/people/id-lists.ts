import { type Statement, statement } from '../../sql/port.ts';

/**
 * A statement with parameters that are lists of ids, each passed as one JSON text (`JSON.stringify(ids)`). `text` writes
 * `IN ${ids(3)}` where parameter 3 is such a list.
 */
export function withIdLists(text: (ids: (parameter: number) => string) => string): Statement {
  return statement({
    sqlite: text(n => `(SELECT value FROM json_each($${n}))`),
    postgres: text(n => `(SELECT value::bigint FROM json_array_elements_text($${n}::json))`),
  });
}
