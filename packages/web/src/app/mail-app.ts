import type { MailPhrases } from '@hongyan/phrases/mail/zh.ts';
import { JmapError } from '../jmap/client.ts';
import { type EmailPatch, type MailStore, snoozeCapability } from '../jmap/mail-store.ts';
import type { Label } from '../jmap/personal.ts';
import type { EmailRow, Mailbox } from '../jmap/types.ts';
import type { Toasts } from '../ui/toasts.tsx';
import { MailNavigation } from './mail-navigation.ts';
import { phoneScreen } from './use-media.ts';

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

/** What can be done with mail from where the person is. */
export class MailApp extends MailNavigation {
  readonly toasts: Toasts;
  readonly #texts: () => MailPhrases;

  constructor(store: MailStore, toasts: Toasts, texts: () => MailPhrases, account: string | null = null) {
    super(store, account);
    this.toasts = toasts;
    this.#texts = texts;
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
    this.#leave(ids);
    await this.fileMails(mails, target, told);
  }

  /** Files exactly these mails elsewhere, with undo. */
  async fileMails(mails: readonly EmailRow[], target: Mailbox, told: string): Promise<void> {
    const there = new Map<string, EmailPatch>();
    const back = new Map<string, EmailPatch>();
    const { done } = this.#texts();
    // What is taken out of Scheduled is not sent any more; undone, it is a draft.
    const waiting = this.store.mailboxByRole('scheduled')?.id ?? '';
    const drafts = this.store.mailboxByRole('drafts')?.id;
    let unscheduled = 0;
    for (const mail of mails) {
      const out: Record<string, true | null> = { [`mailboxIds/${target.id}`]: true };
      const home: Record<string, true | null> = { [`mailboxIds/${target.id}`]: null };
      for (const id of Object.keys(mail.mailboxIds)) {
        if (id === target.id) continue;
        out[`mailboxIds/${id}`] = null;
        home[`mailboxIds/${id === waiting && drafts ? drafts : id}`] = true;
      }
      if (target.id in mail.mailboxIds) continue;
      if (waiting in mail.mailboxIds) unscheduled += 1;
      there.set(mail.id, out);
      back.set(mail.id, home);
    }
    if (there.size === 0) return;
    this.toasts.show({
      text: unscheduled > 0 ? done.notSent(told, unscheduled) : told,
      action: { label: done.undo, run: () => void this.#undo(back) },
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
    if (open && gone.has(open)) this.open(matchMedia(phoneScreen).matches ? null : next);
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
  async mark(keyword: string, on: boolean, ids: readonly string[] = this.targets): Promise<void> {
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

  /** Puts a label on conversations, or takes it off (FLD-02). */
  async label(label: Label, on: boolean, ids: readonly string[] = this.targets): Promise<void> {
    const patches = new Map<string, EmailPatch>();
    for (const mail of this.#mails(ids)) {
      if (label.keyword in mail.keywords !== on)
        patches.set(mail.id, { [`keywords/${label.keyword}`]: on ? true : null });
    }
    try {
      await this.store.patch(patches);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Makes mail to-do, done, or neither (FLD-04, FLD-05); with undo, as the conversation leaves the list. */
  async setTask(state: 'todo' | 'done' | 'none', ids: readonly string[] = this.targets): Promise<void> {
    const there = new Map<string, EmailPatch>();
    const back = new Map<string, EmailPatch>();
    for (const mail of this.#mails(ids)) {
      const patch: Record<string, true | null> = {};
      const undo: Record<string, true | null> = {};
      for (const task of ['todo', 'done'] as const) {
        const has = `$${task}` in mail.keywords;
        if (has === (task === state)) continue;
        patch[`keywords/$${task}`] = has ? null : true;
        undo[`keywords/$${task}`] = has ? true : null;
      }
      if (Object.keys(patch).length === 0) continue;
      there.set(mail.id, patch);
      back.set(mail.id, undo);
    }
    if (there.size === 0) return;
    const { done } = this.#texts();
    if (this.route.place.kind !== 'search' && this.route.place.kind !== 'label') this.#leave(ids);
    const told = { todo: done.madeTodo, done: done.madeDone, none: done.noTodo }[state];
    this.toasts.show({
      text: told(ids.length),
      action: { label: done.undo, run: () => void this.#undo(back) },
    });
    try {
      await this.store.patch(there);
    } catch (error) {
      await this.list.refresh();
      this.#fail(error);
    }
  }

  get canSnooze(): boolean {
    return this.store.client.offers(snoozeCapability);
  }

  /** Puts conversations off until a time, or (null) takes them back into the inbox now; with undo. */
  async snooze(until: Date | null, told: string, ids: readonly string[] = this.targets): Promise<void> {
    const mails = this.#mails(ids).map(mail => mail.id);
    if (mails.length === 0) return;
    const set = (value: Readonly<Record<string, unknown>> | null): Promise<void> =>
      this.store.setSnoozed(mails, value);
    this.#leave(ids);
    try {
      await set(until && { until: until.toISOString().replace(/\.\d+Z$/, 'Z') });
      this.toasts.show({
        text: told,
        ...(until
          ? {
              action: {
                label: this.#texts().done.undo,
                run: () => void set(null).then(() => this.list.refresh(), this.report.bind(this)),
              },
            }
          : {}),
      });
    } catch (error) {
      await this.list.refresh();
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
