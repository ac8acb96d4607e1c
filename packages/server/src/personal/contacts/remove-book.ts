import { type JsonObject, own } from '@hongyan/formats/jmap/json.ts';
import { SetError } from '@hongyan/formats/jmap/method-error.ts';
import type { AccountTransaction } from '../../store/accounts/account-transaction.ts';
import { putPersonal, removePersonal } from '../../store/accounts/personal/object-rows.ts';
import { printObjectId, type StoredObject } from '../objects/kind.ts';
import { storedObjects } from '../objects/read.ts';
import type { ObjectTable } from '../objects/table.ts';
import { memberOf } from './card-shape.ts';
import { bookKind } from './kinds.ts';

/**
 * Makes way for removing an address book (RFC 9610 §2.3): its cards leave it, and go with `contents` when it was their only
 * one; another book becomes the default. Throws `addressBookHasContents`, `forbidden` for the last book.
 */
export async function emptyBook(
  table: ObjectTable,
  tx: AccountTransaction,
  book: StoredObject,
  contents: boolean,
): Promise<void> {
  const id = printObjectId(bookKind, book.id);
  const others = (await table.all()).filter(one => one.id !== book.id);
  const [heir] = others;
  if (!heir) throw new SetError('forbidden', 'the last address book stays');
  const cards = (await storedObjects(tx, 'card')).filter(one =>
    own(memberOf(one.value, 'addressBookIds'), id),
  );
  if (cards.length > 0 && !contents) throw new SetError('addressBookHasContents');
  for (const card of cards) {
    const { [id]: _gone, ...left } = memberOf(card.value, 'addressBookIds');
    if (Object.keys(left).length === 0) await removePersonal(tx, 'card', card.id);
    else {
      const value: JsonObject = { ...card.value, addressBookIds: left };
      await putPersonal(tx, 'card', card.id, JSON.stringify(value));
    }
  }
  if (own(book.value, 'isDefault') === true) await table.put(heir.id, { ...heir.value, isDefault: true });
}

/** Makes a book the default one instead of another (RFC 9610 §2.3 `onSuccessSetIsDefault`). */
export async function makeDefault(table: ObjectTable, id: string): Promise<void> {
  const chosen = await table.find(id);
  if (!chosen) return;
  for (const one of await table.all()) {
    const isDefault = one.id === chosen.id;
    if (own(one.value, 'isDefault') !== isDefault) await table.put(one.id, { ...one.value, isDefault });
  }
}
