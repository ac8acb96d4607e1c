import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** What the children in a row take, px. What hangs from them, such as an open menu, is not counted. */
function widthOf(row: HTMLElement): number {
  const { left } = row.getBoundingClientRect();
  const ends = [...row.children].map(child => child.getBoundingClientRect().right - left);
  return Math.ceil(Math.max(0, ...ends) + Number.parseFloat(getComputedStyle(row).paddingRight));
}

/**
 * How much a row has to put away so that it fits into its width: from 0, nothing, to `most`. `key`: what the widths depend
 * on, such as the language.
 */
export function useCrowding(element: RefObject<HTMLElement | null>, key: string, most: number): number {
  const [room, setRoom] = useState(Infinity);
  /** What each step took, px, as far as it was tried and did not fit. */
  const [needed, setNeeded] = useState<{ readonly key: string; readonly px: readonly number[] }>({
    key,
    px: [],
  });
  const tried = needed.key === key ? needed.px : [];
  const fitting = tried.findIndex(px => room >= px);
  const crowding = Math.min(most, fitting === -1 ? tried.length : fitting);
  const latest = useRef({ crowding, tried });
  latest.current = { crowding, tried };

  // Before anything is painted: what sticks out is not seen.
  useLayoutEffect(() => {
    const { current } = element;
    const { crowding: step, tried: before } = latest.current;
    if (!current || step !== before.length || step >= most) return;
    const px = widthOf(current);
    if (px <= current.clientWidth) return;
    setNeeded({ key, px: [...before, px] });
    setRoom(current.clientWidth);
  });

  useEffect(() => {
    const { current } = element;
    if (!current) return undefined;
    const observer = new ResizeObserver(() => setRoom(current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return crowding;
}
