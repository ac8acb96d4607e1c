import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { type Comparator, readSort } from '@hongyan/formats/jmap/comparator.ts';
import { type Filter, matches, readFilter } from '@hongyan/formats/jmap/filter.ts';
import { type JsonObject, own, textOf } from '@hongyan/formats/jmap/json.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';

const sortable = new Set(['sortOrder', 'name']);
const conditions = new Set(['parentId', 'name', 'role', 'hasAnyRole', 'isSubscribed']);

/** Filter and sort of Mailbox/query (RFC 8621 §2.3). */
export interface MailboxQuery {
  readonly filter: Filter<JsonObject> | null;
  readonly sort: readonly Comparator[];
  readonly sortAsTree: boolean;
  readonly filterAsTree: boolean;
}

export function readMailboxQuery(args: Arguments): MailboxQuery {
  return {
    filter: readFilter(args.raw('filter'), readCondition),
    sort: readSort(args.raw('sort'), sortable),
    sortAsTree: args.boolean('sortAsTree'),
    filterAsTree: args.boolean('filterAsTree'),
  };
}

function readCondition(condition: JsonObject): JsonObject {
  const strange = Object.keys(condition).find(key => !conditions.has(key));
  if (strange !== undefined) throw new MethodError('unsupportedFilter', `not by ${strange.slice(0, 100)}`);
  const args = new Arguments(condition);
  for (const name of ['parentId', 'name', 'role']) args.string(name);
  for (const name of ['hasAnyRole', 'isSubscribed']) args.boolean(name);
  return condition;
}

const collator = new Intl.Collator('zh-Hans-CN', { numeric: true });

/** The mailboxes that match, in order. `all` has parents before children. */
export function queryMailboxes(all: readonly JsonObject[], query: MailboxQuery): string[] {
  const byId = new Map(all.map(item => [textOf(item, 'id'), item]));
  let found = all.filter(item => matches(query.filter, condition => matchesCondition(item, condition)));
  if (query.filterAsTree) {
    const kept = new Set<string>();
    found = found.filter(item => {
      const parent = textOf(item, 'parentId');
      const inside = parent === '' || kept.has(parent);
      if (inside) kept.add(textOf(item, 'id'));
      return inside;
    });
  }
  const compare = comparison(query.sort);
  const ordered = query.sortAsTree
    ? found.toSorted((a, b) => compareInTree(a, b, byId, compare))
    : found.toSorted(compare);
  return ordered.map(item => textOf(item, 'id'));
}

function matchesCondition(item: JsonObject, condition: JsonObject): boolean {
  return Object.keys(condition).every(key => {
    const wanted = own(condition, key) ?? null;
    if (key === 'hasAnyRole') return wanted === null || (item['role'] !== null) === wanted;
    if (key === 'name') return includes(textOf(item, 'name'), textOf(condition, key));
    if (key === 'isSubscribed') return wanted === null || item[key] === wanted;
    return item[key] === wanted;
  });
}

function includes(text: string, part: string): boolean {
  return text.normalize('NFKC').toLowerCase().includes(part.normalize('NFKC').toLowerCase());
}

type Compare = (a: JsonObject, b: JsonObject) => number;

function comparison(sort: readonly Comparator[]): Compare {
  return (a, b) => {
    for (const { property, isAscending } of sort) {
      const order =
        property === 'sortOrder'
          ? Number(a[property]) - Number(b[property])
          : collator.compare(textOf(a, property), textOf(b, property));
      if (order !== 0) return isAscending ? order : -order;
    }
    return 0;
  };
}

/** Ancestors first; otherwise the nearest ancestors with a common parent decide (RFC 8621 §2.3). */
function compareInTree(
  a: JsonObject,
  b: JsonObject,
  byId: ReadonlyMap<string, JsonObject>,
  compare: Compare,
): number {
  const [lineA, lineB] = [lineage(a, byId), lineage(b, byId)];
  for (let level = 0; level < Math.min(lineA.length, lineB.length); level++) {
    const [x, y] = [lineA[level], lineB[level]];
    if (!x || !y || x === y) continue;
    return compare(x, y) || (textOf(x, 'id') < textOf(y, 'id') ? -1 : 1);
  }
  return lineA.length - lineB.length;
}

/** From the top down to the mailbox itself. */
function lineage(item: JsonObject, byId: ReadonlyMap<string, JsonObject>): JsonObject[] {
  const line: JsonObject[] = [];
  for (
    let at: JsonObject | undefined = item;
    at && line.length < 100;
    at = byId.get(textOf(at, 'parentId'))
  ) {
    line.unshift(at);
  }
  return line;
}
