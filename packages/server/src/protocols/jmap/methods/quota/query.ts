import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { readSort } from '@hongyan/formats/jmap/comparator.ts';
import { matches, readFilter } from '@hongyan/formats/jmap/filter.ts';
import { isArray, type JsonObject, own, textOf } from '@hongyan/formats/jmap/json.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { readWindow } from '@hongyan/formats/jmap/window.ts';
import { readingScope } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { answerQuery, mostResults } from '../../standard-query.ts';
import { readQuotas } from './quotas.ts';

const sortable = new Set(['name', 'used']);
const known = new Set(['name', 'scope', 'resourceType', 'type']);

function readCondition(object: JsonObject): JsonObject {
  const strange = Object.keys(object).find(key => !known.has(key));
  if (strange !== undefined) throw new MethodError('unsupportedFilter', `not by ${strange.slice(0, 100)}`);
  const args = new Arguments(object);
  for (const name of known) args.string(name);
  return object;
}

function matchesCondition(quota: JsonObject, condition: JsonObject): boolean {
  return Object.keys(condition).every(key => {
    const wanted = textOf(condition, key);
    const types = own(quota, 'types');
    if (key === 'type') return isArray(types) && types.includes(wanted);
    return key === 'name' ? textOf(quota, key).includes(wanted) : textOf(quota, key) === wanted;
  });
}

/** Quota/query (RFC 9425 §4.4). Its results change only with the limits, so there is nothing for queryChanges to tell. */
export const quotaQuery: Method = {
  name: 'Quota/query',
  capability: Capability.Quota,
  async run(request, args) {
    const scope = readingScope(request, args);
    const filter = readFilter(args.raw('filter'), readCondition);
    const sort = readSort(args.raw('sort'), sortable);
    const window = readWindow(args, mostResults);
    args.end();
    const { list, state } = await readQuotas(request.ctx, scope);
    const found = list.filter(quota => matches(filter, condition => matchesCondition(quota, condition)));
    const sorted = found.toSorted((a, b) => {
      for (const { property, isAscending } of sort) {
        const [x, y] = [a[property] ?? '', b[property] ?? ''];
        if (x !== y) return x < y === isAscending ? -1 : 1;
      }
      return 0;
    });
    return {
      response: answerQuery(scope, sorted, window, quota => textOf(quota, 'id'), state, false),
    };
  },
};
