import { type Statement, statement } from './port.ts';

/** A statement of a schema. The two spellings that differ: `BLOB`, and `WITHOUT ROWID`, which PostgreSQL has no need of. */
export function ddl(sql: string): Statement {
  const postgres = sql.replaceAll(/\bBLOB\b/g, 'BYTEA').replace(/ WITHOUT ROWID$/, '');
  return statement({ sqlite: sql, postgres });
}
