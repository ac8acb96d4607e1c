import { Buffer } from 'node:buffer';
import type { NeedlePiece } from '@hongyan/formats/search/needle.ts';
import { type SqlReader, type SqlTransaction, statement } from '../../sql/port.ts';
import { TermSet } from './term-set.ts';

type PartPiece = Extract<NeedlePiece, { readonly kind: 'part' }>;

const selectIds = statement('SELECT id FROM vocabulary ORDER BY id');
const selectTerms = statement('SELECT terms FROM vocabulary WHERE id = $1');
const insert = statement('INSERT INTO vocabulary (level, terms) VALUES ($1, $2)');
const selectFull = statement(
  'SELECT level FROM vocabulary WHERE level < $2 GROUP BY level HAVING COUNT(*) >= $1 ORDER BY level LIMIT 1',
);
const selectLevel = statement('SELECT id, terms FROM vocabulary WHERE level = $1');
const remove = statement('DELETE FROM vocabulary WHERE id = $1');

/** So many lists of one level become one of the next. */
const listsPerLevel = 8;
/** Lists of this level stay as they are: joining them would take too much memory at a time. */
const lastLevel = 4;
const lineFeed = 0x0a;

function pack(terms: Iterable<string>): Buffer {
  return Buffer.from(`\n${[...terms].join('\n')}\n`);
}

function unpack(bytes: Uint8Array): string[] {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    .slice(1, -1)
    .split('\n');
}

/** Adds terms to the lists, and joins lists where there are many, so that few have each term. */
export async function addTerms(tx: SqlTransaction, terms: TermSet): Promise<void> {
  if (terms.size === 0) return;
  await tx.run(insert, 0, pack(terms));
  for (;;) {
    const level = (await tx.arrays(selectFull, listsPerLevel, lastLevel))[0]?.[0];
    if (typeof level !== 'number') return;
    const joined = new TermSet();
    for (const [id, bytes] of await tx.arrays(selectLevel, level)) {
      for (const term of unpack(bytes as Uint8Array)) joined.add(term);
      await tx.run(remove, id as number);
    }
    await tx.run(insert, level + 1, pack(joined));
  }
}

/** The terms of an index in memory, for finding those that a piece of a word is in. */
export class Vocabulary {
  /** Lists by their id; they never change, they are only replaced. */
  #lists = new Map<number, Buffer>();

  /** Bytes in memory. */
  get size(): number {
    let size = 0;
    for (const list of this.#lists.values()) size += list.length;
    return size;
  }

  /** Reads what is new. */
  async update(reader: SqlReader): Promise<void> {
    const lists = new Map<number, Buffer>();
    for (const [value] of await reader.arrays(selectIds)) {
      const id = value as number;
      let list = this.#lists.get(id);
      if (!list) {
        const bytes = (await reader.arrays(selectTerms, id))[0]?.[0];
        if (!(bytes instanceof Uint8Array)) continue;
        list = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
      lists.set(id, list);
    }
    this.#lists = lists;
  }

  /** The terms that have the piece; null when they are more than `limit`. */
  expand(piece: PartPiece, limit: number): string[] | null {
    const text =
      piece.at === 'start' ? `\n${piece.text}` : piece.at === 'end' ? `${piece.text}\n` : piece.text;
    const needle = Buffer.from(text);
    const found = new Set<string>();
    for (const list of this.#lists.values()) {
      for (let at = list.indexOf(needle); at >= 0; ) {
        // A needle that begins with a line feed is found at the end of the line before.
        const inside = piece.at === 'start' ? at + 1 : at;
        const start = list.lastIndexOf(lineFeed, inside - (inside > 0 ? 1 : 0)) + 1;
        const end = list.indexOf(lineFeed, inside);
        found.add(list.toString('utf8', start, end));
        if (found.size > limit) return null;
        at = list.indexOf(needle, end);
      }
    }
    return [...found];
  }
}
