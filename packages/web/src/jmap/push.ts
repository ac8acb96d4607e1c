import type { MailStore } from './mail-store.ts';

/** Whether the server's announcements reach us. */
export type Connection = 'on' | 'off';

interface StateChange {
  readonly changed: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Listens for state changes (RFC 8620 §7.3). The browser reconnects by itself; after each break the store is brought
 * up to date. Returns a function that stops.
 */
export function listen(store: MailStore, tell: (connection: Connection) => void): () => void {
  const url = store.client.session.eventSourceUrl
    .replace('{types}', encodeURIComponent(['Email', 'Mailbox', ...store.personal.types].join(',')))
    .replace('{closeafter}', 'no')
    .replace('{ping}', '60');
  let source: EventSource | null = null;
  let broken = false;
  let running: Promise<void> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | null = null;

  const sync = (states?: Readonly<Record<string, string>>): void => {
    // One after the other: two at once would read the same changes twice.
    running = running.then(() => store.sync(states)).catch(() => undefined);
  };

  function open(): void {
    source = new EventSource(url, { withCredentials: true });
    source.addEventListener('open', () => {
      tell('on');
      if (broken) sync();
      broken = false;
    });
    source.addEventListener('state', event => {
      const change = JSON.parse((event as MessageEvent<string>).data) as StateChange;
      const states = change.changed[store.client.accountId];
      if (states) sync(states);
    });
    source.addEventListener('error', () => {
      broken = true;
      if (!navigator.onLine) tell('off');
      if (source?.readyState === EventSource.CLOSED) {
        tell('off');
        timer = setTimeout(open, 5000);
      }
    });
  }

  const online = (): void => {
    sync();
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
