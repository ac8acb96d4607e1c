import type { JmapClient } from './client.ts';
import { LocalChanges } from './local-changes.ts';
import { MailChanges } from './mail-changes.ts';
import type { MessageList } from './message-list.ts';
import { Observable } from './observable.ts';
import { PendingChanges } from './offline/pending.ts';
import { type Snapshot, worthKeeping } from './offline/snapshot.ts';
import { PersonalStore } from './personal-store.ts';
import { SenderChecks } from './sender-checks.ts';
import type {
  Address,
  EmailFull,
  EmailPatch,
  EmailRow,
  GetResponse,
  Identity,
  Mailbox,
  Thread,
} from './types.ts';

/** Rows kept beside those that lists show. */
const maxIdleRows = 5_000;

/** What is known of an account, without asking anybody: mails, conversations, folders, lists. */
export class MailCache extends Observable {
  readonly client: JmapClient;
  readonly personal: PersonalStore;
  /** What the server knows of senders, by mail. */
  readonly senders: SenderChecks;
  /** Changes made without a network. */
  readonly pending: PendingChanges;
  readonly mailboxes = new Map<string, Mailbox>();
  readonly identities: Identity[] = [];
  /** Changes of mails made here: what is read must not take them back. */
  readonly local = new LocalChanges();
  /** What has changed in mails since lists were read. */
  protected readonly changes = new MailChanges();
  protected readonly cachedRows = new Map<string, EmailRow>();
  protected readonly cachedMails = new Map<string, EmailFull>();
  protected readonly cachedThreads = new Map<string, Thread>();
  /** What `threadOf` answered last, by thread or row. */
  readonly #members = new WeakMap<object, readonly EmailRow[]>();
  protected readonly cachedLists = new Map<string, MessageList>();
  protected emailState: string | null = null;
  protected mailboxState: string | null = null;
  #savedLists: ReadonlyMap<string, readonly string[]> = new Map();
  /** When what is shown was last true, ms. */
  protected freshMs = Date.now();

  /** `personal`: of the member's own account, where this one is somebody else's. */
  constructor(client: JmapClient, personal: PersonalStore = new PersonalStore(client)) {
    super();
    this.client = client;
    this.personal = personal;
    this.senders = new SenderChecks(client);
    this.pending = new PendingChanges(client);
    this.pending.subscribe(() => this.changed());
    this.personal.subscribe(() => this.changed());
  }

  get freshAt(): Date {
    return new Date(this.freshMs);
  }

  /** Ids of a list as it was kept, for when the server cannot be asked. */
  savedList(key: string): readonly string[] | undefined {
    return this.#savedLists.get(key);
  }

  /** What is worth keeping for reading without a network. */
  snapshot(): Snapshot {
    return {
      version: 1,
      at: this.freshMs,
      session: this.client.session,
      emailState: this.emailState,
      mailboxState: this.mailboxState,
      mailboxes: [...this.mailboxes.values()],
      identities: this.identities,
      personal: this.personal.snapshot(),
      ...worthKeeping({
        rows: this.cachedRows,
        threads: this.cachedThreads,
        full: this.cachedMails,
        lists: this.cachedLists,
      }),
    };
  }

  /** Takes up what was kept. */
  restore(saved: Snapshot): void {
    this.freshMs = saved.at;
    this.personal.restore(saved.personal);
    this.identities.splice(0, this.identities.length, ...saved.identities);
    this.learn(saved.rows, saved.threads, saved.emailState ?? '', this.local.moment);
    this.emailState = saved.emailState;
    for (const mail of saved.full) this.cachedMails.set(mail.id, mail);
    this.#savedLists = new Map(saved.lists);
    this.takeMailboxes({ list: saved.mailboxes, state: saved.mailboxState ?? '', notFound: [] });
    this.freshMs = saved.at;
  }

  protected takeMailboxes(answer: GetResponse<Mailbox>): void {
    this.mailboxes.clear();
    for (const mailbox of answer.list) this.mailboxes.set(mailbox.id, mailbox);
    this.mailboxState = answer.state;
    this.freshMs = Date.now();
  }

  mailboxByRole(role: string): Mailbox | undefined {
    for (const mailbox of this.mailboxes.values()) if (mailbox.role === role) return mailbox;
    return undefined;
  }

  /** Addresses that are mine, in lower case. */
  get ownAddresses(): ReadonlySet<string> {
    return new Set(this.identities.map(identity => identity.email.toLowerCase()));
  }

  row(id: string): EmailRow | undefined {
    return this.cachedRows.get(id);
  }

