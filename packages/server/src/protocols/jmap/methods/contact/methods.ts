import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { readSort } from '@hongyan/formats/jmap/comparator.ts';
import { matches, readFilter } from '@hongyan/formats/jmap/filter.ts';
import { isObject, type JsonObject, own, textOf } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { queryDelta, readWindow } from '@hongyan/formats/jmap/window.ts';
import type { Scope } from '../../../../access/scope.ts';
import {
  companyBookId,
  defaultBook,
  ensureBook,
  outsideBookId,
} from '../../../../personal/contacts/books.ts';
import { colleaguesById, findColleagues } from '../../../../personal/contacts/colleagues.ts';
import type { CardIndex, IndexedCard } from '../../../../personal/contacts/contact-index.ts';
import { bookKind, cardKind } from '../../../../personal/contacts/kinds.ts';
import { printObjectId } from '../../../../personal/objects/kind.ts';
import { listObjects, personalChanges } from '../../../../personal/objects/read.ts';
import { accountIdOf } from '../../accounts.ts';
import type { JmapContext } from '../../context.ts';
import type { Method, RequestState } from '../../method.ts';
import { orderObjects } from '../../personal/order.ts';
import {
  changesMethod,
  objectOfStored,
  ownReadingScope,
  ownWritingScope,
  type ServedKind,
  setMethod,
} from '../../personal/standard.ts';
import { tellable } from '../../standard-changes.ts';
import { answerGet, readGet } from '../../standard-get.ts';
import { answerQuery, answerQueryChanges, mostResults, readQueryChanges } from '../../standard-query.ts';
import { resolveId } from '../../standard-set.ts';
import { parseState, printState } from '../../states.ts';
import { contactCardExport } from './export.ts';
import { cardSort, cardSortValue, readCardCondition } from './find.ts';
import { contactCardImport } from './import.ts';

const capability = Capability.Contacts;

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

const served: ServedKind = {
  kind: cardKind,
  capability,
  isFixed: id => /^[uo][0-9]/.test(id),
};

/** What is asked for among the company's cards, in the order of what there is. */
async function companyCards(
  ctx: JmapContext,
  scope: Scope,
  ids: readonly string[] | null,
): Promise<JsonObject[]> {
  if (ids === null) return [];
  const outside = ids.filter(id => id.startsWith('o'));
  const others = outside.length > 0 ? ((await ctx.personal.outside?.get(scope, outside)) ?? []) : [];
  return [...(await colleaguesById(ctx.personal, scope, ids)), ...others];
}

/** ContactCard/get (RFC 9610 §3.1); without ids: one's own cards. */
const contactCardGet: Method = {
  name: 'ContactCard/get',
  capability,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownReadingScope(request, args);
    const wanted = readGet(ctx, args, () => true);
    args.end();
    const { point, list } = await listObjects(ctx.personal, scope, 'card');
    const ids = wanted.ids === null ? null : new Set(wanted.ids);
    const own = list.filter(one => ids?.has(printObjectId(cardKind, one.id)) ?? true);
    const objects = [
      ...own.map(one => objectOfStored(cardKind, one)),
      ...(await companyCards(ctx, scope, wanted.ids)),
    ];
    const answer = answerGet(objects, wanted, ctx);
    return { response: { accountId: accountIdOf(scope), state: printState(point), ...answer } };
  },
};

/** ContactCard/set (RFC 9610 §3.5): a card that names no book goes to the default one. */
const contactCardSet: Method = {
  ...setMethod(served),
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
    return setMethod({ ...served, kind, prepare }).run(request, args);
  },
};

