import { Buffer } from 'node:buffer';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { NeedlePiece } from '@hongyan/formats/search/needle.ts';
import { MailError } from '../../../platform/errors.ts';
import { SqliteDatabase } from '../../engines/sqlite/database.ts';
import { migrate } from '../../sql/migrate.ts';
import { type SqlReader, statement } from '../../sql/port.ts';
import type { AccountIndex, IndexChange, IndexField, IndexMarks } from './index-port.ts';
import { indexMigrations } from './index-schema.ts';
import { TermSet } from './term-set.ts';
import { addTerms, Vocabulary } from './vocabulary.ts';

const selectMarks = statement('SELECT through, modseq, account_created_at FROM mark WHERE id = 1');
const writeMarks = statement(
  `INSERT INTO mark (id, through, modseq, account_created_at) VALUES (1, $1, $2, $3)
   ON CONFLICT (id) DO UPDATE SET through = excluded.through, modseq = excluded.modseq,
     account_created_at = excluded.account_created_at`,
);
const insertWords = statement(
  `INSERT INTO words (rowid, f_body, f_header, f_subject, f_from, f_to, f_cc, f_bcc, f_attachment)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);
const removeWords = statement('DELETE FROM words WHERE rowid = $1');
const matching = statement('SELECT group_concat(rowid) FROM words WHERE words MATCH $1');
const selectIds = statement('SELECT id FROM words_docsize WHERE id > $1 ORDER BY id LIMIT $2');
const integrity = statement('PRAGMA integrity_check');
const selectPartial = statement('SELECT message_id FROM partial');
const insertPartial = statement('INSERT INTO partial (message_id) VALUES ($1) ON CONFLICT DO NOTHING');
const removePartial = statement('DELETE FROM partial WHERE message_id = $1');
const selectAttachment = statement('SELECT text FROM attachment WHERE message_id = $1');
const insertAttachment = statement(
  'INSERT INTO attachment (message_id, text) VALUES ($1, $2) ON CONFLICT DO NOTHING',
);
const removeAttachment = statement('DELETE FROM attachment WHERE message_id = $1');

const cacheKiB = 2_048;
/** Terms looked for in one expression, and for one piece of a needle. */
const termsAtATime = 400;
const maxTerms = 20_000;
/** Terms remembered as written. */
const maxKnown = 500_000;
/** Most are pairs in a table that is half full, the others strings of their own. */
const bytesPerKnown = 24;
/** Inflated text of one message's attachments is never larger. */
const maxAttachmentBytes = 64 * 1024 * 1024;

function sameMarks(a: IndexMarks | null, b: IndexMarks | null): boolean {
  if (a === null || b === null) return a === b;
  return a.through === b.through && a.modseq === b.modseq && a.accountCreatedAt === b.accountCreatedAt;
}

/** Terms have no quotes in them: they need no escape. */
const quote = (term: string): string => `"${term}"`;

function numbers(list: unknown): number[] {
  return typeof list === 'string' ? list.split(',').map(Number) : [];
}

/** What a piece asks for: one of these terms, all of them one after the other, or a term that begins so. */
type Choice =
  | { readonly any: readonly string[] }
  | { readonly phrase: readonly string[] }
  | { readonly prefix: string };

function expression(choice: Choice): string {
  if ('phrase' in choice) return quote(choice.phrase.join(' '));
  if ('prefix' in choice) return `${quote(choice.prefix)} *`;
  return `(${choice.any.map(quote).join(' OR ')})`;
}

/** A piece as FTS5 is asked for it. `terms`: all that have it, not empty. */
function choiceOf(piece: NeedlePiece & { readonly kind: 'part' }, terms: readonly string[]): Choice {
  // Terms lie in their order: those with a common beginning are one stretch, read in one go instead of looked up each.
  return piece.at === 'start' && terms.length > 1 ? { prefix: piece.text } : { any: terms };
}

/** An account's index in a SQLite file of its own. */
export class SearchFile implements AccountIndex, AsyncDisposable {
  readonly #database: SqliteDatabase;
  readonly #vocabulary = new Vocabulary();
  /** Terms that this handle wrote to the vocabulary: they need not be written again. */
  #known = new TermSet();

  private constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  /** Opens the file, made if missing. Throws `store.corrupt` and the like. */
  static async open(path: string, now: number): Promise<SearchFile> {
    const database = new SqliteDatabase(path, { cacheKiB });
    try {
      await migrate(database, indexMigrations, now);
      return new SearchFile(database);
    } catch (error) {
      await database[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Bytes of terms in memory, about. */
  get memory(): number {
    return this.#vocabulary.size + this.#known.size * bytesPerKnown;
  }

  async marks(reader: SqlReader = this.#database): Promise<IndexMarks | null> {
    const row = (await reader.arrays(selectMarks))[0];
    if (!row) return null;
    const [through, modseq, accountCreatedAt] = row as number[];
    return { through: through ?? 0, modseq: modseq ?? 0, accountCreatedAt: accountCreatedAt ?? 0 };
  }

  async apply({ from, to, add, remove }: IndexChange): Promise<boolean> {
    // Everything in it can be made again: it need not be on disk when this returns.
    let fresh = new TermSet();
    const written = await this.#database.transact(
      async tx => {
        if (!sameMarks(await this.marks(tx), from)) return false;
        fresh = new TermSet();
        for (const { id, terms: of, attachmentText, partial } of add) {
          const { subject, from: author, to: recipient, cc, bcc, header, body, attachment } = of;
          const lists = [body, header, subject, author, recipient, cc, bcc, attachment];
          for (const list of lists) for (const term of list) if (!this.#known.has(term)) fresh.add(term);
          await tx.run(insertWords, id, ...lists.map(list => list.join(' ')));
          if (partial) await tx.run(insertPartial, id);
          if (attachmentText !== '') await tx.run(insertAttachment, id, deflateRawSync(attachmentText));
        }
        for (const id of remove) {
          await tx.run(removeWords, id);
          await tx.run(removePartial, id);
          await tx.run(removeAttachment, id);
        }
        await addTerms(tx, fresh);
        await tx.run(writeMarks, to.through, to.modseq, to.accountCreatedAt);
        return true;
      },
      { durability: 'relaxed' },
    );
    if (!written) return false;
    if (this.#known.size > maxKnown) this.#known = new TermSet();
    for (const term of fresh) this.#known.add(term);
    return true;
  }

  async find(fields: readonly IndexField[], pieces: readonly NeedlePiece[]): Promise<number[] | null> {
    return this.#database.read(async reader => {
      const choices: Choice[] = [];
      let terms = 0;
      let updated = false;
      for (const piece of pieces) {
        if (piece.kind === 'terms') {
          choices.push({ phrase: piece.terms });
          terms += 1;
          continue;
        }
        if (!updated) await this.#vocabulary.update(reader);
        updated = true;
        const any = this.#vocabulary.expand(piece, maxTerms);
        if (any === null) return null;
        if (any.length === 0) return [];
        const choice = choiceOf(piece, any);
        choices.push(choice);
        terms += 'any' in choice ? any.length : 1;
      }
      const columns = `{${fields.map(field => `f_${field}`).join(' ')}}`;
      const match = async (query: string): Promise<number[]> =>
        numbers((await reader.arrays(matching, query))[0]?.[0]);
      // A column filter binds each term by itself: pieces may be found in different fields.
      if (terms <= termsAtATime) return match(`${columns} : (${choices.map(expression).join(' AND ')})`);
      let found: Set<number> | null = null;
      for (const choice of choices) {
        const ids = new Set<number>();
        const lists: Choice[] = [];
        if (!('any' in choice)) lists.push(choice);
        else
          for (let at = 0; at < choice.any.length; at += termsAtATime)
            lists.push({ any: choice.any.slice(at, at + termsAtATime) });
        for (const list of lists)
          for (const id of await match(`${columns} : ${expression(list)}`)) ids.add(id);
        found = found ? found.intersection(ids) : ids;
      }
      return [...(found ?? [])];
    });
  }

  async partial(): Promise<number[]> {
    return (await this.#database.arrays(selectPartial)).map(row => row[0] as number);
  }

  async attachmentText(messageId: number): Promise<string> {
    const bytes = (await this.#database.arrays(selectAttachment, messageId))[0]?.[0];
    if (!(bytes instanceof Uint8Array)) return '';
    return inflateRawSync(Buffer.from(bytes), { maxOutputLength: maxAttachmentBytes }).toString('utf8');
  }

  async check(): Promise<void> {
    const pages = (await this.#database.arrays(integrity)).map(row => String(row[0]));
    if (pages.some(text => text !== 'ok'))
      throw new MailError('store.corrupt', { detail: pages[0]?.slice(0, 200) ?? '' });
  }

  async ids(after: number, limit: number): Promise<number[]> {
    return (await this.#database.arrays(selectIds, after, limit)).map(row => row[0] as number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]();
  }
}
