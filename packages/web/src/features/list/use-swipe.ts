import { useMemo, useRef } from 'react';

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
  readonly onTouchMove: (event: React.TouchEvent) => void;
  readonly onTouchEnd: (event: React.TouchEvent) => void;
  readonly onTouchCancel: () => void;
  readonly onClickCapture: (event: React.MouseEvent) => void;
}

/** Drawing a row to the left or right with a finger; both actions stand in menus, too. */
export function useSwipe(act: (id: string, direction: 'left' | 'right') => void): SwipeHandlers {
  const latest = useRef(act);
  latest.current = act;
  return useMemo(() => {
    let swipe: Swipe | null = null;
    let swallow = false;

    const release = (): void => {
      if (!swipe) return;
      swipe.row.style.transform = '';
      delete swipe.row.dataset['swipe'];
      swipe = null;
    };

    return {
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
      onTouchMove(event) {
        const touch = event.touches[0];
        if (!swipe || !touch) return;
        const across = touch.clientX - swipe.startX;
        const down = Math.abs(touch.clientY - swipe.startY);
        if (!swipe.sideways) {
          if (down > slack) return release();
          if (Math.abs(across) < slack) return;
          swipe.sideways = true;
        }
        swipe.row.style.transform = `translateX(${across}px)`;
        swipe.row.dataset['swipe'] = Math.abs(across) < threshold ? 'begun' : across < 0 ? 'left' : 'right';
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
  }, []);
}