/** The company book that a filter names; null when it names none. */
function companyFilter(filter: unknown): { readonly book: string; readonly text: string } | null {
  if (!isObject(filter)) return null;
  const conditions = own(filter, 'operator') === 'AND' ? own(filter, 'conditions') : null;
  const parts = Array.isArray(conditions) ? (conditions as unknown[]).filter(isObject) : [filter];
  const named = parts
    .map(one => own(one, 'inAddressBook'))
    .find(id => id === companyBookId || id === outsideBookId);
  if (typeof named !== 'string') return null;
  const texts: string[] = [];
  for (const one of parts) {
    for (const [name, value] of Object.entries(one)) {
      if (name === 'inAddressBook' && value === named) continue;
      if ((name !== 'text' && name !== 'name' && name !== 'email') || typeof value !== 'string') {
        throw new MethodError('unsupportedFilter', 'the company’s books are searched by text only');
      }
      texts.push(value);
    }
  }
  if (texts.length > 1) throw new MethodError('unsupportedFilter', 'one text at a time');
  return { book: named, text: texts[0] ?? '' };
}

/** ContactCard/query (RFC 9610 §3.3). The company's books come in their own order, by pinyin. */
const contactCardQuery: Method = {
  name: 'ContactCard/query',
  capability,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownReadingScope(request, args);
    const given = args.raw('filter');
    const company = companyFilter(given);
    const filter = company ? null : readFilter(given, readCardCondition);
    const sort = readSort(args.raw('sort'), cardSort);
    const window = readWindow(args, mostResults);
    args.end();
    if (company) {
      const ids = await companyIds(ctx, scope, company);
      return { response: answerQuery(scope, ids, window, id => id, `company.${ids.length}`, false) };
    }
    const index = await ctx.contacts.of(scope);
    const results = ordered(index, filter, sort).map(one => one.id);
    return { response: answerQuery(scope, results, window, id => id, printState(index.point), true) };
  },
};

async function companyIds(
  ctx: JmapContext,
  scope: Scope,
  { book, text }: { readonly book: string; readonly text: string },
): Promise<string[]> {
  if (book === companyBookId) {
    const { entries } = await findColleagues(ctx.personal, scope, text, mostResults);
    return entries.map(entry => `u${entry.accountId}`);
  }
  const found = await ctx.personal.outside?.search(scope, text, mostResults);
  return (found?.cards ?? []).map(card => textOf(card, 'id'));
}

function ordered(
  { cards, byName }: CardIndex,
  filter: Parameters<typeof matches<(one: IndexedCard) => boolean>>[0],
  sort: ReturnType<typeof readSort>,
): IndexedCard[] {
  const found = (list: readonly IndexedCard[]): IndexedCard[] =>
    list.filter(one => matches(filter, test => test(one)));
  return sort.length > 0 ? orderObjects(found(cards), sort, cardSortValue) : found(byName());
}

/** ContactCard/queryChanges (RFC 9610 §3.4). */
const contactCardQueryChanges: Method = {
  name: 'ContactCard/queryChanges',
  capability,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownReadingScope(request, args);
    const given = args.raw('filter');
    if (companyFilter(given)) throw new MethodError('cannotCalculateChanges');
    const filter = readFilter(given, readCardCondition);
    const sort = readSort(args.raw('sort'), cardSort);
    const wanted = readQueryChanges(args);
    args.end();
    const since = parseState(wanted.sinceQueryState);
    if (since.after !== 0) throw new MethodError('cannotCalculateChanges');
    const changes = await tellable(
      ctx.mailboxes.accounts.read(scope, reader =>
        personalChanges(reader, 'card', since, Number.MAX_SAFE_INTEGER),
      ),
    );
    const current = ordered(await ctx.contacts.of(scope), filter, sort).map(one => one.id);
    const print = (id: number): string => printObjectId(cardKind, id);
    const touched = new Set([...changes.created, ...changes.updated].map(print));
    const delta = queryDelta(current, touched, changes.destroyed.map(print), null);
    return {
      response: answerQueryChanges(scope, wanted, delta, printState(changes.to), current.length),
    };
  },
};

/** ContactCard (RFC 9610 §3): get, set, changes, query, queryChanges; import and export of vCards. */
export const contactMethods: readonly Method[] = [
  contactCardGet,
  contactCardSet,
  changesMethod(served),
  contactCardQuery,
  contactCardQueryChanges,
  contactCardImport,
  contactCardExport,
];
