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
  const running = new Map<MailStore, Promise<void>>();
  let timer: ReturnType<typeof setTimeout> | null = null;

  const sync = (store: MailStore, states?: Readonly<Record<string, string>>): void => {
    // One after the other: two at once would read the same changes twice.
    const before = running.get(store) ?? Promise.resolve();
    running.set(
      store,
      before
        .then(() => store.sync(states))
        .catch(() => {
          // Left undone: the next announcement, or being back, does it.
          broken = true;
        }),
    );
  };
  const syncAll = (): void => {
    for (const store of stores()) sync(store);
  };

  function open(): void {
    source = new EventSource(url, { withCredentials: true });
    source.addEventListener('open', () => {
      tell('on');
      if (broken) syncAll();
      broken = false;
    });
    source.addEventListener('state', event => {
      const change = JSON.parse((event as MessageEvent<string>).data) as StateChange;
      for (const store of stores()) {
        const states = change.changed[store.client.accountId];
        if (states) sync(store, states);
      }
    });
    source.addEventListener('error', () => {
      broken = true;
      if (!navigator.onLine) tell('off');
      if (source?.readyState === EventSource.CLOSED) {
        // Refused: the session may have ended, which asking shows. Otherwise the server is away.
        sync(own);
        if (!own.client.gate.closed) tell('off');
        timer = setTimeout(open, 5000);
      }
    });
  }

  const online = (): void => {
    syncAll();
    tell('on');
  };
  const offline = (): void => tell('off');
  addEventListener('online', online);
  addEventListener('offline', offline);
  open();
  return () => {
    source?.close();
    if (timer) clearTimeout(timer);
    removeEventListener('online', online);
    removeEventListener('offline', offline);
  };
}
