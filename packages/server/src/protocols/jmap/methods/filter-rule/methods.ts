import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { ruleKind, withResolvedIds } from '../../../../personal/types/rule.ts';
import type { Method } from '../../method.ts';
import { noCondition, queryChangesMethod, queryMethod, type ServedQuery } from '../../personal/query.ts';
import { changesMethod, getMethod, type ServedKind, setMethod } from '../../personal/standard.ts';
import { resolveId } from '../../standard-set.ts';
import { filterRuleApply } from './apply.ts';

const served: ServedKind = {
  kind: ruleKind,
  capability: Capability.Filters,
  prepare: async (request, _scope, object) => withResolvedIds(object, id => resolveId(request, id)),
};

const query: ServedQuery = {
  served,
  sort: new Set(['sortOrder', 'name']),
  standardSort: ['sortOrder'],
  condition: noCondition,
};

/** FilterRule (FLT-01): get, set, changes, query, queryChanges, apply. */
export const filterRuleMethods: readonly Method[] = [
  getMethod(served),
  setMethod(served),
  changesMethod(served),
  queryMethod(query),
  queryChangesMethod(query),
  filterRuleApply,
];
