import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { readSort } from '@hongyan/formats/jmap/comparator.ts';
import { readFilter } from '@hongyan/formats/jmap/filter.ts';
import { readWindow } from '@hongyan/formats/jmap/window.ts';
import type { Method } from '../../method.ts';
import { ownReadingScope } from '../../personal/standard.ts';
import { answerQuery, mostResults } from '../../standard-query.ts';
import { printState } from '../../states.ts';
import { companyFilter, companyIds } from './company-books.ts';
import { cardSort, readCardCondition } from './find.ts';
import { orderedCards } from './ordered.ts';

/** ContactCard/query (RFC 9610 §3.3). The company's books come in their own order, by pinyin. */
export const contactCardQuery: Method = {
  name: 'ContactCard/query',
  capability: Capability.Contacts,
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
    const results = orderedCards(index, filter, sort).map(one => one.id);
    return { response: answerQuery(scope, results, window, id => id, printState(index.point), true) };
  },
};
