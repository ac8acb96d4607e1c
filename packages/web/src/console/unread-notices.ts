import { createContext, useCallback, useEffect, useState } from 'react';
import { useConsole } from './session.ts';

/** Waits before it is counted, so that the page has its turn, and how often it is counted again, ms. */
const idleMs = 1500;
const everyMs = 60_000;

/** How many notices the administrator has not seen, and how to say that all up to one are seen. */
export interface UnreadNotices {
  readonly count: number;
  readonly seen: (upTo: number) => void;
}

export const NoticesContext = createContext<UnreadNotices>({ count: 0, seen: () => undefined });

/** Counts in the background, while somebody looks. */
export function useUnreadNotices(): UnreadNotices {
  const { api } = useConsole();
  const [count, setCount] = useState(0);
  const ask = useCallback(async (): Promise<void> => {
    const found = await api.get<{ count: number }>('/notices/unread');
    setCount(found.count);
  }, [api]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const later = (ms: number): void => {
      timer = setTimeout(() => {
        const asked = document.visibilityState === 'visible' ? ask().catch(() => undefined) : null;
        void Promise.resolve(asked).then(() => later(everyMs));
      }, ms);
    };
    later(idleMs);
    return () => clearTimeout(timer);
  }, [ask]);
  const seen = useCallback(
    (upTo: number): void =>
      void api
        .post('/notices/read', { upTo })
        .then(ask)
        .catch(() => undefined),
    [api, ask],
  );
  return { count, seen };
}
