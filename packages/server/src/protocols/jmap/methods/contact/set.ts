import { isObject, type JsonObject } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties } from '@hongyan/formats/jmap/method-error.ts';
import type { Scope } from '../../../../access/scope.ts';
import { defaultBook, ensureBook } from '../../../../personal/contacts/books.ts';
import { bookKind, cardKind } from '../../../../personal/contacts/kinds.ts';
import { printObjectId } from '../../../../personal/objects/kind.ts';
import { listObjects } from '../../../../personal/objects/read.ts';
import type { Method, RequestState } from '../../method.ts';
import { ownWritingScope, setMethod } from '../../personal/standard.ts';
import { resolveId } from '../../standard-set.ts';
import { servedCards } from './served.ts';

/** Creation references in `addressBookIds` become ids; every book has to be one of the member's own. */
function prepared(request: RequestState, known: ReadonlySet<string>, object: JsonObject): JsonObject {
  const check = (id: string): string => {
    const resolved = resolveId(request, id) ?? '';
    if (!known.has(resolved)) throw invalidProperties(['addressBookIds']);
    return resolved;
  };
  const entries = Object.entries(object).map(([name, value]) => {
    if (name === 'addressBookIds' && isObject(value)) {
      return [name, Object.fromEntries(Object.entries(value).map(([id, is]) => [check(id), is]))];
    }
    const path = 'addressBookIds/';
    return name.startsWith(path) ? [path + check(name.slice(path.length)), value] : [name, value];
  });
  return Object.fromEntries(entries) as JsonObject;
}

/** ContactCard/set (RFC 9610 §3.5): a card that names no book goes to the default one. */
export const contactCardSet: Method = {
  ...setMethod(servedCards),
  async run(request, args) {
    const scope = ownWritingScope(request, args);
    const { personal } = request.ctx;
    await ensureBook(personal, scope);
    const { list } = await listObjects(personal, scope, 'book');
    const first = defaultBook(list);
    const books = first === null ? {} : { [printObjectId(bookKind, first.id)]: true };
    const kind = { ...cardKind, defaults: { ...cardKind.defaults, addressBookIds: books } };
    const known = new Set(list.map(one => printObjectId(bookKind, one.id)));
    // Nothing is read from the store while the transaction is open.
    const prepare = async (_request: RequestState, _scope: Scope, object: JsonObject): Promise<JsonObject> =>
      prepared(request, known, object);
    return setMethod({ ...servedCards, kind, prepare }).run(request, args);
  },
};
