import type { FetchItem } from '@hongyan/formats/imap/arguments/fetch-items.ts';
import type { EventGroup } from '@hongyan/formats/imap/arguments/notify.ts';
import type { Session } from '../session.ts';
import { type Names, namesOf, tellOthers, tellStatus } from './tell-others.ts';
import { tellSelected } from './tell-selected.ts';

/** What is wanted of the selected mailbox. */
export interface SelectedEvents {
  readonly flags: boolean;
  readonly items: readonly FetchItem[];
  /** EXPUNGE may come between commands: the client does not use message numbers (RFC 5465 §6.1). */
  readonly immediately: boolean;
}

/**
 * What NOTIFY has asked for (RFC 5465): tells the client of events between its commands. Only while it rests, that is,
 * while the session waits for a command, is anything written.
 */
export class NotifyWatch implements Disposable {
  readonly #session: Session;
  readonly #groups: readonly EventGroup[];
  /** One for each account in which something is looked at. */
  readonly #subscriptions = new Map<number, Disposable>();
  #names: Names;
  #dirty = false;
  #ended = false;
  #resting = false;
  #work: Promise<void> | null = null;

  private constructor(session: Session, groups: readonly EventGroup[], names: Names) {
    this.#session = session;
    this.#groups = groups;
    this.#names = names;
    this.#listen(session.scope.accountId);
    this.#listenTo(names);
  }

  /** Begins to watch; writes STATUS of what is watched if `status`. */
  static async begin(session: Session, groups: readonly EventGroup[], status: boolean): Promise<NotifyWatch> {
    const watch = new NotifyWatch(session, groups, new Map());
    watch.#names = await namesOf(session);
    watch.#listenTo(watch.#names);
    if (status) tellStatus(session, groups, watch.#names);
    return watch;
  }

  /** What is wanted of the selected mailbox; null for nothing. */
  get selectedEvents(): SelectedEvents | null {
    const group = this.#groups.find(
      ({ filter }) => filter.of === 'selected' || filter.of === 'selected-delayed',
    );
    if (!group?.events.has('MessageNew')) return null;
    const { events, items, filter } = group;
    return { flags: events.has('FlagChange'), items, immediately: filter.of === 'selected' };
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions.values()) subscription[Symbol.dispose]();
    this.#subscriptions.clear();
    this.#resting = false;
    this.#ended = true;
  }

  #listen(accountId: number): void {
    if (this.#ended || this.#subscriptions.has(accountId)) return;
    const { notifier } = this.#session.mail;
    this.#subscriptions.set(
      accountId,
      notifier.subscribe(accountId, () => this.#notice()),
    );
  }

  #listenTo(names: Names): void {
    for (const { mailbox } of names.values()) {
      if (mailbox !== null) this.#listen(mailbox.realm.scope.accountId);
    }
  }

  #notice(): void {
    this.#dirty = true;
    this.#deliver();
  }

  /** The session waits for a command: news may be told now. */
  rest(): void {
    this.#resting = true;
    this.#deliver();
  }

  /** A command has come. Resolves when nothing is written any more. */
  async wake(): Promise<void> {
    this.#resting = false;
    await this.#work;
  }

  #deliver(): void {
    if (!this.#dirty || !this.#resting || this.#work !== null) return;
    this.#dirty = false;
    this.#work = this.#tell()
      .catch((error: unknown) => this.#session.log.warn('imap.notify_failed', { error }))
      .finally(() => {
        this.#work = null;
        this.#deliver();
      });
  }

  async #tell(): Promise<void> {
    const session = this.#session;
    const now = await namesOf(session);
    tellOthers(session, this.#groups, this.#names, now);
    this.#names = now;
    this.#listenTo(now);
    const immediately = this.selectedEvents?.immediately ?? false;
    const stays = session.state !== 'selected' || (await tellSelected(session, immediately, false));
    session.flushOutput();
    await session.connection.flush();
    // The session waits for a command; only the end of the connection ends that.
    if (!stays) void session.connection.close();
  }
}
