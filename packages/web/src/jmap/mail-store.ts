import { Moment } from '../lib/moment.ts';
import { type Call, type Invocation, JmapError, setError, sound } from './client.ts';
import { DraftLocks } from './draft-locks.ts';
import { DraftVersions } from './draft-versions.ts';
import { recallFirstList, rememberFirstList } from './first-list.ts';
import { MailSync } from './mail-sync.ts';
import { destroyEmails, mailsAtOnce, updateEmails } from './many/set-emails.ts';
import { MessageList } from './message-list.ts';
import { isOffline } from './offline/pending.ts';
import { type ListQuery, queryKey } from './query.ts';
import type {
  Address,
  EmailFull,
  EmailPatch,
  EmailRow,
  GetResponse,
  Identity,
  Mailbox,
  SetResponse,
  Thread,
} from './types.ts';
import { wholeMails } from './whole-mails.ts';

/** Size of a mail up to which it is read before somebody opens it. */
const maxAheadBytes = 128 * 1024;
/** Lists kept for going back at once. */
const maxLists = 30;
/** Whole mails kept. */
const maxFull = 200;

/** Somebody to write to; with `groupId` a group of one's own contacts, which has no address. */
export interface Suggestion extends Address {
  readonly groupId?: string;
}

/** Answers to the calls of a list's window, which were asked at `moment`. */
export interface ListAnswer {
  readonly answers: readonly Invocation[];
  readonly moment: number;
}

interface QuotaItem {
  readonly resourceType: string;
  readonly used: number;
  readonly hardLimit: number;
}

export interface Quota {
  readonly used: number;
  readonly hardLimit: number | null;
}

/** Everything the screens show, in one place, kept up to date by the server's state changes. */
export class MailStore extends MailSync {
  readonly draftVersions = new DraftVersions();
  readonly draftLocks = new DraftLocks(this.client.accountId);
  #quota: Quota | null = null;
  /** Where the page was opened, until the first list is read. */
  #place: string | null = null;
  /** The list that came along with the start, until one is read. */
  #early: (ListAnswer & { readonly asked: string }) | null = null;

  /** Until a list has been read, or could not be. */
  readonly #firstList = new Moment();

  get quota(): Quota | null {
    return this.#quota;
  }

  /** Runs what the first screen need not wait for: once a list stands, soon where none is shown. Returns what stops it. */
  afterFirstList(work: () => void): () => void {
    return this.#firstList.after(work);
  }

  /** A list says that it has been read, or could not be. */
  listRead(): void {
    this.#firstList.come();
  }

  /**
   * Reads what the first screen needs, in one request. `place`: where the page is opened; the list that was there last
   * time comes along.
   */
  async start(place: string | null = null): Promise<void> {
    const { client, personal } = this;
    const list = (place !== null && recallFirstList(client.accountId, place)) || [];
    const identities: readonly Call[] = client.offers('urn:ietf:params:jmap:submission')
      ? [['Identity/get', { ids: null }]]
      : [];
    const { moment } = this.local;
    // What is personal is one's own account's, also where this one is somebody else's.
    const own = personal.client === client;
    const missing = own ? personal.missing : [];
    const personalRead = own ? null : personal.load();
    // The list is first: its calls refer to each other by their numbers.
    const reading = client.each([
      ...list,
      ['Quota/get', { ids: null }],
      ['Mailbox/get', { ids: null }],
      ...identities,
      ...missing.flatMap(({ reading }) => (reading ? [reading] : [])),
    ]);
    const [answers] = await Promise.all([reading, personalRead]);
    const early = answers.splice(0, list.length);
    const quota = answers.shift();
    const sure = answers.map(sound);
    for (const [name, answer] of sure.splice(0, 1 + identities.length)) {
      if (name === 'Mailbox/get') this.takeMailboxes(answer as unknown as GetResponse<Mailbox>);
      else this.#takeIdentities(answer as unknown as GetResponse<Identity>);
    }
    for (const [nth, answer] of sure.entries()) missing[nth]?.accept(answer);
    if (quota?.[0] === 'Quota/get') this.#takeQuota(quota[1] as unknown as GetResponse<QuotaItem>);
    if (early.length > 0 && early.every(([name]) => name !== 'error'))
      this.#early = { asked: JSON.stringify(list), answers: early, moment };
    this.#place = place;
    this.changed();
  }

