import type { MailStore } from '../jmap/mail-store.ts';
import { everyId } from '../jmap/many/bulk.ts';
import type { MessageList } from '../jmap/message-list.ts';
import { Observable } from '../jmap/observable.ts';
import { type ListQuery, queryKey, toFilter } from '../jmap/query.ts';
import type { EmailRow, Mailbox } from '../jmap/types.ts';
import { Selection } from './mails/selection.ts';
import { formatRoute, type Page, type Place, parseRoute, type Route, splitAccount } from './route.ts';

/** Where the person is in the mail: place, row of the keyboard, selection. */
export class MailNavigation extends Observable {
  readonly store: MailStore;
  /** Another account's id; null: one's own. */
  readonly account: string | null;
  route: Route;
  only: ListQuery['only'] = 'all';
  /** Row the keyboard is on; null until something was opened or moved to. */
  cursor: string | null = null;
  readonly selection = new Selection();
  /** A press on a row chooses it, even while none is chosen: how a finger begins (选择). */
  choosing = false;
  #anchor: string | null = null;
  /** A row that was chosen for a menu only: whoever goes on leaves it behind. */
  #passing: string | null = null;
  /** Where the cursor's row stood when it was last used; -1: nowhere yet. */
  #cursorAt = -1;

  constructor(store: MailStore, account: string | null = null) {
    super();
    this.store = store;
    this.account = account;
    const { account: asked, rest } = splitAccount(location.hash);
    this.route = parseRoute(asked === account ? rest : '');
  }

  /** Follows the address bar. Returns a function that stops. */
  start(): () => void {
    const follow = (): void => this.#follow();
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }

