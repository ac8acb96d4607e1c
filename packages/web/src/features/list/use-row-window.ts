import { type RefObject, useCallback, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import type { RowLayout } from './row-layout.ts';

/** Rows drawn beyond what is on screen, on either side. */
const overscan = 8;
/** The window moves by this many rows at a time: drawing anew for each single one costs frames. */
const step = 4;

/** What `useRowWindow` needs to know of the list whose rows stand in the layout. */
interface Rows {
  at(index: number): string | undefined;
  indexOf(id: string): number;
}

/** The row at the upper edge, by which the list is held when rows above it come and go. */
interface Anchor {
  readonly rows: Rows;
  readonly id: string | undefined;
  readonly index: number;
  readonly start: number;
}

export interface RowWindow {
  /** Rows to be drawn, `last` included; `last` is less than `first` in an empty list. */
  readonly first: number;
  readonly last: number;
  /** Scrolls as little as it takes to see a row whole. */
  readonly reveal: (index: number) => void;
}

/**
 * Which rows of a scrolled list are to be drawn. What one looks at stays where it is when headings or rows appear above it;
 * another `rows` begins at its top.
 */
export function useRowWindow(
  scroller: RefObject<HTMLElement | null>,
  layout: RowLayout,
  rows: Rows,
): RowWindow {
  const view = useRef({ top: 0, height: 0 });
  const anchor = useRef<Anchor | null>(null);
  const now = useRef({ layout, rows });

  const look = useCallback((): void => {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop: top, clientHeight: height } = element;
    view.current = { top, height };
    const shown = now.current;
    const index = shown.layout.at(top);
    const start = shown.layout.start(Math.max(0, index));
    anchor.current = { rows: shown.rows, id: shown.rows.at(index), index, start };
  }, [scroller]);

  const subscribe = useCallback(
    (changed: () => void): (() => void) => {
      const element = scroller.current;
      if (!element) return () => undefined;
      const moved = (): void => {
        look();
        changed();
      };
      const observer = new ResizeObserver(moved);
      observer.observe(element);
      element.addEventListener('scroll', moved, { passive: true });
      return () => {
        observer.disconnect();
        element.removeEventListener('scroll', moved);
      };
    },
    [scroller, look],
  );

  const window = useSyncExternalStore(subscribe, () => {
    const { top, height } = view.current;
    const first = Math.max(0, layout.at(top) - overscan);
    const last = Math.min(layout.count - 1, layout.at(top + height) + overscan);
    return `${Math.floor(first / step) * step} ${Math.min(layout.count - 1, Math.ceil(last / step) * step)}`;
  });

  useLayoutEffect(() => {
    now.current = { layout, rows };
    const element = scroller.current;
    const held = anchor.current;
    if (!element) return;
    if (held && held.rows !== rows) element.scrollTop = 0;
    // At the top one wants to see what comes.
    else if (held && held.index > 0) {
      const index = held.id === undefined ? -1 : rows.indexOf(held.id);
      const shift = layout.start(index < 0 ? Math.min(held.index, layout.count) : index) - held.start;
      if (shift !== 0) element.scrollTop += shift;
    }
    look();
  }, [layout, rows, scroller, look]);

  const reveal = useCallback(
    (index: number): void => {
      const element = scroller.current;
      if (!element) return;
      const start = now.current.layout.start(index);
      const end = start + now.current.layout.size(index);
      if (start < element.scrollTop) element.scrollTop = start;
      else if (end > element.scrollTop + element.clientHeight) element.scrollTop = end - element.clientHeight;
    },
    [scroller],
  );

  const [first = 0, last = -1] = window.split(' ').map(Number);
  return { first, last, reveal };
}
