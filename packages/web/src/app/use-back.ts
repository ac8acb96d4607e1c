import { useEffect, useRef } from 'react';

/** Makes going back (a phone's Back, the browser's arrow) close a layer of the page rather than leave the page under it. */
export function useBack(open: boolean, close: () => void): void {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    if (!open) return undefined;
    const layer = Math.random();
    const onTop = (): boolean => (history.state as { layer?: unknown } | null)?.layer === layer;
    history.pushState({ layer }, '');
    const popped = (): void => {
      if (!onTop()) latest.current();
    };
    addEventListener('popstate', popped);
    return () => {
      removeEventListener('popstate', popped);
      // Closed by other means: its step goes, too. After going elsewhere it lies below and stays.
      if (onTop()) history.back();
    };
  }, [open]);
}
