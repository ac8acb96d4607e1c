import type { Draft } from '../../features/composer/draft.ts';
import { JmapClient } from '../../jmap/client.ts';
import { MailStore } from '../../jmap/mail-store.ts';
import { Observable } from '../../jmap/observable.ts';
import { keepAccount } from '../../jmap/offline/keep-account.ts';
import { type Connection, listen } from '../../jmap/push.ts';
import type { MailApp } from '../mail-app.ts';
import { splitAccount } from '../route.ts';

/** An account beside one's own: a public mailbox (PUB-06), or a colleague who shares folders. */
export interface OtherAccount {
  readonly id: string;
  /** Its address. */
  readonly name: string;
  readonly readOnly: boolean;
  /** Whether mail can be sent from it. */
  readonly sends: boolean;
  readonly store: MailStore;
}

/** One's own account and those one may use, and which of them is on screen. The address bar decides: `#/@a5/f/inbox`. */
export class Accounts extends Observable {
  readonly own: MailApp;
  readonly others: readonly OtherAccount[];
  readonly #make: (store: MailStore, account: string | null) => MailApp;
  readonly #apps = new Map<string, MailApp>();
  readonly #started = new Map<string, Promise<void>>();
  #current: MailApp;
  #connection: Connection;
  /** An answer that goes out from one's own account, on its way to that screen. */
  #handed: Draft | null = null;

  /** `connection`: off when the account is shown as it was kept in this browser. */
  constructor(
    own: MailStore,
    make: (store: MailStore, account: string | null) => MailApp,
    connection: Connection = 'on',
  ) {
    super();
    this.#connection = connection;
    this.#make = make;
    this.own = make(own, null);
    this.#current = this.own;
    const { session, accountId } = own.client;
    this.others = Object.entries(session.accounts)
      .filter(([id]) => id !== accountId)
      .map(([id, { name, isReadOnly = false, accountCapabilities }]) => ({
        id,
        name,
        readOnly: isReadOnly,
        sends: 'urn:ietf:params:jmap:submission' in accountCapabilities,
        store: new MailStore(new JmapClient(session, id, own.client.gate), own.personal),
      }));
    for (const { store } of this.others) store.subscribe(() => this.changed());
  }

  /** The account on screen. */
  get current(): MailApp {
    return this.#current;
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** The stores that have been read, one's own first. */
  get stores(): readonly MailStore[] {
    return [
      this.own.store,
      ...this.others.filter(({ store }) => store.mailboxes.size > 0).map(({ store }) => store),
    ];
  }

  /** Follows the address bar and the server's announcements. Returns a function that stops. */
  start(): () => void {
    const follow = (): void => void this.#follow(splitAccount(location.hash).account);
    follow();
    addEventListener('hashchange', follow);
    // Unread numbers of the other mailboxes, when the first screen is done with its own.
    const later = setTimeout(() => {
      for (const other of this.others) this.#read(other).catch(() => undefined);
    }, 1500);
    const stopKeeping = keepAccount(this.own.store);
    const stop = listen(
      () => this.stores,
      connection => {
        if (connection === this.#connection) return;
        this.#connection = connection;
        this.changed();
      },
      this.#connection === 'off',
    );
    return () => {
      removeEventListener('hashchange', follow);
      clearTimeout(later);
      stopKeeping();
      stop();
    };
  }

  /** Reads an account's folders, once; a failure may be tried again. */
  #read({ id, store }: OtherAccount): Promise<void> {
    let reading = this.#started.get(id);
    if (!reading) {
      reading = store.start();
      this.#started.set(id, reading);
      reading.catch(() => this.#started.delete(id));
    }
    return reading;
  }

  async #follow(account: string | null): Promise<void> {
    const other = this.others.find(({ id }) => id === account);
    if (!other) return this.#show(this.own);
    try {
      await this.#read(other);
    } catch (error) {
      this.#current.report(error);
      return;
    }
    let app = this.#apps.get(other.id);
    if (!app) {
      app = this.#make(other.store, other.id);
      this.#apps.set(other.id, app);
    }
    // The person may have gone on meanwhile.
    if (splitAccount(location.hash).account === other.id) this.#show(app);
  }

  #show(app: MailApp): void {
    if (app === this.#current) return;
    this.#current = app;
    this.changed();
  }

  /** The other account on screen; null: one's own. */
  get shown(): OtherAccount | null {
    return this.others.find(({ store }) => store === this.#current.store) ?? null;
  }

  /** Goes to an account's inbox; null: one's own. */
  go(id: string | null): void {
    location.hash = id === null ? '#/f/inbox' : `#/@${encodeURIComponent(id)}/f/inbox`;
  }

  /** Takes an answer over to one's own account: where it was begun nothing can be sent from. Files are copied there. */
  async handOver(draft: Draft, from: MailStore): Promise<void> {
    const blobIds = draft.content.files.flatMap(({ blobId }) => blobId ?? []);
    const { client } = this.own.store;
    const { copied } = blobIds.length
      ? await client.one<{ copied: Readonly<Record<string, string>> | null }>('Blob/copy', {
          fromAccountId: from.client.accountId,
          blobIds,
        })
      : { copied: null };
    const files = draft.content.files.flatMap(file => {
      const blobId = copied?.[file.blobId ?? ''];
      return blobId ? [{ ...file, blobId }] : [];
    });
    this.#handed = { ...draft, content: { ...draft.content, files } };
    this.go(null);
    this.changed();
  }

  /** The answer that waits for one's own screen, once. */
  takeHanded(): Draft | null {
    const draft = this.#handed;
    this.#handed = null;
    return draft;
  }
}
