import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { readSort } from '@hongyan/formats/jmap/comparator.ts';
import { readFilter } from '@hongyan/formats/jmap/filter.ts';
import { MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { queryDelta } from '@hongyan/formats/jmap/window.ts';
import { cardKind } from '../../../../personal/contacts/kinds.ts';
import { printObjectId } from '../../../../personal/objects/kind.ts';
import { personalChanges } from '../../../../personal/objects/read.ts';
import type { Method } from '../../method.ts';
import { ownReadingScope } from '../../personal/standard.ts';
import { tellable } from '../../standard-changes.ts';
import { answerQueryChanges, readQueryChanges } from '../../standard-query.ts';
import { parseState, printState } from '../../states.ts';
import { companyFilter } from './company-books.ts';
import { cardSort, readCardCondition } from './find.ts';
import { orderedCards } from './ordered.ts';

/** ContactCard/queryChanges (RFC 9610 §3.4). */
export const contactCardQueryChanges: Method = {
  name: 'ContactCard/queryChanges',
  capability: Capability.Contacts,
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
    const current = orderedCards(await ctx.contacts.of(scope), filter, sort).map(one => one.id);
    const print = (id: number): string => printObjectId(cardKind, id);
    const touched = new Set([...changes.created, ...changes.updated].map(print));
    const delta = queryDelta(current, touched, changes.destroyed.map(print), null);
    return {
      response: answerQueryChanges(scope, wanted, delta, printState(changes.to), current.length),
    };
  },
};
