import { ddl } from '../../sql/ddl.ts';
import type { Migration } from '../../sql/migrate.ts';
import { type Statement, statement } from '../../sql/port.ts';

/**
 * The tables of an account's index, in a file of their own.
 *
 * - `mark`: one row, how far it is.
 * - `words`: FTS5 without content; terms are cut beforehand and joined by blanks. The built-in `ascii` tokenizer only
 *   splits at what terms never contain.
 *   The first column costs least.
 * - `vocabulary`: lists of all terms, for finding words by a piece of them. Terms of messages that are gone may stay.
 * - `partial`: messages that are only partly indexed.
 * - `attachment`: text of attachments, deflated: where the text must decide, nobody reads the PDF again.
 */
const tables: readonly Statement[] = [
  ddl(`CREATE TABLE mark (
    id BIGINT NOT NULL PRIMARY KEY, through BIGINT NOT NULL, modseq BIGINT NOT NULL,
    account_created_at BIGINT NOT NULL) WITHOUT ROWID`),
  statement(`CREATE VIRTUAL TABLE words USING fts5(
    f_body, f_header, f_subject, f_from, f_to, f_cc, f_bcc, f_attachment,
    content = '', contentless_delete = 1, tokenize = 'ascii')`),
  // Ids are never used again: whoever holds a list in memory knows by its id that it is the same.
  ddl(
    'CREATE TABLE vocabulary (id INTEGER PRIMARY KEY AUTOINCREMENT, level BIGINT NOT NULL, terms BLOB NOT NULL)',
  ),
  ddl('CREATE TABLE partial (message_id INTEGER PRIMARY KEY)'),
  ddl('CREATE TABLE attachment (message_id INTEGER PRIMARY KEY, text BLOB NOT NULL)'),
];

const initial: Migration = { version: 1, name: 'search-index', up: tables };

/** Terms are other ones where letters bear marks (RFC 5051): begins anew. */
const marksApart: Migration = {
  version: 2,
  name: 'marks-apart',
  up: [
    ...['mark', 'words', 'vocabulary', 'partial', 'attachment'].map(name => ddl(`DROP TABLE ${name}`)),
    ...tables,
  ],
};

/** Steps of the index's schema. An index of another version is made anew. */
export const indexMigrations: readonly Migration[] = [initial, marksApart];