  /**
   * The mails of a conversation that are known, oldest first; the same array while they are the same, so that its row
   * need not be drawn again.
   */
  threadOf(row: EmailRow): readonly EmailRow[] {
    const thread = this.personal.settings.conversationView ? this.cachedThreads.get(row.threadId) : undefined;
    const known = (thread?.emailIds ?? [])
      .map(id => this.cachedRows.get(id))
      .filter(member => member !== undefined);
    const members = known.length ? known : [row];
    const key = thread ?? row;
    const before = this.#members.get(key);
    if (before?.length === members.length && members.every((member, at) => member === before[at]))
      return before;
    this.#members.set(key, members);
    return members;
  }

  /** Rows and threads that a list began to read at `moment`. */
  learn(rows: readonly EmailRow[], threads: readonly Thread[], state: string, moment: number): void {
    for (const row of rows) this.cachedRows.set(row.id, this.withLocal(row, moment));
    for (const thread of threads) this.cachedThreads.set(thread.id, thread);
    this.emailState ??= state;
    this.changed();
  }

  full(id: string): EmailFull | undefined {
    return this.cachedMails.get(id);
  }

  /** A mail as it was read from `moment` on, with what was changed here meanwhile. */
  protected withLocal<Mail extends Pick<EmailRow, 'id' | 'keywords' | 'mailboxIds'>>(
    mail: Mail,
    moment: number,
  ): Mail {
    const known = this.cachedRows.get(mail.id);
    if (!known || !this.local.isNewer(mail.id, moment)) return mail;
    return { ...mail, keywords: known.keywords, mailboxIds: known.mailboxIds };
  }

  /** Forgets mails that are gone. */
  protected forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.cachedRows.delete(id);
      this.cachedMails.delete(id);
    }
  }

  /** Takes a row as it is now, for the list and for the mail read whole. */
  protected put(id: string, row: EmailRow): void {
    this.cachedRows.set(id, row);
    const full = this.cachedMails.get(id);
    if (full) this.cachedMails.set(id, { ...full, keywords: row.keywords, mailboxIds: row.mailboxIds });
  }

  /** Shows a change before the server has made it, in the counts of folders, too. */
  protected apply(row: EmailRow, patch: EmailPatch): void {
    const keywords: Record<string, true> = { ...row.keywords };
    const mailboxIds: Record<string, true> = { ...row.mailboxIds };
    for (const [path, value] of Object.entries(patch)) {
      const [property, name] = path.split('/');
      const target = property === 'keywords' ? keywords : mailboxIds;
      if (name === undefined) continue;
      if (value) target[name] = true;
      else delete target[name];
    }
    const delta = Number('$seen' in row.keywords) - Number('$seen' in keywords);
    if (delta !== 0) this.#countUnread(Object.keys(mailboxIds), delta);
    const after = { ...row, keywords, mailboxIds };
    this.changes.note(row, after);
    this.put(row.id, after);
  }

  #countUnread(mailboxIds: readonly string[], delta: number): void {
    for (const id of mailboxIds) {
      const mailbox = this.mailboxes.get(id);
      if (mailbox)
        this.mailboxes.set(id, { ...mailbox, unreadEmails: Math.max(0, mailbox.unreadEmails + delta) });
    }
  }

  /** People from mail one has seen whose name or address contains `text`, most recent first. */
  suggest(text: string, without: readonly Address[]): Address[] {
    const wanted = text.toLowerCase();
    const taken = new Set(without.map(({ email }) => email.toLowerCase()));
    const found: Address[] = [];
    for (const row of [...this.cachedRows.values()].reverse()) {
      for (const address of [...(row.from ?? []), ...(row.to ?? [])]) {
        const key = address.email.toLowerCase();
        if (taken.has(key) || !(key.includes(wanted) || address.name?.toLowerCase().includes(wanted)))
          continue;
        taken.add(key);
        found.push(address);
        if (found.length >= 6) return found;
      }
    }
    return found;
  }

  /** Lets go of rows and conversations that no list shows, once there are many. */
  protected prune(): void {
    if (this.cachedRows.size <= maxIdleRows) return;
    const wanted = new Set(this.cachedMails.keys());
    for (const list of this.cachedLists.values()) for (const id of list.loadedIds) wanted.add(id);
    const threads = new Set<string>();
    for (const id of wanted) {
      const row = this.cachedRows.get(id);
      if (row) threads.add(row.threadId);
    }
    for (const [id, row] of this.cachedRows) {
      if (!wanted.has(id) && !threads.has(row.threadId)) this.cachedRows.delete(id);
    }
    for (const id of this.cachedThreads.keys()) if (!threads.has(id)) this.cachedThreads.delete(id);
  }
}
