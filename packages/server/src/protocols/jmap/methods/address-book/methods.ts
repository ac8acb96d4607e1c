import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { textOf } from '@hongyan/formats/jmap/json.ts';
import {
  companyBookId,
  companyBooks,
  ensureBook,
  outsideBookId,
  ownBook,
} from '../../../../personal/contacts/books.ts';
import { bookKind } from '../../../../personal/contacts/kinds.ts';
import { emptyBook, makeDefault } from '../../../../personal/contacts/remove-book.ts';
import { parseObjectId } from '../../../../personal/objects/kind.ts';
import type { Method } from '../../method.ts';
import {
  changesMethod,
  getMethod,
  ownReadingScope,
  ownWritingScope,
  type ServedKind,
  setMethod,
} from '../../personal/standard.ts';

const served: ServedKind = {
  kind: bookKind,
  capability: Capability.Contacts,
  fresh: {
    shareWith: null,
    myRights: { mayRead: true, mayWrite: true, mayShare: false, mayDelete: true },
  },
  present: async (_ctx, _scope, objects) =>
    objects.map(object => {
      const number = parseObjectId(bookKind, textOf(object, 'id'));
      return number === null ? object : ownBook({ id: number, value: object, modseq: 0 });
    }),
  fixed: ({ ctx }, scope) => companyBooks(ctx.personal, scope),
  isFixed: id => id === companyBookId || id === outsideBookId,
};

const get = getMethod(served);

/** AddressBook/get (RFC 9610 §2.1): there is always one book of one's own. */
const addressBookGet: Method = {
  ...get,
  async run(request, args) {
    await ensureBook(request.ctx.personal, ownReadingScope(request, args));
    return get.run(request, args);
  },
};

/** AddressBook/set (RFC 9610 §2.3) with its two arguments more. */
const addressBookSet: Method = {
  ...setMethod(served),
  async run(request, args) {
    await ensureBook(request.ctx.personal, ownWritingScope(request, args));
    const contents = args.boolean('onDestroyRemoveContents');
    const chosen = args.string('onSuccessSetIsDefault');
    const method = setMethod({
      ...served,
      onDestroy: (table, tx, book) => emptyBook(table, tx, book, contents),
      async atEnd(table, created) {
        if (chosen === null) return;
        const id = chosen.startsWith('#') ? created.get(chosen.slice(1)) : chosen;
        if (id !== undefined) await makeDefault(table, id);
      },
    });
    return method.run(request, args);
  },
};

/** AddressBook (RFC 9610 §2): get, set, changes. */
export const addressBookMethods: readonly Method[] = [addressBookGet, addressBookSet, changesMethod(served)];
