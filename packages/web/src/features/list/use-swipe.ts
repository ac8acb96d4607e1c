import { type RefObject, useEffect, useMemo, useRef } from 'react';

/** How far a row must be drawn to mean it, px. */
const threshold = 88;
/** Below this a touch is a tap or a scroll, px. */
const slack = 12;

interface Swipe {
  readonly row: HTMLElement;
  readonly id: string;
  readonly startX: number;
  readonly startY: number;
  sideways: boolean;
}

interface SwipeHandlers {
  readonly onTouchStart: (event: React.TouchEvent) => void;
  readonly onTouchEnd: (event: React.TouchEvent) => void;
  readonly onTouchCancel: () => void;
  readonly onClickCapture: (event: React.MouseEvent) => void;
}

/**
 * Drawing a row of `list` to the left or right with a finger; both actions stand in menus, too. `on`: whether rows can be
 * drawn now.
 */
export function useSwipe(
  list: RefObject<HTMLElement | null>,
  on: boolean,
  act: (id: string, direction: 'left' | 'right') => void,
): SwipeHandlers | null {
  const latest = useRef(act);
  latest.current = act;
  const { handlers, move } = useMemo(() => {
    let swipe: Swipe | null = null;
    let swallow = false;

    const release = (): void => {
      if (!swipe) return;
      swipe.row.style.transform = '';
      delete swipe.row.dataset['swipe'];
      swipe = null;
    };

    const move = (event: TouchEvent): void => {
      const touch = event.touches[0];
      if (!swipe || !touch) return;
      const across = touch.clientX - swipe.startX;
      const down = Math.abs(touch.clientY - swipe.startY);
      if (!swipe.sideways) {
        if (down > slack) return release();
        if (Math.abs(across) < slack) return;
        swipe.sideways = true;
      }
      // Otherwise the browser takes it for the start of a throw, and the next tap for the hand that stops it.
      if (event.cancelable) event.preventDefault();
      swipe.row.style.transform = `translateX(${across}px)`;
      swipe.row.dataset['swipe'] = Math.abs(across) < threshold ? 'begun' : across < 0 ? 'left' : 'right';
    };

    const handlers: SwipeHandlers = {
      onTouchStart(event) {
        swallow = false;
        const touch = event.touches[0];
        const row = (event.target as HTMLElement).closest<HTMLElement>('.mail-row[data-mail]');
        if (!touch || !row || event.touches.length > 1) return release();
        swipe = {
          row,
          id: row.dataset['mail'] ?? '',
          startX: touch.clientX,
          startY: touch.clientY,
          sideways: false,
        };
      },
      onTouchEnd(event) {
        const done = swipe;
        const touch = event.changedTouches[0];
        release();
        if (!done?.sideways || !touch) return;
        swallow = true;
        const across = touch.clientX - done.startX;
        if (Math.abs(across) >= threshold) latest.current(done.id, across < 0 ? 'left' : 'right');
      },
      onTouchCancel: release,
      /** The click that a browser makes of the touch must not open the mail. */
      onClickCapture(event) {
        if (!swallow) return;
        swallow = false;
        event.stopPropagation();
        event.preventDefault();
      },
    };
    return { handlers, move };
  }, []);
  // Not through React: its listeners are passive and may prevent nothing.
  useEffect(() => {
    const element = on ? list.current : null;
    element?.addEventListener('touchmove', move, { passive: false });
    return () => element?.removeEventListener('touchmove', move);
  }, [list, on, move]);
  return on ? handlers : null;
}
