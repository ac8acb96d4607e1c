import { useState } from 'react';

export interface Selection<Item> {
  readonly keys: ReadonlySet<string>;
  readonly set: (keys: ReadonlySet<string>) => void;
  /** The chosen ones that are still in the list. */
  readonly chosen: readonly Item[];
  readonly clear: () => void;
}

const none: ReadonlySet<string> = new Set();

/** Rows that are chosen for doing something to all of them. */
export function useSelection<Item>(items: readonly Item[], keyOf: (item: Item) => string): Selection<Item> {
  const [keys, set] = useState(none);
  return {
    keys,
    set,
    chosen: keys.size === 0 ? [] : items.filter(item => keys.has(keyOf(item))),
    clear: () => set(none),
  };
}
