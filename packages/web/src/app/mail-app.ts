import type { MailPhrases } from '@hongyan/phrases/mail/zh.ts';
import { JmapError } from '../jmap/client.ts';
import type { EmailPatch, MailStore } from '../jmap/mail-store.ts';
import type { MessageList } from '../jmap/message-list.ts';
import { Observable } from '../jmap/observable.ts';
import type { ListQuery } from '../jmap/query.ts';
import type { EmailRow, Mailbox } from '../jmap/types.ts';
import type { Toasts } from '../ui/toasts.tsx';
import { formatRoute, parseRoute, type Route } from './route.ts';

/** Words for a failure, with its code. */
export function explain(error: unknown, texts: MailPhrases): string {
  const code = error instanceof JmapError ? error.code : 'client';
  const known: Readonly<Record<string, string>> = {
    network: texts.error.network,
    signedOut: texts.error.gone,
    overQuota: texts.error.full,
    forbidden: texts.error.forbidden,
    forbiddenFrom: texts.error.forbidden,
    tooLarge: texts.error.tooLarge,
    invalidRecipients: texts.error.recipients,
  };
  return `${known[code] ?? texts.error.ours}（${texts.error.code(code)}）`;
}

/** What the mail screen is showing and what can be done from it. */
export class MailApp extends Observable {
  readonly store: MailStore;
  readonly toasts: Toasts;
  readonly #texts: () => MailPhrases;
  route: Route = parseRoute(location.hash);
  only: ListQuery['only'] = 'all';
  /** Row the keyboard is on; null until something was opened or moved to. */
  cursor: string | null = null;
  readonly selection = new Set<string>();
  #anchor: string | null = null;

  constructor(store: MailStore, toasts: Toasts, texts: () => MailPhrases) {
    super();
    this.store = store;
    this.toasts = toasts;
    this.#texts = texts;
  }

