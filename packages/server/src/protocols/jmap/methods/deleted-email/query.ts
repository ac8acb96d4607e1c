import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { readSort } from '@hongyan/formats/jmap/comparator.ts';
import { matches, readFilter } from '@hongyan/formats/jmap/filter.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { readWindow } from '@hongyan/formats/jmap/window.ts';
import { type DeletedEmail, listDeleted } from '../../../../personal/deleted/deleted-emails.ts';
import { printObjectId } from '../../../../personal/objects/kind.ts';
import type { Method } from '../../method.ts';
import { orderObjects } from '../../personal/order.ts';
import { ownReadingScope } from '../../personal/standard.ts';
import { answerQuery, mostResults } from '../../standard-query.ts';
import { deletedKind, deletedState } from './list.ts';

const sortable = new Set(['deletedAt', 'receivedAt', 'subject', 'size']);

function condition(object: JsonObject): (email: DeletedEmail) => boolean {
  const args = new Arguments(object);
  const text = args.string('text')?.toLowerCase() ?? null;
  const after = args.utcDate('after');
  const before = args.utcDate('before');
  args.end();
  return email =>
    (after === null || email.deletedAt >= after) &&
    (before === null || email.deletedAt < before) &&
    (text === null ||
      email.subject.toLowerCase().includes(text) ||
      email.from.some(one => `${one.name ?? ''} ${one.email}`.toLowerCase().includes(text)));
}

function valueOf(email: DeletedEmail, property: string): string | number {
  return property === 'subject' ? email.subject : email[property as 'deletedAt' | 'receivedAt' | 'size'];
}

/** DeletedEmail/query (CLN-02). */
export const deletedEmailQuery: Method = {
  name: 'DeletedEmail/query',
  capability: Capability.Restore,
  async run(request, args) {
    const scope = ownReadingScope(request, args);
    const filter = readFilter(args.raw('filter'), condition);
    const sort = readSort(args.raw('sort'), sortable);
    const window = readWindow(args, mostResults);
    args.end();
    const all = await listDeleted(request.ctx.personal, scope);
    const found = all.filter(email => matches(filter, test => test(email)));
    const ordered = sort.length === 0 ? found : orderObjects(found, sort, valueOf);
    const ids = ordered.map(email => printObjectId(deletedKind, email.id));
    return { response: answerQuery(scope, ids, window, id => id, deletedState(all), false) };
  },
};
