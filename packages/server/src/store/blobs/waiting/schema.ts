import { type Statement, statement } from '../../sql/port.ts';

/**
 * `blob_waiting`: records of bodies that are not in a pack yet; the row in `blob` has 0 in place of the pack.
 * `pack_part`: bytes of packs that could not be sent to the object store, in parts of `partBytes`, until they are.
 * Records are compressed and encrypted: PostgreSQL need not try to make them smaller. There the place of a body is made
 * unique by its number, so that pages go on where they ended; SQLite has it in every index.
 */
export const waitingTables: readonly Statement[] = [
  statement({
    sqlite: 'CREATE TABLE blob_waiting (blob_id INTEGER PRIMARY KEY, record BLOB NOT NULL)',
    postgres: 'CREATE TABLE blob_waiting (blob_id BIGINT PRIMARY KEY, record BYTEA NOT NULL)',
  }),
  statement({
    sqlite:
      'CREATE TABLE pack_part (pack BIGINT NOT NULL, number BIGINT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (pack, number))',
    postgres:
      'CREATE TABLE pack_part (pack BIGINT NOT NULL, number BIGINT NOT NULL, bytes BYTEA NOT NULL, PRIMARY KEY (pack, number))',
  }),
  statement({
    sqlite: 'CREATE INDEX IF NOT EXISTS blob_by_pack ON blob (pack, pack_offset)',
    postgres: 'CREATE INDEX blob_by_place ON blob (pack, pack_offset, id)',
  }),
  statement({
    sqlite: 'CREATE INDEX IF NOT EXISTS blob_by_pack ON blob (pack, pack_offset)',
    postgres: 'DROP INDEX blob_by_pack',
  }),
  statement({
    sqlite: 'CREATE INDEX IF NOT EXISTS blob_by_pack ON blob (pack, pack_offset)',
    postgres: 'ALTER TABLE blob_waiting ALTER COLUMN record SET STORAGE EXTERNAL',
  }),
  statement({
    sqlite: 'CREATE INDEX IF NOT EXISTS blob_by_pack ON blob (pack, pack_offset)',
    postgres: 'ALTER TABLE pack_part ALTER COLUMN bytes SET STORAGE EXTERNAL',
  }),
];