  /** Goes where the address bar says. */
  #follow(): void {
    const { account, rest } = splitAccount(location.hash);
    // Another account's screen takes over.
    if (account !== this.account) return;
    const next = parseRoute(rest);
    // A page keeps the place it was opened from: leaving it leads back there.
    this.route = next.page ? { ...this.route, page: next.page } : next;
    if (this.route.mailId) this.cursor = this.route.mailId;
    this.changed();
  }

  /** Takes the address bar there. At once: what is done next begins at the new place. */
  #turn(route: Route): void {
    location.hash = this.#hash(route);
    this.#follow();
  }

  /** The address of a place. Pages belong to one's own account. */
  #hash(route: Route): string {
    const hash = formatRoute(route);
    return this.account === null || route.page
      ? hash
      : `#/@${encodeURIComponent(this.account)}${hash.slice(1)}`;
  }

  /** The mailbox on screen, if it is one. */
  get mailbox(): Mailbox | undefined {
    const { place } = this.route;
    if (place.kind !== 'folder') return undefined;
    return this.store.mailboxByRole(place.folder) ?? this.store.mailboxes.get(place.folder);
  }

  get query(): ListQuery {
    const { place } = this.route;
    return {
      mailboxId:
        place.kind === 'folder' ? (this.mailbox?.id ?? this.store.mailboxByRole('inbox')?.id ?? null) : null,
      keyword: this.#keywordOf(place),
      only: this.only,
      text: place.kind === 'search' ? place.text : '',
    };
  }

  #keywordOf(place: Place): string | null {
    if (place.kind === 'starred') return '$flagged';
    if (place.kind === 'todo' || place.kind === 'done') return `$${place.kind}`;
    // A label that is gone shows an empty list.
    if (place.kind === 'label') return this.store.personal.labels.get(place.label)?.keyword ?? '$gone';
    return null;
  }

  get list(): MessageList {
    const list = this.store.list(this.query);
    this.store.show(list);
    return list;
  }

  go(place: Place): void {
    this.only = 'all';
    this.choosing = false;
    this.selection.clear();
    this.cursor = null;
    this.#cursorAt = -1;
    this.#turn({ place, mailId: null, page: null });
  }

  /** Opens a page in place of list and reader. */
  visit(name: Page['name'], section: string = ''): void {
    this.#turn({ ...this.route, page: { name, section } });
  }

  /** Leaves the page for the list it was opened from. */
  leavePage(): void {
    if (!this.route.page) return;
    this.#turn({ ...this.route, page: null });
  }

  open(mailId: string | null): void {
    if (mailId) {
      this.cursor = mailId;
      this.#cursorAt = this.list.indexOf(mailId);
    }
    const route = { ...this.route, mailId };
    // Reading one after the other is one step back, not fifty.
    if (this.route.mailId && mailId) {
      history.replaceState(null, '', this.#hash(route));
      this.#follow();
    } else this.#turn(route);
  }

  show(only: ListQuery['only']): void {
    this.only = only;
    this.changed();
  }

  /** Moves by `step` rows; opens the row reached when a mail is open. */
  move(step: number): void {
    const { list } = this;
    const found = this.cursor ? list.indexOf(this.cursor) : -1;
    // A row whose conversation went on stands elsewhere under another id: one goes on from where it stood.
    const at = found < 0 && this.cursor ? this.#cursorAt : found;
    this.#goTo(at < 0 ? 0 : at + step);
  }

  moveTo(end: 'first' | 'last'): void {
    this.#goTo(end === 'first' ? 0 : Infinity);
  }

  /** Goes to a row, one that nobody has looked at yet once it is here. */
  #goTo(index: number): void {
    this.#letGo();
    const { list, cursor } = this;
    const next = Math.max(0, Math.min((list.total ?? 1) - 1, index));
    list.ensure(next, next + 10);
    const id = list.at(next);
    if (id) return this.#stand(id, next);
    void list.reach(next).then(found => {
      if (found && this.list === list && this.cursor === cursor) this.#stand(found, next);
    });
  }

  #stand(id: string, index: number): void {
    this.cursor = id;
    this.#cursorAt = index;
    this.#anchor = id;
    if (this.route.mailId) this.open(id);
    else this.changed();
  }

  /** The mails behind rows that are known: whole conversations, as far as they lie in the mailbox on screen. */
  protected mailsOf(ids: readonly string[]): EmailRow[] {
    const { mailboxId } = this.query;
    const mails = new Map<string, EmailRow>();
    for (const id of ids) {
      const row = this.store.row(id);
      if (!row) continue;
      for (const member of this.store.threadOf(row)) {
        if (member.id === id || (mailboxId && mailboxId in member.mailboxIds)) mails.set(member.id, member);
      }
    }
    return [...mails.values()];
  }

  /** Chooses a row for a menu that a key opens: one sees which mail is meant. Going on to another row lets it go. */
  chooseInPassing(id: string): void {
    this.toggle(id);
    this.#passing = id;
  }

  #letGo(): void {
    const passing = this.#passing;
    this.#passing = null;
    if (passing !== null && this.selection.size === 1 && this.selection.has(passing)) this.clearSelection();
  }

  toggle(id: string): void {
    this.#passing = null;
    // Where all mails were chosen one by one, a row stands for those of its conversation.
    const members = this.selection.exact ? this.mailsOf([id]).map(mail => mail.id) : [];
    if (this.selection.has(id)) this.selection.remove([id, ...members]);
    else for (const member of [id, ...members]) this.selection.add(member);
    this.#anchor = id;
    this.cursor = id;
    this.changed();
  }

  /** Selects from the last one touched to `id`. */
  extendTo(id: string): void {
    const { list } = this;
    const from = this.#anchor ? list.indexOf(this.#anchor) : list.indexOf(id);
    const to = list.indexOf(id);
    for (let index = Math.min(from, to); index <= Math.max(from, to); index += 1) {
      const member = list.at(index);
      if (member) this.selection.add(member);
    }
    this.cursor = id;
    this.changed();
  }

  /** Extends the selection by one row, as Shift with an arrow does. */
  extendBy(step: number): void {
    const { list } = this;
    if (!this.cursor) return this.move(step);
    this.#anchor ??= this.cursor;
    const id = list.at(list.indexOf(this.cursor) + step);
    if (id) this.extendTo(id);
  }

  /**
   * Chooses every mail of the list on screen, loaded or not, as the list is now: what arrives later is not among them.
   * Returns how many they are; null when the person went elsewhere meanwhile.
   */
  protected async selectEvery(): Promise<number | null> {
    const key = queryKey(this.query);
    const ids = await everyId(this.store.client, toFilter(this.query, this.store));
    if (key !== queryKey(this.query)) return null;
    this.selection.takeAll(ids);
    this.changed();
    return ids.length;
  }

  /** Chooses the rows that are here: all one can have without a network. */
  protected selectLoaded(): void {
    for (const id of this.list.loadedIds) this.selection.add(id);
    this.changed();
  }

  choose(): void {
    this.choosing = true;
    this.changed();
  }

  /** Whether a press on a row chooses it. */
  get isChoosing(): boolean {
    return this.choosing || this.selection.size > 0;
  }

  clearSelection(): void {
    this.choosing = false;
    this.selection.clear();
    this.changed();
  }

  /** What an action applies to: the selection, else the open mail, else the row the keyboard is on. */
  get targets(): readonly string[] {
    if (this.selection.size) return this.selection.ids;
    const id = this.route.mailId ?? this.cursor;
    return id && this.store.row(id) ? [id] : [];
  }
}
