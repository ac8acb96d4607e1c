import type { MailStore } from './mail-store.ts';

/** Whether the server's announcements reach us. */
export type Connection = 'on' | 'off';

interface StateChange {
  readonly changed: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Listens for state changes (RFC 8620 §7.3) of all accounts that are open; the first is one's own. The browser reconnects
 * by itself; after each break the stores are brought up to date. Returns a function that stops.
 */
export function listen(
  stores: () => readonly MailStore[],
  tell: (connection: Connection) => void,
  startsOff = false,
): () => void {
  const [first] = stores();
  if (!first) return () => undefined;
  const own = first;
  const url = own.client.session.eventSourceUrl
    .replace('{types}', encodeURIComponent(['Email', 'Mailbox', ...own.personal.types].join(',')))
    .replace('{closeafter}', 'no')
    .replace('{ping}', '60');
  let source: EventSource | null = null;
  let broken = startsOff;
  const running = new Map<MailStore, Promise<boolean>>();
  let timer: ReturnType<typeof setTimeout> | null = null;

  /** Resolves with whether it could be done. */
  const sync = (store: MailStore, states?: Readonly<Record<string, string>>): Promise<boolean> => {
    // One after the other: two at once would read the same changes twice.
    const before = running.get(store) ?? Promise.resolve(true);
    const now = before
      .then(() => store.sync(states))
      .then(
        () => true,
        () => {
          // Left undone: the next announcement, or being back, does it.
          broken = true;
          return false;
        },
      );
    running.set(store, now);
    return now;
  };
  const syncAll = (): void => {
    for (const store of stores()) void sync(store);
  };
  let asking = false;
  /** The announcements stopped: asks whether the server is away. When the session has ended, asking waits for the next one. */
  const ask = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    const well = await sync(own);
    asking = false;
    if (!well) tell('off');
  };

  function open(): void {
    source = new EventSource(url, { withCredentials: true });
    source.addEventListener('open', () => {
      tell('on');
      if (broken) syncAll();
      else void own.catchUp().catch(() => undefined);
      broken = false;
    });
    source.addEventListener('state', event => {
      const change = JSON.parse((event as MessageEvent<string>).data) as StateChange;
      for (const store of stores()) {
        const states = change.changed[store.client.accountId];
        if (states) void sync(store, states);
      }
    });
    source.addEventListener('error', () => {
      broken = true;
      if (!navigator.onLine) tell('off');
      if (source?.readyState === EventSource.CLOSED) {
        // Refused: the browser does not try again by itself.
        timer = setTimeout(open, 5000);
      }
      void ask();
    });
  }

  const online = (): void => {
    syncAll();
    tell('on');
  };
  const offline = (): void => tell('off');
  addEventListener('online', online);
  addEventListener('offline', offline);
  // A broken line is looked after at once; else the list has the line to itself.
  const later = startsOff ? undefined : own.afterFirstList(open);
  if (startsOff) open();
  return () => {
    later?.();
    source?.close();
    if (timer) clearTimeout(timer);
    removeEventListener('online', online);
    removeEventListener('offline', offline);
  };
}