  #takeIdentities({ list }: GetResponse<Identity>): void {
    this.identities.splice(0, this.identities.length, ...list);
  }

  /** A server without quotas answers with an error: the line is not shown. */
  #takeQuota({ list }: GetResponse<QuotaItem>): void {
    const octets = list.find(quota => quota.resourceType === 'octets');
    this.#quota = octets ? { used: octets.used, hardLimit: octets.hardLimit || null } : null;
  }

  /** Runs the calls of a list's window, unless they went along with the start. */
  async readList(calls: readonly Call[]): Promise<ListAnswer> {
    const early = this.#early;
    const place = this.#place;
    this.#early = null;
    this.#place = null;
    if (place !== null) rememberFirstList(this.client.accountId, place, calls);
    if (early?.asked === JSON.stringify(calls)) return early;
    const { moment } = this.local;
    return { answers: await this.client.each(calls), moment };
  }

  /**
   * Whom to write to: colleagues, contacts and people written to before, as the server knows them; from mail one has
   * seen where it does not.
   */
  async suggestRecipients(text: string, without: readonly Address[]): Promise<readonly Suggestion[]> {
    // One's own address book, whatever account one writes from.
    const { client } = this.personal;
    if (!client.offers('urn:hongyan:params:jmap:recipients')) return this.suggest(text, without);
    const taken = new Set(without.map(({ email }) => email.toLowerCase()));
    const answer = await client.one<{
      list: readonly (Address & { readonly source: string; readonly contactId?: string })[];
    }>('Recipient/suggest', {
      text,
      limit: 8 + without.length,
    });
    return answer.list
      .filter(({ email, contactId }) => (email ? !taken.has(email.toLowerCase()) : contactId !== undefined))
      .slice(0, 8)
      .map(({ name, email, contactId }) => ({
        name,
        email,
        ...(email === '' && contactId ? { groupId: contactId } : {}),
      }));
  }

  /** The list of a query; the same object while it is cached. */
  list(query: ListQuery): MessageList {
    const key = queryKey(query);
    let list = this.cachedLists.get(key);
    if (!list) {
      list = new MessageList(this, query);
      if (this.cachedLists.size >= maxLists) {
        const [oldest] = this.cachedLists.keys();
        if (oldest !== undefined) this.cachedLists.delete(oldest);
      }
    } else {
      this.cachedLists.delete(key);
    }
    this.cachedLists.set(key, list);
    return list;
  }

  /** Reads mails whole; `everything` lifts the limit on the body's size. */
  async load(ids: readonly string[], everything = false): Promise<void> {
    const missing = everything ? ids : ids.filter(id => !this.cachedMails.has(id));
    if (missing.length === 0) return;
    const { moment } = this.local;
    const [answer] = await this.client.call([wholeMails(this.client, missing, everything)]);
    this.#takeWhole(answer?.[1] as unknown as GetResponse<EmailFull>, moment);
    this.changed();
  }

  /**
   * Reads a mail whole, and what its conversation consists of with the same request. Returns the ids of that, oldest
   * first; null where they did not come along.
   */
  async open(mailId: string): Promise<readonly string[] | null> {
    const threadId = this.cachedRows.get(mailId)?.threadId;
    if (this.cachedMails.has(mailId) || !threadId || !this.personal.settings.conversationView) {
      await this.load([mailId]);
      return null;
    }
    const { moment } = this.local;
    const [mail, threads] = await this.client.call([
      wholeMails(this.client, [mailId]),
      ['Thread/get', { ids: [threadId] }],
    ]);
    this.#takeWhole(mail?.[1] as unknown as GetResponse<EmailFull>, moment);
    const thread = (threads?.[1] as unknown as GetResponse<Thread> | undefined)?.list[0];
    if (thread) this.cachedThreads.set(threadId, thread);
    this.changed();
    return thread?.emailIds ?? null;
  }

  /** Reads what is likely to be opened next, where it is small; that it fails is nobody's concern. */
  async readAhead(ids: readonly (string | undefined)[]): Promise<void> {
    const small = ids.filter(id => id !== undefined && (this.row(id)?.size ?? Infinity) <= maxAheadBytes);
    await this.load(small as readonly string[]).catch(() => undefined);
  }

  #takeWhole({ list }: GetResponse<EmailFull>, moment: number): void {
    for (const read of list) {
      const mail = this.withLocal(read, moment);
      this.cachedMails.set(mail.id, mail);
      this.cachedRows.set(mail.id, mail);
    }
    for (const id of this.cachedMails.keys()) {
      if (this.cachedMails.size <= maxFull) break;
      this.cachedMails.delete(id);
    }
  }

  /** Reads a conversation whole, whose ids may be `known` just now. Returns its mail ids, oldest first. */
  async loadThread(threadId: string, known: readonly string[] | null = null): Promise<readonly string[]> {
    if (known) {
      await this.load(known);
      return known;
    }
    let answer: GetResponse<Thread>;
    try {
      answer = await this.client.one<GetResponse<Thread>>('Thread/get', { ids: [threadId] });
    } catch (error) {
      const here = this.cachedThreads.get(threadId)?.emailIds.filter(id => this.cachedMails.has(id)) ?? [];
      if (isOffline(error) && here.length) return here;
      throw error;
    }
    const thread = answer.list[0];
    if (!thread) throw new JmapError('notFound');
    this.cachedThreads.set(threadId, thread);
    await this.load(thread.emailIds);
    return thread.emailIds;
  }

  /** Changes mails: at once on the screen, then on the server. A refusal is taken back and thrown. */
  async patch(patches: ReadonlyMap<string, EmailPatch>): Promise<void> {
    const before = new Map<string, EmailRow>();
    for (const [id, patch] of patches) {
      const row = this.cachedRows.get(id);
      if (!row) continue;
      before.set(id, row);
      this.apply(row, patch);
    }
    this.changed();
    this.local.begin(patches.keys());
    try {
      await updateEmails(this.client, patches).finally(() => this.local.end(patches.keys()));
    } catch (error) {
      if (isOffline(error)) return this.pending.add(patches);
      for (const [id, row] of before) this.put(id, row);
      this.changed();
      // The parts before the one that was refused hold.
      if (patches.size > mailsAtOnce(this.client)) await this.sync();
      throw error;
    }
  }

  /** Puts mails off, or (null) takes them back. */
  async setSnoozed(ids: readonly string[], value: Readonly<Record<string, unknown>> | null): Promise<void> {
    await updateEmails(
      this.client,
      ids.map(id => [id, { snoozed: value }]),
    );
    for (const id of ids) this.cachedMails.delete(id);
    await this.sync();
  }

  /** Deletes mails for good. */
  async destroy(ids: readonly string[]): Promise<void> {
    await destroyEmails(this.client, ids);
    this.forget(ids);
    this.changed();
  }

  /** Creates, renames or removes a folder. */
  async changeMailbox(args: Readonly<Record<string, unknown>>): Promise<SetResponse> {
    const answer = await this.client.one<SetResponse>('Mailbox/set', args);
    const error = setError(answer.notCreated, answer.notUpdated, answer.notDestroyed);
    if (error) throw error;
    await this.syncMailboxes();
    return answer;
  }
}
