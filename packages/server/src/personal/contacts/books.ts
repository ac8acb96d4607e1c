import { type JsonObject, own } from '@hongyan/formats/jmap/json.ts';
import { createPhrases } from '@hongyan/phrases/phrases.ts';
import type { Scope } from '../../access/scope.ts';
import { announce } from '../../mailbox/context.ts';
import { countPersonal, insertPersonal } from '../../store/accounts/personal/object-rows.ts';
import type { PersonalContext } from '../context.ts';
import { printObjectId, type StoredObject } from '../objects/kind.ts';
import { ownerOf } from '../settings.ts';
import { bookKind } from './kinds.ts';

/** Ids of the books that are the company's. */
export const companyBookId = 'company';
export const outsideBookId = 'outside';

const ownRights = { mayRead: true, mayWrite: true, mayShare: false, mayDelete: true };
const readRights = { mayRead: true, mayWrite: false, mayShare: false, mayDelete: false };

/** Makes the first address book when there is none. */
export async function ensureBook(ctx: PersonalContext, scope: Scope): Promise<void> {
  const { accounts } = ctx.mailboxes;
  if ((await accounts.read(scope, reader => countPersonal(reader, 'book'))) > 0) return;
  const { language } = await ownerOf(ctx, scope);
  const name = createPhrases(language).say('contacts.personal');
  await accounts.transact(scope, async tx => {
    if ((await countPersonal(tx, 'book')) > 0) return;
    await insertPersonal(tx, 'book', JSON.stringify({ ...bookKind.defaults, name, isDefault: true }));
    announce(ctx.mailboxes, tx);
  });
}

/** An address book of one's own as JMAP shows it. */
export function ownBook(stored: StoredObject): JsonObject {
  return { id: printObjectId(bookKind, stored.id), ...stored.value, shareWith: null, myRights: ownRights };
}

/** The company's book, and that of outside contacts where there is one. */
export async function companyBooks(ctx: PersonalContext, scope: Scope): Promise<JsonObject[]> {
  const { language } = await ownerOf(ctx, scope);
  const phrases = createPhrases(language);
  const fixed = (id: string, name: string, sortOrder: number): JsonObject => ({
    id,
    name,
    description: null,
    sortOrder,
    isDefault: false,
    isSubscribed: true,
    shareWith: null,
    myRights: readRights,
  });
  return [
    fixed(companyBookId, phrases.say('contacts.company'), 1_000),
    ...(ctx.outside ? [fixed(outsideBookId, phrases.say('contacts.outside'), 1_001)] : []),
  ];
}

/** The default of some books: the one that is marked, else the first. */
export function defaultBook(books: readonly StoredObject[]): StoredObject | null {
  return books.find(one => own(one.value, 'isDefault') === true) ?? books[0] ?? null;
}
