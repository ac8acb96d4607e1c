import type { readSort } from '@hongyan/formats/jmap/comparator.ts';
import { matches } from '@hongyan/formats/jmap/filter.ts';
import type { CardIndex, IndexedCard } from '../../../../personal/contacts/contact-index.ts';
import { orderObjects } from '../../personal/order.ts';
import { cardSortValue } from './find.ts';

/** The cards that a filter leaves, in order. */
export function orderedCards(
  { cards, byName }: CardIndex,
  filter: Parameters<typeof matches<(one: IndexedCard) => boolean>>[0],
  sort: ReturnType<typeof readSort>,
): IndexedCard[] {
  const found = (list: readonly IndexedCard[]): IndexedCard[] =>
    list.filter(one => matches(filter, test => test(one)));
  return sort.length > 0 ? orderObjects(found(cards), sort, cardSortValue) : found(byName());
}
