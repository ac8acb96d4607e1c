import { type SqlDatabase, type SqlReader, statement } from '../sql/port.ts';

/** A remark on the schema of the system's rows while rows are being moved there: not a row, so that it is in no copy. */
const prefix = 'hongyan: rows are being moved here from ';

const read = statement({
  sqlite: 'SELECT NULL AS text',
  postgres:
    "SELECT obj_description(CAST(CAST(current_schema() AS regnamespace) AS oid), 'pg_namespace') AS text",
});

/** From where rows are being moved into this schema; null when none are. */
export async function movingFrom(database: SqlReader): Promise<string | null> {
  const text = (await database.get<{ text: string | null }>(read))?.text ?? null;
  return text?.startsWith(prefix) ? text.slice(prefix.length) : null;
}

/** Says from where rows are being moved into this schema, or that none are. */
export async function markMoving(database: SqlDatabase, schema: string, from: string | null): Promise<void> {
  const text = from === null ? 'NULL' : `'${`${prefix}${from}`.replaceAll("'", "''")}'`;
  await database.transact(tx => tx.run(statement(`COMMENT ON SCHEMA ${schema} IS ${text}`)));
}
