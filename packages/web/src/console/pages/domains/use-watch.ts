import { useCallback, useEffect, useRef, useState } from 'react';
import { useConsole } from '../../session.ts';
import { type Domain, type DomainRecords, domainPath } from './types.ts';

/** When the DNS is looked at again by itself, s after the page was opened; then every minute. */
const firstLooks = [5, 15, 30];
const everySeconds = 60;

interface Watched {
  readonly domain: Domain;
  readonly records: DomainRecords;
}

export interface Watch {
  readonly value: Watched | null;
  readonly failure: unknown;
  readonly checking: boolean;
  /** Seconds until the next look by itself; null: all is in effect, nothing is watched. */
  readonly nextIn: number | null;
  /** Records that came into effect at the last look, by host. */
  readonly news: readonly string[];
  readonly checkNow: () => void;
  readonly reload: () => void;
}

function complete({ domain, records }: Watched): boolean {
  return (
    records.superfluous.length === 0 &&
    domain.state === 'active' &&
    records.records.every(({ state }) => state === 'ok')
  );
}

/** Reads a domain with its records, and looks into the DNS again and again while the page is open. */
export function useWatch(name: string): Watch {
  const { api } = useConsole();
  const [value, setValue] = useState<Watched | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [checking, setChecking] = useState(false);
  const [news, setNews] = useState<readonly string[]>([]);
  const [nextIn, setNextIn] = useState<number | null>(firstLooks[0] ?? everySeconds);
  const looks = useRef(0);
  const opened = useRef(Date.now());
  const dueAt = useRef(Date.now() + (firstLooks[0] ?? everySeconds) * 1000);
  const shown = useRef<Watched | null>(null);
  const busy = useRef(false);
  const left = useRef(false);

  const read = useCallback(
    async (look: boolean): Promise<void> => {
      if (busy.current) return;
      busy.current = true;
      setChecking(look);
      try {
        const path = domainPath(name);
        const domain = look ? await api.post<Domain>(`${path}/check`) : await api.get<Domain>(path);
        const records = await api.get<DomainRecords>(`${path}/records`);
        if (left.current) return;
        const before = new Map(shown.current?.records.records.map(one => [one.id, one.state]));
        const live = records.records.filter(
          ({ id, state }) => state === 'ok' && before.has(id) && before.get(id) !== 'ok',
        );
        if (look) setNews(live.map(({ type, host }) => `${type} ${host}`));
        shown.current = { domain, records };
        setValue(shown.current);
        setFailure(null);
      } catch (error) {
        if (!left.current) setFailure(error);
      } finally {
        busy.current = false;
        if (!left.current) setChecking(false);
      }
    },
    [api, name],
  );

  useEffect(() => {
    left.current = false;
    void read(false);
    const timer = setInterval(() => {
      if (shown.current && complete(shown.current)) {
        setNextIn(null);
        return;
      }
      const now = Date.now();
      if (now >= dueAt.current && !busy.current && document.visibilityState === 'visible') {
        looks.current += 1;
        const seconds = firstLooks[looks.current];
        dueAt.current = seconds === undefined ? now + everySeconds * 1000 : opened.current + seconds * 1000;
        void read(true);
      }
      setNextIn(Math.max(1, Math.ceil((dueAt.current - Date.now()) / 1000)));
    }, 1000);
    return () => {
      left.current = true;
      clearInterval(timer);
    };
  }, [read]);

  return {
    value,
    failure,
    checking,
    nextIn,
    news,
    checkNow: () => void read(true),
    reload: () => void read(false),
  };
}
