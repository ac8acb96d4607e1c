import { isArray, isObject, type Json, type JsonObject, own } from './json.ts';
import { grammarLimits } from './limits.ts';
import { invalidArgument, MethodError } from './method-error.ts';

/** A filter of RFC 8620 §5.5 with conditions of type `Condition`. An empty AND is true, an empty OR false, an empty NOT true. */
export type Filter<Condition> =
  | { readonly operator: 'AND' | 'OR' | 'NOT'; readonly conditions: readonly Filter<Condition>[] }
  | { readonly operator: 'is'; readonly condition: Condition };

/**
 * Reads the `filter` argument; null when there is none. `readCondition` reads one FilterCondition and throws for what
 * it does not know. Depth and number of conditions are bounded: beyond, `unsupportedFilter`.
 */
export function readFilter<Condition>(
  value: Json | undefined,
  readCondition: (condition: JsonObject) => Condition,
): Filter<Condition> | null {
  if (value === undefined || value === null) return null;
  const budget = { left: grammarLimits.filterConditions };
  return readNode(value, readCondition, 0, budget);
}

function readNode<Condition>(
  value: Json,
  readCondition: (condition: JsonObject) => Condition,
  depth: number,
  budget: { left: number },
): Filter<Condition> {
  if (!isObject(value)) throw invalidArgument('filter', 'an object is expected');
  budget.left--;
  if (budget.left < 0 || depth > grammarLimits.filterDepth) {
    throw new MethodError('unsupportedFilter', 'the filter has too many conditions');
  }
  if (!Object.hasOwn(value, 'operator')) return { operator: 'is', condition: readCondition(value) };
  const operator = own(value, 'operator');
  const conditions = own(value, 'conditions');
  if (operator !== 'AND' && operator !== 'OR' && operator !== 'NOT') {
    throw invalidArgument('filter', 'operator is AND, OR or NOT');
  }
  if (!isArray(conditions)) throw invalidArgument('filter', 'conditions is an array');
  if (Object.keys(value).length !== 2) throw invalidArgument('filter', 'operator and conditions stand alone');
  return {
    operator,
    conditions: conditions.map(item => readNode(item, readCondition, depth + 1, budget)),
  };
}

/** Whether `filter` matches, asking `test` for each condition. NOT is true when none of its conditions is. */
export function matches<Condition>(
  filter: Filter<Condition> | null,
  test: (condition: Condition) => boolean,
): boolean {
  if (filter === null) return true;
  switch (filter.operator) {
    case 'is':
      return test(filter.condition);
    case 'AND':
      return filter.conditions.every(item => matches(item, test));
    case 'OR':
      return filter.conditions.some(item => matches(item, test));
    default:
      return !filter.conditions.some(item => matches(item, test));
  }
}

/** Every condition of a filter, wherever it stands. */
export function conditionsOf<Condition>(filter: Filter<Condition> | null): Condition[] {
  if (filter === null) return [];
  if (filter.operator === 'is') return [filter.condition];
  return filter.conditions.flatMap(conditionsOf);
}
