import { type Comparator, readSort } from '@hongyan/formats/jmap/comparator.ts';
import { type Filter, matches, readFilter } from '@hongyan/formats/jmap/filter.ts';
import { type Json, type JsonObject, own, textOf } from '@hongyan/formats/jmap/json.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { queryDelta, readWindow } from '@hongyan/formats/jmap/window.ts';
import { printObjectId } from '../../../personal/objects/kind.ts';
import { listObjects, personalChanges } from '../../../personal/objects/read.ts';
import type { Method } from '../method.ts';
import { tellable } from '../standard-changes.ts';
import { answerQuery, answerQueryChanges, mostResults, readQueryChanges } from '../standard-query.ts';
import { parseState, printState } from '../states.ts';
import { orderObjects } from './order.ts';
import { objectOfStored, ownReadingScope, type ServedKind } from './standard.ts';

/** How a kind is queried. */
export interface ServedQuery {
  readonly served: ServedKind;
  /** Properties to sort by; values are compared as numbers or as text without case. */
  readonly sort: ReadonlySet<string>;
  /** Order when the client names none. */
  readonly standardSort: readonly string[];
  /** Reads one FilterCondition into a test; throws `unsupportedFilter` or `invalidArguments`. */
  readonly condition: (condition: JsonObject) => (object: JsonObject) => boolean;
  /** The value to sort by; left out: the property itself. */
  readonly sortValue?: (object: JsonObject, property: string) => Json;
}

/** For kinds that have no filter. */
export function noCondition(condition: JsonObject): (object: JsonObject) => boolean {
  const [name] = Object.keys(condition);
  if (name !== undefined) throw new MethodError('unsupportedFilter', `no condition ${name.slice(0, 100)}`);
  return () => true;
}

/** Objects that match, in order; what is equal keeps the order of ids. */
export function select(
  { sort, sortValue = (object, property) => own(object, property) ?? null, standardSort }: ServedQuery,
  objects: readonly JsonObject[],
  filter: Filter<(object: JsonObject) => boolean> | null,
  comparators: readonly Comparator[],
): JsonObject[] {
  const order: readonly Pick<Comparator, 'property' | 'isAscending'>[] =
    comparators.length > 0
      ? comparators
      : standardSort.filter(name => sort.has(name)).map(property => ({ property, isAscending: true }));
  const found = objects.filter(object => matches(filter, test => test(object)));
  return orderObjects(found, order, sortValue);
}

/** `X/query` (RFC 8620 §5.5) over objects that are few enough to look at all. */
export function queryMethod(query: ServedQuery): Method {
  const { kind, capability } = query.served;
  return {
    name: `${kind.name}/query`,
    capability,
    async run(request, args) {
      const scope = ownReadingScope(request, args);
      const filter = readFilter(args.raw('filter'), query.condition);
      const comparators = readSort(args.raw('sort'), query.sort);
      const window = readWindow(args, mostResults);
      args.end();
      const { point, list } = await listObjects(request.ctx.personal, scope, kind.type);
      const objects = list.map(one => objectOfStored(kind, one));
      const results = select(query, objects, filter, comparators).map(one => textOf(one, 'id'));
      return { response: answerQuery(scope, results, window, id => id, printState(point), true) };
    },
  };
}

/** `X/queryChanges` (RFC 8620 §5.6). */
export function queryChangesMethod(query: ServedQuery): Method {
  const { kind, capability } = query.served;
  return {
    name: `${kind.name}/queryChanges`,
    capability,
    async run(request, args) {
      const scope = ownReadingScope(request, args);
      const filter = readFilter(args.raw('filter'), query.condition);
      const comparators = readSort(args.raw('sort'), query.sort);
      const wanted = readQueryChanges(args);
      args.end();
      const since = parseState(wanted.sinceQueryState);
      if (since.after !== 0) throw new MethodError('cannotCalculateChanges');
      const { accounts } = request.ctx.mailboxes;
      const changes = await tellable(
        accounts.read(scope, reader => personalChanges(reader, kind.type, since, Number.MAX_SAFE_INTEGER)),
      );
      const { list } = await listObjects(request.ctx.personal, scope, kind.type);
      const objects = list.map(one => objectOfStored(kind, one));
      const current = select(query, objects, filter, comparators).map(one => textOf(one, 'id'));
      const print = (id: number): string => printObjectId(kind, id);
      const touched = new Set([...changes.created, ...changes.updated].map(print));
      const delta = queryDelta(current, touched, changes.destroyed.map(print), null);
      return {
        response: answerQueryChanges(scope, wanted, delta, printState(changes.to), current.length),
      };
    },
  };
}
