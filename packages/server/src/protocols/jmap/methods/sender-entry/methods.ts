import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { type JsonObject, textOf } from '@hongyan/formats/jmap/json.ts';
import { senderKind } from '../../../../personal/types/sender.ts';
import type { Method } from '../../method.ts';
import { queryChangesMethod, queryMethod, type ServedQuery } from '../../personal/query.ts';
import { changesMethod, getMethod, type ServedKind, setMethod } from '../../personal/standard.ts';

const served: ServedKind = { kind: senderKind, capability: Capability.Filters };

function condition(object: JsonObject): (entry: JsonObject) => boolean {
  const args = new Arguments(object);
  const kind = args.string('kind');
  const text = args.string('text')?.toLowerCase() ?? null;
  args.end();
  return entry =>
    (kind === null || textOf(entry, 'kind') === kind) &&
    (text === null || textOf(entry, 'value').includes(text));
}

const query: ServedQuery = {
  served,
  sort: new Set(['value', 'createdAt']),
  standardSort: ['value'],
  condition,
};

/** SenderEntry (FLT-02, FLT-03): get, set, changes, query, queryChanges. */
export const senderEntryMethods: readonly Method[] = [
  getMethod(served),
  setMethod(served),
  changesMethod(served),
  queryMethod(query),
  queryChangesMethod(query),
];
