import type { Comparator } from '@hongyan/formats/jmap/comparator.ts';
import type { Json } from '@hongyan/formats/jmap/json.ts';
import { compareTexts } from '../../../personal/objects/text-order.ts';

function compare(a: Json, b: Json): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareTexts(typeof a === 'string' ? a : '', typeof b === 'string' ? b : '');
}

/** Objects in the order of comparators: numbers by size, all else as Chinese readers sort text. Equal ones stay in order. */
export function orderObjects<Item>(
  items: readonly Item[],
  comparators: readonly Pick<Comparator, 'property' | 'isAscending'>[],
  valueOf: (item: Item, property: string) => Json,
): Item[] {
  return items.toSorted((a, b) => {
    for (const { property, isAscending } of comparators) {
      const difference = compare(valueOf(a, property), valueOf(b, property));
      if (difference !== 0) return isAscending ? difference : -difference;
    }
    return 0;
  });
}
