import type { MailPhrases } from '@hongyan/phrases/mail/zh.ts';
import { JmapError } from '../jmap/client.ts';
import type { MailStore } from '../jmap/mail-store.ts';
import { everyId, type Plan } from '../jmap/many/bulk.ts';
import { mailsAtOnce } from '../jmap/many/set-emails.ts';
import { isOffline } from '../jmap/offline/pending.ts';
import type { Label } from '../jmap/personal.ts';
import type { EmailPatch, EmailRow, Mailbox } from '../jmap/types.ts';
import { snoozeCapability } from '../jmap/whole-mails.ts';
import type { Toasts } from '../ui/toasts.tsx';
import { MailNavigation } from './mail-navigation.ts';
import { planOf, type Step } from './mails/changes.ts';
import { ManyMails, type Told } from './mails/many-mails.ts';
import { phoneScreen } from './use-media.ts';

/** Words for a failure, with its code. */
export function explain(error: unknown, texts: MailPhrases): string {
  const code = error instanceof JmapError ? error.code : 'client';
  const known: Readonly<Record<string, string>> = {
    network: texts.error.network,
    serverUnavailable: texts.error.unavailable,
    signedOut: texts.error.gone,
    overQuota: texts.error.full,
    forbidden: texts.error.forbidden,
    forbiddenFrom: texts.error.forbidden,
    tooLarge: texts.error.tooLarge,
    invalidRecipients: texts.error.recipients,
  };
  return `${known[code] ?? texts.error.ours}（${texts.error.code(code)}）`;
}

interface ChangeOptions {
  /** What is said, with undo; left out: nothing, where the change shows at once. */
  readonly told?: Told;
  /** The rows leave the list. */
  readonly leaves?: boolean;
  /** Only the mail that stands for each conversation. */
  readonly rowsOnly?: boolean;
}

/** What can be done with mail from where the person is. */
export class MailApp extends MailNavigation {
  readonly toasts: Toasts;
  readonly #texts: () => MailPhrases;
  readonly #many: ManyMails;
  /** Mails that go for good once the person has said so; how many, conversations counted mail by mail. */
  doomed: { readonly ids: readonly string[]; readonly count: number } | null = null;
  /** All mails of the list are being looked up. */
  selecting = false;

