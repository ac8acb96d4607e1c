import { type RefObject, useCallback, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import type { RowLayout } from './row-layout.ts';
import { endsEarly, isTall, moved, placeOf, type View } from './tall-scroll.ts';

/** Rows drawn beyond what is on screen, on either side. */
const overscan = 8;
/** The window moves by this many rows at a time: drawing anew for each single one costs frames. */
const step = 4;

/** The bar comes to rest when it has not moved for this long, ms. */
const restMs = 200;

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
  /** How much further up rows stand in the element than in the layout, px: more than none in a list taller than elements can be. */
  readonly shift: number;
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
  const view = useRef<View>({ top: 0, place: 0, height: 0 });
  const anchor = useRef<Anchor | null>(null);
  const now = useRef({ layout, rows });

  const tell = useRef<() => void>(() => undefined);

  const hold = useCallback((): void => {
    const { top } = view.current;
    const shown = now.current;
    const index = shown.layout.at(top);
    const start = shown.layout.start(Math.max(0, index));
    anchor.current = { rows: shown.rows, id: shown.rows.at(index), index, start };
  }, []);

  /** Brings rows to the upper edge, and the bar to where it belongs then. */
  const scrollTo = useCallback(
    (offset: number): void => {
      const element = scroller.current;
      if (!element) return;
      const { height: whole } = now.current.layout;
      if (!isTall(whole)) {
        // The event of it does the rest.
        element.scrollTop = offset;
        return;
      }
      const height = element.clientHeight;
      const top = Math.max(0, Math.min(whole - height, offset));
      element.scrollTop = placeOf(top, whole, height);
      view.current = { top, place: element.scrollTop, height };
      hold();
      tell.current();
    },
    [scroller, hold],
  );

  const look = useCallback((): void => {
    const element = scroller.current;
    if (!element) return;
    const { height: whole } = now.current.layout;
    view.current = moved(view.current, element.scrollTop, whole, element.clientHeight);
    if (endsEarly(view.current, whole)) scrollTo(view.current.top);
    else hold();
  }, [scroller, hold, scrollTo]);

  const subscribe = useCallback(
    (changed: () => void): (() => void) => {
      const element = scroller.current;
      if (!element) return () => undefined;
      tell.current = changed;
      let rest: ReturnType<typeof setTimeout> | undefined;
      const settle = (): void => {
        const { top, place, height } = view.current;
        if (Math.abs(placeOf(top, now.current.layout.height, height) - place) > 1) scrollTo(top);
      };
      const scrolled = (): void => {
        look();
        changed();
        clearTimeout(rest);
        if (isTall(now.current.layout.height)) rest = setTimeout(settle, restMs);
      };
      const observer = new ResizeObserver(scrolled);
      observer.observe(element);
      element.addEventListener('scroll', scrolled, { passive: true });
      return () => {
        clearTimeout(rest);
        tell.current = () => undefined;
        observer.disconnect();
        element.removeEventListener('scroll', scrolled);
      };
    },
    [scroller, look, scrollTo],
  );

  const window = useSyncExternalStore(subscribe, () => {
    const { top, place, height } = view.current;
    const first = Math.max(0, layout.at(top) - overscan);
    const last = Math.min(layout.count - 1, layout.at(top + height) + overscan);
    return `${Math.floor(first / step) * step} ${Math.min(layout.count - 1, Math.ceil(last / step) * step)} ${top - place}`;
  });

  useLayoutEffect(() => {
    now.current = { layout, rows };
    const element = scroller.current;
    const held = anchor.current;
    if (!element) return;
    if (held && held.rows !== rows) scrollTo(0);
    // At the top one wants to see what comes.
    else if (held && held.index > 0) {
      const index = held.id === undefined ? -1 : rows.indexOf(held.id);
      const shift = layout.start(index < 0 ? Math.min(held.index, layout.count) : index) - held.start;
      // The browser may have moved the bar of a list that has become shorter.
      if (isTall(layout.height)) scrollTo(view.current.top + shift);
      else if (shift !== 0) element.scrollTop += shift;
    }
    look();
  }, [layout, rows, scroller, look, scrollTo]);

  const reveal = useCallback(
    (index: number): void => {
      const element = scroller.current;
      if (!element) return;
      const start = now.current.layout.start(index);
      const end = start + now.current.layout.size(index);
      const top = isTall(now.current.layout.height) ? view.current.top : element.scrollTop;
      if (start < top) scrollTo(start);
      else if (end > top + element.clientHeight) scrollTo(end - element.clientHeight);
    },
    [scroller, scrollTo],
  );

  const [first = 0, last = -1, shift = 0] = window.split(' ').map(Number);
  return { first, last, shift, reveal };
}
