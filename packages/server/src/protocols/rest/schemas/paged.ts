import type { Page as DomainPage } from '../../../directory/paging.ts';
import type { Page } from '../kit/schema.ts';

/** A page of the domain as the API answers it. */
export function paged<Item, Shown>(page: DomainPage<Item>, show: (item: Item) => Shown): Page<Shown> {
  return { items: page.items.map(show), next: page.nextCursor };
}

/** A moment in ms as the API writes it. */
export function momentOf(ms: number): string {
  return new Date(ms).toISOString();
}