  constructor(store: MailStore, toasts: Toasts, texts: () => MailPhrases, account: string | null = null) {
    super(store, account);
    this.toasts = toasts;
    this.#texts = texts;
    this.#many = new ManyMails({
      store,
      toasts,
      texts,
      explain: error => explain(error, texts()),
      refresh: () => this.list.refresh(),
    });
  }

  #fail(error: unknown): void {
    this.toasts.show({ text: this.#texts().done.failed(explain(error, this.#texts())), tone: 'error' });
  }

  /** Goes on with what pages before this one left undone, or asks whether to. */
  takeUp(): Promise<void> {
    return this.#many.takeUp();
  }

  /** Chooses every mail of the list on screen; without a network those that are here. */
  async selectAll(): Promise<void> {
    this.selecting = true;
    this.changed();
    try {
      await this.selectEvery();
    } catch (error) {
      if (isOffline(error)) this.selectLoaded();
      else this.#fail(error);
    } finally {
      this.selecting = false;
      this.changed();
    }
  }

  /** Files conversations elsewhere, with undo. The next row takes the cursor, and the screen when a mail was open. */
  async file(ids: readonly string[], target: Mailbox, told: Told): Promise<void> {
    if (ids.length === 0) return;
    await this.#change(ids, this.#filing(target), { told, leaves: true });
    await this.#refreshCounts();
  }

  /** Files exactly these mails elsewhere, with undo. */
  async fileMails(mails: readonly EmailRow[], target: Mailbox, told: Told): Promise<void> {
    await this.#changeHere(mails, planOf(this.#filing(target)), { told });
    await this.#refreshCounts();
  }

  #filing(target: Mailbox): Step {
    return {
      kind: 'file',
      target: target.id,
      scheduled: this.store.mailboxByRole('scheduled')?.id,
      drafts: this.store.mailboxByRole('drafts')?.id,
    };
  }

  async #refreshCounts(): Promise<void> {
    // Without a network the bar says so; a toast would take the place of the one that offers undo.
    await this.store.syncMailboxes().catch((error: unknown) => {
      if (!isOffline(error)) this.#fail(error);
    });
  }

  /**
   * Carries out a plan: at once on the screen where all the mails are known, else on the server part by part, which
   * reads each mail before it changes it.
   */
  async #change(ids: readonly string[], step: Step, options: ChangeOptions): Promise<void> {
    const { store, selection } = this;
    const exact = selection.exact && selection.has(ids[0] ?? '');
    const rows = ids.map(id => store.row(id)).filter(row => row !== undefined);
    const mails = exact || options.rowsOnly ? rows : this.mailsOf(ids);
    if (rows.length === ids.length && !(exact && ids.length > mailsAtOnce(store.client)))
      return this.#changeHere(mails, planOf(step), options, ids);
    // What the rows stand for, and what is not known here.
    const wanted = new Set([...mails.map(mail => mail.id), ...ids]);
    const putBack = options.leaves ? this.#leave(ids) : () => undefined;
    await this.#many.change([...wanted], step, this.query.mailboxId, { told: options.told, putBack });
  }

  async #changeHere(
    mails: readonly EmailRow[],
    plan: Plan,
    { told, leaves = false }: ChangeOptions,
    rows: readonly string[] = mails.map(mail => mail.id),
  ): Promise<void> {
    const there = new Map<string, EmailPatch>();
    const back = new Map<string, EmailPatch>();
    let notSent = 0;
    for (const mail of mails) {
      const change = plan(mail);
      if (!change) continue;
      there.set(mail.id, change.patch);
      back.set(mail.id, change.undo);
      if (change.notSent) notSent += 1;
    }
    if (there.size === 0) return;
    const putBack = leaves ? this.#leave(rows) : () => undefined;
    if (told) this.#many.tell(told(rows.length), notSent, () => void this.#undo(back, putBack));
    try {
      await this.#many.patch(there);
    } catch (error) {
      await this.#restore(putBack);
      this.#fail(error);
    }
  }

  /** Deletes for good what lies in a mailbox now; what arrives meanwhile stays. The caller has asked. */
  async empty(mailbox: Mailbox): Promise<void> {
    const ids = await everyId(this.store.client, { inMailbox: mailbox.id });
    if (ids.length === 0) return this.list.refresh();
    await this.#many.destroy(mailbox.id, ids, () => undefined);
  }

  /** Shows rows again, and the list as the server has it, when there is one. */
  async #restore(putBack: () => void): Promise<void> {
    putBack();
    await this.list.refresh();
  }

  async #undo(back: ReadonlyMap<string, EmailPatch>, putBack: () => void): Promise<void> {
    // At once, and without a network, too: what was to happen waits together with its undoing.
    putBack();
    try {
      await this.#many.patch(back);
      await Promise.all([this.list.refresh(), this.store.syncMailboxes()]);
      this.toasts.show({ text: this.#texts().done.undone, stayMs: 3000 });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Takes rows off the screen and puts the cursor on the one after them. Returns what shows them again. */
  #leave(ids: readonly string[]): () => void {
    const gone = new Set(ids);
    const next = this.list.neighbour(gone);
    const putBack = this.list.remove(gone);
    this.selection.remove(ids);
    if (this.selection.size === 0) this.choosing = false;
    const open = this.route.mailId;
    this.cursor = next;
    if (open && gone.has(open)) this.open(matchMedia(phoneScreen).matches ? null : next);
    this.changed();
    return putBack;
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
    await this.file(ids, target, told);
  }

  /** Whether mail can be deleted for good here: it lies in the trash or was taken for junk (REA-07, REA-08). */
  get canDestroy(): boolean {
    const role = this.mailbox?.role;
    return role === 'trash' || role === 'junk';
  }

  /** The mails that rows stand for, known here or not. */
  #membersOf(ids: readonly string[]): readonly string[] {
    if (this.selection.exact && this.selection.has(ids[0] ?? '')) return ids;
    return [...new Set([...this.mailsOf(ids).map(mail => mail.id), ...ids])];
  }

  /** Asks whether mail shall go for good. False: it is not to be deleted here, or there is none. */
  askDestroy(ids: readonly string[] = this.targets): boolean {
    if (!this.canDestroy || ids.length === 0) return false;
    this.doomed = { ids, count: this.#membersOf(ids).length };
    this.changed();
    return true;
  }

  /** The answer to `askDestroy`. */
  async answerDestroy(yes: boolean): Promise<void> {
    const { doomed } = this;
    const { mailboxId } = this.query;
    this.doomed = null;
    this.changed();
    if (!yes || !doomed || !mailboxId) return;
    const mails = this.#membersOf(doomed.ids);
    await this.#many.destroy(mailboxId, mails, this.#leave(doomed.ids));
  }

  /** Sets or clears a keyword on whole conversations, or only on the newest mail of each. */
  async mark(keyword: string, on: boolean, ids: readonly string[] = this.targets): Promise<void> {
    await this.#change(
      ids,
      { kind: 'mark', wanted: { [keyword]: on } },
      { rowsOnly: !(keyword === '$seen' && on) },
    );
  }

  /** Puts a label on conversations, or takes it off (FLD-02). */
  async label(label: Label, on: boolean, ids: readonly string[] = this.targets): Promise<void> {
    await this.#change(ids, { kind: 'mark', wanted: { [label.keyword]: on } }, {});
  }

  /** Makes mail to-do, done, or neither (FLD-04, FLD-05); with undo, as the conversation leaves the list. */
  async setTask(state: 'todo' | 'done' | 'none', ids: readonly string[] = this.targets): Promise<void> {
    const { done } = this.#texts();
    const wanted = { $todo: state === 'todo', $done: state === 'done' };
    await this.#change(
      ids,
      { kind: 'mark', wanted },
      {
        told: { todo: done.madeTodo, done: done.madeDone, none: done.noTodo }[state],
        leaves: this.route.place.kind !== 'search' && this.route.place.kind !== 'label',
      },
    );
  }

  get canSnooze(): boolean {
    return this.store.client.offers(snoozeCapability);
  }

  /** Puts conversations off until a time, or (null) takes them back into the inbox now; with undo. */
  async snooze(until: Date | null, told: string, ids: readonly string[] = this.targets): Promise<void> {
    const mails = this.#membersOf(ids);
    if (mails.length === 0) return;
    const set = (value: Readonly<Record<string, unknown>> | null): Promise<void> =>
      this.store.setSnoozed(mails, value);
    const putBack = this.#leave(ids);
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
      await this.#restore(putBack);
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
