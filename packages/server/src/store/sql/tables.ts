import { type SqlReader, statement } from './port.ts';

/** A table as the database describes it. */
export interface TableShape {
  readonly name: string;
  /** All columns, in the order of their names: the same in both engines. */
  readonly columns: readonly string[];
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
}

const columnsQuery = statement({
  sqlite: `SELECT m.name AS name, c.name AS col, c.pk AS pk FROM sqlite_schema m JOIN pragma_table_info(m.name) c
     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.name`,
  postgres: `SELECT c.table_name AS name, c.column_name AS col, COALESCE(k.ordinal_position, 0) AS pk
     FROM information_schema.columns c
     LEFT JOIN information_schema.table_constraints t
       ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.constraint_type = 'PRIMARY KEY'
     LEFT JOIN information_schema.key_column_usage k
       ON k.constraint_schema = t.constraint_schema AND k.constraint_name = t.constraint_name
         AND k.table_name = c.table_name AND k.column_name = c.column_name
     WHERE c.table_schema = current_schema() ORDER BY c.table_name COLLATE "C", c.column_name COLLATE "C"`,
});

/** All tables of a database, in the order of their names. */
export async function readTables(reader: SqlReader): Promise<TableShape[]> {
  const rows = await reader.all<{ name: string; col: string; pk: number }>(columnsQuery);
  const tables = [...Map.groupBy(rows, row => row.name)].map(([name, group]) => ({
    name,
    columns: group.map(row => row.col),
    key: group
      .filter(row => row.pk > 0)
      .sort((a, b) => a.pk - b.pk)
      .map(row => row.col),
  }));
  return tables.sort((a, b) => (a.name < b.name ? -1 : 1));
}
