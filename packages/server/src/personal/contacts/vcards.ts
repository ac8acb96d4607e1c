import { Buffer } from 'node:buffer';
import { type JsonObject, own, textOf } from '@hongyan/formats/jmap/json.ts';
import { SetError } from '@hongyan/formats/jmap/method-error.ts';
import { readVcards } from '@hongyan/formats/vcard/read.ts';
import { cardOfVcard } from '@hongyan/formats/vcard/to-card.ts';
import { type VcardVersion, writeVcard } from '@hongyan/formats/vcard/write.ts';
import type { Scope } from '../../access/scope.ts';
import { announce } from '../../mailbox/context.ts';
import { MailError } from '../../platform/errors.ts';
import { type PersonalContext, requireWrite } from '../context.ts';
import { printObjectId } from '../objects/kind.ts';
import { listObjects } from '../objects/read.ts';
import { ObjectTable } from '../objects/table.ts';
import { defaultBook, ensureBook } from './books.ts';
import { memberOf } from './card-shape.ts';
import { bookKind, cardKind } from './kinds.ts';

export interface ImportedCards {
  /** Ids of the new cards. */
  readonly created: string[];
  /** Cards whose UID is there already. */
  readonly skipped: number;
  /** Cards that could not be read, or that found no room. */
  readonly invalid: number;
}

/** Cards that one transaction makes. */
const atATime = 500;

/**
 * Makes contacts of a vCard file in an address book (null: the default one). Throws `input.invalid` for a book that is not
 * there.
 */
export async function importVcards(
  ctx: PersonalContext,
  scope: Scope,
  bytes: Uint8Array,
  bookId: string | null,
): Promise<ImportedCards> {
  requireWrite(scope);
  await ensureBook(ctx, scope);
  const { list } = await listObjects(ctx, scope, 'book');
  const standard = defaultBook(list);
  const known = list.map(one => printObjectId(bookKind, one.id));
  const target = bookId ?? (standard === null ? '' : printObjectId(bookKind, standard.id));
  if (!known.includes(target)) throw new MailError('input.invalid', { field: 'addressBookId' });
  const file = readVcards(bytes);
  const cards = file.cards.map(cardOfVcard).filter(card => card !== null);
  const created: string[] = [];
  let skipped = 0;
  let invalid = file.invalid + file.cards.length - cards.length;
  for (let at = 0; at < cards.length; at += atATime) {
    const slice = cards.slice(at, at + atATime);
    const done = await ctx.mailboxes.accounts.transact(scope, async tx => {
      const table = new ObjectTable(ctx, tx, cardKind);
      const uids = new Set((await table.all()).map(one => textOf(one.value, 'uid')));
      const result = { ids: [] as string[], skipped: 0, invalid: 0 };
      for (const card of slice) {
        const uid = textOf(card, 'uid');
        if (uid !== '' && uids.has(uid)) {
          result.skipped += 1;
          continue;
        }
        try {
          const { id } = await table.create({ ...card, addressBookIds: { [target]: true } });
          if (uid !== '') uids.add(uid);
          result.ids.push(printObjectId(cardKind, id));
        } catch (error) {
          if (!(error instanceof SetError)) throw error;
          result.invalid += 1;
        }
      }
      announce(ctx.mailboxes, tx);
      return result;
    });
    created.push(...done.ids);
    skipped += done.skipped;
    invalid += done.invalid;
  }
  return { created, skipped, invalid };
}

/** Own contacts as a vCard file: those of `ids`, of a book, or all. */
export async function exportVcards(
  ctx: PersonalContext,
  scope: Scope,
  wanted: {
    readonly ids: readonly string[] | null;
    readonly book: string | null;
    readonly version: VcardVersion;
  },
): Promise<{ readonly chunks: AsyncIterable<Uint8Array>; readonly count: number }> {
  const { list } = await listObjects(ctx, scope, 'card');
  const ids = wanted.ids === null ? null : new Set(wanted.ids);
  const chosen = list
    .filter(one => ids?.has(printObjectId(cardKind, one.id)) ?? true)
    .filter(one => wanted.book === null || own(memberOf(one.value, 'addressBookIds'), wanted.book) === true)
    .map(one => one.value);
  return { chunks: written(chosen, wanted.version), count: chosen.length };
}

async function* written(cards: readonly JsonObject[], version: VcardVersion): AsyncGenerator<Uint8Array> {
  for (const card of cards) yield Buffer.from(writeVcard(card, version));
}
