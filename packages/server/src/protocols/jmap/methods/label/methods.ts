import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { textOf } from '@hongyan/formats/jmap/json.ts';
import { clearLabel, labelUse } from '../../../../personal/labels.ts';
import { labelKind } from '../../../../personal/types/label.ts';
import type { Method } from '../../method.ts';
import { noCondition, queryChangesMethod, queryMethod, type ServedQuery } from '../../personal/query.ts';
import { changesMethod, getMethod, type ServedKind, setMethod } from '../../personal/standard.ts';

const served: ServedKind = {
  kind: labelKind,
  capability: Capability.Labels,
  fresh: { totalEmails: 0, unreadEmails: 0 },
  async present(ctx, scope, objects, properties) {
    const counts = properties?.some(name => name === 'totalEmails' || name === 'unreadEmails') ?? true;
    if (!counts || objects.length === 0) return objects;
    const use = await labelUse(ctx.personal, scope);
    return objects.map(object => {
      const { total, unread } = use(textOf(object, 'keyword'));
      return { ...object, totalEmails: total, unreadEmails: unread };
    });
  },
  beforeDestroy: (ctx, scope, label) => clearLabel(ctx.personal, scope, label),
};

const query: ServedQuery = {
  served,
  sort: new Set(['sortOrder', 'name']),
  standardSort: ['sortOrder', 'name'],
  condition: noCondition,
};

/** Label (FLD-03): get, set, changes, query, queryChanges. */
export const labelMethods: readonly Method[] = [
  getMethod(served),
  setMethod(served),
  changesMethod(served),
  queryMethod(query),
  queryChangesMethod(query),
];
