import { type FocusEventHandler, type RefObject, useLayoutEffect, useRef } from 'react';

/** When a row with the focus goes away, the focus goes to the row in its place (screens: it is never lost). */
export function useKeptFocus(
  scroller: RefObject<HTMLElement | null>,
  items: readonly unknown[],
): FocusEventHandler<HTMLElement> {
  const row = useRef<number | null>(null);
  const count = useRef(items.length);
  useLayoutEffect(() => {
    const fewer = items.length < count.current;
    count.current = items.length;
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (!fewer || row.current === null || !lost) return undefined;
    const at = Math.min(row.current, items.length - 1);
    const frame = requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[data-index="${at}"] :is(button, input)`)?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [items, scroller]);
  return event => {
    const at = event.target.closest<HTMLElement>('[data-index]')?.dataset['index'];
    row.current = at === undefined ? null : Number(at);
  };
}
