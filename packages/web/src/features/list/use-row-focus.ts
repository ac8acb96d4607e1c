import { type RefObject, useEffect } from 'react';

/**
 * The row one stands on has the focus, so that a screen reader tells of it: unless that is on something else of the page, a
 * field, a button, the open mail. `drawn` changes whenever other rows are in the document.
 */
export function useRowFocus(
  scroller: RefObject<HTMLElement | null>,
  app: { readonly cursor: string | null },
  drawn: string,
): void {
  useEffect(() => {
    // Where one stands now: a key may have come since this was drawn.
    const { cursor } = app;
    const { activeElement: active } = document;
    const list = scroller.current;
    const free = active === document.body || (active?.matches('[data-row]') && list?.contains(active));
    if (cursor === null || !list || !free) return;
    const row = [...list.querySelectorAll<HTMLElement>('[data-row]')].find(
      element => element.dataset['row'] === cursor,
    );
    if (row !== active) row?.focus({ preventScroll: true });
  }, [scroller, app, app.cursor, drawn]);
}