  /** Follows the address bar. Returns a function that stops. */
  start(): () => void {
    const follow = (): void => {
      this.route = parseRoute(location.hash);
      if (this.route.mailId) this.cursor = this.route.mailId;
      this.changed();
    };
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
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
      starred: place.kind === 'starred',
      only: this.only,
      text: place.kind === 'search' ? place.text : '',
    };
  }

  get list(): MessageList {
    const list = this.store.list(this.query);
    this.store.show(list);
    return list;
  }

  go(place: Route['place']): void {
    this.only = 'all';
    this.selection.clear();
    this.cursor = null;
    location.hash = formatRoute({ place, mailId: null });
  }

  open(mailId: string | null): void {
    if (mailId) this.cursor = mailId;
    const next = formatRoute({ ...this.route, mailId });
    // Reading one after the other is one step back, not fifty.
    if (this.route.mailId && mailId) {
      history.replaceState(null, '', next);
      this.route = parseRoute(next);
      this.changed();
    } else location.hash = next;
  }

  show(only: ListQuery['only']): void {
    this.only = only;
    this.changed();
  }

  /** Moves by `step` rows; opens the row reached when a mail is open. */
  move(step: number): void {
    const { list } = this;
    const at = this.cursor ? list.indexOf(this.cursor) : -1;
    const next = at < 0 ? 0 : Math.max(0, Math.min((list.total ?? 1) - 1, at + step));
    list.ensure(next, next + 10);
    const id = list.at(next);
    if (!id) return;
    this.cursor = id;
    this.#anchor = id;
    if (this.route.mailId) this.open(id);
    else this.changed();
  }

  moveTo(end: 'first' | 'last'): void {
    this.move(end === 'first' ? -1e9 : 1e9);
  }

  toggle(id: string): void {
    if (!this.selection.delete(id)) this.selection.add(id);
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

  selectLoaded(): void {
    for (const id of this.list.loadedIds) this.selection.add(id);
    this.changed();
  }

  clearSelection(): void {
    this.selection.clear();
    this.changed();
  }

  /** What an action applies to: the selection, else the open mail, else the row the keyboard is on. */
  get targets(): readonly string[] {
    if (this.selection.size) return [...this.selection];
    const id = this.route.mailId ?? this.cursor;
    return id && this.store.row(id) ? [id] : [];
  }

  /** The mails behind rows: whole conversations, as far as they lie in the mailbox on screen. */
  #mails(ids: readonly string[]): EmailRow[] {
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

  #fail(error: unknown): void {
    this.toasts.show({ text: this.#texts().done.failed(explain(error, this.#texts())), tone: 'error' });
  }

  /** Files conversations elsewhere, with undo. The next row takes the cursor, and the screen when a mail was open. */
  async file(ids: readonly string[], target: Mailbox, told: string): Promise<void> {
    const mails = this.#mails(ids);
    if (mails.length === 0) return;
    const there = new Map<string, EmailPatch>();
    const back = new Map<string, EmailPatch>();
    for (const mail of mails) {
      const out: Record<string, true | null> = { [`mailboxIds/${target.id}`]: true };
      const home: Record<string, true | null> = { [`mailboxIds/${target.id}`]: null };
      for (const id of Object.keys(mail.mailboxIds)) {
        if (id === target.id) continue;
        out[`mailboxIds/${id}`] = null;
        home[`mailboxIds/${id}`] = true;
      }
      if (target.id in mail.mailboxIds) continue;
      there.set(mail.id, out);
      back.set(mail.id, home);
    }
    if (there.size === 0) return;
    this.#leave(ids);
    this.toasts.show({
      text: told,
      action: { label: this.#texts().done.undo, run: () => void this.#undo(back) },
    });
    try {
      await this.store.patch(there);
      await this.store.syncMailboxes();
    } catch (error) {
      await this.list.refresh();
      this.#fail(error);
    }
  }

  async #undo(back: ReadonlyMap<string, EmailPatch>): Promise<void> {
    try {
      await this.store.patch(back);
      await Promise.all([this.list.refresh(), this.store.syncMailboxes()]);
      this.toasts.show({ text: this.#texts().done.undone, stayMs: 3000 });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Takes rows off the screen and puts the cursor on the one after them. */
  #leave(ids: readonly string[]): void {
    const { list } = this;
    const gone = new Set(ids);
    const last = Math.max(...ids.map(id => list.indexOf(id)));
    let next: string | null = null;
    for (let index = last + 1; index < (list.total ?? 0) && !next; index += 1) next = list.at(index) ?? null;
    for (let index = last; index >= 0 && !next; index -= 1) {
      const id = list.at(index);
      if (id && !gone.has(id)) next = id;
    }
    list.remove(gone);
    this.selection.clear();
    const open = this.route.mailId;
    this.cursor = next;
    if (open && gone.has(open)) this.open(matchMedia('(max-width: 767px)').matches ? null : next);
    this.changed();
  }

  async fileTo(
    role: 'archive' | 'trash' | 'junk' | 'inbox',
    ids: readonly string[] = this.targets,
  ): Promise<void> {
    let target = this.store.mailboxByRole(role);
    const { done, folder } = this.#texts();
    if (!target && role !== 'inbox') {
      // A mailbox that came from elsewhere may lack the folder: make it.
      try {
        await this.store.changeMailbox({ create: { new: { name: folder[role], role, parentId: null } } });
      } catch (error) {
        this.#fail(error);
        return;
      }
      target = this.store.mailboxByRole(role);
    }
    if (!target) return;
    const told = { archive: done.archived, trash: done.removed, junk: done.junked, inbox: done.unjunked }[
      role
    ];
    await this.file(ids, target, told(ids.length));
  }

  /** Deletes: into the trash, or for good when it is there already. The caller has asked. */
  async destroy(ids: readonly string[] = this.targets): Promise<void> {
    const mails = this.#mails(ids).map(mail => mail.id);
    if (mails.length === 0) return;
    this.#leave(ids);
    try {
      await this.store.destroy(mails);
      await this.store.syncMailboxes();
      this.toasts.show({ text: this.#texts().done.destroyed(ids.length), stayMs: 4000 });
    } catch (error) {
      await this.list.refresh();
      this.#fail(error);
    }
  }

  /** Sets or clears a keyword on whole conversations, or only on the newest mail of each. */
  async mark(
    keyword: '$seen' | '$flagged' | '$answered' | '$forwarded',
    on: boolean,
    ids: readonly string[] = this.targets,
  ): Promise<void> {
    const patches = new Map<string, EmailPatch>();
    const rows =
      keyword === '$seen' && on
        ? this.#mails(ids)
        : ids.map(id => this.store.row(id)).filter(row => row !== undefined);
    for (const row of rows)
      if (keyword in row.keywords !== on) patches.set(row.id, { [`keywords/${keyword}`]: on ? true : null });
    if (patches.size === 0) return;
    try {
      await this.store.patch(patches);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Whether any mail of the row's conversation in view is unread. */
  isUnread(row: EmailRow): boolean {
    const { mailboxId } = this.query;
    return this.store
      .threadOf(row)
      .some(mail => !('$seen' in mail.keywords) && (!mailboxId || mailboxId in mail.mailboxIds));
  }

  async toggleStar(ids: readonly string[] = this.targets): Promise<void> {
    const on = ids.some(id => !('$flagged' in (this.store.row(id)?.keywords ?? {})));
    await this.mark('$flagged', on, ids);
  }

  async toggleSeen(ids: readonly string[] = this.targets): Promise<void> {
    const rows = ids.map(id => this.store.row(id)).filter(row => row !== undefined);
    await this.mark(
      '$seen',
      rows.some(row => this.isUnread(row)),
      ids,
    );
  }

  report(error: unknown): void {
    this.#fail(error);
  }
}
